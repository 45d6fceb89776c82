"""The page about our own mistake, and what people see of it: their result, their record, the exports."""

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.people.models import Audience, Person
from lms.quizzes.models import RegradePolicy
from lms.quizzes.queries import Sitting
from lms.rollouts.models import Change
from tests.support.changes import REWORDED, begun, two_admins
from tests.support.corrections import (
    RIGHT,
    WRONG,
    a_change,
    hand_over,
    mark_anew,
    put_right_file,
    sat,
    texts,
)
from tests.support.library import publish_texts
from tests.support.people import make_account, make_person, sign_in
from tests.support.quiz_texts import QUIZ
from tests.support.rollouts import running
from tests.support.sittings import assigned, start
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("library")
FORM = {"policy": "new_key", "reason": "起付标准写错了"}


@pytest.fixture
def library(database: Session) -> None:
    """The library with the wrong number is live."""
    publish_texts(texts())


def staff(client: FlaskClient, role: Role = Role.ADMIN) -> Person:
    """Somebody of HR, signed in, in English."""
    person = make_person(name="莫云帆", audience=Audience.HR)
    make_account(person=person, role=role, language="en")
    sign_in(client, number=person.number)
    return person


def learner(client: FlaskClient, person: Person) -> None:
    """Sign a learner in, in English."""
    make_account(person=person, language="en")
    sign_in(client, number=person.number)


def plain(page: str) -> str:
    """The page's words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def address(change: Change) -> str:
    return f"/manage/policy/{change.key}/correction"


def regrading(change: Change) -> str:
    return f"/manage/policy/{change.key}/regrade"


def result_of(paper: Sitting) -> str:
    return f"/quiz/{QUIZ}/result/{paper.key}"


# -- before it is decided -------------------------------------------------------------------------------


def test_the_page_says_what_was_wrong_who_was_concerned_and_what_each_way_would_do(
    client: FlaskClient,
) -> None:
    paper = sat(assigned(name="林晓"), RIGHT)
    sat(assigned(name="王强"), WRONG, words_wrong=2)
    start(assigned())
    change = a_change()
    staff(client)
    html = client.get(address(change)).text
    page = plain(html)
    assert "1800 yuan a year" in page
    assert "1500 yuan a year" in page
    assert "Who was graded on it: 2 papers" in page
    assert f"/attempt/{paper.key}" in html
    assert "Whatever was answered is right. 1 score rises, 1 more person passes" in page
    assert "is right no longer. 1 score rises, 1 score falls, 1 more person passes" in page
    assert "1 paper with the wrong value is not handed in yet" in page
    assert "Who was taught it: 3 people" in page
    assert "Mark 2 papers again" in page


def test_the_page_of_the_change_leads_there(client: FlaskClient) -> None:
    change, other = a_change(), running(REWORDED)
    staff(client)
    assert address(change) in client.get(f"/manage/policy/{change.key}").text
    assert address(other) not in client.get(f"/manage/policy/{other.key}").text


def test_without_anybody_concerned_the_page_says_so(client: FlaskClient) -> None:
    change = a_change()
    staff(client)
    page = client.get(address(change)).text
    assert "No paper that was handed in rests on the wrong value." in page
    assert "Nobody read a page that showed the wrong value." in page
    assert "<form method" not in page.partition("<main")[2]


def test_a_change_of_policy_and_a_draft_have_no_such_page(client: FlaskClient) -> None:
    other = running(REWORDED)
    draft = begun(two_admins()[0], put_right_file())
    staff(client)
    assert client.get(address(other)).status_code == 404
    assert client.get(address(draft)).status_code == 404
    assert client.post(regrading(other), data=FORM).status_code == 404


def test_who_may_only_look_sees_the_effects_and_no_form(client: FlaskClient) -> None:
    sat(assigned(), RIGHT)
    change = a_change()
    staff(client, Role.HR)
    page = client.get(address(change)).text
    assert "1 more person passes" in page
    assert "again</button>" not in page
    assert client.post(regrading(change), data=FORM).status_code == 403


# -- marking anew ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left_out", "said"), [("policy", "Choose a way"), ("reason", "Say why")], ids=["way", "reason"]
)
def test_way_and_reason_are_asked_for(client: FlaskClient, left_out: str, said: str) -> None:
    sat(assigned(), RIGHT)
    change = a_change()
    staff(client)
    response = client.post(regrading(change), data={**FORM, left_out: ""})
    assert response.status_code == 422
    assert response.text.count(said) == 2
    assert "<title>Error: " in response.text
    if left_out == "policy":
        assert FORM["reason"] in response.text
    else:
        assert re.search(r'value="new_key"[^>]* checked', response.text)


def test_afterwards_the_page_is_the_record(client: FlaskClient) -> None:
    paper = sat(assigned(), RIGHT)
    change = a_change()
    staff(client)
    response = client.post(regrading(change), data=FORM)
    assert (response.status_code, response.location) == (303, address(change))
    html = client.get(address(change)).text
    page = plain(html)
    assert "1 paper was marked again, and its owner told." in page
    assert "莫云帆" in page
    assert "Only the corrected answer counts 起付标准写错了 1 1 score rises, 1 more person passes" in page
    assert re.search(r"2 60 Below the pass line 100 Passed", page)
    assert f"/attempt/{paper.key}" in html
    assert "Choose a way" not in page
    assert client.post(regrading(change), data=FORM).status_code == 303
    assert plain(client.get(address(change)).text).count("1 score rises") == 1


def test_what_is_handed_in_later_is_marked_in_the_same_way(client: FlaskClient) -> None:
    sat(assigned(), RIGHT)
    late = assigned()
    start(late)
    change = a_change()
    mark_anew(change)
    hand_over(late, RIGHT)
    staff(client)
    page = client.get(address(change)).text
    assert "1 paper with the wrong value was handed in since" in page
    assert '<input type="hidden" name="policy" value="new_key">' in page
    other = client.post(regrading(change), data={**FORM, "policy": "full_credit"})
    assert other.status_code == 422
    assert "Somebody else has chosen another way meanwhile" in other.text
    assert client.post(regrading(change), data=FORM).status_code == 303
    assert "was handed in since" not in client.get(address(change)).text


def test_a_long_list_has_pages(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.assignments.regrade_effects.PAGE_SIZE", 1)
    first, second = sat(assigned(), RIGHT), sat(assigned(), RIGHT)
    change = a_change()
    staff(client)
    assert "The first 1 of 2 are shown." in client.get(address(change)).text
    mark_anew(change)
    pages = [client.get(f"{address(change)}?page={number}").text for number in (1, 2, 9)]
    assert [first.key in page for page in pages] == [True, False, False]
    assert [second.key in page for page in pages] == [False, True, True]


# -- what people see ------------------------------------------------------------------------------------


def test_the_learner_sees_both_scores_why_and_the_certificate(client: FlaskClient) -> None:
    person = assigned()
    paper = sat(person, RIGHT)
    mark_anew(a_change())
    learner(client, person)
    page = plain(client.get(result_of(paper)).text)
    assert "100 points: passed" in page
    assert "Marked again: 2 questions had a wrong number, and the mistake was ours" in page
    assert "60 points before, 100 points now." in page
    assert "23 Nov 2026 12:00 · Reason: 起付标准写错了" in page
    assert page.count("the answer counts as right") == 2
    assert "5 of 5 questions right" in page
    assert "See the certificate" in page
    assert "100 points" in plain(client.get(f"/certificate/{paper.key}").text)
    mine = plain(client.get("/me").text)
    assert "Paper 1: 100 points (passed) · marked again, 60 points before" in mine
    assert f"/certificate/{paper.key}" in client.get("/me").text
    assert "marked again, 60 points before" in client.get(f"/quiz/{QUIZ}").text


def test_a_pass_that_was_not_right_by_the_corrected_number_stays(client: FlaskClient) -> None:
    person = assigned()
    paper = sat(person, WRONG)
    mark_anew(a_change())
    learner(client, person)
    page = plain(client.get(result_of(paper)).text)
    assert "100 points: passed" in page
    assert "100 points and the pass stay: what was passed is not taken back." in page
    assert page.count("what was given for it stays") == 2
    assert "5 of 5 questions right" in page
    assert "100 points" in plain(client.get(f"/certificate/{paper.key}").text)


def test_withdrawn_questions_stand_apart(client: FlaskClient) -> None:
    person = assigned()
    paper = sat(person, "1", words_wrong=1)
    mark_anew(a_change(), RegradePolicy.WITHDRAW)
    learner(client, person)
    page = plain(client.get(result_of(paper)).text)
    assert "66.7 points: 1 question short of a pass" in page
    assert "2 of 3 questions right" in page
    assert "2 questions no longer count" in page
    assert "1 question was not right" in page


def test_only_a_paper_that_was_marked_again_costs_one_more_statement(app: Flask, client: FlaskClient) -> None:
    person = assigned()
    paper = sat(person, WRONG)
    learner(client, person)
    change, taken = a_change(), []
    for mark in (False, True):
        if mark:
            mark_anew(change)
        client.get(result_of(paper))
        with statements(app) as heard:
            client.get(result_of(paper))
        taken.append(len(heard))
    assert taken == [2, 3]


def test_staff_see_it_on_the_paper_in_the_record_and_in_the_export(client: FlaskClient) -> None:
    person = assigned()
    paper = sat(person, RIGHT)
    change = a_change()
    mark_anew(change)
    staff(client)
    html = client.get(f"/manage/people/{person.key}/attempt/{paper.key}").text
    page = plain(html)
    assert "60 points before, 100 points now." in page
    assert "5 of 5 questions right" in page
    assert address(change) in html
    assert page.count("the answer counts as right") == 2
    record = plain(client.get(f"/manage/people/{person.key}").text)
    assert "Paper 1: 100 points (passed) · marked again, 60 points before" in record
    exported = client.get("/manage/progress.csv").data.decode("utf-8-sig")
    (line,) = [row for row in csv.DictReader(io.StringIO(exported)) if row["Last score"]]
    assert (line["State"], line["Last score"], line["Score before it was marked again"]) == (
        "Completed",
        "100.0",
        "60.0",
    )
    assert (line["Marked again on"], line["Why it was marked again"]) == ("2026-11-23", "起付标准写错了")
