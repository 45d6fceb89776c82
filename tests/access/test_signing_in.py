"""Signing in with counted failures, and being locked out."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Account, Throttle
from lms.access.operations import (
    Claim,
    SignIn,
    sign_in,
    verify,
)
from lms.access.passwords import hashed, matches
from lms.access.queries import account_of_number
from lms.access.rules import ADDRESS_LIMIT, LOCKED_FOR, NAME_LIMIT, WINDOW
from tests.support.entering import AT, NUMBER, acts, enter, fail
from tests.support.people import PASSWORD, leave, make_account, make_person
from tests.support.racing import race


@pytest.fixture
def account(database: Session) -> Account:
    """The account of 林晓, who has set a password of her own."""
    return make_account(person=make_person(number=NUMBER))


# -- signing in


def test_the_right_password_lets_in(database: Session, account: Account) -> None:
    found = enter()
    assert (found.account_id, found.stamp, found.locked_until) == (account.id, account.stamp, None)
    assert account.signed_in_at == AT
    assert acts(database) == ["account.signed-in"]


@pytest.mark.parametrize(
    ("number", "password"),
    [(NUMBER, "wrong"), (NUMBER, ""), ("Q9999", PASSWORD), ("", ""), ("q7001", PASSWORD)],
)
def test_anything_else_does_not(account: Account, number: str, password: str) -> None:
    assert enter(number=number, password=password) == SignIn()


def test_somebody_who_left_does_not_get_in(database: Session, account: Account) -> None:
    leave(make_person(number="Q7002"))
    person = make_person(number="Q7003")
    make_account(person=person)
    leave(person)
    assert enter(number="Q7003") == SignIn()
    assert account_of_number("Q7003") is None


def test_an_account_that_does_not_exist_takes_the_same_work() -> None:
    assert not matches(None, PASSWORD)
    assert matches(hashed(PASSWORD), PASSWORD)
    assert not matches(hashed(PASSWORD), "other")
    assert not matches("no hash at all", PASSWORD)


# -- lock-out


def test_the_fifth_failure_locks_the_name_for_a_quarter_of_an_hour(account: Account) -> None:
    assert fail(NAME_LIMIT - 1) == SignIn()
    assert fail(1) == SignIn(locked_until=AT + LOCKED_FOR)


def test_while_it_is_locked_even_the_right_password_is_refused(account: Account) -> None:
    fail(NAME_LIMIT)
    just_before = AT + LOCKED_FOR - timedelta(microseconds=1)
    assert enter(at=just_before) == SignIn(locked_until=AT + LOCKED_FOR)
    assert enter(at=AT + LOCKED_FOR).account_id == account.id


def test_trying_while_it_is_locked_does_not_make_it_longer(account: Account) -> None:
    fail(NAME_LIMIT)
    fail(3, at=AT + timedelta(minutes=10))
    assert enter(at=AT + LOCKED_FOR).account_id == account.id


def test_after_a_lock_one_has_as_many_tries_as_before(account: Account) -> None:
    fail(NAME_LIMIT)
    later = AT + LOCKED_FOR
    assert fail(NAME_LIMIT - 1, at=later) == SignIn()
    assert fail(1, at=later) == SignIn(locked_until=later + LOCKED_FOR)


def test_failures_are_forgotten_after_the_window(account: Account) -> None:
    fail(NAME_LIMIT - 1)
    assert fail(NAME_LIMIT - 1, at=AT + WINDOW) == SignIn()


def test_failures_are_forgotten_after_the_right_password(account: Account) -> None:
    fail(NAME_LIMIT - 1)
    enter()
    assert fail(NAME_LIMIT - 1) == SignIn()


def test_a_name_that_nobody_has_is_locked_as_well(database: Session) -> None:
    assert fail(NAME_LIMIT, number="Q9999") == SignIn(locked_until=AT + LOCKED_FOR)


def test_a_locked_name_locks_nobody_else(account: Account) -> None:
    fail(NAME_LIMIT, number="Q9999")
    assert enter().account_id == account.id


def test_an_address_is_locked_after_failures_with_many_names(
    database: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.access.operations.ADDRESS_LIMIT", 6)
    for number in range(5):
        assert fail(1, number=f"N{number}") == SignIn()
    assert fail(1, number="N5") == SignIn(locked_until=AT + LOCKED_FOR)
    assert enter().locked_until == AT + LOCKED_FOR
    assert enter(address="10.0.0.2").account_id == account.id
    assert ADDRESS_LIMIT > NAME_LIMIT


def test_the_right_password_does_not_forget_what_others_tried_from_the_address(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.access.operations.ADDRESS_LIMIT", 3)
    fail(2, number="N1")
    enter()
    assert fail(1, number="N2").locked_until == AT + LOCKED_FOR


def test_neither_names_nor_addresses_are_kept(database: Session, account: Account) -> None:
    fail(2)
    keys = database.scalars(select(Throttle.key)).all()
    assert len(keys) == 2
    assert all(NUMBER not in key and "10.0.0.1" not in key and len(key) == 64 for key in keys)


def test_locking_is_written_into_the_journal_once(database: Session, account: Account) -> None:
    fail(NAME_LIMIT + 3)
    assert acts(database) == ["account.locked"]


def test_failures_at_the_same_moment_are_all_counted(app: Flask, database: Session, account: Account) -> None:
    verified = verify(Claim(NUMBER, "wrong", "10.0.0.1", "secret"))
    race(app, *[lambda: sign_in(verified, at=AT)] * 4)
    assert set(database.scalars(select(Throttle.failures))) == {4}
