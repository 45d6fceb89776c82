"""Saving answers: by a script, from two pages and two devices, after the end; and what a paper froze."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.quizzes.models import Answer
from tests.support.quiz_texts import QUIZ, quiz_texts
from tests.support.quizzing import Sheet, begin, hand_in, publish_quiz, ready_learner, sheet
from tests.support.small_library import PARAMETERS_PATH

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


# -- a script saves -------------------------------------------------------------------------------------


def test_a_script_is_told_that_the_answer_is_saved(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    data = {"seq": "0", "changed": "answer", "answer": paper.questions[3].right}
    answer = client.post(f"/quiz/{QUIZ}/3?attempt={paper.key}", data=data, headers=JSON)
    assert (answer.status_code, answer.json) == (
        200,
        {"saved": True, "seq": 1, "text": "Saved. 1 of 10 answered"},
    )
    assert 3 in saved(database)


def test_a_script_on_the_whole_paper_saves_the_question_that_changed(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    data = {"seq": "0", "changed": "a-4", "a-4": paper.questions[4].wrong}
    answer = client.post(f"/quiz/{QUIZ}/paper", data=data, headers=JSON)
    assert (answer.status_code, answer.json and answer.json["seq"]) == (200, 1)
    assert list(saved(database)) == [4]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"changed": "a-99", "a-99": "a"}, "This question is not on your paper."),
        ({"changed": "", "a-1": "a"}, "This question is not on your paper."),
        ({"changed": "a-1", "a-1": "z"}, ""),
    ],
)
def test_a_script_is_told_in_words_what_cannot_be_saved(
    paper: Sheet, database: Session, client: FlaskClient, data: dict[str, str], text: str
) -> None:
    answer = client.post(f"/quiz/{QUIZ}/paper", data={"seq": "0", **data}, headers=JSON)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["saved"] is False
    assert text in answer.json["text"]
    assert answer.json["text"]
    assert saved(database) == {}


# -- two pages, two devices -----------------------------------------------------------------------------


def test_an_older_page_names_both_answers_and_may_then_save(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    position = paper.of("claims")[0]
    right, wrong = paper.questions[position].right[0], paper.questions[position].wrong[0]
    client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "0", "answer": right})
    older = client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "0", "answer": wrong})
    assert older.status_code == 409
    texts = paper.questions[position].options
    assert (
        f"Another page saved &#34;{texts[right]}&#34; meanwhile. Here it is &#34;{texts[wrong]}&#34;."
        in older.text
    )
    assert 'name="seq" value="1"' in older.text
    assert saved(database) == {position: ("0", 1)}
    client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "1", "answer": wrong})
    value, seq = saved(database)[position]
    assert (value != "0", seq) == (True, 2)


def test_an_older_page_names_an_answer_of_not_being_sure(paper: Sheet, client: FlaskClient) -> None:
    position = paper.of("claims")[0]
    client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "0", "answer": "unsure"})
    older = client.post(f"/quiz/{QUIZ}/{position}", data={"seq": "0", "answer": "a"})
    assert "Another page saved &#34;I am not sure&#34; meanwhile." in older.text


def test_a_script_on_an_older_page_learns_the_number_with_which_it_may_save(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    client.post(f"/quiz/{QUIZ}/1", data={"seq": "0", "answer": paper.questions[1].right})
    older = client.post(
        f"/quiz/{QUIZ}/1", data={"seq": "7", "answer": paper.questions[1].wrong}, headers=JSON
    )
    assert older.status_code == 409
    assert older.json is not None
    assert (older.json["saved"], older.json["seq"]) == (False, 1)
    assert "Another page saved" in older.json["text"]


def test_a_second_device_goes_on_with_the_same_paper(
    paper: Sheet, database: Session, app: Flask, client: FlaskClient
) -> None:
    client.post(f"/quiz/{QUIZ}/1", data={"seq": "0", "answer": paper.questions[1].right})
    tablet = app.test_client()
    with client.session_transaction() as mine, tablet.session_transaction() as theirs:
        theirs.update(mine)
    assert begin(tablet).key == paper.key
    assert sheet(tablet).questions[1].seq == "1"


def test_an_answer_for_a_paper_handed_in_is_refused_in_words(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    client.post(f"/quiz/{QUIZ}/submit", data=paper.form())
    before = saved(database)
    data = {"attempt": paper.key, "seq": "1", "answer": paper.questions[1].wrong}
    late = client.post(f"/quiz/{QUIZ}/1", data=data)
    assert late.status_code == 409
    assert "This paper has been handed in" in late.text
    assert f"/quiz/{QUIZ}/result/{paper.key}" in late.text
    told = client.post(f"/quiz/{QUIZ}/1", data=data, headers=JSON)
    assert (told.status_code, told.json and told.json["closed"]) == (409, True)
    assert client.post(f"/quiz/{QUIZ}/1", data={"attempt": paper.key}).status_code == 409
    assert saved(database) == before


def test_answers_of_an_earlier_paper_never_land_on_the_next(
    paper: Sheet, database: Session, client: FlaskClient
) -> None:
    hand_in(client, wrong=0)
    assert client.post(f"/quiz/{QUIZ}/1", data={"seq": "0", "answer": "a"}).status_code == 404


def test_a_question_off_the_paper_is_not_found(paper: Sheet, database: Session, client: FlaskClient) -> None:
    assert client.get(f"/quiz/{QUIZ}/11").status_code == 404
    off = client.post(f"/quiz/{QUIZ}/11", data={"seq": "0", "answer": "a"})
    assert off.status_code == 404
    assert "This question is not on your paper." in off.text
    assert saved(database) == {}


def test_a_stranger_can_neither_see_nor_answer_somebody_elses_paper(
    paper: Sheet, database: Session, app: Flask
) -> None:
    stranger = app.test_client()
    ready_learner(stranger)
    data = {"attempt": paper.key, "seq": "0", "answer": "a"}
    assert stranger.post(f"/quiz/{QUIZ}/1", data=data).status_code == 404
    assert stranger.post(f"/quiz/{QUIZ}/submit", data={"attempt": paper.key, "all": "yes"}).status_code == 404
    assert saved(database) == {}


def test_an_attempt_belongs_to_its_quiz(paper: Sheet, client: FlaskClient) -> None:
    assert client.post("/quiz/other/1", data={"attempt": paper.key, "answer": "a"}).status_code == 404


# -- what was frozen ------------------------------------------------------------------------------------


def test_a_paper_keeps_the_numbers_it_was_drawn_with(database: Session, client: FlaskClient) -> None:
    publish_quiz()
    ready_learner(client)
    paper = begin(client)
    position = paper.of("sums")[0]
    assert "起付标准1800" in paper.questions[position].stem
    texts = quiz_texts()
    publish_quiz({**texts, PARAMETERS_PATH: texts[PARAMETERS_PATH].replace("1800", "2100")})
    assert "起付标准1800" in sheet(client).questions[position].stem
    result = client.post(f"/quiz/{QUIZ}/submit", data=paper.form()).location
    page = client.get(result).text
    assert "100 points: passed" in page
    assert "起付标准1800" in page
    assert "2100" not in page
