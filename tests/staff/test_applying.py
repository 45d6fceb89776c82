"""A checked list is carried into the register: all of it or nothing, and once."""

import logging
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.access.operations import Claim as SignInClaim
from lms.access.operations import verify
from lms.access.queries import account_of, asker
from lms.jobs import staff as job
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.kernel.encryption import keyring
from lms.people.models import Audience, Department, Person, PersonState, Status
from lms.staff import applying, imports
from lms.staff.imports import HasFaults, NothingToDo, NotReady
from lms.staff.models import Import, ImportRow, ImportState, Kind, Rows
from lms.staff.queries import import_rows, new_person_keys
from tests.support.changes import refused
from tests.support.people import make_account, make_department, make_person
from tests.support.staff import (
    AT,
    HEADERS,
    checked,
    confirm,
    csv,
    department_named,
    hr,
    id_number,
    kinds,
    known_cities,
    now,
    person,
    row,
    taken,
)

__all__ = ["known_cities"]
pytestmark = pytest.mark.usefixtures("known_cities")
TODAY = date(2026, 11, 23)
FULL = (*HEADERS, "状态", "邮箱", "手机", "身份证号", "企业微信账号", "部门负责人")


def full(number: str, *, secret: str, department: str = "总装车间", phone: str = "13800000013") -> list[str]:
    return [*row(number, department=department), "在职", f"{number}@b.cn", phone, secret, f"w{number}", "否"]


def people(database: Session) -> int:
    database.rollback()
    return database.execute(select(func.count()).select_from(Person)).scalar_one()


def test_somebody_new_has_everything_that_the_row_says(database: Session) -> None:
    shop = make_department(name="总装车间")
    secret = id_number()
    found = taken(csv(full("N1", secret=secret), headers=FULL), hr())
    one = person("N1")
    assert (one.name, one.department_id, one.region, one.hired_on) == (
        "林晓",
        shop.id,
        "110000",
        date(2026, 11, 16),
    )
    assert (one.audience, one.status, one.state) == (Audience.EMPLOYEE, Status.IN_SERVICE, PersonState.ACTIVE)
    assert (one.email, one.phone, one.id_number, one.wecom_id) == ("N1@b.cn", "13800000013", secret, "wN1")
    assert one.id_index == keyring().blind_index(secret)
    assert new_person_keys(found.key) == [one.key]


def test_running_it_twice_changes_nothing(database: Session) -> None:
    make_department(name="总装车间")
    author = hr()
    data = csv(full("N1", secret=id_number()), full("N2", secret=id_number()), headers=FULL)
    taken(data, author)
    before = [(one.id, one.key, one.name) for one in database.scalars(select(Person).order_by(Person.id))]
    again = checked(data, author)
    assert kinds(again) == {"N1": "same", "N2": "same"}
    refused(NothingToDo, imports.confirm, again.key, rows=Rows.ALL, confirmed=True, actor_id=author.id, at=AT)
    database.rollback()
    assert [
        (one.id, one.key, one.name) for one in database.scalars(select(Person).order_by(Person.id))
    ] == before


def test_a_confirmed_list_is_carried_out_once(database: Session) -> None:
    make_department(name="总装车间")
    found = taken(csv(row()), hr())
    assert job.carry_imports(AT).count == 0
    assert now(found.key).state is ImportState.APPLIED
    refused(NotReady, imports.confirm, found.key, rows=Rows.ALL, confirmed=True, actor_id=1, at=AT)
    refused(NotReady, imports.discard, found.key, actor_id=1, at=AT)


def test_a_new_name_keeps_the_person_and_a_new_address_forgets_the_bounce(database: Session) -> None:
    one = make_person(number="N1", name="林晓")
    one.email, one.email_error = "old@b.cn", "550"
    database.commit()
    key = one.key
    taken(
        csv(
            ["N1", "林小", "new@b.cn", "2020-01-01", "上海"],
            headers=("工号", "姓名", "邮箱", "入职日期", "参保地"),
        ),
        hr(),
    )
    one = person("N1")
    assert (one.key, one.name, one.email, one.email_error) == (key, "林小", "new@b.cn", "")
    assert (one.hired_on, one.region) == (date(2020, 1, 1), "310000")


def test_clearing_an_id_number_makes_it_free(database: Session) -> None:
    make_person(number="N1")
    author, secret, headers = hr(), id_number(), ("工号", "身份证号")
    taken(csv(["N1", secret], headers=headers), author)
    taken(csv(["N1", "-"], headers=headers), author)
    assert (person("N1").id_number, person("N1").id_index) == ("", None)
    make_person(number="N2")
    taken(csv(["N2", secret], headers=headers), author)


def test_who_retires_is_retired(database: Session) -> None:
    make_person(number="N1")
    taken(csv(["N1", "退休"], headers=("工号", "状态")), hr())
    assert (person("N1").audience, person("N1").status) == (Audience.RETIREE, Status.RETIRED)
    taken(csv(["N1", "职工"], headers=("工号", "人员类别")), person("HR1"))
    assert (person("N1").audience, person("N1").status) == (Audience.EMPLOYEE, Status.IN_SERVICE)


def test_leaving_ends_access_at_once_and_coming_back_restores_it(database: Session) -> None:
    one = make_person(number="N1")
    account = make_account(person=one)
    author, headers = hr(), ("工号", "状态")
    sign_in = (account.id, account.stamp)
    assert asker(*sign_in)
    taken(csv(["N1", "离职"], headers=headers), author)
    assert (person("N1").state, person("N1").left_on) == (PersonState.LEFT, TODAY)
    assert asker(*sign_in) is None
    assert not verify(SignInClaim("N1", "rain over the old bridge", "127.0.0.1", "s")).right
    taken(csv(["N1", "在职"], headers=headers), author)
    assert (person("N1").state, person("N1").left_on) == (PersonState.ACTIVE, None)
    assert asker(*sign_in)


def test_departments_are_made_where_that_was_asked_for(database: Session) -> None:
    make_department(name="启衡科技")
    author = person_in(department_named("启衡科技"))
    data = csv(
        row("N1", department="工会/办公室"), row("N2", department="工会"), row("N3", department="启衡科技")
    )
    assert kinds(checked(data, author)) == {"N1": "fault", "N2": "fault", "N3": "add"}
    found = checked(data, author, creates=True)
    assert found.counts["departments"] == ["启衡科技/工会", "启衡科技/工会/办公室"]
    confirm(found, author)
    office, union = department_named("办公室"), department_named("工会")
    assert office.parent_id == union.id
    assert union.parent_id == department_named("启衡科技").id
    assert person("N1").department_id == office.id


def person_in(department: Department) -> Person:
    return make_person(number="HR1", audience=Audience.HR, department=department)


def test_heads_are_set_replaced_and_taken_away(database: Session) -> None:
    shop = make_department(name="总装车间")
    author, headers = hr(), (*HEADERS, "部门负责人")
    taken(csv([*row("N1"), "是"], row("N2"), headers=headers), author)
    assert head_of(database, shop) == "N1"
    taken(csv(["N1", "否"], ["N2", "是"], headers=("工号", "部门负责人")), author)
    assert head_of(database, shop) == "N2"
    assert kinds(checked(csv(["N2", "是"], headers=("工号", "部门负责人")), author)) == {"N2": "same"}
    taken(csv(["N2", "否"], headers=("工号", "部门负责人")), author)
    assert head_of(database, shop) is None


def test_nothing_is_asked_about_the_seats_of_new_people_who_head_nothing(
    database: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_department(name="总装车间")
    asked: list[object] = []
    monkeypatch.setattr(applying, "_set_heads", asked.extend)
    taken(csv([*row("N1"), "否"], [*row("N2"), "是"], headers=(*HEADERS, "部门负责人")), hr())
    assert [one[0] for one in asked] == ["N2"]  # type: ignore[index]


def head_of(database: Session, department: Department) -> str | None:
    database.rollback()
    seats = select(Person.number).join(Department, Department.head_id == Person.id)
    return database.scalar(seats.where(Department.id == department.id))


# -- everything, the good rows, or nothing ------------------------------------------------------------------


def test_with_faults_only_the_good_rows_can_be_taken(database: Session) -> None:
    make_department(name="总装车间")
    author = hr()
    found = checked(csv(row("N1"), row("N2", department="?")), author)
    error = refused(
        HasFaults, imports.confirm, found.key, rows=Rows.ALL, confirmed=True, actor_id=author.id, at=AT
    )
    assert error.facts["count"] == 1
    assert confirm(found, author, rows=Rows.GOOD).state is ImportState.APPLIED
    assert database.scalars(select(Person.number).where(Person.number.like("N%"))).all() == ["N1"]


def test_a_list_that_is_thrown_away_changes_nothing_and_is_forgotten(database: Session) -> None:
    make_department(name="总装车间")
    author = hr()
    found, before = checked(csv(row()), author), people(database)
    with unit_of_work():
        imports.discard(found.key, actor_id=author.id, at=AT)
    assert now(found.key).state is ImportState.DISCARDED
    assert people(database) == before
    assert database.execute(select(func.count()).select_from(ImportRow)).scalar_one() == 0


def test_after_it_is_applied_the_rows_say_nothing_of_anybody(database: Session) -> None:
    make_department(name="总装车间")
    found = taken(csv(row("N1")), hr())
    assert database.scalars(select(ImportRow.cells)).all() == [""]
    (line,), _ = import_rows(found.key, Kind.ADD, page=1)
    assert (line.number, line.name, line.person_key, line.changes) == ("N1", "林晓", person("N1").key, ())


def test_somebody_entered_meanwhile_takes_everything_back(
    database: Session, caplog: pytest.LogCaptureFixture
) -> None:
    shop = make_department(name="总装车间")
    author = hr()
    found = checked(csv(row("N1", "欧阳无双"), row("N2", "欧阳无双")), author)
    make_person(number="N2", department=shop)
    before = people(database)
    after = confirm(found, author)
    assert (after.state, after.error) == (ImportState.FAILED, "changed-meanwhile")
    assert people(database) == before
    assert database.execute(select(func.count()).select_from(ImportRow)).scalar_one() == 0
    assert "欧阳无双" not in caplog.text


def test_a_department_removed_meanwhile_takes_everything_back(database: Session) -> None:
    shop = make_department(name="总装车间")
    author = hr()
    found = checked(csv(row("N1")), author)
    shop.name = "装配车间"
    database.commit()
    after = confirm(found, author)
    assert (after.state, after.error) == (ImportState.FAILED, "changed-meanwhile")


def test_a_fault_of_the_program_in_the_middle_leaves_nothing_half_done(
    database: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_department(name="总装车间")
    author = hr()
    found, before = checked(csv(row("N1", "欧阳无双")), author), people(database)

    def broken(_: object) -> None:
        raise RuntimeError("欧阳无双 13800000013")

    monkeypatch.setattr(applying, "_set_heads", broken)
    caplog.set_level(logging.DEBUG)
    after = confirm(found, author)
    assert (after.state, after.error) == (ImportState.FAILED, "broke")
    assert people(database) == before
    assert "RuntimeError" in caplog.text
    assert "欧阳无双" not in caplog.text


def test_the_journal_counts_and_names_nobody(database: Session) -> None:
    make_department(name="总装车间")
    author = hr()
    found = taken(csv(row("N1"), row("N2")), author)
    acts = database.scalars(select(Entry).where(Entry.subject == found.key).order_by(Entry.id)).all()
    assert [entry.act for entry in acts] == [
        "staff-import.uploaded",
        "staff-import.confirmed",
        "staff-import.applied",
    ]
    assert {entry.actor_id for entry in acts} == {author.id}
    assert acts[-1].facts["people"] == acts[-1].facts["add"] == 2


def test_an_account_that_is_there_stays(database: Session) -> None:
    one = make_person(number="N1")
    make_account(person=one, role=Role.HR)
    taken(csv(["N1", "林小"], headers=("工号", "姓名")), hr())
    account = account_of(person("N1").key)
    assert account
    assert account.role is Role.HR
    assert database.execute(select(func.count()).select_from(Import)).scalar_one() == 1
