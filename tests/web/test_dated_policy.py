"""What is announced stands beside what holds, with its date, everywhere; and turns over by itself."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.people.models import Audience
from lms.web import reading
from lms.web.reading import Reader
from tests.support.company import hr
from tests.support.learning import learner
from tests.support.library import publish_texts
from tests.support.people import BEIJING
from tests.support.quiz_texts import quiz_texts
from tests.support.small_library import PARAMETERS, PARAMETERS_PATH, POLICY_PATH

TODAY, TURN = date(2026, 11, 23), date(2027, 1, 1)
MIDNIGHT = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
"""The first moment of 2027 in China."""
OLD, NEW = "看病要带卡。", "看病要出示凭证。"
PAGE, CARD = "basics/outpatient#deductible", "basics/outpatient#card"
ROW = PARAMETERS.partition("  values:\n")[2]
REWORDED = f"{NEW}, from: 2027-01-01, earlier: [{{until: 2026-12-31, text: {OLD}}}]"
REPEALED = f"{NEW}, repealed_on: 2027-01-01"


def publish(*, clause: str = REWORDED, value: bool = True, mark: str = "law") -> str:
    """A library whose second clause reads like *clause*, and whose number falls from 1800 to 1500."""
    texts = quiz_texts()
    texts[POLICY_PATH] = texts[POLICY_PATH].replace(NEW, clause)
    if value:
        later = ROW.replace("2025-01-01", "2027-01-01").replace("1800", "1500")
        texts[PARAMETERS_PATH] += later.replace("mark: law", f"mark: {mark}")
    return publish_texts(texts)


def a_reader(day: date = TODAY) -> Reader:
    return Reader(BEIJING, "in_service", day, "en")


def chip(release: str, on: str, day: date = TODAY) -> str:
    """The number with the day it is asked for, as it reads on *day*."""
    return str(reading.span(release, f"[[outpatient.deductible/110000/in_service/any/{on}]]", a_reader(day)))


@pytest.fixture
def english(database: Session, app: Flask) -> Iterator[None]:
    with app.test_request_context("/", headers={"Cookie": "lang=en"}):
        yield


# -- numbers of a day -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "day", "number", "note"),
    [
        ("2026-12-31", TODAY, "1800元", "(on 31 Dec 2026)"),
        ("2026-12-31", TURN, "1800元", "(on 31 Dec 2026)"),
        ("2027-01-01", TODAY, "1500元", "(in force from 1 Jan 2027)"),
        ("2027-01-01", TURN, "1500元", "(since 1 Jan 2027)"),
    ],
)
def test_a_number_of_a_day_says_its_date(english: None, on: str, day: date, number: str, note: str) -> None:
    shown = chip(publish(), on, day)
    assert number in shown
    assert note in shown
    assert ("pv--soon" in shown) is ("in force from" in note)


def test_a_day_before_the_first_value_has_none(english: None) -> None:
    assert "no verified figure" in chip(publish(), "2024-12-31")


# -- the card of sources --------------------------------------------------------------------------------


def test_the_card_shows_old_and_new_words_with_the_date_until_the_day(english: None) -> None:
    release = publish()
    now = str(reading.page(release, CARD, a_reader()).sources)
    later = str(reading.page(release, CARD, a_reader(TURN)).sources)
    for said in (OLD, NEW, "Until 31 Dec 2026", "From 1 Jan 2027", "Changes on 1 Jan 2027"):
        assert said in now
    assert NEW in later
    assert OLD not in later
    assert "Changes on" not in later


def test_the_card_shows_that_a_clause_ends(english: None) -> None:
    release = publish(clause=REPEALED)
    now = str(reading.page(release, CARD, a_reader()).sources)
    later = str(reading.page(release, CARD, a_reader(TURN)).sources)
    assert "no longer holds" in now
    assert NEW in now
    assert "Repealed on 1 Jan 2027" in later
    assert NEW not in later


def test_a_page_tells_what_a_number_becomes(english: None) -> None:
    assert "1500元 from 1 Jan 2027" in reading.page(publish(), PAGE, a_reader()).html


# -- screens ----------------------------------------------------------------------------------------------


def test_home_announces_clauses_and_numbers_until_midnight_in_china(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    publish()
    learner(client)
    page = client.get("/my").text
    for said in (
        OLD,
        NEW,
        "Outpatient rules, Article 2",
        "1800 yuan a year",
        "1500 yuan a year",
        "Rule changes",
    ):
        assert said in page
    clock.move_to(MIDNIGHT)
    learner(client)
    assert "Coming into force" not in client.get("/my").text


def test_home_announces_that_a_clause_ends(database: Session, client: FlaskClient) -> None:
    publish(clause=REPEALED, value=False)
    learner(client)
    page = client.get("/my").text
    assert "Rule ends" in page
    assert "no longer holds" in page


def test_home_says_what_of_it_is_to_be_verified(database: Session, client: FlaskClient) -> None:
    publish(clause=NEW, mark="single")
    learner(client)
    page = client.get("/my").text
    assert "1500 yuan a year" in page
    assert "to be verified" in page


def test_home_announces_numbers_only_to_those_for_whom_they_hold(
    database: Session, client: FlaskClient
) -> None:
    publish(clause=NEW)
    learner(client, audience=Audience.RETIREE)
    assert "Coming into force" not in client.get("/my").text


def test_the_list_of_sources_shows_old_and_new_with_the_date(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    publish()
    hr(client)
    page = client.get("/manage/sources").text
    for said in (OLD, NEW, "From 1 Jan 2027", "until 31 Dec 2026", "announced, from 1 Jan 2027"):
        assert said in page
    clock.move_to(MIDNIGHT)
    hr(client)
    page = client.get("/manage/sources").text
    assert OLD not in page
    assert "no longer in force, until 31 Dec 2026" in page


def test_the_lesson_itself_turns_over_at_midnight_in_china(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    publish()
    learner(client)
    before = client.get("/course/basics/outpatient/1").text
    clock.move_to(MIDNIGHT)
    learner(client)
    after = client.get("/course/basics/outpatient/1").text
    assert "1800元" in before
    assert "1500元" in after
    assert "1800元" not in after
