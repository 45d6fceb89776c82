"""Attendance at HR's desk: entering who was there, closing it, and what it counts for."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.assignments.queries import duties_of
from lms.assignments.rules import Step
from lms.kernel.database import unit_of_work
from lms.people.models import Person
from lms.workshops import signing
from lms.workshops.queries import seats
from lms.workshops.rules import Counts, How, Level
from tests.support.client import pressed, text
from tests.support.company import assign, failed, hr, obliged
from tests.support.events import ENDS, STARTS, attended, published, sign_up
from tests.support.library import publish_texts
from tests.support.people import make_account, make_person, sign_in
from tests.support.sittings import standing_of
from tests.support.units import UNIT, unit_texts


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(unit_texts())


@pytest.fixture
def zhou(client: FlaskClient) -> Person:
    """HR, signed in, in English."""
    return hr(client, name="周敏")


def later(client: FlaskClient, person: Person, clock: time_machine.Traveller, at: datetime) -> None:
    """It is another day; who was signed in signs in again."""
    clock.move_to(at)
    sign_in(client, number=person.number)


def test_from_the_sheet_to_a_new_paper(
    client: FlaskClient, zhou: Person, clock: time_machine.Traveller
) -> None:
    stuck, other = failed(obliged("陈桂芬"), papers=2), make_person(name="马超")
    wang = make_person(name="王姐")
    key = published(zhou, counts=Counts.HELP)
    sign_up(key, stuck)
    address = f"/manage/events/{key}"
    assert "can be entered from" in text(client, f"{address}/attendance")
    later(client, zhou, clock, ENDS)
    assert "The event is over" in text(client, address)
    assert "马超 stands on the sheet" in pressed(client, f"{address}/attendance/add", number=other.number)
    assert "has the number nobody" in pressed(client, f"{address}/attendance/add", number="nobody")
    missing = client.post(f"{address}/finish")
    assert missing.status_code == 409
    assert "attendance of 2 people is not entered" in missing.text
    marks = {
        f"level-{stuck.key}": "full",
        f"level-{other.key}": "part",
        f"helper-{stuck.key}": stuck.number,
    }
    refused = client.post(f"{address}/attendance", data=marks)
    assert refused.status_code == 422
    assert f'href="#helper-{stuck.key}"' in refused.text
    marks[f"helper-{stuck.key}"] = wang.number
    assert "Saved for 2 people" in pressed(client, f"{address}/attendance", **marks)
    page = text(client, f"{address}/finish")
    for said in ("count it for 1 person", "Help by 王姐", "was there for a part only"):
        assert said in page
    assert "It counts for 1 person" in pressed(client, f"{address}/finish")
    assert client.post(f"{address}/finish").status_code == 409
    assert "It counted for 1 assignment" in text(client, address)
    assert standing_of(stuck).step is Step.RETAKE
    assert {one.name: one.level for one in seats(key)} == {"陈桂芬": Level.FULL, "马超": Level.PART}


def test_of_who_came_after_the_page_was_opened_nothing_is_put_on_record(
    client: FlaskClient, zhou: Person, clock: time_machine.Traveller
) -> None:
    first, late = make_person(name="陈桂芬"), make_person(name="安心")
    key = published(zhou)
    sign_up(key, first)
    later(client, zhou, clock, ENDS)
    with unit_of_work():
        signing.check_in(key, late.id, How.CODE, at=ENDS)
    address = f"/manage/events/{key}/attendance"
    assert "Saved for 1 person" in pressed(client, address, **{f"level-{first.key}": "full"})
    assert {one.name: one.level for one in seats(key)} == {"陈桂芬": Level.FULL, "安心": None}


def test_a_course_completed_by_being_there_says_so_wherever_it_is_shown(
    client: FlaskClient, zhou: Person, clock: time_machine.Traveller
) -> None:
    person = make_person(name="马超")
    make_account(person=person, role=Role.LEARNER, language="en")
    assign(person, course=UNIT)
    key = published(zhou, counts=Counts.COURSE, course=UNIT)
    sign_up(key, person)
    attended(key, zhou, person)
    later(client, zhou, clock, ENDS)
    assert "The course is completed" in text(client, f"/manage/events/{key}/finish")
    assert "It counts for 1 person" in pressed(client, f"/manage/events/{key}/finish")
    assert "Completed by attending: 报销材料一次备齐" in text(client, f"/manage/people/{person.key}")
    number = duties_of(person.id)[0].certificate
    assert "Attendance of an event" in text(client, f"/verify/{number}")
    sign_in(client, number=person.number)
    assert "was present throughout at the event" in text(client, f"/certificate/acknowledged/{number}")


def test_attendance_is_closed_after_the_end(
    client: FlaskClient, zhou: Person, clock: time_machine.Traveller
) -> None:
    person = make_person()
    key = published(zhou)
    sign_up(key, person)
    attended(key, zhou, person, at=STARTS)
    later(client, zhou, clock, STARTS + timedelta(minutes=5))
    assert "closed after the end" in text(client, f"/manage/events/{key}/finish")
    assert client.post(f"/manage/events/{key}/finish").status_code == 409
