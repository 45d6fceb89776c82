"""Pages of a lesson in the standard view: what a reader sees, what is recorded, how fast it is."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.courses.models import PageRead
from lms.people.models import Audience
from lms.web import course as screens
from tests.support.learning import finish, learner, lessons_of
from tests.support.library import publish_library, publish_texts
from tests.support.people import BEIJING, NANJING, SHANGHAI
from tests.support.small_library import LESSON, LESSON_PATH, PARAMETERS_PATH, TEXTS
from tests.support.statements import statements

LESSON_URL = "/course/onboarding/outpatient"
SHENZHEN = "440300"
LARGEST_PAGE = 20_000
MOST_STATEMENTS = 3


@pytest.fixture
def library(database: Session) -> None:
    """The real library is live."""
    publish_library()


def edition_in(page: str) -> str:
    """The edition that the form of a page carries."""
    found = re.search(r'name="edition" value="(\w+)"', page)
    assert found is not None
    return found[1]


# -- pages ------------------------------------------------------------------------------------------------


def test_a_page_stands_in_its_lesson(library: None, client: FlaskClient) -> None:
    learner(client)
    page = client.get(f"{LESSON_URL}/2").text
    lesson = lessons_of("onboarding")[1]
    assert f"<title>{lesson.pages[1].title} · {lesson.title}" in page
    assert "Step 2 of 6" in page
    assert "about 4 min left" in page
    assert "Policy" in page
    assert "<blockquote>" in page
    assert "What this page rests on" in page
    assert f'href="{LESSON_URL}/1"' in page
    assert 'aria-current="step"' in page
    assert "Quick check 2" in page
    assert re.search(r'<button class="listen[^>]* hidden', page), "no voice is promised before there is one"


@pytest.mark.parametrize(
    ("region", "shown"),
    [(BEIJING, "1800元"), (SHANGHAI, "500元"), (NANJING, "(Nanjing)"), (SHENZHEN, "(Shenzhen)")],
)
def test_a_page_shows_the_number_of_the_readers_city(
    library: None, client: FlaskClient, region: str, shown: str
) -> None:
    learner(client, region=region)
    page = client.get(f"{LESSON_URL}/2").text
    own = page.partition("您的参保地</strong>")[2].partition("</li>")[0]
    assert shown in own


def test_a_page_with_another_citys_rules_says_whose_they_are(library: None, client: FlaskClient) -> None:
    learner(client, region=SHENZHEN)
    notice = "This page tells rules of Beijing. You are insured in Shenzhen; the rules there decide."
    assert notice in client.get(f"{LESSON_URL}/2").text
    assert notice not in client.get(f"{LESSON_URL}/1").text


def test_a_number_turns_over_at_midnight_in_china(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    present = TEXTS[PARAMETERS_PATH]
    coming = present.partition("values:\n")[2].replace("2025-01-01", "2027-01-01").replace("1800", "1500")
    publish_texts({**TEXTS, PARAMETERS_PATH: present + coming})
    clock.move_to(datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
    learner(client)
    before = client.get("/course/basics/outpatient/1").text
    clock.move_to(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    after = client.get("/course/basics/outpatient/1").text
    assert "(since 1 Jan 2025, 1500元 from 1 Jan 2027)" in before
    assert '<span class="pv__v">1500元</span><small class="pv__d">(since 1 Jan 2027)</small>' in after


def test_a_page_finished_says_that_the_record_stays(library: None, client: FlaskClient) -> None:
    person = learner(client)
    finish(person, lessons_of("onboarding")[1])
    assert "finished; your record stays as it is" in client.get(f"{LESSON_URL}/1").text


def test_reading_a_page_is_recorded_and_leads_to_the_next(
    library: None, client: FlaskClient, database: Session
) -> None:
    person = learner(client)
    edition = edition_in(client.get(f"{LESSON_URL}/1").text)
    response = client.post(f"{LESSON_URL}/1", data={"edition": edition})
    assert response.status_code == 303
    assert response.location == f"{LESSON_URL}/2"
    row = database.scalars(select(PageRead)).one()
    assert (row.person_id, row.page, row.edition) == (person.id, "onboarding/outpatient#scope", edition)
    assert 'class="on"' in client.get(f"{LESSON_URL}/2").text


def test_the_last_page_leads_to_the_check(library: None, client: FlaskClient) -> None:
    learner(client)
    assert "Go to the quick check" in client.get(f"{LESSON_URL}/4").text
    assert client.post(f"{LESSON_URL}/4").location == f"{LESSON_URL}/check"


def test_a_page_that_changed_while_it_was_read_is_shown_again_and_not_recorded(
    database: Session, client: FlaskClient
) -> None:
    publish_texts(TEXTS)
    learner(client)
    edition = edition_in(client.get("/course/basics/outpatient/1").text)
    publish_texts({**TEXTS, LESSON_PATH: LESSON.replace("超过才报。", "超过的才报。", 1)})
    response = client.post("/course/basics/outpatient/1", data={"edition": edition})
    assert response.location == "/course/basics/outpatient/1?changed=1"
    assert database.scalar(select(func.count()).select_from(PageRead)) == 0
    assert "This page was updated while you were reading it" in client.get(response.location).text


# -- back to where one came from --------------------------------------------------------------------------


def test_a_link_by_the_lasting_name_finds_the_page_and_keeps_the_way_back(
    library: None, client: FlaskClient
) -> None:
    learner(client)
    response = client.get(f"{LESSON_URL}/at/deductible?back=/catchup/onboarding")
    assert response.location == f"{LESSON_URL}/2?back=/catchup/onboarding"
    page = client.get(response.location).text
    assert "Read; go back" in page
    assert client.post(f"{LESSON_URL}/2?back=/catchup/onboarding").location == "/catchup/onboarding"


def test_the_way_back_to_the_plan_has_a_short_name(library: None, client: FlaskClient) -> None:
    learner(client)
    assert client.post(f"{LESSON_URL}/2?back=catchup").location == "/catchup/onboarding"


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x"]
)
def test_a_way_back_never_leaves_the_site(library: None, client: FlaskClient, back: str) -> None:
    learner(client)
    assert client.post(f"{LESSON_URL}/2", query_string={"back": back}).location == f"{LESSON_URL}/3"


# -- speed ------------------------------------------------------------------------------------------------


def test_every_lesson_page_is_small(library: None, client: FlaskClient) -> None:
    learner(client, audience=Audience.HR, role=Role.HR)
    sizes = {}
    for name in ("onboarding", "hr-essentials"):
        for lesson in lessons_of(name):
            for number in range(1, len(lesson.pages) + 1):
                response = client.get(f"/course/{lesson.key}/{number}")
                assert response.status_code == 200
                sizes[lesson.key, number] = len(response.data)
    assert max(sizes.values()) <= LARGEST_PAGE


def test_a_warm_lesson_page_takes_few_statements_and_no_rendering(
    library: None, client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner(client)
    first = client.get(f"{LESSON_URL}/3")

    def refuse(*_: object, **__: object) -> str:
        raise AssertionError("rendered again")

    monkeypatch.setattr(screens, "render_template", refuse)
    with statements(app) as heard:
        again = client.get(f"{LESSON_URL}/3")
    assert len(heard) <= MOST_STATEMENTS
    assert again.data == first.data


def test_reading_a_page_takes_few_statements(library: None, client: FlaskClient, app: Flask) -> None:
    learner(client)
    client.get(f"{LESSON_URL}/1")
    with statements(app) as heard:
        client.post(f"{LESSON_URL}/1")
    assert len(heard) <= MOST_STATEMENTS


def test_a_kept_page_carries_each_readers_own_token(library: None, app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        tokens = set()
        for one in (app.test_client(), app.test_client()):
            app.config["WTF_CSRF_ENABLED"] = False
            learner(one)
            app.config["WTF_CSRF_ENABLED"] = True
            page = one.get(f"{LESSON_URL}/1").text
            found = re.search(r'name="csrf_token" value="([\w.-]+)"', page)
            assert found is not None
            tokens.add(found[1])
            data = {"csrf_token": found[1], "edition": edition_in(page)}
            assert one.post(f"{LESSON_URL}/1", data=data).status_code == 303
        assert len(tokens) == 2
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_kept_page_is_each_readers_own(library: None, app: Flask) -> None:
    beginner, finished = app.test_client(), app.test_client()
    learner(beginner)
    person = learner(finished)
    finish(person, lessons_of("onboarding")[1])
    assert "about" in beginner.get(f"{LESSON_URL}/1").text
    assert "finished; your record stays" in finished.get(f"{LESSON_URL}/1").text
    assert "finished; your record stays" not in beginner.get(f"{LESSON_URL}/1").text
