"""Signing in, where one was going, and sessions."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Account, Role
from lms.journal.models import Entry
from lms.people.models import Audience
from tests.support.people import (
    PASSWORD,
    is_signed_in,
    leave,
    make_account,
    make_learner,
    make_person,
    sign_in,
    try_to_sign_in,
)


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


@pytest.mark.parametrize(
    ("audience", "role", "home"),
    [
        (Audience.EMPLOYEE, Role.LEARNER, "/my"),
        (Audience.RETIREE, Role.LEARNER, "/easy"),
        (Audience.HR, Role.HR, "/manage"),
        (Audience.EMPLOYEE, Role.ADMIN, "/manage"),
    ],
)
def test_everybody_is_taken_to_the_home_of_their_role(
    database: Session, client: FlaskClient, audience: Audience, role: Role, home: str
) -> None:
    person = make_person(audience=audience)
    make_account(person=person, role=role)
    response = try_to_sign_in(client, number=person.number, password=PASSWORD)
    assert (response.status_code, response.location) == (303, "/")
    assert client.get("/").location == home


def test_a_stranger_starts_at_the_sign_in_page(client: FlaskClient) -> None:
    assert client.get("/").location == "/enter"
    assert client.get("/enter").status_code == 200


def test_who_is_signed_in_need_not_sign_in_again(database: Session, client: FlaskClient) -> None:
    sign_in(client, number=make_learner().number)
    assert client.get("/enter").location == "/"
    assert client.get("/enter?next=/course").location == "/course"


def test_a_wrong_password_and_an_unknown_number_are_told_in_the_same_words(
    database: Session, client: FlaskClient
) -> None:
    person = make_learner(number="Q1024")
    wrong = try_to_sign_in(client, number=person.number)
    unknown = try_to_sign_in(client, number="Q9999")
    assert wrong.status_code == unknown.status_code == 422
    assert without_tokens(wrong.text) == without_tokens(unknown.text).replace("Q9999", "Q1024")


def test_what_was_typed_is_kept_but_for_the_password(database: Session, client: FlaskClient) -> None:
    page = client.post(
        "/enter", data={"number": "Q1024", "password": "not the password", "next": "/course"}
    ).text
    assert 'value="Q1024"' in page
    assert 'value="/course"' in page
    assert "not the password" not in page


def test_empty_fields_are_pointed_at(client: FlaskClient) -> None:
    response = client.post("/enter", data={})
    assert response.status_code == 422
    assert 'href="#number"' in response.text
    assert 'href="#password"' in response.text
    assert response.text.count('aria-invalid="true"') == 2


@pytest.mark.parametrize("typed", [" Q1024 ", "Ｑ１０２４", "Q1024\u200b"])
def test_a_number_is_read_as_it_was_meant(database: Session, client: FlaskClient, typed: str) -> None:
    make_learner(number="Q1024")
    assert try_to_sign_in(client, number=typed, password=PASSWORD).status_code == 303


def test_a_password_is_taken_exactly_as_it_was_typed(database: Session, client: FlaskClient) -> None:
    person = make_person()
    make_account(person=person, password=" With Spaces Around ")
    assert try_to_sign_in(client, number=person.number, password="with spaces around").status_code == 422
    assert try_to_sign_in(client, number=person.number, password="With Spaces Around").status_code == 422
    assert try_to_sign_in(client, number=person.number, password=" With Spaces Around ").status_code == 303


def test_a_colleague_at_the_same_browser_replaces_whoever_was_signed_in(
    database: Session, client: FlaskClient
) -> None:
    sign_in(client, number=make_learner(number="Q1024").number)
    sign_in(client, number=make_learner(number="Q1025").number)
    assert "Q1025" in client.get("/me").text


def test_a_person_who_left_can_neither_go_on_nor_sign_in_again(
    database: Session, client: FlaskClient
) -> None:
    person = make_learner()
    sign_in(client, number=person.number)
    leave(person)
    assert client.get("/me").location == "/enter?next=/me"
    assert try_to_sign_in(client, number=person.number, password=PASSWORD).status_code == 422


def test_a_sign_in_is_recorded(database: Session, client: FlaskClient) -> None:
    person = make_learner()
    sign_in(client, number=person.number)
    assert list(database.scalars(select(Entry.actor_id).where(Entry.act == "account.signed-in"))) == [
        person.id
    ]


# -- where one was going ------------------------------------------------------------------------------

ADDRESSES = {
    "/course": "/course",
    "/manage/progress?state=overdue&team=production": "/manage/progress?state=overdue&team=production",
    "": "/",
    "course": "/",
    "https://elsewhere.example/": "/",
    "https:elsewhere.example": "/",
    "javascript:alert(1)": "/",
    "//elsewhere.example": "/",
    "///elsewhere.example": "/",
    "//[": "/",
    "/\\elsewhere.example": "/",
    "\\/elsewhere.example": "/",
    "\\\\elsewhere.example": "/",
    "/\t/elsewhere.example": "/",
    "\t//elsewhere.example": "/",
    " //elsewhere.example": "/",
    "/course\r\nSet-Cookie: a=b": "/",
}


@pytest.mark.parametrize(("asked", "taken"), ADDRESSES.items(), ids=map(repr, ADDRESSES))
def test_a_return_address_cannot_leave_the_site(
    database: Session, client: FlaskClient, asked: str, taken: str
) -> None:
    person = make_learner()
    response = client.post("/enter", data={"number": person.number, "password": PASSWORD, "next": asked})
    assert (response.status_code, response.location) == (303, taken)
    assert client.get("/enter", query_string={"next": asked}).location == taken


def test_a_stranger_is_sent_to_sign_in_and_from_there_to_the_page_asked_for(
    database: Session, client: FlaskClient
) -> None:
    make_learner()
    sent = client.get("/me/password?from=mail").location
    assert sent == "/enter?next=/me/password?from%3Dmail"
    assert 'value="/me/password?from=mail"' in client.get(sent).text


def test_a_form_handed_in_by_a_stranger_leads_to_sign_in_and_then_home(client: FlaskClient) -> None:
    assert client.post("/me/password").location == "/enter?next=/"


# -- sessions -----------------------------------------------------------------------------------------


def test_signing_out_ends_the_session_and_says_so(database: Session, client: FlaskClient) -> None:
    sign_in(client, number=make_learner().number)
    assert client.post("/leave").location == "/enter"
    assert not is_signed_in(client)
    assert 'role="status"' in client.get("/enter").text
    assert 'class="note note--ok"' not in client.get("/enter").text


def test_signing_out_is_not_done_by_a_link(client: FlaskClient) -> None:
    assert client.get("/leave").status_code == 405


def test_a_session_ends_after_twelve_hours(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    sign_in(client, number=make_learner().number)
    assert is_signed_in(client)
    clock.shift(timedelta(hours=11, minutes=59))
    assert is_signed_in(client)
    clock.shift(timedelta(minutes=2))
    assert not is_signed_in(client)


def test_nothing_of_an_earlier_session_survives_signing_in(database: Session, client: FlaskClient) -> None:
    with client.session_transaction() as planted:
        planted["csrf_token"] = "known to somebody else"
    sign_in(client, number=make_learner().number)
    with client.session_transaction() as begun:
        assert begun.get("csrf_token") != "known to somebody else"


def test_the_stamp_of_another_account_opens_nothing(database: Session, client: FlaskClient) -> None:
    first, second = make_learner(number="Q1024"), make_learner(number="Q1025")
    sign_in(client, number=first.number)
    other = database.scalars(select(Account).where(Account.person_id == second.id)).one().id
    with client.session_transaction() as held:
        held["_user_id"] = f"{other}:{held['_user_id'].partition(':')[2]}"
    assert not is_signed_in(client)
