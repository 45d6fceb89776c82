"""Answering surveys: a question a page, nothing stored before it is sent, and what is said instead of one."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.kernel.database import session, unit_of_work
from lms.people.models import Audience, Person
from lms.surveys import drafting, opening, queries
from lms.surveys.drafting import Edit
from lms.surveys.models import Comment, Response, Survey
from tests.conftest import MONDAY
from tests.support.assisting import beside
from tests.support.cards import code_for, retiree, scan
from tests.support.client import text
from tests.support.company import hr, passed
from tests.support.learning import assign, learner, lessons_of
from tests.support.library import publish_texts
from tests.support.people import make_person, sign_in
from tests.support.quiz_texts import COURSE, quiz_texts
from tests.support.surveys import answer, drafted, opened, with_surveys

Answers = Mapping[str, Sequence[str]]


@pytest.fixture
def lin(database: Session, client: FlaskClient) -> Person:
    """An employee, signed in, in English."""
    publish_texts(
        {**quiz_texts(), **{path: text for path, text in with_surveys().items() if "surveys" in path}}
    )
    return learner(client)


@pytest.fixture
def author(lin: Person) -> Person:
    return make_person(name="周敏", audience=Audience.HR)


@pytest.fixture
def survey(author: Person) -> str:
    """Key of an anonymous survey that is open to everybody: a colour, a mark, and a wish."""
    return opened(author, at=MONDAY, anonymous=True)


def hidden(page: str) -> dict[str, list[str]]:
    """What the form of a page carries on."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page):
        if name != "csrf_token":
            found.setdefault(name, []).append(value)
    return found


def walk(client: FlaskClient, key: str, answers: Sequence[str]) -> str:
    """Answer question after question; returns the page behind the last one."""
    page = text(client, f"/survey/{key}/1")
    for number, given in enumerate(answers, 2):
        leads_to = re.findall(r'<form id="survey"[^>]* action="([^"]+)"', page)[0]
        assert leads_to == f"/survey/{key}/{number}" or leads_to.endswith("/review")
        response = client.post(leads_to, data={**hidden(page), "answer": given})
        assert response.status_code == 200
        page = response.text
    return page


def stored() -> int:
    return session().scalar(select(func.count()).select_from(Response)) or 0


# -- the way through -----------------------------------------------------------------------------------------


def test_what_is_open_is_listed_with_what_it_asks_for(client: FlaskClient, lin: Person, survey: str) -> None:
    for address in ("/survey", "/my"):
        page = text(client, address)
        for said in ("食堂", f"/survey/{survey}", "3 questions", "anonymous", "open until"):
            assert said in page
    assert "/survey" in text(client, "/me")


def test_the_first_page_says_that_nobody_can_find_out(client: FlaskClient, survey: str) -> None:
    page = text(client, f"/survey/{survey}")
    for said in ("3 questions", "Nobody sees who answered what", "without your name", "voluntary"):
        assert said in page


def test_a_survey_with_names_says_that_hr_sees_them(client: FlaskClient, author: Person) -> None:
    page = text(client, f"/survey/{opened(author, at=MONDAY, anonymous=False)}")
    assert "HR sees who answered what" in page
    assert "Nobody can find out" not in page


def test_it_is_answered_page_by_page_and_stored_at_the_end(client: FlaskClient, survey: str) -> None:
    page = walk(client, survey, ["red", "4", "家庭共济怎么绑定"])
    for said in ("Look through your answers", "红", "Rather agree", "家庭共济怎么绑定"):
        assert said in page
    assert stored() == 0
    response = client.post(f"/survey/{survey}/send", data=hidden(page))
    assert (response.status_code, response.location) == (303, f"/survey/{survey}/thanks")
    assert "Thank you" in text(client, f"/survey/{survey}/thanks")
    (found,) = session().scalars(select(Response))
    assert (found.person_id, found.answers) == (None, {"colour": ["red"], "mark": ["4"]})
    assert session().scalars(select(Comment.person_id)).all() == [None]
    assert "No survey is open for you now" in text(client, "/survey")


def test_one_can_go_back_and_everything_is_still_there(client: FlaskClient, survey: str) -> None:
    page = walk(client, survey, ["blue", "2"])
    again = client.post(f"/survey/{survey}/1", data={**hidden(page), "answer": ["想学异地就医"]}).text
    assert re.search(r'value="blue"[^>]* checked', again)
    assert hidden(again)["a.mark"] == ["2"]
    assert hidden(again)["a.wish"] == ["想学异地就医"]


def test_an_open_question_may_be_left_out(client: FlaskClient, survey: str) -> None:
    page = walk(client, survey, ["red", "4"])
    data = {**hidden(page), "answer": ["算了"], "action": "skip"}
    review = client.post(f"/survey/{survey}/review", data=data).text
    assert "算了" not in review
    assert "Not answered" in review


def test_a_question_without_an_answer_is_asked_again(client: FlaskClient, survey: str) -> None:
    page = text(client, f"/survey/{survey}/1")
    response = client.post(f"/survey/{survey}/2", data=hidden(page))
    assert response.status_code == 422
    for said in ("Error: Question 1", 'href="#answer"', "Choose an answer"):
        assert said in response.text


def test_what_was_never_offered_is_refused(client: FlaskClient, survey: str) -> None:
    page = walk(client, survey, ["red"])
    for path in ("3", "review"):
        response = client.post(f"/survey/{survey}/{path}", data={**hidden(page), "answer": "6"})
        assert response.status_code == 422
    whole = {**hidden(page), "a.mark": "9"}
    del whole["at"]
    assert client.post(f"/survey/{survey}/send", data=whole).status_code == 422
    assert stored() == 0


def test_a_page_in_the_middle_is_not_opened_directly(client: FlaskClient, survey: str) -> None:
    for path in ("2", "review", "thanks"):
        response = client.get(f"/survey/{survey}/{path}")
        assert (response.status_code, response.location) == (302, f"/survey/{survey}")
    assert client.get(f"/survey/{survey}/4").status_code == 404


def test_answers_to_other_questions_are_not_taken(client: FlaskClient, survey: str) -> None:
    page = text(client, f"/survey/{survey}/1")
    response = client.post(f"/survey/{survey}/2", data={**hidden(page), "edition": "0" * 16, "answer": "red"})
    assert response.status_code == 409
    assert "changed meanwhile" in response.text


# -- instead of it -------------------------------------------------------------------------------------------


def test_it_is_answered_once(client: FlaskClient, lin: Person, survey: str) -> None:
    page = walk(client, survey, ["red", "4", ""])
    answer(survey, lin, at=MONDAY)
    response = client.post(f"/survey/{survey}/send", data=hidden(page))
    assert response.status_code == 409
    assert "You have answered this survey" in response.text
    assert "You have answered this survey" in text(client, f"/survey/{survey}")
    assert stored() == 1


def test_after_the_last_day_nothing_is_taken(client: FlaskClient, lin: Person, author: Person) -> None:
    key = opened(author, at=MONDAY, closes_on=date(2026, 11, 23))
    page = walk(client, key, ["red", "4", ""])
    with time_machine.travel(MONDAY + timedelta(hours=16), tick=False):
        sign_in(client, number=lin.number)
        response = client.post(f"/survey/{key}/send", data=hidden(page))
        assert "It was open until Mon 23 Nov" in text(client, f"/survey/{key}")
    assert response.status_code == 409
    for said in ("This survey is closed", "was not stored any more"):
        assert said in response.text
    assert stored() == 0


def test_closed_by_hand_is_said(client: FlaskClient, author: Person, survey: str) -> None:
    with unit_of_work():
        opening.close(survey, actor_id=author.id, at=MONDAY)
    assert "HR has closed it before its last day" in text(client, f"/survey/{survey}")


def test_before_the_first_day_it_says_when(client: FlaskClient, author: Person) -> None:
    key = drafted(author)
    with unit_of_work():
        drafting.schedule(key, date(2027, 1, 4), Edit(author.id, MONDAY, 1))
    assert "It opens on Mon 4 Jan" in text(client, f"/survey/{key}")


def test_a_survey_for_others_is_not_there(client: FlaskClient, lin: Person, author: Person) -> None:
    key = opened(author, at=MONDAY)
    learner(client, name="新来的")
    for path in ("", "/1", "/thanks"):
        assert client.get(f"/survey/{key}{path}").status_code == 404
    assert client.post(f"/survey/{key}/send").status_code == 404


# -- in the easy view ----------------------------------------------------------------------------------------


def test_a_retiree_answers_with_a_card(app: Flask, author: Person) -> None:
    person = retiree()
    key = opened(author, at=MONDAY, anonymous=True)
    card = app.test_client()
    scan(card, code_for(person))
    assert f"/survey/{key}" in text(card, "/survey")
    home = text(card, "/easy")
    assert 'href="/easy/me"' in home
    assert "1 to answer" in home
    assert 'href="/survey"' in text(card, "/easy/me")
    assert 'data-mode="elder"' in text(card, f"/survey/{key}")
    page = walk(card, key, ["red", "4", ""])
    assert "Nobody can see that these answers are yours" in page
    assert card.post(f"/survey/{key}/send", data=hidden(page)).status_code == 303
    assert "Thank you" in text(card, f"/survey/{key}/thanks")
    assert queries.turnout(key)["retiree"].answered == 1


def test_a_helper_answers_nothing_anonymous_for_somebody(client: FlaskClient, author: Person) -> None:
    person = retiree()
    secret = opened(author, at=MONDAY, anonymous=True)
    named = opened(author, at=MONDAY, anonymous=False)
    hr(client)
    one = beside(client, person)
    page = one.get("/survey").text
    assert named in page
    assert secret not in page
    assert one.get(f"/survey/{secret}").status_code == 404
    assert one.get(f"/survey/{secret}/1").status_code == 404
    assert one.get(f"/survey/{named}/1").status_code == 200


# -- after a course ------------------------------------------------------------------------------------------


def test_a_course_is_rated_with_one_press(client: FlaskClient, lin: Person) -> None:
    assign(lin, COURSE)
    assert "There is nothing to rate here now" in text(client, f"/survey/after/{COURSE}")
    passed(lin, at=MONDAY)
    page = text(client, f"/survey/after/{COURSE}")
    for said in ("I understood what it said.", "4 short questions more", 'name="answer" value="5"'):
        assert said in page
    second = client.post(f"/survey/after/{COURSE}", data={"answer": "5"}).text
    assert "Question 2 of 5" in second
    assert hidden(second)["a.understood"] == ["5"]
    assert session().scalar(select(Survey.kind)) == "satisfaction"
    assert "About the course" in text(client, "/survey")


def test_nobody_rates_what_they_have_not_finished(client: FlaskClient, lin: Person) -> None:
    assert client.post(f"/survey/after/{COURSE}", data={"answer": "5"}).status_code == 404
    assert client.get("/survey/after/no-such-course").status_code == 404


def test_the_end_of_a_course_asks_how_it_was(client: FlaskClient, lin: Person) -> None:
    assign(lin, COURSE)
    lesson = lessons_of(COURSE)[-1]
    address = f"/course/{COURSE}/{lesson.id}/done"
    assert "survey/after" not in text(client, address)
    passed(lin, at=MONDAY)
    assert f"/survey/after/{COURSE}" in text(client, address)
