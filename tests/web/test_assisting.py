"""Learning together: everything done there is the learner's own, told apart for ever, and put on record."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.models import Assistance, Completion, Help, HelpKind
from lms.courses.models import PageRead
from lms.courses.queries import course
from lms.journal.models import Entry
from lms.outreach.models import Contact
from lms.outreach.rules import ContactState
from lms.people.models import Audience, Person
from lms.quizzes.models import Attempt
from tests.support.assisting import (
    ENDED,
    LESSON,
    beside,
    contact_of,
    easy_texts,
    start,
)
from tests.support.company import TODAY, assign, failed, hr, obliged
from tests.support.library import publish_texts
from tests.support.people import make_account, sign_in
from tests.support.quiz_texts import QUIZ, quiz_texts
from tests.support.quizzing import begin, hand_in
from tests.support.sittings import duty_of, release, study
from tests.support.statements import statements
from tests.support.units import EASY_UNIT, easy_unit_texts


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(easy_texts())


@pytest.fixture
def learner(database: Session) -> Person:
    """A retired person without an account, with the course to learn."""
    return obliged("陈桂芬", audience=Audience.RETIREE)


# -- learning together ----------------------------------------------------------------------------------


def test_what_is_read_is_the_learners_and_pages_lead_on_below(
    database: Session, client: FlaskClient, learner: Person
) -> None:
    hr(client)
    one = beside(client, learner)
    assert one.get(f"{LESSON}/1").status_code == 200
    response = one.post(f"{LESSON}/1")
    assert (response.status_code, response.location) == (303, f"{one.below}{LESSON}/2")
    database.rollback()
    assert database.scalars(select(PageRead.person_id)).all() == [learner.id]


def test_size_and_language_stay_below_and_change_nothing_of_the_learners(
    client: FlaskClient, learner: Person
) -> None:
    hr(client, language="zh_Hans")
    one = beside(client, learner)
    assert one.get("/easy?size=xl").location == f"{one.below}/easy"
    assert f"{one.below}/easy/lesson/x/y/1?lang=en" in one.get("/easy/lesson/x/y/1").text
    assert one.get("/easy?lang=en").location == f"{one.below}/easy"
    assert "You are helping 陈桂芬" in one.get("/easy").text


def test_a_page_takes_one_statement_more_than_alone(app: Flask, client: FlaskClient, learner: Person) -> None:
    hr(client)
    one = beside(client, learner)
    one.get(f"{LESSON}/1")
    with statements(app) as heard:
        assert one.get(f"{LESSON}/1").status_code == 200
    assert len(heard) <= 4


def test_a_paper_passed_together_completes_with_help(
    database: Session, client: FlaskClient, learner: Person
) -> None:
    hr(client)
    study(learner)
    one = beside(client, learner)
    location = hand_in(one)  # type: ignore[arg-type]
    assert location.startswith(f"{one.below}/quiz/{QUIZ}/result/")
    assert one.get(location.removeprefix(one.below)).status_code == 200
    database.rollback()
    session_id = database.scalars(select(Assistance.id)).one()
    attempt = database.scalars(select(Attempt)).one()
    assert (attempt.person_id, attempt.assistance_id) == (learner.id, session_id)
    assert database.scalars(select(Completion.assistance_id)).one() == session_id


def test_a_paper_answered_together_and_handed_in_alone_says_so(
    database: Session, client: FlaskClient, learner: Person
) -> None:
    study(learner)
    hr(client)
    one = beside(client, learner)
    paper = begin(one)  # type: ignore[arg-type]
    asked = paper.questions[1]
    data = {"attempt": paper.key, "answer": asked.right, "seq": "0", "action": "next"}
    assert one.post(f"/quiz/{QUIZ}/1", data=data).location == f"{one.below}/quiz/{QUIZ}/2"
    make_account(person=learner, language="en")
    sign_in(client, number=learner.number)
    hand_in(client)
    database.rollback()
    assert database.scalars(select(Completion.assistance_id)).one() is not None


def test_a_paper_handed_in_alone_says_nothing(
    database: Session, client: FlaskClient, learner: Person
) -> None:
    hr(client)
    study(learner)
    beside(client, learner).get(f"/quiz/{QUIZ}")
    make_account(person=learner, language="en")
    sign_in(client, number=learner.number)
    hand_in(client)
    database.rollback()
    assert database.scalars(select(Completion.assistance_id)).one() is None


def test_what_is_confirmed_together_is_completed_with_help(
    database: Session, client: FlaskClient, learner: Person
) -> None:
    publish_texts(easy_unit_texts())
    hr(client)
    assign(learner, course=EASY_UNIT)
    one = beside(client, learner)
    lesson = course(release(), EASY_UNIT).lessons[0]
    for number in range(1, len(lesson.pages) + 1):
        assert one.post(f"/easy/lesson/{EASY_UNIT}/{lesson.id}/{number}").status_code == 303
    response = one.post(f"/easy/course/{EASY_UNIT}/acknowledge")
    assert response.location == f"{one.below}/easy/lesson/{EASY_UNIT}/{lesson.id}/done"
    assert one.get(response.location.removeprefix(one.below)).status_code == 200
    database.rollback()
    assert database.scalars(select(Completion.assistance_id)).one() is not None


def test_a_lesson_without_easy_form_is_refused_in_words(client: FlaskClient, learner: Person) -> None:
    publish_texts(quiz_texts())
    hr(client)
    assert "No easy form" in client.get(f"/manage/assist/{learner.key}").text
    one = beside(client, learner)
    response = one.get(f"{LESSON}/1")
    assert response.status_code == 409
    assert "This lesson has no easy form" in response.text
    assert f'href="{one.below}/easy"' in response.text


# -- explaining, ending ---------------------------------------------------------------------------------


def test_after_two_papers_it_is_explained_first(database: Session, client: FlaskClient) -> None:
    person = failed(obliged("陈桂芬", audience=Audience.RETIREE), papers=2)
    helper = hr(client)
    location = start(client, person).location or ""
    assert re.fullmatch(r"/manage/assisting/\w+/explain", location)
    key = location.split("/")[3]
    assert "First steps" in client.get(location).text
    assert f"{location}" in client.get(f"/with/{key}/quiz/{QUIZ}").text
    address = f"{location}/{duty_of(person).key}"
    response = client.post(address, data={"note": " "})
    assert (response.status_code, response.text.count("Write down what was explained")) == (422, 2)
    response = client.post(address, data={"note": "讲了起付标准"})
    assert response.location == f"/with/{key}/quiz/{QUIZ}"
    assert "Answer once more" in client.get(response.location).text
    assert client.post(address, data={"note": "又讲了一遍"}).status_code == 303
    database.rollback()
    row = database.scalars(select(Help)).one()
    assert (row.helper_id, row.kind, row.note, row.helped_on) == (
        helper.id,
        HelpKind.PHONE,
        "讲了起付标准",
        TODAY,
    )


def test_ending_puts_it_on_record(database: Session, client: FlaskClient, learner: Person) -> None:
    hr(client)
    one = beside(client, learner)
    address = f"/manage/assisting/{one.key}"
    assert 'value="1"' in client.get(address).text
    assert client.post(address, data=ENDED).location == address
    page = client.get(address).text
    for said in ("The session is on record", "25 minutes", ENDED["note"], "Finished what was planned"):
        assert said in page
    assert client.post(address, data=ENDED).status_code == 409
    assert one.get("/easy").status_code == 303
    record = client.get(f"/manage/people/{learner.key}").text
    assert "By telephone" in record
    assert "25 minutes" in record
    listed = client.get("/manage/assist").text
    assert "陈桂芬" in listed
    assert "with 女儿小陈 of the family" in listed
    database.rollback()
    acts = database.scalars(select(Entry.act).where(Entry.act.startswith("assistance"))).all()
    assert acts == ["assistance.begun", "assistance.ended"]


def test_the_contact_for_which_it_was_begun_ends_with_it(
    database: Session, client: FlaskClient, learner: Person
) -> None:
    contact_of(learner, hr(client))
    one = beside(client, learner)
    client.post(f"/manage/assisting/{one.key}", data=ENDED)
    database.rollback()
    contact = database.scalars(select(Contact)).one()
    session_id = database.scalars(select(Assistance.id)).one()
    assert (contact.state, contact.minutes, contact.assistance_id) == (ContactState.DONE, 25, session_id)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"result": ""}, "Choose how it ended"),
        ({"result": "lapsed"}, "Choose how it ended"),
        ({"minutes": ""}, "Enter the minutes as a number"),
        ({"minutes": "viel"}, "Enter the minutes as a number"),
        ({"minutes": "721"}, "Enter from 1 to 720 minutes"),
        ({"note": "", "explained": "X"}, "Write down what was explained"),
    ],
)
def test_what_is_missing_at_the_end_is_said(
    client: FlaskClient, learner: Person, typed: dict[str, str], said: str
) -> None:
    hr(client)
    key = beside(client, learner).key
    response = client.post(f"/manage/assisting/{key}", data={**ENDED, **typed})
    assert response.status_code == 422
    assert response.text.count(said) == 2


def test_help_ticked_at_the_end_opens_a_paper(database: Session, client: FlaskClient) -> None:
    person = failed(obliged(audience=Audience.RETIREE), papers=2)
    hr(client)
    key = (start(client, person).location or "").split("/")[3]
    page = client.get(f"/manage/assisting/{key}").text
    assert "Have you explained what was missed?" in page
    data = {**ENDED, "explained": duty_of(person).key}
    assert client.post(f"/manage/assisting/{key}", data=data).status_code == 303
    database.rollback()
    assert database.scalars(select(Help.note)).all() == [ENDED["note"]]


# -- told apart -----------------------------------------------------------------------------------------


def test_every_report_tells_it_apart(client: FlaskClient, learner: Person) -> None:
    hr(client)
    study(learner)
    hand_in(beside(client, learner))  # type: ignore[arg-type]
    assert "with a helper" in client.get("/manage/progress?state=done").text
    assert "1 of them with a helper" in client.get("/manage").text
    record = client.get(f"/manage/people/{learner.key}").text
    assert record.count(" · with a helper") == 2
    assert "Sessions with a helper" in record
    lines = client.get("/manage/progress.csv").text.splitlines()
    place = lines[0].split(",").index("With a helper")
    assert lines[1].split(",")[place] == "By telephone"
    assert client.get("/manage/progress.xlsx").status_code == 200
    make_account(person=learner, language="en")
    sign_in(client, number=learner.number)
    client.set_cookie("view", "standard")
    assert "with a helper" in client.get("/me").text
