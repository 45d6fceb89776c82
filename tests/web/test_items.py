"""The pages of item analysis: quizzes, their questions, one question, and an alarm that is settled."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.item_analysis import queries
from tests.support.corrections import HOUR, a_change, sat
from tests.support.corrections import RIGHT as CORRECTED
from tests.support.corrections import texts as texts_with_sums
from tests.support.items import analysed, put_right, texts, written
from tests.support.library import publish_texts
from tests.support.people import make_account, make_person, sign_in
from tests.support.quiz_texts import QUIZ, quiz_texts
from tests.support.sittings import AT, assigned
from tests.support.statements import statements

LATER = AT + 2 * HOUR


def staff(client: FlaskClient, role: Role = Role.LEAD, *, language: str = "en") -> None:
    """Somebody of HR, signed in."""
    person = make_person(name="叶文瑾")
    make_account(person=person, role=role, language=language)
    sign_in(client, number=person.number)


def plain(page: str) -> str:
    """The page's words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def library(database: Session) -> None:
    """Five questions a paper."""
    publish_texts(texts())


# -- quizzes --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("library")
def test_before_the_first_paper_the_pages_say_so(client: FlaskClient) -> None:
    staff(client)
    assert "Nothing to analyse yet" in client.get("/manage/items").text
    assert "Nothing to analyse yet" in client.get(f"/manage/items/quiz/{QUIZ}").text
    assert "This edition has not been analysed yet" in client.get("/manage/items/claims-01").text


@pytest.mark.usefixtures("library")
def test_what_there_is_not_is_not_found(client: FlaskClient) -> None:
    staff(client)
    for address in ("quiz/none", "none", "none/rekey/abcdefabcdef"):
        assert client.get(f"/manage/items/{address}").status_code == 404, address


@pytest.mark.usefixtures("library")
def test_a_quiz_and_its_questions_with_their_figures(client: FlaskClient) -> None:
    papers = [written(), written(1), written(1, 2)]
    analysed()
    staff(client)
    assert "First papers 3 too few answers" in plain(
        client.get("/manage/items").text.replace('data-l="First papers">', ">First papers ")
    )
    html = client.get(f"/manage/items/quiz/{QUIZ}").text
    page = plain(html)
    assert "Too few papers for conclusions" in page
    assert "2 of 3" in page
    assert "5 questions and editions" in page
    assert '<svg class="chart"' in html
    assert "style=" not in html.partition("<main")[2]
    question = papers[0].questions[0]
    assert f"/manage/items/{question.id}?edition={question.edition[:12]}" in html
    order = [html.index(f">{one.id} ·") for one in papers[0].questions]
    sorted_page = client.get(f"/manage/items/quiz/{QUIZ}?sort=difficulty").text
    assert sorted_page.index(f">{question.id} ·") == min(
        sorted_page.index(f">{one.id} ·") for one in papers[0].questions
    )
    assert len(set(order)) == 5
    assert client.get(f"/manage/items/quiz/{QUIZ}?sort=nonsense&page=99").status_code == 200


@pytest.mark.usefixtures("library")
def test_a_long_bank_has_pages(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.web.manage.items.PAGE_SIZE", 3)
    written()
    analysed()
    staff(client)
    assert "Page 1 of 2" in client.get(f"/manage/items/quiz/{QUIZ}?sort=n").text
    assert "page=1&amp;sort=n" in client.get(f"/manage/items/quiz/{QUIZ}?sort=n&page=2").text.replace(
        "sort=n&amp;page=1", "page=1&amp;sort=n"
    )


@pytest.mark.usefixtures("library")
def test_pages_cost_the_same_whatever_there_is_to_show(app: Flask, client: FlaskClient) -> None:
    written()
    analysed()
    staff(client)
    client.get(f"/manage/items/quiz/{QUIZ}")
    with statements(app) as few:
        client.get(f"/manage/items/quiz/{QUIZ}")
    for seed in range(2, 8):
        written(seed=seed, at=LATER)
    analysed(AT + 24 * HOUR)
    with statements(app) as many:
        client.get(f"/manage/items/quiz/{QUIZ}")
    assert [len([one for one in several if "item_analysis" in one]) for several in (few, many)] == [2, 2]


# -- one question ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("library")
def test_a_question_says_who_chose_what_and_shows_it_with_a_table_beside(client: FlaskClient) -> None:
    papers = [written(), written(), written(1)]
    analysed()
    staff(client)
    question = papers[0].questions[0]
    html = client.get(f"/manage/items/{question.id}").text
    page = plain(html)
    assert "关于报销" in page
    assert "66% 2 of 3 answers" in page
    assert "Too few answers for conclusions" in page
    assert html.count('<svg class="chart"') == 3
    for chart in ("groups", "fifths", "months"):
        assert f'aria-labelledby="{chart}-t {chart}-d"' in html
    row = page[page.index("Who chose what Answer") :]
    assert "A 对的说法 Right answer 2 66% 100.0 100% 0%" in row
    assert "B 错的说法 1 33% 80.0 0% 100%" in row
    assert "2026-11 3 66%" in page


@pytest.mark.usefixtures("library")
def test_the_editions_of_a_question_stand_apart(client: FlaskClient) -> None:
    paper = written()
    question = paper.questions[0]
    put_right(question.id)
    analysed()
    staff(client)
    html = client.get(f"/manage/items/{question.id}").text
    assert "An earlier edition marked other options as right" in html
    assert f"/manage/items/{question.id}/rekey/{question.edition[:12]}" in html
    latest = queries.editions(question.id)[0].question.edition
    other = client.get(f"/manage/items/{question.id}?edition={latest[:12]}").text
    assert "This edition has not been analysed yet" in other


@pytest.mark.parametrize("kind", ["card", "sums", "judged", "computed"])
def test_every_kind_of_question_has_a_page(database: Session, client: FlaskClient, kind: str) -> None:
    publish_texts(quiz_texts({kind: 2}))
    first, second = written(1), written()
    analysed()
    staff(client, language="zh_Hans" if kind == "card" else "en")
    for question in first.questions:
        response = client.get(f"/manage/items/{question.id}")
        assert response.status_code == 200
        assert "[[" not in response.text.partition("<main")[2]
    assert second.verdict is not None


# -- a question that collapsed --------------------------------------------------------------------------


def collapsed() -> str:
    """A question that everybody gets wrong since a change; its id."""
    for _ in range(4):
        sat(assigned(), "3200")
    a_change()
    for _ in range(4):
        sat(assigned(), CORRECTED, words_wrong=1, at=LATER)
    analysed(LATER)
    (alarm,) = queries.alarms()
    return alarm.question


@pytest.fixture
def question(database: Session, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a question that collapsed."""
    monkeypatch.setattr("lms.item_analysis.rules.FEW", 4)
    publish_texts(texts_with_sums())
    return collapsed()


def test_an_alarm_is_told_and_settled_with_a_note(client: FlaskClient, question: str) -> None:
    staff(client)
    overview = plain(client.get("/manage/items").text)
    assert "1 question collapsed after a change" in overview
    assert "Right: 100% before, 0% since" in overview
    html = client.get(f"/manage/items/{question}").text
    assert "Since a change far fewer people get it right" in html
    nothing = client.post(f"/manage/items/{question}/alarm", data={"note": " "})
    assert nothing.status_code == 422
    assert "Say what you found" in nothing.text
    done = client.post(f"/manage/items/{question}/alarm", data={"note": "新版题目已发布"})
    assert (done.status_code, done.location) == (303, f"/manage/items/{question}")
    page = client.get(f"/manage/items/{question}").text
    assert "Noted. The question no longer waits for you." in page
    assert "新版题目已发布" in page
    assert "far fewer people" not in page
    assert client.post(f"/manage/items/{question}/alarm", data={"note": "…"}).status_code == 404


def test_who_may_not_edit_sees_the_alarm_without_a_form(client: FlaskClient, question: str) -> None:
    staff(client, Role.HR)
    html = client.get(f"/manage/items/{question}").text
    assert "Since a change far fewer people get it right" in html
    assert "<form method" not in html.partition("<main")[2]
    assert client.post(f"/manage/items/{question}/alarm", data={"note": "…"}).status_code == 403
