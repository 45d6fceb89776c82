"""The way into a quiz, and sitting it question by question."""

from datetime import UTC, datetime

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.quizzes.models import Answer, Attempt
from tests.support.people import make_account, make_person, sign_in
from tests.support.quiz_texts import QUIZ, quiz_texts
from tests.support.quizzing import Sheet, begin, publish_quiz, ready_learner
from tests.support.small_library import POLICY_PATH

JSON = {"Accept": "application/json"}


@pytest.fixture
def paper(database: Session, client: FlaskClient) -> Sheet:
    """The open paper of a learner who is signed in with *client*."""
    publish_quiz()
    ready_learner(client)
    return begin(client)


def saved(database: Session) -> dict[int, tuple[str, int]]:
    """Position → stored value and sequence number, as the database has it now."""
    database.rollback()
    rows = database.execute(select(Answer.position, Answer.value, Answer.seq))
    return {row.position: (row.value, row.seq) for row in rows}


def papers(database: Session) -> int:
    database.rollback()
    return database.scalar(select(func.count()).select_from(Attempt)) or 0


# -- the way in -----------------------------------------------------------------------------------------


def test_before_the_lessons_are_done_the_quiz_says_what_comes_first(
    database: Session, client: FlaskClient
) -> None:
    publish_quiz()
    ready_learner(client, studied=False)
    page = client.get(f"/quiz/{QUIZ}").text
    assert "Opens after 2 more lessons" in page
    assert "/course/basics/outpatient" in page
    assert client.post(f"/quiz/{QUIZ}").location == f"/quiz/{QUIZ}"
    assert papers(database) == 0


def test_who_was_not_assigned_the_course_need_not_take_its_quiz(
    database: Session, client: FlaskClient
) -> None:
    publish_quiz()
    person = make_person()
    make_account(person=person, language="en")
    sign_in(client, number=person.number)
    assert "has not been assigned to you" in client.get(f"/quiz/{QUIZ}").text
    assert client.post(f"/quiz/{QUIZ}").status_code == 404


def test_the_intro_tells_size_pass_line_and_what_happens_below_it(
    database: Session, client: FlaskClient
) -> None:
    publish_quiz()
    ready_learner(client)
    page = client.get(f"/quiz/{QUIZ}").text
    assert "10 questions; 80 of 100 points pass" in page
    assert "No time limit" in page
    assert "Below 80 points you get a plan" in page
    assert "To be passed by Mon 7 Dec" in page


def test_starting_twice_goes_on_with_the_same_paper(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    assert begin(client) == paper
    assert papers(database) == 1
    assert "A paper is open: 0 of 10 answered" in client.get(f"/quiz/{QUIZ}").text


def test_going_on_leads_to_the_first_question_without_an_answer(paper: Sheet, client: FlaskClient) -> None:
    assert client.get(f"/quiz/{QUIZ}/go").location == f"/quiz/{QUIZ}/1"
    client.post(f"/quiz/{QUIZ}/1", data={"answer": paper.questions[1].wrong, "attempt": paper.key})
    assert client.get(f"/quiz/{QUIZ}/go").location == f"/quiz/{QUIZ}/2"
    client.post(f"/quiz/{QUIZ}/submit", data={**paper.form(), "seq-a-1": "1", "action": "review"})
    assert client.get(f"/quiz/{QUIZ}/go").location == f"/quiz/{QUIZ}/review"


def test_all_questions_on_one_page_can_be_chosen_at_the_start(database: Session, client: FlaskClient) -> None:
    publish_quiz()
    ready_learner(client)
    assert client.post(f"/quiz/{QUIZ}", data={"view": "paper"}).location == f"/quiz/{QUIZ}/paper"


@pytest.mark.parametrize("part", ["go", "1", "paper", "review"])
def test_without_an_open_paper_its_pages_lead_to_the_intro(
    database: Session, client: FlaskClient, part: str
) -> None:
    publish_quiz()
    ready_learner(client)
    assert client.get(f"/quiz/{QUIZ}/{part}").location == f"/quiz/{QUIZ}"


def test_a_bank_that_cannot_fill_a_paper_says_so(
    database: Session, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    texts = quiz_texts()
    texts[POLICY_PATH] = texts[POLICY_PATH].replace("effective_on: 2025-01-01", "effective_on: 2026-11-01")
    publish_quiz(texts)
    clock.move_to(datetime(2026, 10, 1, 1, 0, tzinfo=UTC))
    ready_learner(client)
    assert client.post(f"/quiz/{QUIZ}").status_code == 503
    assert papers(database) == 0


# -- one question ---------------------------------------------------------------------------------------


def test_a_question_says_its_kind_its_topic_and_how_many_to_choose(paper: Sheet, client: FlaskClient) -> None:
    single = client.get(f"/quiz/{QUIZ}/{paper.of('claims')[0]}").text
    assert "Single choice · The claims" in single
    assert "I am not sure" in single
    several = client.get(f"/quiz/{QUIZ}/{paper.of('card')[0]}").text
    assert "Multiple choice: choose 2 options · The card" in several
    assert "I am not sure" not in several
    typed = client.get(f"/quiz/{QUIZ}/{paper.of('sums')[0]}").text
    assert "Calculation · The sums" in typed
    assert 'inputmode="decimal"' in typed


def test_the_letters_of_options_do_not_tell_which_one_is_right(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    positions = paper.of("claims")
    assert {tuple(paper.questions[position].options) for position in positions} == {("a", "b", "c")}
    assert len({tuple(paper.questions[position].right) for position in positions}) > 1


def test_statements_are_judged_and_computed_numbers_are_chosen_from(
    database: Session, client: FlaskClient
) -> None:
    publish_quiz(quiz_texts({"judged": 1, "computed": 1}))
    ready_learner(client)
    paper = begin(client)
    judged, computed = sorted(paper.questions, key=lambda position: len(paper.questions[position].options))
    assert list(paper.questions[judged].options.values()) == ["True", "False"]
    assert "True or false · The judged" in client.get(f"/quiz/{QUIZ}/{judged}").text
    assert set(paper.questions[computed].options.values()) == {"3200元", "5000元", "6800元"}
    assert paper.questions[computed].stem.startswith("老王花了5000元")
    page = client.get(f"/quiz/{QUIZ}/{computed}").text
    assert "Calculation · The computed" in page
    assert "I am not sure" in page


def test_chinese_content_is_marked_as_such_on_an_english_page(paper: Sheet, client: FlaskClient) -> None:
    page = client.get(f"/quiz/{QUIZ}/{paper.of('claims')[0]}").text
    assert '<html lang="en"' in page
    assert '<div class="choices" lang="zh-CN">' in page
    assert '<span lang="en">I am not sure</span>' in page


def test_an_answer_is_saved_shown_and_leads_on(paper: Sheet, database: Session, client: FlaskClient) -> None:
    position = paper.of("claims")[0]
    letter = paper.questions[position].right[0]
    data = {"attempt": paper.key, "seq": "0", "answer": letter}
    after = client.post(f"/quiz/{QUIZ}/{position}", data=data)
    onward = f"/quiz/{QUIZ}/{position + 1}" if position < 10 else f"/quiz/{QUIZ}/review"
    assert (after.status_code, after.location) == (303, onward)
    assert saved(database) == {position: ("0", 1)}
    page = client.get(f"/quiz/{QUIZ}/{position}").text
    assert f'value="{letter}" id="answer" checked' in page or f'value="{letter}" checked' in page
    assert "Saved. 1 of 10 answered" in page
    client.post(f"/quiz/{QUIZ}/{position}", data=data)
    assert saved(database) == {position: ("0", 1)}


def test_several_options_are_saved_together(paper: Sheet, database: Session, client: FlaskClient) -> None:
    position = paper.of("card")[0]
    client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "0", "answer": paper.questions[position].right})
    assert saved(database) == {position: ("0,1", 1)}


def test_not_being_sure_is_an_answer(paper: Sheet, database: Session, client: FlaskClient) -> None:
    position = paper.of("claims")[0]
    client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "0", "answer": "unsure"})
    assert saved(database) == {position: ("unsure", 1)}
    assert 'value="unsure" checked' in client.get(f"/quiz/{QUIZ}/{position}").text


@pytest.mark.parametrize(("action", "leads_to"), [("back", f"/quiz/{QUIZ}/1"), ("leave", "/my")])
def test_going_back_and_leaving_save_as_well(
    paper: Sheet, database: Session, client: FlaskClient, action: str, leads_to: str
) -> None:
    data = {"seq": "0", "answer": paper.questions[2].right, "action": action}
    assert client.post(f"/quiz/{QUIZ}/2", data=data).location == leads_to
    assert 2 in saved(database)


def test_the_last_question_leads_to_the_review(paper: Sheet, client: FlaskClient) -> None:
    assert client.post(f"/quiz/{QUIZ}/10").location == f"/quiz/{QUIZ}/review"


def test_a_question_may_be_skipped_and_is_listed_at_the_review(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    assert client.post(f"/quiz/{QUIZ}/1", data={"seq": "0"}).location == f"/quiz/{QUIZ}/2"
    assert saved(database) == {}
    page = client.get(f"/quiz/{QUIZ}/review").text
    assert "10 questions have no answer yet" in page
    assert f'href="/quiz/{QUIZ}/1"' in page
    assert "Hand in without 10 answers" in page


def test_choosing_nothing_leaves_what_was_saved(paper: Sheet, database: Session, client: FlaskClient) -> None:
    position = paper.of("card")[0]
    client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "0", "answer": paper.questions[position].right})
    answer = client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "1"}, headers=JSON)
    assert answer.json == {"saved": True, "seq": 1, "text": "Nothing chosen; the answer saved before stays"}
    assert saved(database) == {position: ("0,1", 1)}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("3200", "3200"), ("３２００", "３２００"), ("3,200", "3,200"), (" ￥3，200.00 元 ", "￥3，200.00 元")],
)
def test_a_number_may_be_typed_as_people_type_numbers(
    paper: Sheet, database: Session, client: FlaskClient, typed: str, stored: str
) -> None:
    position = paper.of("sums")[0]
    answer = client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "0", "answer": typed})
    assert answer.status_code == 303
    assert saved(database) == {position: (stored, 1)}
    form = paper.form(only=[one for one in paper.questions if one != position])
    result = client.post(f"/quiz/{QUIZ}/submit", data=form).location
    assert "100 points: passed" in client.get(result).text


@pytest.mark.parametrize("typed", ["about 3200", "三千二", "1.2.3", "9" * 41])
def test_what_is_no_number_is_refused_in_words_and_kept_on_the_page(
    paper: Sheet, database: Session, client: FlaskClient, typed: str
) -> None:
    position = paper.of("sums")[0]
    refused = client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "0", "answer": typed})
    assert refused.status_code == 422
    assert "<title>Error: " in refused.text
    assert refused.text.count("Enter a number, for example 1250 or 1250.50") == 2
    assert f'value="{typed}"' in refused.text
    assert saved(database) == {}


@pytest.mark.parametrize("sent", [["z"], ["a", "b"], ["0"]])
def test_what_is_no_option_is_refused(
    paper: Sheet, database: Session, client: FlaskClient, sent: list[str]
) -> None:
    position = paper.of("claims")[0]
    refused = client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "0", "answer": sent})
    assert refused.status_code == 422
    assert "Choose one of the options" in refused.text
    assert saved(database) == {}


def test_what_is_no_option_of_several_is_refused(paper: Sheet, client: FlaskClient) -> None:
    position = paper.of("card")[0]
    refused = client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "0", "answer": ["a", "z"]})
    assert refused.status_code == 422
    assert "Choose at least one option" in refused.text
