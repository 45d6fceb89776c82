"""Calendar addresses: made, renewed, taken back, and what a calendar program reads there."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from lms.people.models import Person, PersonState
from lms.workshops.rules import EventKind
from tests.support import events
from tests.support.client import text
from tests.support.company import TODAY, assign, hr
from tests.support.library import publish_texts
from tests.support.people import make_learner, sign_in
from tests.support.planning import planned, year
from tests.support.quiz_texts import quiz_texts
from tests.support.statements import statements


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


@pytest.fixture
def lin(client: FlaskClient) -> Person:
    """An employee, signed in."""
    person = make_learner(language="en")
    sign_in(client, number=person.number)
    return person


def made(client: FlaskClient) -> str:
    """A new address of who is signed in, without its host."""
    page = client.post("/me/calendar").text
    found = re.search(r"/calendar/[\w-]{32}\.ics", page)
    assert found
    return found.group()


def read(client: FlaskClient, address: str) -> Calendar:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.data)


def entries(calendar: Calendar) -> list[Any]:
    return list(calendar.walk("VEVENT"))


def titles(calendar: Calendar) -> list[str]:
    return [str(one["SUMMARY"]) for one in entries(calendar)]


def test_an_address_is_shown_once_renewed_and_taken_back(client: FlaskClient, lin: Person) -> None:
    first = made(client)
    assert first not in text(client, "/me/calendar")
    second = made(client)
    assert [client.get(one).status_code for one in (first, second)] == [404, 200]
    assert client.post("/me/calendar/revoke").status_code == 303
    assert client.get(second).status_code == 404


def test_a_learner_finds_their_own_dates_and_no_others(client: FlaskClient, lin: Person) -> None:
    assign(lin, due_in=7)
    zhou = hr(client.application.test_client(), name="周敏")
    year(zhou, 2026)
    planned(zhou, "领导小组会议", TODAY)
    key = events.published(zhou, title="住院报销讲座")
    events.published(zhou, title="门诊讲座")
    events.sign_up(key, lin)
    calendar = read(client, made(client))
    lecture, due = entries(calendar)
    assert due["DTSTART"].dt == TODAY + timedelta(days=7)
    assert str(lecture["SUMMARY"]) == "住院报销讲座"
    assert str(lecture["UID"]).startswith(f"event-{key}@")
    assert lecture["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert [str(one["TZID"]) for one in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]


def test_staff_find_the_year_without_names(client: FlaskClient) -> None:
    zhou = hr(client, name="周敏", language="zh_Hans")
    year(zhou, 2026)
    planned(zhou, "领导小组会议", TODAY, TODAY + timedelta(days=1))
    events.published(zhou, title="上门：马长河", kind=EventKind.HOME_VISIT, place="某街道3号")
    calendar = read(client, made(client))
    assert "领导小组会议" in titles(calendar)
    whole = calendar.to_ical().decode()
    assert "马长河" not in whole
    assert "某街道" not in whole
    meeting = next(one for one in entries(calendar) if str(one["SUMMARY"]) == "领导小组会议")
    assert (meeting["DTSTART"].dt, meeting["DTEND"].dt) == (TODAY, TODAY + timedelta(days=2))


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, lin: Person) -> None:
    address = made(client)
    first = client.get(address)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assign(lin)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_names_of_entries_stay_the_same(client: FlaskClient, lin: Person) -> None:
    assign(lin)
    address = made(client)
    found = [[str(one["UID"]) for one in entries(read(client, address))] for _ in range(2)]
    assert found[0] == found[1] != []


def test_who_has_left_has_no_calendar(client: FlaskClient, database: Session, lin: Person) -> None:
    address = made(client)
    lin.left_on, lin.state = date(2026, 11, 20), PersonState.LEFT
    assert client.get(address).status_code == 404


def test_a_program_that_asks_too_often_waits(client: FlaskClient, lin: Person) -> None:
    address = made(client)
    answers = [client.get(address) for _ in range(13)]
    assert [one.status_code for one in answers] == [200] * 12 + [429]
    assert answers[-1].headers["Retry-After"] == "60"


def test_guessing_ends_soon_and_bothers_nobody_else(client: FlaskClient, lin: Person) -> None:
    address = made(client)
    stranger = client.application.test_client()
    answers = [stranger.get(f"/calendar/{number}.ics").status_code for number in range(32)]
    assert (answers[0], answers[-1]) == (404, 429)
    assert client.get(address).status_code == 200


def test_a_calendar_takes_few_statements(client: FlaskClient, lin: Person) -> None:
    assign(lin)
    address = made(client)
    client.get(address)
    with statements(client.application) as found:
        client.get(address)
    assert len(found) <= 8
