"""Letters at the desk: printing, the PDF, posting, what came back; and the change that counts them."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.journal.models import Entry
from lms.people.models import Person, ReachBy
from lms.rollouts.models import Change
from tests.support.changes import CHEAPER_IN_BEIJING, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.policy_desk import Desk, desk
from tests.support.reaching import wants, ways_of
from tests.support.rollouts import delivered, taught


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(TWO_CITIES)


@pytest.fixture
def at(app: Flask) -> Desk:
    return desk(app)


def given() -> tuple[Change, dict[ReachBy, Person]]:
    people = {reach: wants(taught(), reach) for reach in ReachBy}
    return delivered(CHEAPER_IN_BEIJING), people


def printed(at: Desk, change: Change) -> str:
    answer = at.client.post(f"/manage/letters/{change.key}", data={"text": "请看后面。"})
    assert answer.status_code == 303, answer.text
    return answer.location


def post(at: Desk, mailing: str, on: str = "2026-11-23") -> int:
    return at.client.post(mailing, data={"on": on}).status_code


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_clock_counts_a_letter_when_it_is_posted(at: Desk) -> None:
    change, people = given()
    page = plain(at.get(f"/manage/policy/{change.key}"))
    assert "in the app 1 · 3 still to come" in page
    assert "delivered to 1 of 4 people" in page
    assert "3 people: not delivered yet" in page
    assert "1 letter · 1 call · 1 text message" in page
    assert post(at, printed(at, change)) == 303
    page = plain(at.get(f"/manage/policy/{change.key}"))
    assert "in the app 1 · letter 1 · 2 still to come" in page
    assert "delivered to 2 of 4 people" in page
    assert ways_of(people[ReachBy.LETTER]) == {"letter": "sent"}


def test_where_all_look_the_page_says_no_more_than_before(at: Desk) -> None:
    taught()
    change = delivered(CHEAPER_IN_BEIJING)
    page = plain(at.get(f"/manage/policy/{change.key}"))
    assert "still to come" not in page
    assert "not delivered yet" not in page


def test_all_changes_with_their_letters(at: Desk) -> None:
    assert "No letter and no call is waiting" in at.get("/manage/letters")
    change, _ = given()
    page = at.get("/manage/letters")
    assert f"/manage/letters/{change.key}" in page
    assert "Everybody has on record" in page


def test_whom_nothing_can_reach_leads_to_where_it_is_mended(at: Desk) -> None:
    person = wants(taught(), ReachBy.LETTER, address="")
    page = at.get("/manage/letters")
    assert f"/manage/people/{person.key}/edit" in page
    assert "Enter the address" in page


def test_the_letter_is_proposed_in_chinese_and_has_to_be_there(at: Desk) -> None:
    change, _ = given()
    page = at.get(f"/manage/letters/{change.key}")
    assert "1 letter to print" in page
    answer = at.client.post(f"/manage/letters/{change.key}", data={"text": " "})
    assert answer.status_code == 422
    assert "Write the letter" in answer.text


def test_nothing_left_to_print_is_told(at: Desk) -> None:
    change, _ = given()
    printed(at, change)
    answer = at.client.post(f"/manage/letters/{change.key}", data={"text": "又"}, follow_redirects=True)
    assert "No letter waits to be printed." in answer.text


def test_the_pdf_is_one_for_all_and_is_noted(at: Desk, database: Session) -> None:
    change, _ = given()
    wants(taught(), ReachBy.LETTER)
    answer = at.client.get(f"{printed(at, change)}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")
    noted = database.scalars(select(Entry).where(Entry.act == "letters.taken")).one()
    assert noted.facts["count"] == 1


@pytest.mark.parametrize("on", ["2026-11-22", "2026-11-24", "", "gestern"])
def test_a_day_that_cannot_be_is_told_beside_its_field(at: Desk, on: str) -> None:
    change, _ = given()
    mailing = printed(at, change)
    answer = at.client.post(mailing, data={"on": on})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "Error:" in answer.text


def test_a_letter_that_came_back_waits_for_an_address(at: Desk) -> None:
    change, people = given()
    mailing, person = printed(at, change), people[ReachBy.LETTER]
    post(at, mailing)
    at.client.post(f"{mailing}/returned", data={"person": person.key})
    assert ways_of(person) == {"letter": "dead"}
    assert "Correct the address" in at.get(mailing)
    edited = {
        "email": "",
        "phone": "",
        "wecom_id": "",
        "reach": "letter",
        "address": "上海市静安区南京西路1号",
    }
    assert at.client.post(f"/manage/people/{person.key}/edit", data=edited).status_code == 303
    assert ways_of(person) == {"letter": "queued"}
    assert "1 letter to print" in at.get(f"/manage/letters/{change.key}")


def test_a_letter_can_be_printed_again_without_a_new_address(at: Desk) -> None:
    change, people = given()
    mailing, person = printed(at, change), people[ReachBy.LETTER]
    post(at, mailing)
    at.client.post(f"{mailing}/returned", data={"person": person.key})
    answer = at.client.post(f"{mailing}/again", data={"person": person.key}, follow_redirects=True)
    assert "waits to be printed again" in answer.text


def test_what_was_not_posted_can_be_thrown_away(at: Desk) -> None:
    change, _ = given()
    mailing = printed(at, change)
    answer = at.client.post(f"{mailing}/throw-away", follow_redirects=True)
    assert "The letters wait to be printed again." in answer.text
    assert at.client.get(mailing).status_code == 404


def test_the_roster_says_how_and_when(at: Desk) -> None:
    change, people = given()
    post(at, printed(at, change))
    page = plain(at.get(f"/manage/policy/{change.key}/people"))
    assert "Not delivered yet" in page
    text = at.client.get(f"/manage/policy/{change.key}/people.csv").data.decode("utf-8-sig")
    lines = {line.split(",")[0]: line for line in text.splitlines()}
    assert ",letter,2026-11-23," in lines[people[ReachBy.LETTER].number]
    assert ",in the app,2026-11-23," in lines[people[ReachBy.APP].number]
    assert at.client.get(f"/manage/policy/{change.key}/people?outcome=on-its-way").text.count("/excuse?") == 2


def test_a_learner_is_kept_out(app: Flask) -> None:
    learner = desk(app, role=Role.LEARNER)
    assert learner.client.get("/manage/letters").status_code == 403
