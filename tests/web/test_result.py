"""What a paper came to, shown as it was."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.models import HelpKind
from lms.assignments.operations import record_help
from lms.assignments.queries import duty_for_course
from lms.kernel import clock as clocks
from lms.kernel.clock import china_date
from lms.people.models import Audience, Person
from lms.quizzes.models import Attempt
from tests.support.people import make_person, sign_in
from tests.support.quiz_texts import COURSE, QUIZ, easy_texts, quiz_texts
from tests.support.quizzing import (
    DUE,
    begin,
    hand_in,
    make_up,
    pages,
    publish_quiz,
    ready_learner,
    sheet,
)
from tests.support.small_library import PARAMETERS_PATH


@pytest.fixture
def learner(database: Session, client: FlaskClient) -> Person:
    """A learner who has studied and is signed in with *client*."""
    publish_quiz()
    return ready_learner(client)


def help_given(person: Person) -> None:
    """HR records that somebody helped."""
    duty = duty_for_course(person.id, COURSE)
    assert duty is not None
    now = clocks.now()
    record_help(
        duty,
        helper_id=make_person(name="周敏", audience=Audience.HR).id,
        kind=HelpKind.PHONE,
        helped_on=china_date(now),
        note="讲了起付标准",
        at=now,
    )


# -- passed ---------------------------------------------------------------------------------------------


def test_a_pass_leads_to_the_certificate(learner: Person, client: FlaskClient) -> None:
    result = hand_in(client, wrong=2)
    page = client.get(result).text
    assert "<title>80 points: passed · First quiz" in page
    assert f'href="/certificate/{result.rsplit("/", 1)[1]}"' in page
    assert "8 of 10 questions right" in page
    assert "2 questions were not right" in page
    assert "Your plan for catching up" not in page


def test_a_result_of_a_quiz_stands_under_its_name_only(
    learner: Person, client: FlaskClient, app: Flask
) -> None:
    key = hand_in(client).rsplit("/", 1)[1]
    assert client.get(f"/quiz/other/result/{key}").status_code == 404
    assert client.get(f"/quiz/{QUIZ}/result/NOTHING").status_code == 404
    stranger = app.test_client()
    ready_learner(stranger)
    assert stranger.get(f"/quiz/{QUIZ}/result/{key}").status_code == 404


def test_an_open_paper_has_no_result_yet(learner: Person, client: FlaskClient) -> None:
    paper = begin(client)
    assert client.get(f"/quiz/{QUIZ}/result/{paper.key}").location == f"/quiz/{QUIZ}/go"


# -- below the line -------------------------------------------------------------------------------------


def test_below_the_line_stands_what_is_missing_and_a_plan(learner: Person, client: FlaskClient) -> None:
    paper = begin(client)
    wrong = [*paper.of("claims")[:2], *paper.of("sums"), *paper.of("card")]
    result = client.post(f"/quiz/{QUIZ}/submit", data=paper.form(wrong=wrong)).location
    page = client.get(result).text
    assert "<title>60 points: 2 questions short of a pass" in page
    assert "60 points; the pass line is 80 of 100" in page
    assert "What is missing lies in 3 topics." in page
    assert "Your plan for catching up" in page
    assert "opens after the steps above" in page
    assert "To be passed by Mon 7 Dec" in page


def test_every_wrong_answer_is_explained(learner: Person, client: FlaskClient) -> None:
    paper = begin(client)
    single, several, typed = paper.of("claims")[0], paper.of("card")[0], paper.of("sums")[0]
    form = {
        **paper.form(wrong=[single]),
        f"a-{typed}": "5000",
        f"a-{several}": paper.questions[several].right[:1],
    }
    result = client.post(f"/quiz/{QUIZ}/submit", data=form).location
    parts = re.split(r'<details class="more" id="q', client.get(result).text)
    shown = {int(part.split('"', 1)[0]): re.sub(r"<[^>]+>", "", part) for part in parts[1:]}
    assert f"Your answer{paper.questions[single].options[paper.questions[single].wrong[0]]}" in shown[single]
    assert "Right answer对的说法" in shown[single]
    assert "Basis" in shown[single]
    assert "Your answer5000元" in shown[typed]
    assert "Right answer3200元" in shown[typed]
    assert "5000元减去1800元，是3200元。" in shown[typed]
    assert "要带。" in shown[several]


def test_an_unanswered_and_an_unsure_question_say_so(learner: Person, client: FlaskClient) -> None:
    paper = begin(client)
    unsure, left = paper.of("claims")[:2]
    form = paper.form(only=[one for one in paper.questions if one != left])
    data = {**form, f"a-{unsure}": "unsure", "all": "yes"}
    page = client.get(client.post(f"/quiz/{QUIZ}/submit", data=data).location).text
    assert page.count("I am not sure") == 1
    assert page.count("Not answered") == 1


def test_right_answers_are_counted_by_topic(learner: Person, client: FlaskClient) -> None:
    paper = begin(client)
    result = client.post(f"/quiz/{QUIZ}/submit", data=paper.form(wrong=paper.of("claims")[:3])).location
    page = client.get(result).text
    assert 'aria-label="The claims 5 / 8"' in page
    assert 'aria-label="The card 1 / 1"' in page


def test_a_score_that_only_rounds_to_eighty_fails_and_says_why(
    database: Session, client: FlaskClient
) -> None:
    publish_quiz(quiz_texts({"claims": 4, "sums": 1}, points={"claims": 100, "sums": 99}))
    ready_learner(client)
    paper = begin(client)
    result = client.post(f"/quiz/{QUIZ}/submit", data=paper.form(wrong=paper.of("claims")[:1])).location
    page = client.get(result).text
    assert "<title>80.0 points: 1 question short of a pass" in page
    assert "Before rounding it is 79.95, which is below 80." in page
    assert "Your plan for catching up" in page


def test_after_the_due_day_the_retest_stays_open(
    learner: Person, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    result = hand_in(client, wrong=5)
    clock.shift(timedelta(days=20))
    sign_in(client, number=learner.number)
    assert china_date(clocks.now()) > DUE
    assert "has passed; you can still take it, and HR is told" in client.get(result).text


# -- two papers -----------------------------------------------------------------------------------------


def test_after_a_second_failed_paper_somebody_helps(learner: Person, client: FlaskClient) -> None:
    hand_in(client, wrong=5)
    make_up(client, learner)
    page = client.get(hand_in(client, wrong=4)).text
    assert "HR will contact you" in page
    assert "opens when HR has noted the help given" in page
    assert "HR will contact you" in client.get(f"/quiz/{QUIZ}").text
    assert client.post(f"/quiz/{QUIZ}").location == f"/quiz/{QUIZ}"


def test_help_opens_a_new_paper_and_earlier_ones_never_change(
    learner: Person, database: Session, client: FlaskClient
) -> None:
    first = hand_in(client, wrong=5)
    make_up(client, learner)
    second = hand_in(client, wrong=4)
    before = database.execute(select(Attempt.key, Attempt.paper, Attempt.earned).order_by(Attempt.id)).all()
    help_given(learner)
    assert "The new paper is open" in client.get(f"/catchup/{QUIZ}").text
    assert "Take the retest" in client.get(second).text
    third = hand_in(client, wrong=0)
    assert "100 points: passed" in client.get(third).text
    database.rollback()
    after = database.execute(select(Attempt.key, Attempt.paper, Attempt.earned).order_by(Attempt.id)).all()
    assert after[:2] == before
    earlier = client.get(first).text
    assert "50 points: 3 questions short of a pass" in earlier
    assert "A later paper decides" in earlier
    assert "Your plan for catching up" not in earlier
    listed = client.get(f"/quiz/{QUIZ}").text
    for line in ("Paper 1: 50 points", "Paper 2: 60 points", "Paper 3: 100 points"):
        assert line in listed


def test_a_second_paper_asks_what_has_not_been_seen(learner: Person, client: FlaskClient) -> None:
    first = {asked.stem for asked in begin(client).questions.values()}
    hand_in(client, wrong=5)
    make_up(client, learner)
    begin(client)
    assert first.isdisjoint(asked.stem for asked in sheet(client).questions.values())


# -- what was frozen ------------------------------------------------------------------------------------


def test_a_paper_is_shown_as_it_was_after_the_library_changed(learner: Person, client: FlaskClient) -> None:
    paper = begin(client)
    result = client.post(f"/quiz/{QUIZ}/submit", data=paper.form(wrong=range(1, 6))).location
    before = client.get(result).text
    texts = quiz_texts()
    texts[PARAMETERS_PATH] = texts[PARAMETERS_PATH].replace("1800", "2100")
    texts["quizzes/basics.yaml"] = texts["quizzes/basics.yaml"].replace("正是这样", "已经改了")
    publish_quiz(texts)
    assert client.get(result).text == before


def test_pages_that_no_longer_exist_are_left_out_of_the_plan(learner: Person, client: FlaskClient) -> None:
    paper = begin(client)
    result = client.post(f"/quiz/{QUIZ}/submit", data=paper.form(wrong=paper.questions)).location
    assert "/course/basics/travel/at/filing" in client.get(result).text
    texts = {
        path: text.replace("{#filing}", "{#first}")
        .replace("page: filing", "page: first")
        .replace("travel#filing", "travel#first")
        for path, text in quiz_texts().items()
    }
    publish_quiz(texts)
    assert "basics/travel#filing" not in {page.key for page in pages()}
    assert "/travel/at/filing" not in client.get(result).text


# -- the easy view --------------------------------------------------------------------------------------


def test_a_retiree_sits_the_quiz_in_the_easy_view(database: Session, client: FlaskClient) -> None:
    publish_quiz(easy_texts())
    ready_learner(client, audience=Audience.RETIREE)
    assert 'data-mode="elder"' in client.get(f"/quiz/{QUIZ}").text
    begin(client)
    for address in (f"/quiz/{QUIZ}/1", f"/quiz/{QUIZ}/paper", f"/quiz/{QUIZ}/review"):
        assert 'data-mode="elder"' in client.get(address).text
    result = client.get(hand_in(client, wrong=5)).text
    assert 'data-mode="elder"' in result
    assert "Only a little is missing" in result
    plan = client.get(f"/catchup/{QUIZ}").text
    assert 'data-mode="elder"' in plan
    assert "/easy/lesson/basics/outpatient/at/deductible" in plan
