"""One's own page: facts, password, and the end of all sessions."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.journal.models import Entry
from lms.people.models import Audience, Person
from tests.support.library import publish_texts
from tests.support.people import BEIJING, NANJING, PASSWORD, make_account, make_person, sign_in
from tests.support.small_library import TEXTS

OWN = "seven boats on the lake"


@pytest.fixture
def learner(database: Session, client: FlaskClient) -> Person:
    """A learner who is signed in with *client*."""
    person = make_person()
    make_account(person=person)
    sign_in(client, number=person.number)
    return person


# -- facts ----------------------------------------------------------------------------------------------


def test_the_page_shows_whom_the_site_takes_one_for(database: Session, client: FlaskClient) -> None:
    publish_texts(TEXTS)
    person = make_person(name="陈桂芬", audience=Audience.RETIREE, region=BEIJING)
    make_account(person=person)
    sign_in(client, number=person.number)
    for address in ("/easy/me", "/easy/standard?to=/me"):
        page = client.get(address, follow_redirects=True).text
        for fact in ("陈桂芬", person.number, "北京"):
            assert f"<dd>{fact}</dd>" in page
    assert "<dd>Beijing</dd>" in client.get("/me", query_string={"lang": "en"}, follow_redirects=True).text


def test_a_city_that_the_library_does_not_know_is_shown_by_its_code(
    database: Session, client: FlaskClient
) -> None:
    publish_texts(TEXTS)
    person = make_person(region=NANJING)
    make_account(person=person)
    sign_in(client, number=person.number)
    assert NANJING in client.get("/me").text


def test_the_page_stands_before_anything_was_published(learner: Person, client: FlaskClient) -> None:
    assert client.get("/me").status_code == 200


# -- password -------------------------------------------------------------------------------------------


def change(client: FlaskClient, *, present: str = PASSWORD, new: str = OWN, again: str = "") -> int:
    """Ask for another password; returns the status of the answer."""
    data = {"present": present, "new": new, "again": again or new}
    return client.post("/me/password", data=data).status_code


def test_a_changed_password_ends_every_other_session_and_keeps_this_one(
    learner: Person, app: Flask, client: FlaskClient
) -> None:
    phone = app.test_client()
    sign_in(phone, number=learner.number)
    assert change(client) == 303
    assert client.get("/me").status_code == 200
    assert phone.get("/me").location == "/enter?next=/me"
    sign_in(phone, number=learner.number, password=OWN)


def test_the_old_password_is_worth_nothing_after_a_change(learner: Person, client: FlaskClient) -> None:
    change(client)
    refused = client.post("/enter", data={"number": learner.number, "password": PASSWORD})
    assert refused.status_code == 422


def test_the_next_page_confirms_the_change_once(learner: Person, client: FlaskClient) -> None:
    change(client)
    assert "note--ok" in client.get("/me").text
    assert "note--ok" not in client.get("/me").text


@pytest.mark.parametrize(
    ("present", "new", "again", "at_fault"),
    [
        ("not the password", OWN, OWN, "present"),
        ("", OWN, OWN, "present"),
        (PASSWORD, "too short", "too short", "new"),
        (PASSWORD, PASSWORD, PASSWORD, "new"),
        (PASSWORD, "", OWN, "new"),
        (PASSWORD, OWN, "eight boats on the lake", "again"),
    ],
    ids=["wrong present", "no present", "weak", "unchanged", "no new", "two different"],
)
def test_a_refused_change_says_where_and_changes_nothing(
    learner: Person, client: FlaskClient, present: str, new: str, again: str, at_fault: str
) -> None:
    response = client.post("/me/password", data={"present": present, "new": new, "again": again})
    assert response.status_code == 422
    assert f'href="#{at_fault}"' in response.text
    assert f'id="{at_fault}-err"' in response.text
    assert response.text.count("name=")
    assert OWN not in response.text
    assert client.post("/enter", data={"number": learner.number, "password": PASSWORD}).status_code == 303


def test_a_change_is_recorded_without_the_password(
    learner: Person, database: Session, client: FlaskClient
) -> None:
    change(client)
    entry = database.scalars(select(Entry).where(Entry.act == "account.password-set")).one()
    assert (entry.actor_id, entry.subject, entry.facts) == (learner.id, learner.key, {})


# -- every device ---------------------------------------------------------------------------------------


def test_signing_out_everywhere_ends_every_session(learner: Person, app: Flask, client: FlaskClient) -> None:
    phone = app.test_client()
    sign_in(phone, number=learner.number)
    response = client.post("/me/sign-out-everywhere")
    assert (response.status_code, response.location) == (303, "/enter")
    assert "note--ok" in client.get("/enter").text
    for device in (client, phone):
        assert device.get("/me").location == "/enter?next=/me"


def test_signing_out_everywhere_leaves_other_people_alone(
    learner: Person, app: Flask, client: FlaskClient
) -> None:
    colleague = make_person()
    make_account(person=colleague)
    other = app.test_client()
    sign_in(other, number=colleague.number)
    client.post("/me/sign-out-everywhere")
    assert other.get("/me").status_code == 200


def test_one_may_sign_in_again_after_signing_out_everywhere(learner: Person, client: FlaskClient) -> None:
    client.post("/me/sign-out-everywhere")
    sign_in(client, number=learner.number)
    assert client.get("/me").status_code == 200
