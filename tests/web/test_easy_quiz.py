"""The check in its easy form: a question a screen, the reasons at once, never the same again without end."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.courses.rules import Form
from lms.people.models import Audience, Person
from tests.support.library import real_library
from tests.support.quiz_texts import QUIZ, easy_texts
from tests.support.quizzing import begin, hand_in, make_up, publish_quiz, ready_learner
from tests.support.statements import statements

INTRO, PLAN = f"/quiz/{QUIZ}", f"/catchup/{QUIZ}"
HELP = '<a class="btn btn--{} btn--block" href="/easy/help">'


@pytest.fixture
def retiree(database: Session, client: FlaskClient) -> Person:
    """A retired person who has studied and is signed in with *client*."""
    publish_quiz(easy_texts())
    return ready_learner(client, audience=Audience.RETIREE)


def words(html: str) -> str:
    """What one reads; headings are cut into clauses by tags."""
    return Markup(html).striptags()


def buttons(page: str) -> list[str]:
    """Addresses of the big buttons that lead on."""
    return re.findall(r'<a class="btn btn--primary[^"]*" href="([^"]+)"', page)


# -- the paper ------------------------------------------------------------------------------------------


def test_every_check_of_an_easy_course_has_three_to_five_questions() -> None:
    library = real_library()
    easy = {one.key for one in library.items if one.kind == "course" and one.body["form"] == Form.EASY}
    sizes = {
        one.body["course"]: one.body["size"]
        for one in library.items
        if one.kind == "quiz" and one.body["course"] in easy
    }
    assert sizes.keys() == easy
    assert set(sizes.values()) <= {3, 4, 5}


def test_it_begins_with_what_there_is_to_know_and_one_button(retiree: Person, client: FlaskClient) -> None:
    page = client.get(INTRO).text
    assert "10 questions, one at a time" in page
    assert "Take your time" in page
    assert 'data-size="l"' in page
    assert "80 of 100 points are enough" in page
    assert page.count("<button") == 2, "start, and sign out"


def test_one_question_a_screen_and_the_way_back(retiree: Person, client: FlaskClient) -> None:
    begin(client)
    first, second = client.get(f"{INTRO}/1").text, client.get(f"{INTRO}/2").text
    assert "Question 1 of 10" in first
    assert "Previous question" not in first
    assert "Previous question" in second
    assert "Points" not in first


def test_with_gaps_it_says_which_question_is_left(retiree: Person, client: FlaskClient) -> None:
    paper = begin(client)
    done = {position: paper.questions[position].right for position in range(1, 10)}
    for position, answer in done.items():
        client.post(f"{INTRO}/{position}", data={"answer": answer, "attempt": paper.key, "seq": "0"})
    page = client.get(f"{INTRO}/review").text
    assert "1 question has no answer yet" in words(page)
    assert buttons(page) == [f"{INTRO}/10"]
    assert "Hand in all the same" in page


def test_an_older_page_is_told_so_in_the_easy_form_too(retiree: Person, client: FlaskClient) -> None:
    paper = begin(client)
    asked = paper.questions[1]
    client.post(f"{INTRO}/1", data={"answer": asked.right, "attempt": paper.key, "seq": "0"})
    refused = client.post(f"{INTRO}/1", data={"answer": asked.wrong, "attempt": paper.key, "seq": "0"})
    assert refused.status_code == 409
    assert "This answer was changed on another page" in refused.text
    lacking = client.post(f"{INTRO}/1", data={"answer": "zz", "attempt": paper.key, "seq": "1"})
    assert lacking.status_code == 422
    assert "Error:" in lacking.text


# -- the reasons ----------------------------------------------------------------------------------------


def test_what_was_not_right_comes_first_each_with_its_reason(retiree: Person, client: FlaskClient) -> None:
    result = hand_in(client, wrong=2)
    page = client.get(result).text
    assert "Well done, you have passed" in words(page)
    assert "8 of 10 questions right. 80 points; 80 are enough." in words(page)
    assert buttons(page) == [f"{result}/1"]
    assert "See why: 2 questions" in page
    assert "/certificate/" in page
    first = client.get(f"{result}/1").text
    assert "Right answer" in first
    assert "Why" in first
    assert buttons(first) == [f"{result}/2"]
    assert "Finished; to the home page" in client.get(f"{result}/2").text
    third = client.get(f"{result}/3").text
    assert "Right answer" not in third
    assert "Correct" in third


def test_after_a_perfect_paper_all_reasons_can_be_seen(retiree: Person, client: FlaskClient) -> None:
    result = hand_in(client)
    page = client.get(result).text
    assert "See why each answer is right" in page
    assert buttons(client.get(f"{result}/9").text) == [f"{result}/10"]
    assert buttons(client.get(f"{result}/10").text) == ["/easy"]


@pytest.mark.parametrize("number", ["0", "11", "99999999999999999999"])
def test_there_is_no_reason_of_a_question_that_was_not_asked(
    retiree: Person, client: FlaskClient, number: str
) -> None:
    assert client.get(f"{hand_in(client)}/{number}").status_code == 404


def test_nobody_sees_the_reasons_of_another_or_of_an_open_paper(
    retiree: Person, client: FlaskClient, app: Flask
) -> None:
    key = begin(client).key
    assert client.get(f"{INTRO}/result/{key}/1").location == f"{INTRO}/go"
    assert client.get(f"/quiz/other/result/{key}/1").status_code == 404
    other = app.test_client()
    ready_learner(other, audience=Audience.RETIREE)
    assert other.get(f"{INTRO}/result/{key}/1").status_code == 404


# -- below the line -------------------------------------------------------------------------------------


def test_below_the_line_the_page_that_explains_is_shown_again_and_help_is_offered(
    retiree: Person, client: FlaskClient
) -> None:
    result = hand_in(client, wrong=3)
    page = client.get(result).text
    assert "Only a little is missing" in words(page)
    assert "7 of 10 questions right. 70 points; 80 are enough." in words(page)
    assert HELP.format("second") in page
    assert buttons(client.get(f"{result}/3").text) == [PLAN]
    plan = client.get(PLAN).text
    assert "Look at this page once more" in words(plan)
    assert len(buttons(plan)) == 1
    assert HELP.format("second") in plan
    assert buttons(plan)[0].startswith("/easy/lesson/basics/")
    home = client.get("/easy").text
    assert f'href="{PLAN}"' in home
    assert "Not quite last time" in home


def test_the_plan_goes_on_step_by_step_to_a_new_paper(
    retiree: Person, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    missed = begin(client)
    wrong = missed.of("claims")[:3]
    client.post(f"{INTRO}/submit", data=missed.form(wrong=wrong))
    clock.shift(timedelta(minutes=1))
    address = buttons(client.get(PLAN).text)[0]
    page = client.get(address, follow_redirects=True)
    assert client.post(page.request.url).location == PLAN
    plan = client.get(PLAN).text
    assert "Try this question once more" in words(plan)
    assert buttons(plan) == [f"{PLAN}/practice/{wrong[0]}"]
    practice = client.get(buttons(plan)[0]).text
    assert "Practice, not scored" in practice
    assert "Single choice" not in practice
    for position in wrong:
        right = missed.questions[position].right
        client.post(f"{PLAN}/practice/{position}", data={"answer": right, "attempt": missed.key})
    plan = client.get(PLAN).text
    assert "Now answer once more" in words(plan)
    assert f'action="{INTRO}"' in plan


def test_after_two_papers_there_is_only_somebody_who_helps(retiree: Person, client: FlaskClient) -> None:
    hand_in(client, wrong=3)
    client.get("/easy/standard")
    make_up(client, retiree)
    client.get("/easy")
    result = hand_in(client, wrong=3)
    for address in (result, INTRO, PLAN):
        page = client.get(address).text
        assert "We will call you" in page
        assert HELP.format("primary") in page
        assert f'action="{INTRO}"' not in page
        assert "/practice/" not in page
    assert buttons(client.get(f"{result}/3").text) == [INTRO]


def test_the_easy_form_asks_the_database_no_more_than_the_standard_one(
    retiree: Person, client: FlaskClient, app: Flask
) -> None:
    begin(client)
    with statements(app) as asked:
        client.get(f"{INTRO}/1")
    result = hand_in(client, wrong=3)
    client.get(result)
    with statements(app) as easy:
        client.get(result)
    with statements(app) as reason:
        client.get(f"{result}/1")
    client.get("/easy/standard")
    with statements(app) as standard:
        client.get(result)
    assert len(asked) == 2
    assert len(reason) <= len(easy) == len(standard)
