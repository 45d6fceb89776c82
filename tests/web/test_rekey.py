"""The page about a key that was wrong, and what people see of papers that were marked anew because of it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.item_analysis.rekeying import wrong_key
from lms.quizzes.queries import Sitting
from tests.support.corrections import HOUR
from tests.support.items import put_right, texts, written
from tests.support.library import publish_texts
from tests.support.people import make_account, make_person, sign_in
from tests.support.quiz_texts import QUIZ
from tests.support.sittings import AT, assigned, release, start

FORM = {"policy": "new_key", "reason": "第一项其实不对"}
pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def library(database: Session) -> None:
    """Five questions a paper, 20 points each."""
    publish_texts(texts())


def staff(client: FlaskClient, role: Role = Role.LEAD) -> None:
    """Somebody of HR, signed in, in English."""
    person = make_person(name="莫云帆")
    make_account(person=person, role=role, language="en")
    sign_in(client, number=person.number)


def plain(page: str) -> str:
    """The page's words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def address(paper: Sitting, position: int = 1) -> str:
    """The page about the edition of a question that stands on the paper."""
    question = paper.questions[position - 1]
    return f"/manage/items/{question.id}/rekey/{question.edition[:12]}"


def corrected(paper: Sitting) -> str:
    """The key of the paper's first question put right, live; the address of the page about it."""
    put_right(paper.questions[0].id)
    return address(paper)


def test_the_page_shows_both_keys_the_papers_and_what_each_way_would_do(client: FlaskClient) -> None:
    paper = written(1, 2)
    written(2)
    start(assigned())
    where = corrected(paper)
    staff(client)
    html = client.get(where).text
    page = plain(html)
    assert "Edition" in page
    assert html.count("Marked as right") == 2
    assert "Who was graded on it: 2 papers" in page
    assert "Whatever was answered is right. 1 score rises, 1 more person passes" in page
    assert "The score is reckoned from the other questions. 1 score rises" in page
    assert "1 paper with the wrong key is not handed in yet" in page
    assert f"/attempt/{paper.key}" in html


def test_a_way_and_a_reason_are_asked_for(client: FlaskClient) -> None:
    where = corrected(written(1, 2))
    staff(client)
    refused = client.post(f"{where}/papers", data={"reason": " "})
    assert refused.status_code == 422
    assert "Choose a way" in refused.text
    assert "Say why" in refused.text


def test_papers_are_marked_and_later_ones_in_the_same_way(client: FlaskClient) -> None:
    paper, late = written(1, 2), assigned()
    start(late)
    where = corrected(paper)
    staff(client)
    done = client.post(f"{where}/papers", data=FORM)
    assert (done.status_code, done.location) == (303, where)
    page = plain(client.get(where).text)
    assert "1 paper was marked again, and its owner told." in page
    assert "莫云帆" in page
    assert "Only the corrected answer counts 第一项其实不对 1 1 score rises, 1 more person passes" in page
    written(1, 2, person=late, at=AT + 3 * HOUR)
    again = client.get(where).text
    assert "1 paper with the wrong key was handed in since" in again
    assert '<input type="hidden" name="policy" value="new_key">' in again
    other = client.post(f"{where}/papers", data={**FORM, "policy": "full_credit"})
    assert other.status_code == 422
    assert "Somebody else has chosen another way meanwhile" in other.text
    assert client.post(f"{where}/papers", data=FORM).status_code == 303


def test_who_may_not_mark_anew_sees_what_each_way_would_do(client: FlaskClient) -> None:
    where = corrected(written(1, 2))
    staff(client, Role.HR)
    html = client.get(where).text
    assert "Whatever was answered is right." in html
    assert "<form method" not in html.partition("<main")[2]
    assert client.post(f"{where}/papers", data=FORM).status_code == 403


def test_without_a_paper_the_page_says_so(client: FlaskClient) -> None:
    paper = written()
    other = next(
        f"claims-{number:02}"
        for number in range(1, 11)
        if f"claims-{number:02}" not in {one.id for one in paper.questions}
    )
    put_right(other)
    staff(client)
    links = re.findall(r"/manage/items/[^\"]*/rekey/\w+", client.get(f"/manage/items/{other}").text)
    assert "No paper that was handed in has this edition." in client.get(links[0]).text


def test_the_learner_sees_both_scores_what_is_right_and_why(app: Flask, client: FlaskClient) -> None:
    person = assigned()
    paper = written(1, 2, person=person)
    where = corrected(paper)
    staff(client)
    assert client.post(f"{where}/papers", data=FORM).status_code == 303
    make_account(person=person, language="en")
    theirs = app.test_client()
    sign_in(theirs, number=person.number)
    page = plain(theirs.get(f"/quiz/{QUIZ}/result/{paper.key}").text)
    assert "Marked again: in 1 question our answer was wrong" in page
    assert "60 points before, 80 points now." in page
    assert "第一项其实不对" in page
    assert "our answer was wrong; yours counts as right. Right is: 错的说法" in page
    message = theirs.get("/inbox").text
    assert "Your quiz has been marked again" in message


def test_the_paper_leads_to_the_correction(client: FlaskClient) -> None:
    person = assigned()
    paper = written(1, 2, person=person)
    where = corrected(paper)
    staff(client)
    client.post(f"{where}/papers", data=FORM)
    key = wrong_key(release(), paper.questions[0].id, paper.questions[0].edition[:12]).decided
    page = client.get(f"/manage/people/{person.key}/attempt/{paper.key}").text
    assert f"/manage/rekey/{key}" in page
    assert client.get(f"/manage/rekey/{key}").location == where
    assert client.get("/manage/rekey/none").status_code == 404
