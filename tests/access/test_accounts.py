"""Passwords of one's own, sessions and how they end, accounts and who opens them."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access.models import Account, Role
from lms.access.operations import (
    NotYours,
    SignIn,
    WeakPassword,
    WrongPassword,
    change_password,
    issue_password,
    open_accounts,
    remember_language,
    sign_out_everywhere,
)
from lms.access.queries import asker, may_issue_password
from lms.access.rules import Weakness
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.people.models import Audience
from tests.support.entering import AT, NEW, NUMBER, acts, asker_of, enter
from tests.support.library import publish_texts
from tests.support.people import PASSWORD, leave, make_account, make_person
from tests.support.small_library import TEXTS


@pytest.fixture
def account(database: Session) -> Account:
    """The account of 林晓, who has set a password of her own."""
    return make_account(person=make_person(number=NUMBER))


# -- passwords


def test_a_new_password_replaces_the_old_one_and_ends_all_sessions(
    database: Session, account: Account
) -> None:
    who = asker_of(account)
    with unit_of_work():
        stamp = change_password(who, present=PASSWORD, new=NEW, at=AT)
    assert asker(account.id, who.stamp) is None
    assert asker(account.id, stamp) is not None
    assert enter(password=NEW).account_id == account.id
    assert enter() == SignIn()
    assert "account.password-set" in acts(database)


@pytest.mark.parametrize("present", ["wrong", "", None])
def test_the_present_password_is_needed(account: Account, present: str | None) -> None:
    with pytest.raises(WrongPassword), unit_of_work():
        change_password(asker_of(account), present=present, new=NEW, at=AT)
    assert enter().account_id == account.id


@pytest.mark.parametrize(
    ("new", "weakness"),
    [("short", Weakness.TOO_SHORT), ("1234567890", Weakness.GUESSABLE), (PASSWORD, Weakness.UNCHANGED)],
)
def test_a_weak_password_is_refused_and_the_old_one_stays(
    account: Account, new: str, weakness: Weakness
) -> None:
    with pytest.raises(WeakPassword) as refused, unit_of_work():
        change_password(asker_of(account), present=PASSWORD, new=new, at=AT)
    assert refused.value.facts == {"weakness": weakness}
    assert enter().account_id == account.id


def test_the_first_own_password_needs_no_present_one(database: Session) -> None:
    fresh = make_account(person=make_person(number=NUMBER), must_change=True)
    who = asker_of(fresh)
    assert who.must_change
    with unit_of_work():
        stamp = change_password(who, present=None, new=NEW, at=AT)
    found = asker(fresh.id, stamp)
    assert found is not None
    assert not found.must_change


def test_signing_out_everywhere_ends_every_session(database: Session, account: Account) -> None:
    who = asker_of(account)
    with unit_of_work():
        sign_out_everywhere(who, at=AT)
    assert asker(account.id, who.stamp) is None
    assert enter().stamp != who.stamp


def test_the_language_is_remembered(account: Account) -> None:
    with unit_of_work():
        remember_language(asker_of(account), "en")
    assert asker_of(account).language == "en"


# -- who is asking


def test_one_statement_tells_who_asks(database: Session) -> None:
    release_id = publish_texts(TEXTS)
    person = make_person(audience=Audience.RETIREE, number=NUMBER, name="陈阿姨")
    account = make_account(person=person)
    found = asker(account.id, account.stamp)
    assert found is not None
    assert (found.id, found.key, found.number, found.name) == (person.id, person.key, NUMBER, "陈阿姨")
    assert (found.initial, found.is_retiree, found.is_staff) == ("陈", True, False)
    assert (found.region, found.status, found.release_id) == ("110000", "retired", release_id)


def test_hr_has_a_desk(database: Session) -> None:
    found = asker_of(make_account(role=Role.HR))
    assert (found.is_staff, found.is_retiree) == (True, False)
    assert found.may(Permission.HELP_RECORD)


def test_a_session_ends_when_the_person_leaves(database: Session) -> None:
    person = make_person()
    account = make_account(person=person)
    leave(person)
    assert asker(account.id, account.stamp) is None
    assert asker(account.id, "another stamp") is None
    assert asker(999, account.stamp) is None


# -- opening accounts


def test_accounts_are_opened_with_a_first_password_that_must_be_changed(database: Session) -> None:
    persons = [make_person(number=f"N{number}") for number in range(3)]
    ids = [person.id for person in persons]
    with unit_of_work():
        open_accounts(ids, role=Role.LEARNER, password="first word here", must_change=True, at=AT)
    opened = database.scalars(select(Account)).all()
    assert {(one.role, one.must_change, one.language) for one in opened} == {(Role.LEARNER, True, "")}
    assert len({one.stamp for one in opened}) == 3
    assert enter(number="N1", password="first word here").account_id is not None


def test_who_has_an_account_keeps_it(database: Session, account: Account) -> None:
    newcomer, known = make_person(), account.person_id
    with unit_of_work():
        open_accounts([newcomer.id, known], role=Role.HR, password=NEW, must_change=True, at=AT)
    assert database.scalar(select(func.count()).select_from(Account)) == 2
    assert account.role is Role.LEARNER
    assert enter().account_id == account.id


def test_opening_no_account_does_nothing(database: Session) -> None:
    with unit_of_work():
        open_accounts([], role=Role.LEARNER, password=NEW, must_change=True, at=AT)
    assert acts(database) == []


# -- a password from somebody else


def test_hr_issues_a_new_first_password(database: Session, account: Account) -> None:
    hr, person = asker_of(make_account(role=Role.HR)), make_person(number="Q7009")
    theirs = make_account(person=person)
    before = theirs.stamp
    with unit_of_work():
        password = issue_password(hr, person.key, at=AT)
    assert enter(number="Q7009", password=password).account_id == theirs.id
    assert (theirs.must_change, theirs.stamp != before) == (True, True)
    assert "account.password-issued" in acts(database)


@pytest.mark.parametrize(
    ("asking", "whose", "may"),
    [
        (Role.HR, Role.LEARNER, True),
        (Role.HR, Role.HR, False),
        (Role.HR, Role.ADMIN, False),
        (Role.ADMIN, Role.HR, True),
    ],
)
def test_staff_get_theirs_from_an_administrator(
    database: Session, asking: Role, whose: Role, may: bool
) -> None:
    asker_, person = asker_of(make_account(role=asking)), make_person()
    make_account(person=person, role=whose)
    assert may_issue_password(asker_, person.key) is may
    if not may:
        with pytest.raises(NotYours), unit_of_work():
            issue_password(asker_, person.key, at=AT)


def test_nobody_issues_a_password_to_oneself_or_where_there_is_no_account(database: Session) -> None:
    who = asker_of(make_account(role=Role.ADMIN))
    for key in (who.key, make_person().key, "NOBODY"):
        with pytest.raises(NotYours), unit_of_work():
            issue_password(who, key, at=AT)
