"""HR's pages about cards: who has one, making them, the sheet to print, taking them back."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Card
from lms.access.rules import card_code
from lms.journal.models import Entry
from lms.kernel.clock import china_date
from lms.people.models import Person
from tests.support.cards import AT, END, card, retiree
from tests.support.company import hr
from tests.support.library import publish_texts
from tests.support.people import leave, make_account, make_department, make_person, sign_in
from tests.support.quiz_texts import quiz_texts
from tests.support.statements import statements

TODAY = china_date(AT)
TERMS = {"lasts": "12", "uses": "any"}


@pytest.fixture
def desk(database: Session, client: FlaskClient) -> FlaskClient:
    publish_texts(quiz_texts())
    hr(client, name="周敏", department=make_department(name="人事部"))
    return client


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]+)<', page)


def codes(page: str) -> list[str]:
    """The codes on new cards."""
    return [card_code(one) for one in re.findall(r"<code>([^<]+)</code>", page)]


def make(desk: FlaskClient, *people: Person, **terms: str) -> str:
    """The page with the new cards of these people."""
    data = {"person": [one.key for one in people], **TERMS, **terms}
    return str(desk.post("/manage/cards/new", data=data).text)


def test_a_form_sent_twice_leaves_the_cards_that_were_printed(desk: FlaskClient) -> None:
    person = retiree()
    (code,) = codes(make(desk, person))
    again = make(desk, person)
    assert codes(again) == []
    assert "has got a new card a moment ago" in again
    present = card(code)
    assert present.revoked_at is None
    asked = desk.get(f"/manage/cards/new?person={person.key}").text
    assert f'name="had" value="{present.key}"' in asked
    assert codes(make(desk, person, had=present.key)) != []


# -- the list -------------------------------------------------------------------------------------------


def test_it_lists_retirees_with_and_without_a_card(desk: FlaskClient) -> None:
    with_card = retiree(name="陈桂芬")
    retiree(name="何平", phone="")
    make_person(name="林晓")
    make(desk, with_card)
    page = desk.get("/manage/cards").text
    assert sorted(names(page)) == ["何平", "陈桂芬"]
    assert "23 Nov 2027" in page
    assert names(desk.get("/manage/cards?cards=living").text) == ["陈桂芬"]
    assert names(desk.get("/manage/cards?cards=none").text) == ["何平"]
    assert names(desk.get("/manage/cards?text=何&cards=no-phone").text) == ["何平"]
    assert "Nobody matches these filters" in desk.get("/manage/cards?cards=locked").text


@pytest.mark.parametrize("path", ["cards", "contacts", "people"])
def test_a_page_that_no_list_has_is_no_mistake(desk: FlaskClient, path: str) -> None:
    retiree(name="陈桂芬")
    assert desk.get(f"/manage/{path}?page={10**20}").status_code == 200


def test_an_empty_list_says_what_it_is_for(desk: FlaskClient) -> None:
    assert "Nobody here needs a card" in desk.get("/manage/cards").text


@pytest.mark.parametrize("query", ["cards=lost", "department=NOSUCH"])
def test_a_filter_that_no_list_offers_is_not_found(desk: FlaskClient, query: str) -> None:
    assert desk.get(f"/manage/cards?{query}").status_code == 404


def test_a_long_list_has_pages_and_needs_no_query_a_row(desk: FlaskClient, app: Flask) -> None:
    for number in range(53):
        retiree(name=f"长辈{number}")
    desk.get("/manage/cards")
    with statements(app) as many:
        assert len(names(desk.get("/manage/cards").text)) == 50
    assert len(names(desk.get("/manage/cards?page=9").text)) == 3
    with statements(app) as one:
        desk.get("/manage/cards?text=长辈52")
    assert len(many) == len(one)


def test_the_list_of_people_and_ones_entry_lead_there(desk: FlaskClient) -> None:
    person = retiree()
    assert 'href="/manage/cards"' in desk.get("/manage/people").text
    for address in (f"/manage/people/{person.key}/edit", f"/manage/people/{person.key}"):
        assert f'href="/manage/cards/new?person={person.key}"' in desk.get(address).text


# -- making them ----------------------------------------------------------------------------------------


def test_those_chosen_are_named_with_what_happens_to_them(desk: FlaskClient) -> None:
    new, known, silent = retiree(name="甲"), retiree(name="乙"), retiree(name="丙", phone="")
    make(desk, known)
    page = desk.get(f"/manage/cards/new?person={new.key}&person={known.key}&person={silent.key}").text
    assert "2 people get a card." in page
    assert "1 of them has one already" in page
    assert "1 person gets no card" in page
    assert "no mobile number on file" in page
    assert f'href="/manage/people/{silent.key}/edit"' in page


def test_they_are_shown_once_and_let_people_in(desk: FlaskClient, app: Flask, database: Session) -> None:
    people = [retiree(name="甲"), retiree(name="乙")]
    page = make(desk, *people)
    made = codes(page)
    assert len(set(made)) == 2
    assert page.count("<svg xmlns") == 2
    assert card(made[0]).expires_on.isoformat() == "2027-11-23"
    other = app.test_client()
    other.get(f"/card/{made[0]}")
    assert other.post("/card/digits", data={"digits": END}).status_code == 303
    assert made[0] not in desk.get(f"/manage/cards/new?person={people[0].key}").text


@pytest.mark.parametrize(
    ("terms", "days", "uses_left"),
    [({"lasts": "0", "uses": "once"}, 0, 1), ({"lasts": "1"}, 30, None)],
)
def test_a_card_may_be_for_today_alone_or_for_one_time(
    desk: FlaskClient, terms: dict[str, str], days: int, uses_left: int | None
) -> None:
    (code,) = codes(make(desk, retiree(), **terms))
    found = card(code)
    assert (found.expires_on, found.uses_left) == (TODAY + timedelta(days=days), uses_left)


def test_terms_that_the_form_does_not_offer_are_asked_for_again(desk: FlaskClient, database: Session) -> None:
    data = {"person": retiree().key, "lasts": "999", "uses": "often"}
    response = desk.post("/manage/cards/new", data=data)
    assert response.status_code == 422
    assert "2 things to correct" in response.text
    assert database.scalars(select(Card)).all() == []


def test_all_without_a_card_are_chosen_who_can_get_one(desk: FlaskClient) -> None:
    make(desk, retiree(name="甲"))
    retiree(name="乙")
    retiree(name="丙", phone="")
    leave(retiree(name="丁"))
    page = desk.get("/manage/cards/new?all=yes").text
    assert names(page) == ["乙"]


def test_staff_and_who_has_left_get_none_and_are_named(desk: FlaskClient) -> None:
    gone = retiree(name="丁")
    leave(gone)
    page = make(desk, gone)
    assert "No card was made" in page
    assert "has left" in page


def test_nobody_chosen_is_told(desk: FlaskClient) -> None:
    assert "Nobody is chosen" in desk.get("/manage/cards/new").text
    assert "No card was made" in desk.post("/manage/cards/new", data=TERMS).text
    assert "Nobody with a card is chosen" in desk.get("/manage/cards/revoke").text


def test_making_them_is_put_on_record_without_the_codes(desk: FlaskClient, database: Session) -> None:
    (code,) = codes(make(desk, retiree()))
    written = [str((entry.act, entry.subject, entry.facts)) for entry in database.scalars(select(Entry))]
    assert any("card.issued" in one for one in written)
    assert not any(code in one for one in written)


# -- the sheet ------------------------------------------------------------------------------------------


def test_the_cards_just_made_become_a_pdf(desk: FlaskClient) -> None:
    made = codes(make(desk, retiree(name="甲"), retiree(name="乙")))
    response = desk.post("/manage/cards/sheet.pdf", data={"code": made})
    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    assert response.data.startswith(b"%PDF-")
    assert response.headers["Cache-Control"] == "no-store"


def test_no_pdf_of_cards_of_others_or_later(
    desk: FlaskClient, app: Flask, database: Session, clock: time_machine.Traveller
) -> None:
    made = codes(make(desk, retiree()))
    other = app.test_client()
    hr(other, name="吴姗")
    assert other.post("/manage/cards/sheet.pdf", data={"code": made}).status_code == 404
    assert desk.post("/manage/cards/sheet.pdf", data={"code": "23456789"}).status_code == 404
    clock.shift(timedelta(hours=1, seconds=1))
    assert desk.post("/manage/cards/sheet.pdf", data={"code": made}).status_code == 404


# -- taking them back -----------------------------------------------------------------------------------


def test_cards_are_revoked_after_being_asked_once_more(desk: FlaskClient) -> None:
    person = retiree(name="甲")
    (code,) = codes(make(desk, person))
    page = desk.get(f"/manage/cards/revoke?person={person.key}").text
    assert "1 card opens nothing from then on" in page
    key = re.findall(r'name="card" value="(\w+)"', page)
    response = desk.post("/manage/cards/revoke", data={"card": key})
    assert (response.status_code, response.location) == (303, "/manage/cards")
    assert "1 card opens nothing any more" in desk.get("/manage/cards").text
    assert card(code).revoked_at == AT


# -- who may --------------------------------------------------------------------------------------------


def test_a_learner_makes_no_cards(desk: FlaskClient, app: Flask) -> None:
    learner = make_person()
    make_account(person=learner)
    other = app.test_client()
    sign_in(other, number=learner.number)
    assert other.get("/manage/cards").status_code == 403
    assert other.post("/manage/cards/new", data=TERMS).status_code == 403
