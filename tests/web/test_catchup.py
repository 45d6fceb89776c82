"""Catching up: exactly what was missed, read again and practised until right; then a new paper."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.people.models import Person
from lms.quizzes.models import PracticeAnswer
from tests.support.people import make_account, make_person, sign_in
from tests.support.quiz_texts import QUIZ
from tests.support.quizzing import (
    Sheet,
    begin,
    hand_in,
    make_up,
    practice,
    publish_quiz,
    read,
    read_again,
    ready_learner,
)

PLAN = f"/catchup/{QUIZ}"


@pytest.fixture
def learner(database: Session, client: FlaskClient) -> Person:
    """A learner who has studied and is signed in with *client*."""
    publish_quiz()
    return ready_learner(client)


@pytest.fixture
def failed(learner: Person, client: FlaskClient) -> Sheet:
    """What was missed on the learner's paper: two questions of one topic, one of another, 70 points."""
    paper = begin(client)
    wrong = [*paper.of("claims")[:2], *paper.of("sums")]
    client.post(f"/quiz/{QUIZ}/submit", data=paper.form(wrong=wrong))
    return Sheet(paper.key, {position: paper.questions[position] for position in sorted(wrong)})


def tries(database: Session) -> int:
    database.rollback()
    return database.scalar(select(func.count()).select_from(PracticeAnswer)) or 0


def pages_in(html: str) -> list[str]:
    """Addresses of the pages to read again."""
    return sorted(set(re.findall(r'href="(/course/[^"?]+)\?back=', html)))


# -- the plan -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["before", "open", "passed"])
def test_without_a_failed_paper_there_is_nothing_to_catch_up_on(
    learner: Person, client: FlaskClient, when: str
) -> None:
    if when == "open":
        begin(client)
    if when == "passed":
        hand_in(client)
    assert client.get(PLAN).location == f"/quiz/{QUIZ}"
    assert client.get(f"{PLAN}/practice/1").location == f"/quiz/{QUIZ}"
    assert client.post(f"{PLAN}/practice/1").location == f"/quiz/{QUIZ}"


def test_the_plan_names_exactly_the_pages_and_questions_that_were_missed(
    failed: Sheet, client: FlaskClient
) -> None:
    page = client.get(PLAN).text
    assert pages_in(page) == ["/course/basics/outpatient/at/deductible", "/course/basics/travel/at/filing"]
    assert f"?back={PLAN}" in page
    practised = {int(one) for one in re.findall(rf'href="{PLAN}/practice/(\d+)"', page)}
    assert practised == set(failed.questions)
    assert "About 7 minutes to catch up, then a new paper" in page
    assert "Not open yet" in page
    assert 'action="/quiz/basics"' not in page


def test_reading_before_the_paper_does_not_count_reading_after_it_does(
    failed: Sheet, learner: Person, client: FlaskClient
) -> None:
    read(learner, "basics/outpatient#deductible")
    assert "Read since" not in client.get(PLAN).text
    read_again(learner, "basics/outpatient#deductible")
    assert client.get(PLAN).text.count("Read since") == 1


def test_the_steps_are_done_one_after_the_other_until_the_retest_is_the_one_thing_to_do(
    failed: Sheet, learner: Person, client: FlaskClient
) -> None:
    assert client.get(PLAN).text.count("Start reading") == 1
    read_again(learner, "basics/outpatient#deductible")
    read_again(learner, "basics/travel#filing")
    page = client.get(PLAN).text
    assert "Start reading" not in page
    assert page.count("Start practising") == 1
    assert client.post(f"/quiz/{QUIZ}").location == f"/quiz/{QUIZ}"
    make_up(client, learner)
    page = client.get(PLAN).text
    assert "The new paper is open" in page
    assert "Take the retest" in page
    assert 'action="/quiz/basics"' in page
    assert client.post(f"/quiz/{QUIZ}").location == f"/quiz/{QUIZ}/go"


def test_who_was_never_assigned_the_course_has_no_plan(database: Session, client: FlaskClient) -> None:
    publish_quiz()
    person = make_person()
    make_account(person=person, language="en")
    sign_in(client, number=person.number)
    assert client.get(PLAN).status_code == 404


# -- practice -------------------------------------------------------------------------------------------


def test_a_wrong_try_is_explained_without_giving_the_answer_away(
    failed: Sheet, database: Session, client: FlaskClient
) -> None:
    position = failed.of("claims")[0]
    wrong = practice(client, position).wrong
    tried = client.post(f"{PLAN}/practice/{position}", data={"answer": wrong})
    assert (tried.status_code, tried.location) == (303, f"{PLAN}/practice/{position}?tried={wrong[0]}")
    page = client.get(tried.location).text
    assert "Not yet" in page
    assert "Your choice" in page
    assert "Try once more" in page
    assert "Right answer" not in page
    assert "正是这样" not in page
    assert tries(database) == 1
    assert "not scored, until each is right" in client.get(PLAN).text


def test_a_right_try_is_confirmed_and_leads_to_the_next_question(
    failed: Sheet, database: Session, client: FlaskClient
) -> None:
    positions = list(failed.questions)
    last, page = positions[-1], ""
    for position in positions:
        asked = (
            practice(client, position) if failed.questions[position].options else failed.questions[position]
        )
        after = client.post(f"{PLAN}/practice/{position}", data={"answer": asked.right})
        page = client.get(after.location).text
        assert "That is right" in page
        assert ("Next: question" in page) is (position != last)
    assert f'href="{PLAN}">Back to the plan' in page
    assert tries(database) == len(positions)


def test_one_of_two_right_options_is_not_yet_right(learner: Person, client: FlaskClient) -> None:
    paper = begin(client)
    position = paper.of("card")[0]
    wrong = [position, *paper.of("claims")[:2]]
    client.post(f"/quiz/{QUIZ}/submit", data=paper.form(wrong=wrong))
    right = practice(client, position).right
    half = client.post(f"{PLAN}/practice/{position}", data={"answer": right[:1]})
    assert "Exactly 2 options are right" in client.get(half.location).text
    whole = client.post(f"{PLAN}/practice/{position}", data={"answer": right})
    assert "That is right" in client.get(whole.location).text


@pytest.mark.parametrize("sent", [[], ["z"], ["a", "b"]])
def test_a_try_without_a_choice_is_refused_in_words(
    failed: Sheet, database: Session, client: FlaskClient, sent: list[str]
) -> None:
    position = failed.of("claims")[0]
    refused = client.post(f"{PLAN}/practice/{position}", data={"answer": sent})
    assert refused.status_code == 422
    assert "Choose one of the options" in refused.text
    assert tries(database) == 0


def test_a_typed_try_may_be_wrong_or_no_number(failed: Sheet, database: Session, client: FlaskClient) -> None:
    position = failed.of("sums")[0]
    assert client.post(f"{PLAN}/practice/{position}", data={"answer": "many"}).status_code == 422
    wrong = client.post(f"{PLAN}/practice/{position}", data={"answer": "5,000元"})
    assert "Not yet" in client.get(wrong.location).text
    right = client.post(f"{PLAN}/practice/{position}", data={"answer": "3,200元"})
    assert "5000元减去1800元，是3200元。" in client.get(right.location).text


def test_only_missed_questions_are_practised(failed: Sheet, client: FlaskClient) -> None:
    right = next(position for position in range(1, 11) if position not in failed.questions)
    assert client.get(f"{PLAN}/practice/{right}").status_code == 404
    assert client.post(f"{PLAN}/practice/{right}", data={"answer": "a"}).status_code == 404
    assert client.get(f"{PLAN}/practice/99").status_code == 404


def test_a_try_for_an_earlier_paper_does_not_count_for_the_present_one(
    failed: Sheet, learner: Person, database: Session, client: FlaskClient
) -> None:
    make_up(client, learner)
    hand_in(client, wrong=5)
    before = tries(database)
    stale = client.post(f"{PLAN}/practice/1", data={"attempt": failed.key, "answer": "a"})
    assert stale.location == f"/quiz/{QUIZ}"
    assert tries(database) == before


def test_while_somebody_has_to_help_the_plan_says_who_does_what(learner: Person, client: FlaskClient) -> None:
    hand_in(client, wrong=5)
    make_up(client, learner)
    hand_in(client, wrong=5)
    page = client.get(PLAN).text
    assert "HR will contact you" in page
    assert "As soon as HR has noted that, a new paper opens here." in page
    assert "You need not do anything" in page
    assert "opens when HR has noted the help given" in page
