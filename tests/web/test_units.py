"""A delta unit without a quiz: read, confirmed, certified, and on record everywhere."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.assignments.models import Cause, Completion
from lms.assignments.operations import assign_select
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.people.models import Audience, Person
from tests.support.learning import finish, learner, lessons_of, read
from tests.support.library import publish_texts
from tests.support.quizzing import DUE
from tests.support.statements import statements
from tests.support.units import EASY_UNIT, UNIT, easy_unit_texts, unit_texts

LESSON = f"/course/{UNIT}/changed"
BUTTON = "I have read and understood it"
MOST_STATEMENTS = 3


@pytest.fixture
def library(database: Session) -> str:
    """A library with a delta unit that ends with an acknowledgement."""
    return publish_texts(unit_texts())


def give(person: Person, name: str = UNIT) -> None:
    people, now = select(Person.id).where(Person.id == person.id), clock.now()
    with unit_of_work():
        assign_select(people, name, cause=Cause.ROLLOUT, due_on=DUE, today=china_date(now), at=now)


def concerned(client: FlaskClient) -> Person:
    """A learner, signed in, with the unit to do."""
    person = learner(client)
    give(person)
    return person


def confirmed(client: FlaskClient) -> Person:
    """The same after reading and confirming."""
    person = concerned(client)
    finish(person, *lessons_of(UNIT))
    assert client.post(f"/course/{UNIT}/acknowledge").status_code == 303
    return person


def number(database: Session) -> str:
    return database.scalars(select(Completion.certificate)).one()


# -- the way through -------------------------------------------------------------------------------------


def test_the_last_page_leads_to_the_button_and_the_button_to_the_end(
    library: str, client: FlaskClient
) -> None:
    concerned(client)
    assert BUTTON not in client.get(f"{LESSON}/done").text
    client.post(f"{LESSON}/1")
    done = client.post(f"{LESSON}/2").location
    assert done == f"{LESSON}/done"
    page = client.get(done).text
    assert BUTTON in page
    assert f'action="/course/{UNIT}/acknowledge"' in page
    assert client.post(f"/course/{UNIT}/acknowledge").location == done
    page = client.get(done).text
    assert "You have confirmed that you understood it" in page
    assert BUTTON not in page


def test_clicking_twice_is_harmless(library: str, client: FlaskClient, database: Session) -> None:
    confirmed(client)
    assert client.post(f"/course/{UNIT}/acknowledge").status_code == 303
    assert number(database)


def test_it_is_refused_in_words_before_everything_is_read(
    library: str, client: FlaskClient, database: Session
) -> None:
    read(concerned(client), lessons_of(UNIT)[0], pages=1)
    answer = client.post(f"/course/{UNIT}/acknowledge")
    assert answer.status_code == 409
    assert "First read every page" in answer.text
    assert database.scalars(select(Completion)).all() == []


def test_home_leads_from_reading_to_confirming_to_nothing_left(library: str, client: FlaskClient) -> None:
    person = concerned(client)
    page = client.get("/my").text
    assert "2 things left" in page
    assert "Confirm that you have understood it" in page
    finish(person, *lessons_of(UNIT))
    page = client.get("/my").text
    assert "only your confirmation is missing" in page
    assert f'href="{LESSON}/done"' in page
    client.post(f"/course/{UNIT}/acknowledge")
    page = client.get("/my").text
    assert "everything is done" in page
    assert "Confirmed 23 Nov" in page
    assert "/certificate/acknowledged/" in page


def test_the_overview_tells_how_it_ends(library: str, client: FlaskClient) -> None:
    person = concerned(client)
    page = client.get(f"/course/{UNIT}").text
    assert "Change of rules" in page
    assert "Lessons and quiz" not in page
    assert "Opens after 1 more lesson" in page
    finish(person, *lessons_of(UNIT))
    assert f'href="{LESSON}/done"' in client.get(f"/course/{UNIT}").text
    client.post(f"/course/{UNIT}/acknowledge")
    assert "Confirmed 23 Nov" in client.get(f"/course/{UNIT}").text


def test_a_way_back_to_a_plan_that_cannot_be_leads_on(library: str, client: FlaskClient) -> None:
    concerned(client)
    assert client.post(f"{LESSON}/1?back=catchup").location == f"{LESSON}/2"


def test_a_page_of_a_unit_takes_few_statements(library: str, client: FlaskClient, app: Flask) -> None:
    concerned(client)
    client.get(f"{LESSON}/1")
    with statements(app) as heard:
        client.get(f"{LESSON}/1")
    assert len(heard) <= MOST_STATEMENTS


def test_a_unit_with_a_quiz_leads_to_the_quiz(database: Session, client: FlaskClient) -> None:
    publish_texts(unit_texts(with_quiz=True, with_check=True))
    person = concerned(client)
    finish(person, *lessons_of(UNIT))
    assert client.post(f"/quiz/{UNIT}").status_code == 303
    assert client.get(f"/quiz/{UNIT}/paper").status_code == 200
    assert client.post(f"/course/{UNIT}/acknowledge").status_code == 409


# -- who meets it ----------------------------------------------------------------------------------------


def test_who_was_not_given_a_unit_never_meets_it(library: str, app: Flask, client: FlaskClient) -> None:
    learner(client)
    for address in ("/course", "/my", "/easy", "/easy/course"):
        assert UNIT not in client.get(address).text, address
    assert client.get(f"/course/{UNIT}").status_code == 404
    assert client.get(f"{LESSON}/1").status_code == 404
    assert client.post(f"/course/{UNIT}/acknowledge").status_code == 404
    staff = app.test_client()
    learner(staff, role=Role.HR, audience=Audience.HR)
    assert UNIT not in staff.get("/course").text
    assert staff.get(f"/course/{UNIT}").status_code == 200
    assert staff.post(f"/course/{UNIT}/acknowledge").status_code == 404


def test_who_was_given_it_finds_it_among_the_courses(library: str, client: FlaskClient) -> None:
    concerned(client)
    assert f"/course/{UNIT}" in client.get("/course").text


# -- the easy view ---------------------------------------------------------------------------------------


def test_a_retiree_confirms_in_large_type(database: Session, client: FlaskClient) -> None:
    publish_texts(easy_unit_texts())
    person = learner(client, audience=Audience.RETIREE)
    give(person, EASY_UNIT)
    assert lessons_of(EASY_UNIT)[0].title in client.get("/easy").text
    finish(person, *lessons_of(EASY_UNIT))
    done = f"/easy/lesson/{EASY_UNIT}/changed/done"
    assert f'href="{done}"' in client.get("/easy").text
    page = client.get(done).text
    assert BUTTON in page
    assert f'action="/easy/course/{EASY_UNIT}/acknowledge"' in page
    assert client.post(f"/easy/course/{EASY_UNIT}/acknowledge").location == done
    page = client.get(done).text
    assert "You have confirmed that you understood it" in page
    certificate = re.search(r"/certificate/acknowledged/[\w-]+", page)
    assert certificate is not None
    assert 'data-mode="elder"' in client.get(certificate[0]).text
    assert client.get("/easy").status_code == 200


# -- what stays on record --------------------------------------------------------------------------------


def test_the_certificate_says_acknowledged_instead_of_a_score(
    library: str, client: FlaskClient, app: Flask, database: Session
) -> None:
    confirmed(client)
    address = f"/certificate/acknowledged/{number(database)}"
    page = client.get(address).text
    assert "which has no quiz, and acknowledged on 23 Nov 2026 having understood it" in page
    assert "points" not in page
    stranger = app.test_client()
    learner(stranger)
    assert stranger.get(address).status_code == 404
    stranger.post("/leave")
    shown = stranger.get(f"/verify/{number(database)}?lang=en", follow_redirects=True).text
    assert "Acknowledgement (read and confirmed; the course has no quiz)" in shown
    assert "The deductible changes" in shown


def test_a_certificate_for_a_quiz_is_not_shown_as_acknowledged(
    database: Session, client: FlaskClient
) -> None:
    publish_texts(unit_texts())
    learner(client)
    assert client.get("/certificate/acknowledged/2026-AAAAA-AAAAA").status_code == 404


def test_ones_own_record_tells_it(library: str, client: FlaskClient, database: Session) -> None:
    concerned(client)
    assert "this course has no quiz" in client.get("/me").text
    client.post(f"{LESSON}/1")
    client.post(f"{LESSON}/2")
    client.post(f"/course/{UNIT}/acknowledge")
    page = client.get("/me").text
    assert "acknowledged, without a quiz" in page
    assert f'href="/certificate/acknowledged/{number(database)}"' in page


def test_the_desk_tells_it_in_list_record_and_export(
    library: str, app: Flask, client: FlaskClient, database: Session
) -> None:
    person = confirmed(client)
    waiting = learner(app.test_client(), name="周敏")
    give(waiting)
    desk = app.test_client()
    learner(desk, role=Role.HR, audience=Audience.HR)
    page = desk.get("/manage/progress").text
    assert "acknowledged" in page
    assert "Completed" in page
    assert "Acknowledged on" in desk.get(f"/manage/people/{person.key}").text
    assert "ends with an acknowledgement" in desk.get(f"/manage/people/{waiting.key}").text
    assert desk.get("/manage").status_code == 200
    lines = desk.get("/manage/progress.csv").data.decode("utf-8-sig").splitlines()
    (line,) = (one for one in lines if number(database) in one)
    assert ",acknowledged,,,,2026-11-23," in line
    assert "Change of rules" in line
    assert desk.get("/manage/progress.xlsx").status_code == 200
