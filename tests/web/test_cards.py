"""Signing in with a card: the code, the one question, what is said when it does not fit."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.access.cards import Terms
from lms.access.rules import shown_code
from lms.journal.models import Entry
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.outreach.hotlines import set_hotline
from lms.people.models import Person
from tests.support.cards import AT, END, YEAR, code_for, is_in, retiree, scan
from tests.support.people import make_account, sign_in
from tests.support.statements import statements

TODAY = china_date(AT)


@pytest.fixture
def person(database: Session) -> Person:
    return retiree(number="T7001")


# -- getting in -------------------------------------------------------------------------------------------


def test_the_square_leads_to_one_question_and_that_to_the_easy_view(
    client: FlaskClient, person: Person
) -> None:
    code = code_for(person)
    scanned = client.get(f"/card/{code}")
    assert (scanned.status_code, scanned.location) == (302, "/card/digits")
    assert scanned.headers.getlist("Referrer-Policy") == ["no-referrer"]
    question = client.get("/card/digits").text
    assert shown_code(code) in question
    assert question.count('type="text"') == 1
    assert person.name not in question
    entered = client.post("/card/digits", data={"digits": END})
    assert (entered.status_code, entered.location) == (303, "/easy")
    assert person.name in client.get("/easy").text


def test_the_code_is_typed_where_nothing_can_scan_it(client: FlaskClient, person: Person) -> None:
    code = code_for(person)
    asked = client.post("/card", data={"code": shown_code(code).lower()})
    assert (asked.status_code, asked.location) == (303, "/card/digits")
    assert client.post("/card/digits", data={"digits": "６６７２"}).location == "/easy"


def test_the_sign_in_page_leads_to_the_card(client: FlaskClient) -> None:
    assert 'href="/card"' in client.get("/enter").text


def test_nobody_needs_a_password_of_their_own(client: FlaskClient, person: Person) -> None:
    scan(client, code_for(person))
    assert is_in(client)
    assert client.get("/").location == "/easy"


def test_who_was_signed_in_before_is_not_any_more(client: FlaskClient, person: Person) -> None:
    other = retiree(name="何平", number="T7002")
    make_account(person=other)
    sign_in(client, number=other.number)
    scan(client, code_for(person))
    assert person.name in client.get("/easy").text


def test_a_session_by_card_costs_no_statement_more(app: Flask, client: FlaskClient, person: Person) -> None:
    code = code_for(person)
    make_account_of = app.test_client()
    scan(client, code)
    with statements(app) as by_card:
        client.get("/about")
    other = retiree(name="何平", number="T7002")
    make_account(person=other)
    sign_in(make_account_of, number=other.number)
    with statements(app) as by_password:
        make_account_of.get("/about")
    assert len(by_card) == len(by_password)


# -- what is typed wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter the number on the card"),
        ("7K3M", "has 8 letters and digits"),
        ("7K3M 9QW0", "no digit 0 or 1 on a card"),
    ],
)
def test_what_can_be_no_code_is_told_beside_the_field(
    database: Session, client: FlaskClient, typed: str, words: str
) -> None:
    client.get("/card?lang=en")
    response = client.post("/card", data={"code": typed})
    assert response.status_code == 422
    assert words in response.text
    assert "<title>Error:" in response.text


@pytest.mark.parametrize("typed", ["", "667", "13800006672"])
def test_four_digits_are_asked_for_again_and_nothing_is_counted(
    client: FlaskClient, person: Person, typed: str
) -> None:
    code = code_for(person)
    for _ in range(6):
        response = scan(client, code, typed)
        assert response.status_code == 422
        assert 'id="digits-err"' in response.text
    assert scan(client, code).status_code == 303


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_question_without_a_card_leads_to_the_card(
    database: Session, client: FlaskClient, method: str
) -> None:
    assert client.open("/card/digits", method=method).location == "/card"


def test_an_address_that_holds_no_code_leads_to_the_card(database: Session, client: FlaskClient) -> None:
    assert client.get("/card/hello").location == "/card"


# -- what does not open -----------------------------------------------------------------------------------


def without_code(response: TestResponse) -> str:
    """The page without what differs from session to session."""
    return re.sub(r'value="[^"]*"', "", response.text)


def test_a_wrong_number_and_a_code_on_no_card_get_the_same_page(
    app: Flask, client: FlaskClient, person: Person
) -> None:
    code = code_for(person)
    wrong, unknown = scan(client, code, "0000"), scan(app.test_client(), "23456789", "0000")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert without_code(wrong) == without_code(unknown)
    assert person.name not in wrong.text
    assert "/card/digits" in wrong.text


def test_the_page_says_whom_to_call(client: FlaskClient, person: Person) -> None:
    code = code_for(person)
    assert "Call HR" in scan(client, code, "0000").text
    with unit_of_work():
        set_hotline("", phone="400-000-1234", hours="周一到周五 9:00—17:00", actor_id=person.id, at=AT)
    page = scan(client, code, "0000").text
    assert 'href="tel:4000001234"' in page
    assert "周一到周五" in page


def test_five_wrong_numbers_ask_for_patience(
    client: FlaskClient, person: Person, clock: time_machine.Traveller
) -> None:
    code = code_for(person)
    for _ in range(4):
        assert scan(client, code, "0000").status_code == 422
    locked = scan(client, code, "0000")
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "900")
    assert "09:15" in locked.text
    assert scan(client, code).status_code == 429
    clock.shift(timedelta(minutes=15, seconds=1))
    assert scan(client, code).status_code == 303


def test_an_expired_card_says_so_to_its_holder_alone(
    client: FlaskClient, person: Person, clock: time_machine.Traveller
) -> None:
    code = code_for(person, terms=Terms(TODAY))
    clock.shift(timedelta(days=1))
    told = scan(client, code)
    assert told.status_code == 422
    assert "This card was good until 23 Nov 2026" in told.text
    assert "good until" not in scan(client, code, "0000").text


def test_a_used_up_and_a_revoked_card_say_so_kindly(app: Flask, client: FlaskClient, person: Person) -> None:
    code = code_for(person, terms=Terms(YEAR.expires_on, uses=1))
    assert scan(client, code).status_code == 303
    assert "for one time" in scan(app.test_client(), code).text
    code_for(person)
    assert "no longer in use" in scan(app.test_client(), code).text


# -- what is told to nobody -------------------------------------------------------------------------------


def test_no_code_stands_in_the_journal_or_in_a_log(
    database: Session, app: Flask, client: FlaskClient, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    code = code_for(person)
    caplog.set_level("DEBUG")
    scan(client, code, "0000")
    scan(client, code)
    written = [str((one.subject, one.facts)) for one in database.scalars(select(Entry))]
    assert not [one for one in (*written, caplog.text) if code in one]


def test_a_fault_of_the_server_does_not_log_the_code(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(code: str) -> None:
        raise RuntimeError("broken")

    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(app.view_functions, "cards.scanned", broken)
    monkeypatch.setattr(broken, "access", "open", raising=False)
    try:
        assert client.get("/card/7K3M9QWX").status_code == 500
    finally:
        app.testing = True
        app.config["PROPAGATE_EXCEPTIONS"] = None
    assert "Exception on /card/<code> [GET]" in caplog.text
    assert "7K3M9QWX" not in caplog.text
