"""The whole paper on one page, the review, and handing in."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms.kernel.database import db
from lms.quizzes.models import Answer, Attempt, AttemptState
from tests.support.quiz_texts import QUIZ
from tests.support.quizzing import Sheet, begin, publish_quiz, ready_learner, sheet

SUBMIT = f"/quiz/{QUIZ}/submit"


@pytest.fixture
def paper(database: Session, client: FlaskClient) -> Sheet:
    """The open paper of a learner who is signed in with *client*."""
    publish_quiz()
    ready_learner(client)
    return begin(client)


def answered(database: Session) -> list[int]:
    database.rollback()
    return list(database.scalars(select(Answer.position).order_by(Answer.position)))


def state(database: Session) -> AttemptState | None:
    database.rollback()
    return database.scalar(select(Attempt.state))


def test_a_whole_paper_is_handed_in_at_once(paper: Sheet, database: Session, client: FlaskClient) -> None:
    handed_in = client.post(SUBMIT, data=paper.form())
    assert (handed_in.status_code, handed_in.location) == (303, f"/quiz/{QUIZ}/result/{paper.key}")
    assert answered(database) == list(range(1, 11))
    assert state(database) is AttemptState.PASSED


def test_gaps_are_listed_before_anything_is_handed_in(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    partly = client.post(SUBMIT, data=paper.form(only=[1, 2, 3, 4, 5, 6, 7, 8]))
    assert partly.location == f"/quiz/{QUIZ}/review"
    assert answered(database) == [1, 2, 3, 4, 5, 6, 7, 8]
    page = client.get(f"/quiz/{QUIZ}/review").text
    assert "2 questions have no answer yet" in page
    assert "Hand in without 2 answers" in page
    assert state(database) is AttemptState.OPEN
    confirmed = client.post(SUBMIT, data={"attempt": paper.key, "all": "yes"})
    assert "80 points: passed" in client.get(confirmed.location).text


def test_with_every_answer_saved_one_by_one_nothing_has_to_be_confirmed(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    for position, asked in paper.questions.items():
        client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "0", "answer": asked.right})
    assert "All 10 questions are answered" in client.get(f"/quiz/{QUIZ}/review").text
    assert client.post(SUBMIT, data={"attempt": paper.key}).location == f"/quiz/{QUIZ}/result/{paper.key}"
    assert state(database) is AttemptState.PASSED


@pytest.mark.parametrize(("action", "leads_to"), [("review", f"/quiz/{QUIZ}/review"), ("leave", "/my")])
def test_looking_over_and_leaving_save_without_handing_in(
    paper: Sheet, database: Session, client: FlaskClient, action: str, leads_to: str
) -> None:
    assert client.post(SUBMIT, data={**paper.form(), "action": action}).location == leads_to
    assert len(answered(database)) == 10
    assert state(database) is AttemptState.OPEN


def test_what_cannot_be_an_answer_is_named_and_the_form_is_kept(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    position = paper.of("sums")[0]
    refused = client.post(SUBMIT, data={**paper.form(), f"a-{position}": "a lot"})
    assert refused.status_code == 422
    assert "<title>Error: " in refused.text
    assert f'href="#a-{position}">Question {position}: Enter a number' in refused.text
    assert 'value="a lot"' in refused.text
    assert refused.text.count(" checked") == 10
    assert answered(database) == []
    assert state(database) is AttemptState.OPEN


def test_an_older_paper_page_hands_in_nothing_and_names_both_answers(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    position = paper.of("claims")[0]
    asked = paper.questions[position]
    client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "0", "answer": asked.wrong})
    older = client.post(SUBMIT, data=paper.form())
    assert older.status_code == 409
    assert "1 answer was changed on another page" in older.text
    assert f"Another page saved &#34;{asked.options[asked.wrong[0]]}&#34; meanwhile." in older.text
    assert answered(database) == [position]
    again = {**paper.form(), f"seq-a-{position}": "1"}
    assert "/result/" in client.post(SUBMIT, data=again).location
    assert state(database) is AttemptState.PASSED


def test_the_same_answer_from_an_older_page_does_no_harm(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    client.post(f"/quiz/{QUIZ}/1", data={"seq": "0", "answer": paper.questions[1].right})
    assert "/result/" in client.post(SUBMIT, data=paper.form()).location


def test_a_question_off_the_paper_spoils_nothing(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    off = client.post(SUBMIT, data={**paper.form(), "a-99": "a"})
    assert off.status_code == 404
    assert "This question is not on your paper." in off.text
    assert (answered(database), state(database)) == ([], AttemptState.OPEN)


def test_handing_in_twice_leads_to_the_one_result(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    first = client.post(SUBMIT, data=paper.form())
    second = client.post(SUBMIT, data=paper.form())
    assert first.location == second.location == f"/quiz/{QUIZ}/result/{paper.key}"
    confirmed = client.post(SUBMIT, data={"attempt": paper.key, "all": "yes"})
    assert confirmed.location == first.location


def test_answers_after_the_end_do_not_count_and_the_result_says_so(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    client.post(SUBMIT, data=paper.form())
    late = client.post(SUBMIT, data=paper.form(wrong=[1, 2]))
    assert late.location == f"/quiz/{QUIZ}/result/{paper.key}?late=1"
    page = client.get(late.location).text
    assert "This paper had already been handed in" in page
    assert "100 points: passed" in page


def test_back_after_the_end_leads_to_what_comes_next(paper: Sheet, client: FlaskClient) -> None:
    client.post(SUBMIT, data=paper.form())
    assert client.get(f"/quiz/{QUIZ}/10").location == f"/quiz/{QUIZ}"
    page = client.get(f"/quiz/{QUIZ}").text
    assert "You have passed this quiz" in page
    assert f"/quiz/{QUIZ}/result/{paper.key}" in page
    assert f"/certificate/{paper.key}" in page


# -- how much it costs ----------------------------------------------------------------------------------


@contextmanager
def counted(app: Flask) -> Iterator[dict[str, int]]:
    """Statements and commits made inside the block."""
    counts = {"statements": 0, "commits": 0}

    def statement(*_: object) -> None:
        counts["statements"] += 1

    def commit(*_: object) -> None:
        counts["commits"] += 1

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield counts
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


@pytest.mark.parametrize("wrong", [0, 4])
def test_a_cycle_takes_twelve_statements_and_two_commits(
    database: Session, app: Flask, client: FlaskClient, wrong: int
) -> None:
    publish_quiz()
    earlier = app.test_client()
    ready_learner(earlier)
    begin(earlier)
    ready_learner(client)
    client.get("/about")
    database.commit()
    with counted(app) as counts:
        paper = begin(client)
        handed_in = client.post(SUBMIT, data=paper.form(wrong=range(1, wrong + 1)))
        page = client.get(handed_in.location)
    assert ("100 points: passed" in page.text) == (wrong == 0)
    assert counts["statements"] <= 12
    assert counts["commits"] <= 2


def test_an_answer_saved_takes_three_statements_and_one_commit(
    paper: Sheet, app: Flask, database: Session, client: FlaskClient
) -> None:
    database.commit()
    with counted(app) as counts:
        client.post(f"/quiz/{QUIZ}/1", data={"seq": "0", "answer": paper.questions[1].right})
    assert counts == {"statements": 3, "commits": 1}


def test_a_question_takes_two_statements(
    paper: Sheet, app: Flask, database: Session, client: FlaskClient
) -> None:
    sheet(client)
    database.commit()
    with counted(app) as counts:
        client.get(f"/quiz/{QUIZ}/2")
    assert counts == {"statements": 2, "commits": 0}
