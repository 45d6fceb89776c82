"""The list of people as HR sees it, and first passwords for many of them."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import issuing, queries
from lms.access.issuing import issue_passwords, prepare_passwords
from lms.access.models import Account, Role
from lms.access.passwords import matches
from lms.access.queries import Asker
from lms.access.roster import PAGE, StaffFilters, staff_line, staff_of, staff_page
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.people.models import Audience, Person
from tests.support.people import PASSWORD, leave, make_account, make_department, make_person
from tests.support.statements import statements

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def numbers(**narrowed: str) -> list[str]:
    return [line.number for line in staff_page(StaffFilters(**narrowed), page=1).rows]


def asking(role: Role = Role.HR) -> Asker:
    account = make_account(person=make_person(name="周敏", audience=Audience.HR), role=role)
    found = queries.asker(account.id, account.stamp)
    assert found
    return found


def test_the_list_is_narrowed_by_text_department_audience_and_state(database: Session) -> None:
    root = make_department(name="启衡科技")
    shop = make_department(name="总装车间", parent=root)
    make_person(number="A%1", name="林晓", department=shop)
    make_person(number="A21", name="王芳", audience=Audience.RETIREE, department=root)
    leave(make_person(number="A3", name="林川"))
    assert numbers() == ["A%1", "A21", "A3"]
    assert numbers(text="林") == ["A%1", "A3"]
    assert numbers(text=" A% ") == ["A%1"]
    assert numbers(department=root.key) == ["A%1", "A21"]
    assert numbers(department=shop.key, audience="employee") == ["A%1"]
    assert numbers(audience="retiree") == ["A21"]
    assert numbers(state="left") == ["A3"]
    assert numbers(audience="nobody", state="nowhere") == ["A%1", "A21", "A3"]
    assert numbers(department="NOWHERE") == []


def test_a_line_tells_what_there_is_and_shows_none_of_it(database: Session) -> None:
    one = make_person(number="A1")
    bare = staff_line(one.key)
    assert bare
    assert not any((bare.has_email, bare.has_phone, bare.has_wecom, bare.has_account, bare.role))
    one.email, one.phone, one.wecom_id, one.email_error = "a@b.cn", "13800000013", "a", "550"
    database.commit()
    make_account(person=one)
    found = staff_line(one.key)
    assert found
    assert found.has_email
    assert found.has_phone
    assert found.has_wecom
    assert found.has_account
    assert (found.role, found.signed_in_at, found.email_error) == (Role.LEARNER, None, "550")
    assert staff_of([one.key, "NOBODY"]) == [found]
    assert staff_line("NOBODY") is None


def test_pages_cost_two_statements(database: Session, app: Flask) -> None:
    shop = make_department()
    for number in range(PAGE + 1):
        make_person(number=f"A{number:03}", department=shop)
    with statements(app) as heard:
        page = staff_page(StaffFilters(), page=1)
    assert (len(heard), len(page.rows), page.total) == (2, PAGE, PAGE + 1)
    assert [line.number for line in staff_page(StaffFilters(), page=2).rows] == [f"A{PAGE:03}"]


# -- first passwords ----------------------------------------------------------------------------------------


def issued(who: Asker, *people: Person, replace: bool = False) -> dict[str, str]:
    prepared = prepare_passwords(who, [one.key for one in people], replace=replace)
    with unit_of_work():
        return {one.number: one.password for one in issue_passwords(prepared, at=AT)}


def account(one: Person) -> Account | None:
    return queries.account_of(one.key)


def test_accounts_are_opened_with_passwords_of_their_own(database: Session) -> None:
    who, first, second = asking(), make_person(number="A1"), make_person(number="A2")
    passwords = issued(who, second, first)
    assert list(passwords) == ["A1", "A2"]
    assert len(set(passwords.values())) == 2
    opened = account(first)
    assert opened
    assert matches(opened.password_hash, passwords["A1"])
    assert (opened.must_change, opened.role) == (True, Role.LEARNER)
    entries = database.scalars(select(Entry).where(Entry.act == "account.password-issued")).all()
    assert {(entry.subject, entry.actor_id) for entry in entries} == {
        (first.key, who.id),
        (second.key, who.id),
    }
    assert not any(password in str(entry.facts) for entry in entries for password in passwords.values())


def test_who_has_signed_in_before_keeps_the_password_unless_it_is_to_be_replaced(database: Session) -> None:
    who, one = asking(), make_person(number="A1")
    old = make_account(person=one)
    old.signed_in_at = AT
    database.commit()
    stamp = old.stamp
    assert prepare_passwords(who, [one.key]).left_out == 1
    assert issued(who, one) == {}
    assert list(issued(who, one, replace=True)) == ["A1"]
    renewed = account(one)
    assert renewed
    assert renewed.stamp != stamp
    assert not matches(renewed.password_hash, PASSWORD)


def test_nobody_gets_one_for_themselves_or_after_leaving_and_staff_only_from_an_administrator(
    database: Session,
) -> None:
    who = asking()
    gone, colleague = make_person(), make_person(number="H2", audience=Audience.HR)
    leave(gone)
    make_account(person=colleague, role=Role.HR)
    own = database.get_one(Person, who.id)
    prepared = prepare_passwords(who, [gone.key, colleague.key, own.key, "NOBODY"], replace=True)
    assert (prepared.count, prepared.left_out) == (0, 4)
    admin = asking(Role.ADMIN)
    assert list(issued(admin, colleague, database.get_one(Person, admin.id), replace=True)) == ["H2"]
    kept = account(colleague)
    assert kept
    assert kept.role is Role.HR


def test_who_becomes_staff_in_between_keeps_the_password(database: Session) -> None:
    who, one = asking(), make_person(number="A1")
    prepared = prepare_passwords(who, [one.key])
    make_account(person=one, role=Role.LEAD)
    with unit_of_work():
        assert issue_passwords(prepared, at=AT) == []
    kept = account(one)
    assert kept
    assert matches(kept.password_hash, PASSWORD)


def test_there_is_a_most_at_once(database: Session) -> None:
    who = asking()
    with pytest.raises(ValueError, match="more than 200"):
        prepare_passwords(who, [str(number) for number in range(issuing.MOST + 1)])
