"""A new first password from HR's desk: for whom, by whom, and what it ends."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.journal.models import Entry
from lms.people.models import Person
from tests.support.library import publish_texts
from tests.support.people import PASSWORD, leave, make_account, make_learner, make_person, sign_in
from tests.support.quiz_texts import quiz_texts


@pytest.fixture
def learner(database: Session) -> Person:
    publish_texts(quiz_texts())
    return make_learner()


def staff(role: Role, number: str) -> Person:
    person = make_person(number=number, name="董雪晴")
    make_account(person=person, role=role)
    return person


def issue(client: FlaskClient, person: Person) -> str:
    """The password shown; empty when none was issued."""
    page = client.post(f"/manage/people/{person.key}/password").text
    found = re.search(r"<code>([\w-]+)</code>", page)
    return found[1] if found else ""


def test_it_lets_the_person_in_once_and_has_to_be_replaced(
    app: Flask, client: FlaskClient, learner: Person
) -> None:
    staff(Role.HR, "H1")
    before = app.test_client()
    sign_in(before, number=learner.number)
    sign_in(client, number="H1")
    issued = issue(client, learner)
    assert before.get("/my").location.startswith("/enter")
    again = app.test_client()
    assert again.post("/enter", data={"number": learner.number, "password": PASSWORD}).status_code == 422
    sign_in(again, number=learner.number, password=issued)
    assert again.get("/my").location == "/welcome"


def test_it_is_put_on_record_without_the_password(
    client: FlaskClient, database: Session, learner: Person
) -> None:
    hr = staff(Role.HR, "H1")
    sign_in(client, number="H1")
    issued = issue(client, learner)
    entry = database.scalars(select(Entry).where(Entry.act == "account.password-issued")).one()
    assert (entry.actor_id, entry.subject) == (hr.id, learner.key)
    assert issued not in str(entry.facts)


@pytest.mark.parametrize(
    ("asks", "about", "may"),
    [
        (Role.HR, Role.LEARNER, True),
        (Role.HR, Role.HR, False),
        (Role.HR, Role.ADMIN, False),
        (Role.ADMIN, Role.HR, True),
        (Role.ADMIN, Role.ADMIN, True),
    ],
)
def test_staff_get_theirs_from_an_administrator(
    client: FlaskClient, learner: Person, asks: Role, about: Role, may: bool
) -> None:
    staff(asks, "H1")
    other = staff(about, "H2")
    sign_in(client, number="H1")
    assert bool(issue(client, other)) is may


def test_nobody_issues_one_to_oneself(client: FlaskClient, learner: Person) -> None:
    own = staff(Role.ADMIN, "H1")
    sign_in(client, number="H1")
    assert "您不能给这位同事发" in client.get(f"/manage/people/{own.key}/password").text
    assert issue(client, own) == ""


def test_who_has_left_gets_none(client: FlaskClient, learner: Person) -> None:
    staff(Role.HR, "H1")
    leave(learner)
    sign_in(client, number="H1")
    assert issue(client, learner) == ""
