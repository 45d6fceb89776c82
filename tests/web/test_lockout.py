"""Failed sign-ins: how many lock what, for how long, and that it is said."""

import re
from datetime import timedelta

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.journal.models import Entry
from tests.support.people import (
    PASSWORD,
    is_signed_in,
    make_learner,
    try_to_sign_in,
)


def test_five_failures_lock_a_number_and_say_for_how_long(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    person = make_learner()
    for _ in range(4):
        assert try_to_sign_in(client, number=person.number).status_code == 422
    locked = try_to_sign_in(client, number=person.number)
    assert locked.status_code == 429
    assert locked.headers["Retry-After"] == "900"
    assert "15" in notice(locked)
    assert "09:15" in notice(locked)
    clock.shift(timedelta(minutes=9, seconds=30))
    still = try_to_sign_in(client, number=person.number, password=PASSWORD)
    assert still.status_code == 429
    assert "6" in notice(still)
    assert "09:15" in notice(still)
    assert not is_signed_in(client)


def notice(response: TestResponse) -> str:
    """The note about the lock, without the rest of the page."""
    found = re.search(r'<div class="note note--bad".*?<p>(.*?)</p>', response.text, re.DOTALL)
    assert found
    return found[1]


def test_a_locked_number_opens_again_by_itself(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    person = make_learner()
    for _ in range(5):
        try_to_sign_in(client, number=person.number)
    clock.shift(timedelta(minutes=15, seconds=1))
    assert try_to_sign_in(client, number=person.number).status_code == 422
    assert try_to_sign_in(client, number=person.number, password=PASSWORD).status_code == 303


def test_a_lock_begun_in_the_middle_of_a_minute_is_over_by_the_time_that_is_told(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    person = make_learner()
    clock.shift(timedelta(seconds=20))
    for _ in range(5):
        locked = try_to_sign_in(client, number=person.number)
    assert "09:16" in notice(locked)


def test_a_number_that_nobody_has_is_locked_like_any_other(client: FlaskClient) -> None:
    assert [try_to_sign_in(client, number="Q9999").status_code for _ in range(5)] == [422, 422, 422, 422, 429]


def test_the_lock_of_one_number_leaves_the_others_open(database: Session, client: FlaskClient) -> None:
    make_learner(number="Q1024")
    for _ in range(5):
        try_to_sign_in(client, number="Q9999")
    assert try_to_sign_in(client, number="Q1024", password=PASSWORD).status_code == 303


def test_a_success_forgets_the_failures_before_it(database: Session, client: FlaskClient) -> None:
    person = make_learner()
    for _ in range(2):
        for _ in range(4):
            try_to_sign_in(client, number=person.number)
        assert try_to_sign_in(client, number=person.number, password=PASSWORD).status_code == 303


def test_failures_that_lie_far_apart_are_not_in_a_row(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    person = make_learner()
    for _ in range(4):
        try_to_sign_in(client, number=person.number)
    clock.shift(timedelta(minutes=15, seconds=1))
    for _ in range(4):
        assert try_to_sign_in(client, number=person.number).status_code == 422


def test_a_hundred_failures_lock_an_address_whatever_the_numbers(
    database: Session, client: FlaskClient
) -> None:
    person = make_learner()
    for number in range(100):
        try_to_sign_in(client, number=f"X{number}", address="203.0.113.7")
    here = try_to_sign_in(client, number=person.number, password=PASSWORD, address="203.0.113.7")
    elsewhere = try_to_sign_in(client, number=person.number, password=PASSWORD, address="203.0.113.8")
    assert (here.status_code, elsewhere.status_code) == (429, 303)


def test_a_lock_is_recorded(database: Session, client: FlaskClient) -> None:
    person = make_learner()
    for _ in range(5):
        try_to_sign_in(client, number=person.number)
    assert list(database.scalars(select(Entry.actor_id).where(Entry.act == "account.locked"))) == [person.id]
