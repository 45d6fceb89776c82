"""The first sign-in: who one is known as, and a password of one's own."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.people.models import Person
from tests.support.people import is_signed_in, make_account, make_person, sign_in, try_to_sign_in

FIRST = "handed over by HR"
OWN = "seven boats on the lake"


def a_newcomer(client: FlaskClient, *, number: str = "Q1024", name: str = "林晓") -> Person:
    """Somebody who has just signed in with the password that HR handed over."""
    person = make_person(number=number, name=name)
    make_account(person=person, password=FIRST, must_change=True)
    sign_in(client, number=number, password=FIRST)
    return person


def test_nothing_opens_before_a_password_of_ones_own(database: Session, client: FlaskClient) -> None:
    a_newcomer(client)
    for address in ("/me", "/me/password", "/course", "/my"):
        assert client.get(address).location == "/welcome", address


def test_the_first_page_shows_who_one_is_known_as(database: Session, client: FlaskClient) -> None:
    person = a_newcomer(client)
    page = client.get("/welcome").text
    assert person.name in page
    assert person.number in page


def set_first(client: FlaskClient, *, new: str = OWN, again: str = OWN) -> TestResponse:
    return client.post("/welcome", data={"new": new, "again": again})


def test_the_first_password_is_ones_own_from_then_on(database: Session, client: FlaskClient) -> None:
    person = a_newcomer(client)
    response = set_first(client)
    assert (response.status_code, response.location) == (303, "/")
    assert is_signed_in(client)
    assert try_to_sign_in(client, number=person.number, password=FIRST).status_code == 422
    assert try_to_sign_in(client, number=person.number, password=OWN).status_code == 303
    assert client.get("/welcome").location == "/"


def test_other_sessions_with_the_first_password_end(
    database: Session, app: Flask, client: FlaskClient
) -> None:
    person = a_newcomer(client)
    someone_else = app.test_client()
    sign_in(someone_else, number=person.number, password=FIRST)
    set_first(client)
    assert someone_else.get("/welcome").location == "/enter?next=/welcome"


def test_the_page_one_was_going_to_opens_after_the_first_password(
    database: Session, client: FlaskClient
) -> None:
    person = make_person()
    make_account(person=person, password=FIRST, must_change=True)
    entered = client.post("/enter", data={"number": person.number, "password": FIRST, "next": "/course"})
    assert entered.location == "/welcome?next=/course"
    assert 'name="next" value="/course"' in client.get(entered.location).text
    data = {"new": OWN, "again": OWN, "next": "/course"}
    assert client.post("/welcome", data=data).location == "/course"


def test_the_page_after_the_first_password_is_on_this_site(database: Session, client: FlaskClient) -> None:
    a_newcomer(client)
    data = {"new": OWN, "again": OWN, "next": "//elsewhere.example"}
    assert client.post("/welcome", data=data).location == "/"


WEAK = {
    "nine characters": "two-boats",
    "too many characters": "boats " * 22,
    "the number and little else": "Q1024Q1024!",
    "the name and little else": "欧阳一一欧阳一一欧阳一一",
    "a common word": "password!!!!",
    "one key": "aaaaaaaaaaaa",
    "a run": "12345678901234",
    "only spaces": " " * 12,
    "the one handed over": FIRST,
}


@pytest.mark.parametrize("password", WEAK.values(), ids=WEAK)
def test_a_weak_first_password_is_refused_and_nothing_changes(
    database: Session, client: FlaskClient, password: str
) -> None:
    person = a_newcomer(client, name="欧阳一一")
    response = set_first(client, new=password, again=password)
    assert response.status_code == 422
    assert 'id="new-err"' in response.text
    assert client.get("/me").location == "/welcome"
    assert try_to_sign_in(client, number=person.number, password=FIRST).status_code == 303


@pytest.mark.parametrize(("new", "again"), [(OWN, "eight boats on the lake"), (OWN, ""), ("", OWN), ("", "")])
def test_a_first_password_is_typed_twice_alike(
    database: Session, client: FlaskClient, new: str, again: str
) -> None:
    a_newcomer(client)
    assert set_first(client, new=new, again=again).status_code == 422
    assert client.get("/me").location == "/welcome"


def test_a_password_never_comes_back_in_a_page(database: Session, client: FlaskClient) -> None:
    a_newcomer(client)
    assert "two-boats" not in set_first(client, new="two-boats", again="two-boats").text


def test_one_may_sign_out_before_setting_a_password(database: Session, client: FlaskClient) -> None:
    a_newcomer(client)
    assert client.post("/leave").location == "/enter"
    assert client.get("/welcome").location == "/enter?next=/welcome"
