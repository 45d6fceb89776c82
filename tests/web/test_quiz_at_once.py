"""Several requests at the same moment: one paper, one result, nothing lost."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.people.models import Person
from lms.quizzes import operations, queries
from lms.quizzes.models import Attempt, AttemptState
from tests.support.quiz_texts import QUIZ
from tests.support.quizzing import begin, publish_quiz, ready_learner

SUBMIT = f"/quiz/{QUIZ}/submit"
AT_ONCE = 6
Result = TypeVar("Result")


@pytest.fixture
def learner(database: Session, client: FlaskClient) -> Person:
    """A learner who has studied and is signed in with *client*."""
    publish_quiz()
    return ready_learner(client)


def at_once(app: Flask, client: FlaskClient, act: Callable[[FlaskClient], Result]) -> list[Result]:
    """What *act* gives in several browsers of the same person at the same time."""
    with client.session_transaction() as session:
        cookie = dict(session)

    def one(_: int) -> Result:
        browser = app.test_client()
        with browser.session_transaction() as mine:
            mine.update(cookie)
        return act(browser)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_starting_at_once_opens_one_paper(
    learner: Person, database: Session, app: Flask, client: FlaskClient
) -> None:
    database.commit()
    statuses = at_once(app, client, lambda browser: browser.post(f"/quiz/{QUIZ}").location)
    assert set(statuses) == {f"/quiz/{QUIZ}/go"}
    assert database.scalar(select(func.count()).select_from(Attempt)) == 1


def test_handing_in_at_once_gives_one_result(
    learner: Person, database: Session, app: Flask, client: FlaskClient
) -> None:
    paper = begin(client)
    database.commit()
    places = at_once(app, client, lambda browser: browser.post(SUBMIT, data=paper.form()).location)
    assert set(places) == {f"/quiz/{QUIZ}/result/{paper.key}"}
    assert database.scalars(select(Attempt.state)).all() == [AttemptState.PASSED]


def test_saving_at_once_keeps_one_answer_and_tells_the_others(
    learner: Person, database: Session, app: Flask, client: FlaskClient
) -> None:
    paper = begin(client)
    position = paper.of("claims")[0]
    letters = iter(["a", "b", "c"] * AT_ONCE)
    database.commit()

    def save(browser: FlaskClient) -> int:
        data = {"attempt": paper.key, "seq": "0", "answer": next(letters)}
        return browser.post(f"/quiz/{QUIZ}/{position}", data=data).status_code

    statuses = at_once(app, client, save)
    assert set(statuses) <= {303, 409}
    sitting = queries.open_sitting(learner.id, QUIZ)
    assert sitting.answers[position].seq == 1


def test_an_answer_still_being_saved_counts_when_the_paper_is_handed_in(
    learner: Person, database: Session, app: Flask, client: FlaskClient
) -> None:
    paper = begin(client)
    *others, last = paper.questions
    client.post(SUBMIT, data={**paper.form(only=others), "action": "review"})
    person_id = learner.id
    database.commit()
    browser = app.test_client()
    with client.session_transaction() as mine, browser.session_transaction() as theirs:
        theirs.update(mine)
    with ThreadPoolExecutor(1) as pool, app.app_context():
        with unit_of_work():
            sitting = queries.sitting(person_id, paper.key, changing=True)
            drawn, asked = sitting.paper[last - 1], sitting.questions[last - 1]
            right = [str(one.number) for one in asked.options if one.right] or [drawn.outcome[0]]
            operations.save(sitting, last, right, seq=0, at=clock.now())
            handing_in = pool.submit(browser.post, SUBMIT, data={"attempt": paper.key, "all": "yes"})
            time.sleep(0.5)
            assert not handing_in.done()
        result = handing_in.result(timeout=10)
    assert "100 points: passed" in client.get(result.location).text
