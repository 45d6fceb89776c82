"""Events as learners see them: what is open, a place, the line, giving it back, and the calendar."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import Traveller

from lms.campaigns.selection import Selection
from lms.kernel.database import unit_of_work
from lms.people.models import Audience, Person
from lms.workshops import arranging, seating
from lms.workshops.rules import Level, SeatState
from tests.support.cards import AT
from tests.support.events import ENDS, STARTS, attended, planned, published, sign_up, standing, withdraw
from tests.support.learning import learner
from tests.support.library import publish_library
from tests.support.people import make_person
from tests.support.statements import statements

HOUR = timedelta(hours=1)
TITLE = "报销材料一次备齐"


@pytest.fixture
def zhou(database: Session) -> Person:
    return make_person(name="周敏", audience=Audience.HR)


@pytest.fixture
def lin(database: Session, client: FlaskClient) -> Person:
    publish_library()
    return learner(client)


def words(html: str) -> str:
    return " ".join(Markup(html).striptags().split())


def other(name: str = "何平") -> Person:
    return make_person(name=name)


# -- what there is ---------------------------------------------------------------------------------------


def test_what_is_open_stands_in_the_list_with_the_places_left(
    lin: Person, zhou: Person, client: FlaskClient
) -> None:
    key = published(zhou)
    page = client.get("/event").text
    assert f'href="/event/{key}"' in page
    assert "2 places left" in words(page)
    assert "二楼培训室" in page


def test_where_nothing_is_planned_the_list_says_so(lin: Person, client: FlaskClient) -> None:
    assert "Nothing is planned at the moment" in client.get("/event").text


def test_drafts_and_what_is_for_others_are_not_found(lin: Person, zhou: Person, client: FlaskClient) -> None:
    for key in (planned(zhou), published(zhou, selection=Selection()), "NOSUCHKY"):
        assert client.get(f"/event/{key}").status_code == 404
        assert client.get(f"/event/{key}.ics").status_code == 404
        assert client.post(f"/event/{key}/sign-up").status_code == 404
        assert client.post(f"/event/{key}/withdraw").status_code == 404


def test_a_page_says_when_where_and_what_to_do(lin: Person, zhou: Person, client: FlaskClient) -> None:
    key = published(zhou, about="带上发票。\n<b>不用带钱。</b>", host_name="医保局王老师")
    page = client.get(f"/event/{key}").text
    assert "医保局王老师" in page
    assert "&lt;b&gt;不用带钱。" in page
    assert 'lang="zh-CN"' in page
    assert f'action="/event/{key}/sign-up"' in page


# -- a place ---------------------------------------------------------------------------------------------


def test_a_place_is_taken_shown_and_given_back(lin: Person, zhou: Person, client: FlaskClient) -> None:
    key = published(zhou)
    answer = client.post(f"/event/{key}/sign-up")
    assert (answer.status_code, answer.location) == (303, f"/event/{key}")
    page = client.get(f"/event/{key}").text
    assert "You have a place. We remind you the day before." in page
    assert f'href="/event/{key}.ics"' in page
    assert "Give the place back?" in client.get(f"/event/{key}/withdraw").text
    assert standing(key)["林晓"] == (SeatState.SIGNED, 0)
    assert client.post(f"/event/{key}/withdraw").location == "/event"
    assert "You are not on the list any more." in client.get("/event").text
    assert "林晓" not in standing(key)


def test_who_comes_last_stands_in_line_and_moves_up(lin: Person, zhou: Person, client: FlaskClient) -> None:
    key = published(zhou, capacity=1)
    first = other()
    sign_up(key, first)
    page = words(client.get(f"/event/{key}").text)
    assert "All places are taken" in page
    assert "0 wait" not in page
    client.post(f"/event/{key}/sign-up")
    assert "You are number 1 in line" in words(client.get(f"/event/{key}").text)
    assert "Wait no longer?" in words(client.get(f"/event/{key}/withdraw").text)
    withdraw(key, first)
    assert "You have a place" in words(client.get(f"/event/{key}").text)


def test_where_nobody_more_can_wait_there_is_no_button_and_the_form_is_refused(
    lin: Person, zhou: Person, client: FlaskClient
) -> None:
    key = published(zhou, capacity=1, waiting_most=0)
    sign_up(key, other())
    page = client.get(f"/event/{key}").text
    assert "All places are taken" in page
    assert "/sign-up" not in page
    answer = client.post(f"/event/{key}/sign-up")
    assert answer.status_code == 409
    assert "Somebody was quicker" in answer.text
    assert "<title>Error: " in answer.text


def test_two_events_at_once_are_asked_about_and_then_taken(
    lin: Person, zhou: Person, client: FlaskClient
) -> None:
    sign_up(published(zhou, title="门诊宣讲会"), lin)
    key = published(zhou)
    answer = client.post(f"/event/{key}/sign-up")
    assert answer.status_code == 409
    assert "门诊宣讲会" in answer.text
    assert 'name="anyway"' in answer.text
    assert client.post(f"/event/{key}/sign-up", data={"anyway": "1"}).status_code == 303
    assert "You have something else at that time" in words(client.get(f"/event/{key}").text)


def test_once_signing_up_is_over_it_is_said(
    lin: Person, zhou: Person, client: FlaskClient, clock: Traveller
) -> None:
    key = published(zhou, sign_up_until=AT + timedelta(hours=1))
    clock.shift(timedelta(hours=2))
    assert "Signing up is over" in client.get(f"/event/{key}").text
    assert client.post(f"/event/{key}/sign-up").status_code == 409


def test_a_cancelled_event_says_why_and_cannot_be_given_back(
    lin: Person, zhou: Person, client: FlaskClient
) -> None:
    key = published(zhou)
    sign_up(key, lin)
    with unit_of_work():
        arranging.cancel(key, "主讲人生病", actor_id=zhou.id, at=AT)
    page = client.get(f"/event/{key}").text
    assert "This event does not take place" in words(page)
    assert "主讲人生病" in page
    assert "Does not take place" in client.get("/event").text
    assert client.post(f"/event/{key}/withdraw").location == f"/event/{key}"
    assert b"STATUS:CANCELLED" in client.get(f"/event/{key}.ics").data


def test_what_is_over_is_kept_with_how_much_of_it_one_was_there(
    lin: Person, zhou: Person, client: FlaskClient, clock: Traveller
) -> None:
    key = published(zhou, starts_at=AT + 2 * HOUR, ends_at=AT + 3 * HOUR, sign_up_until=AT + 2 * HOUR)
    sign_up(key, lin)
    attended(key, zhou, lin, level=Level.PART, at=AT + 3 * HOUR)
    clock.shift(4 * HOUR)
    assert "You were there for a part" in client.get("/event").text
    assert client.get(f"/event/{key}").status_code == 200
    assert client.get("/event/past").location == "/event"


def test_what_was_proposed_is_accepted_or_declined(lin: Person, zhou: Person, client: FlaskClient) -> None:
    key = published(zhou, selection=Selection(), sign_up_until=AT + HOUR)
    with unit_of_work():
        seating.suggest(key, select(Person.id).where(Person.id == lin.id), actor_id=zhou.id, at=AT)
    assert "HR proposes to you to come" in words(client.get("/my").text)
    page = client.get(f"/event/{key}").text
    assert "I will come" in page
    assert "I cannot come" in page
    assert client.post(f"/event/{key}/sign-up").status_code == 303
    assert standing(key)["林晓"] == (SeatState.SIGNED, 0)


def test_who_waits_when_it_begins_is_told_that_it_is_too_late(
    lin: Person, zhou: Person, client: FlaskClient, clock: Traveller
) -> None:
    begins = AT + 2 * HOUR
    key = published(zhou, capacity=1, starts_at=begins, ends_at=begins + HOUR, sign_up_until=begins)
    sign_up(key, other(), lin)
    clock.move_to(begins)
    page = client.get(f"/event/{key}").text
    assert "Signing up is over" in page
    assert "/withdraw" not in page


# -- calendar --------------------------------------------------------------------------------------------


def test_the_calendar_file_has_chinese_time_and_stays_the_same_event(
    lin: Person, zhou: Person, client: FlaskClient
) -> None:
    key = published(zhou)
    answer = client.get(f"/event/{key}.ics")
    assert answer.mimetype == "text/calendar"
    made = Calendar.from_ical(answer.data)
    assert [str(one["TZID"]) for one in made.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    (entry,) = made.walk("VEVENT")
    assert str(entry["SUMMARY"]) == TITLE
    assert str(entry["UID"]).startswith(f"event-{key}@")
    assert entry.decoded("DTSTART") == STARTS
    assert entry.decoded("DTEND") == ENDS
    assert str(entry["URL"]).endswith(f"/event/{key}")


# -- elsewhere -------------------------------------------------------------------------------------------


def test_the_home_page_names_the_next_event_first_ones_own_then_what_is_open(
    lin: Person, zhou: Person, client: FlaskClient
) -> None:
    assert "/event/" not in client.get("/my").text
    key = published(zhou)
    assert "2 places left" in words(client.get("/my").text)
    sign_up(key, lin)
    assert f'you have a place at "{TITLE}", 二楼培训室' in words(client.get("/my").text)


def test_the_home_page_asks_the_database_little_more_for_many_events(
    app: Flask, lin: Person, zhou: Person, client: FlaskClient
) -> None:
    published(zhou)
    client.get("/my")
    with statements(app) as one:
        client.get("/my")
    for _ in range(5):
        published(zhou)
    with statements(app) as many:
        client.get("/my")
    assert len(many) == len(one)


def test_who_gave_back_what_is_not_meant_for_them_is_not_told_of_a_way_back(
    lin: Person, zhou: Person, client: FlaskClient
) -> None:
    key = published(zhou, selection=Selection())
    with unit_of_work():
        seating.add(key, lin.key, actor_id=zhou.id, at=AT)
    page = words(client.post(f"/event/{key}/withdraw", follow_redirects=True).text)
    assert "You are not on the list any more." in page
    assert "You can sign up again" not in page
    assert client.get(f"/event/{key}").status_code == 404
    assert client.post(f"/event/{key}/sign-up").status_code == 404


def test_whom_hr_took_off_is_told_so_and_has_no_button(
    lin: Person, zhou: Person, client: FlaskClient
) -> None:
    key = published(zhou)
    sign_up(key, lin)
    with unit_of_work():
        seating.take_back(key, lin.key, actor_id=zhou.id, at=AT)
    page = client.get(f"/event/{key}").text
    assert "You are not on the list of this event" in page
    assert "/sign-up" not in page
    refused = client.post(f"/event/{key}/sign-up")
    assert refused.status_code == 409
    assert "ask HR: they can give you a place" in refused.text
    assert "报销材料" not in words(client.get("/event").text)
