"""Pages that wait to be looked at after a change of rules say so; quizzes do not ask what may be wrong."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.library.marks import Stale, mark, mark_all, unmark
from lms.people.models import Audience
from tests.support.learning import learner
from tests.support.library import publish_texts
from tests.support.quiz_texts import QUIZ, easy_texts, quiz_texts
from tests.support.quizzing import begin, publish_quiz, ready_learner
from tests.support.statements import statements

LESSON = "/course/basics/outpatient"
PAGE = ("page", "basics/outpatient#deductible")
NOTE = "The rules change from 1 Jan 2027; this page is being checked and updated."
UNDATED = "The rules have changed; this page is being checked and updated."
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
def library(database: Session) -> str:
    """A small library."""
    return publish_texts(quiz_texts())


def put(kind: str, key: str, *, cause: str = "A", since: date | None = NEW_YEAR) -> None:
    with unit_of_work():
        mark(kind, key, cause=cause, since=since, withheld=False)


def test_a_marked_page_says_from_when_the_rules_differ(library: str, client: FlaskClient) -> None:
    learner(client)
    assert "being checked" not in client.get(f"{LESSON}/1").text
    put(*PAGE)
    assert NOTE in client.get(f"{LESSON}/1").text
    assert "being checked" not in client.get(f"{LESSON}/2").text
    with unit_of_work():
        unmark("A", *PAGE)
    assert "being checked" not in client.get(f"{LESSON}/1").text


def test_a_marked_lesson_marks_all_its_pages(library: str, client: FlaskClient) -> None:
    learner(client)
    put("lesson", "basics/outpatient")
    assert NOTE in client.get(f"{LESSON}/1").text
    assert NOTE in client.get(f"{LESSON}/2").text
    assert NOTE not in client.get("/course/basics/travel/1").text


def test_several_changes_are_told_once_each(library: str, client: FlaskClient) -> None:
    learner(client)
    put(*PAGE)
    put(*PAGE, cause="B")
    put(*PAGE, cause="C", since=None)
    page = client.get(f"{LESSON}/1").text
    assert page.count(NOTE) == 1
    assert page.count(UNDATED) == 1


def test_in_chinese_it_says_so_in_chinese(library: str, client: FlaskClient) -> None:
    learner(client)
    put(*PAGE)
    page = client.get(f"{LESSON}/1?lang=zh", follow_redirects=True).text
    assert "2027年1月1日" in page
    assert NOTE not in page


def test_the_easy_page_and_the_sheet_say_it_too(database: Session, client: FlaskClient) -> None:
    publish_texts(easy_texts())
    learner(client, audience=Audience.RETIREE)
    put(*PAGE)
    assert NOTE in client.get("/easy/lesson/basics/outpatient/1").text
    sheet = client.get("/easy/print/basics/outpatient").text
    assert sheet.count(NOTE) == 1


def test_a_mark_costs_a_warm_page_no_statement(library: str, client: FlaskClient, app: Flask) -> None:
    learner(client)
    client.get(f"{LESSON}/1")
    with statements(app) as unmarked:
        client.get(f"{LESSON}/1")
    put(*PAGE)
    client.get(f"{LESSON}/1")
    with statements(app) as marked:
        client.get(f"{LESSON}/1")
    assert len(marked) == len(unmarked) == 2


# -- quizzes ---------------------------------------------------------------------------------------------


def withhold(*questions: str) -> None:
    with unit_of_work():
        mark_all("A", [Stale("question", one, None, withheld=True) for one in questions])


def test_too_few_questions_are_explained_and_nothing_is_lost(database: Session, client: FlaskClient) -> None:
    publish_quiz()
    ready_learner(client)
    withhold(*(f"claims-{number:02}" for number in range(1, 12)))
    answer = client.post(f"/quiz/{QUIZ}")
    assert answer.status_code == 503
    assert "This quiz is being updated" in answer.text
    assert "Nothing is lost" in answer.text
    with unit_of_work():
        for number in range(1, 12):
            unmark("A", "question", f"claims-{number:02}")
    assert client.post(f"/quiz/{QUIZ}").status_code == 303


def test_a_paper_under_way_goes_on(database: Session, client: FlaskClient) -> None:
    publish_quiz()
    ready_learner(client)
    paper = begin(client)
    withhold(*(f"claims-{number:02}" for number in range(1, 17)))
    assert client.post(f"/quiz/{QUIZ}").status_code == 303
    response = client.post(f"/quiz/{QUIZ}/submit", data=paper.form())
    assert "/result/" in response.location
