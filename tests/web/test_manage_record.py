"""A person's training record and papers as HR sees them; that they were seen is on record."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses import operations as courses
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.people.models import Person
from lms.quizzes.models import Attempt
from tests.support.company import assign, failed, helped, hr, obliged, passed, sitting
from tests.support.library import publish_texts
from tests.support.people import leave, make_learner, make_person, sign_in
from tests.support.quiz_texts import quiz_texts
from tests.support.sittings import AT, duty_of, release, study, the_course
from tests.support.small_library import LESSON_PATH, PARAMETERS_PATH
from tests.support.statements import statements


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def papers_of(database: Session, person: Person) -> list[str]:
    """Keys of a person's attempts, oldest first."""
    database.rollback()
    keys = database.scalars(
        select(Attempt.key).where(Attempt.person_id == person.id).order_by(Attempt.number)
    )
    return list(keys)


def record_of(client: FlaskClient, person: Person) -> str:
    response = client.get(f"/manage/people/{person.key}")
    assert response.status_code == 200
    return response.text


def paper(client: FlaskClient, person: Person, attempt: str) -> str:
    response = client.get(f"/manage/people/{person.key}/attempt/{attempt}")
    assert response.status_code == 200
    return response.text


# -- the record -----------------------------------------------------------------------------------------


def test_the_record_holds_obligation_papers_help_and_reading(database: Session, client: FlaskClient) -> None:
    helper = hr(client)
    person = passed(helped(failed(obliged("林晓", number="Q7"), papers=2), helper, note="讲了起付标准"))
    page = record_of(client, person)
    for said in (
        "林晓",
        "Q7",
        "First steps",
        "Assigned by HR",
        "Completed",
        "讲了起付标准",
        "By telephone",
        "周敏",
    ):
        assert said in page
    assert "Paper 1: 70 points (pass line 80)" in page
    assert "Paper 3: 100 points (passed)" in page
    for key in papers_of(database, person):
        assert f"/manage/people/{person.key}/attempt/{key}" in page
    assert re.search(r"/verify/2026-\w{5}-\w{5}", page)


def test_reading_names_page_edition_and_time(client: FlaskClient) -> None:
    hr(client)
    person = obliged()
    study(person)
    page = record_of(client, person)
    lesson = the_course().lessons[0]
    assert lesson.title in page
    assert "2 of 2 pages" in page
    assert lesson.pages[0].edition[:8] in page
    assert "23 Nov 2026 10:00" in page
    assert "2 quick checks answered" in page


def test_a_page_read_in_two_editions_stands_twice(client: FlaskClient) -> None:
    hr(client)
    person = obliged()
    study(person)
    before = the_course().lessons[0].pages[0].edition
    texts = quiz_texts()
    publish_texts({**texts, LESSON_PATH: texts[LESSON_PATH].replace("先自己付", "先自己付清")})
    study(person)
    page = record_of(client, person)
    assert before[:8] in page
    assert the_course().lessons[0].pages[0].edition[:8] in page
    assert "2 of 2 pages" in page


def test_a_course_read_of_ones_own_accord_is_on_record_too(client: FlaskClient) -> None:
    hr(client)
    person = make_person()
    study(person)
    assert "Not assigned" in record_of(client, person)


def test_what_the_library_no_longer_has_stays_on_record(client: FlaskClient) -> None:
    hr(client)
    person = obliged()
    assign(person, course="withdrawn")
    lesson, before = the_course().lessons[0], release()
    texts = quiz_texts()
    publish_texts(
        {
            path: text.replace("id: outpatient\n", "id: claims\n").replace("outpatient#", "claims#")
            for path, text in texts.items()
        }
    )
    with unit_of_work():
        courses.mark_read(person.id, lesson, lesson.pages[0], release_id=before, at=AT)
    page = record_of(client, person)
    assert "withdrawn" in page
    assert "no longer in the library" in page


def test_somebody_waiting_for_help_can_be_helped_from_here(client: FlaskClient) -> None:
    hr(client)
    person = failed(obliged(), papers=2)
    assert f"/manage/catchup/{duty_of(person).key}" in record_of(client, person)


def test_an_empty_record_says_so(client: FlaskClient) -> None:
    hr(client)
    assert "Nothing on record yet" in record_of(client, make_person())


def test_the_record_of_somebody_who_left_is_kept(client: FlaskClient) -> None:
    hr(client)
    person = passed(obliged())
    leave(person)
    assert "has left" in record_of(client, person)


def test_looking_at_a_record_is_on_record(database: Session, client: FlaskClient) -> None:
    somebody = hr(client)
    person = failed(obliged())
    (attempt,) = papers_of(database, person)
    record_of(client, person)
    paper(client, person, attempt)
    database.rollback()
    entries = database.scalars(select(Entry).where(Entry.act == "record.viewed").order_by(Entry.id)).all()
    assert [(one.actor_id, one.subject, one.facts) for one in entries] == [
        (somebody.id, person.key, {}),
        (somebody.id, person.key, {"attempt": attempt}),
    ]


# -- a paper --------------------------------------------------------------------------------------------


def test_a_paper_is_shown_as_it_was(database: Session, client: FlaskClient) -> None:
    hr(client)
    person = failed(obliged("林晓"))
    (key,) = papers_of(database, person)
    page = paper(client, person, key)
    assert "林晓, paper 1" in page
    assert "7 of 10 questions right" in page
    assert page.count("Chosen, wrong") + page.count("Answer given") >= 3
    assert key in page
    assert release() in page


def test_numbers_are_those_of_the_day_with_their_source(database: Session, client: FlaskClient) -> None:
    hr(client)
    person = failed(obliged())
    texts = quiz_texts()
    publish_texts({**texts, PARAMETERS_PATH: texts[PARAMETERS_PATH].replace("value: 1800", "value: 1500")})
    page = paper(client, person, papers_of(database, person)[0])
    assert "1800 yuan a year" in page
    assert "1500" not in page
    for said in ("Outpatient deductible", "Beijing", "1 Jan 2025", "北京市医疗保障局网站", "checked against"):
        assert said in page


def test_an_open_paper_keeps_its_questions_to_itself(database: Session, client: FlaskClient) -> None:
    hr(client)
    person = sitting(obliged())
    page = paper(client, person, papers_of(database, person)[0])
    assert "This paper has not been handed in yet" in page
    assert "关于" not in page
    assert "起付标准" not in page


@pytest.mark.parametrize("who", ["nobody", "another"])
def test_a_paper_is_found_only_below_its_own_person(database: Session, client: FlaskClient, who: str) -> None:
    hr(client)
    (key,) = papers_of(database, failed(obliged()))
    other = make_person().key if who == "another" else "NOSUCH"
    assert client.get(f"/manage/people/{other}/attempt/{key}").status_code == 404


def test_unknown_keys_are_not_found(client: FlaskClient) -> None:
    hr(client)
    assert client.get("/manage/people/NOSUCH").status_code == 404
    assert client.get(f"/manage/people/{make_person().key}/attempt/NOSUCH").status_code == 404


def test_a_learner_sees_neither_record_nor_paper(database: Session, client: FlaskClient) -> None:
    person = failed(obliged())
    (key,) = papers_of(database, person)
    sign_in(client, number=make_learner().number)
    assert client.get(f"/manage/people/{person.key}").status_code == 403
    assert client.get(f"/manage/people/{person.key}/attempt/{key}").status_code == 403


@pytest.mark.parametrize("papers", [1, 2])
def test_a_record_takes_seventeen_statements_whatever_it_holds(
    app: Flask, client: FlaskClient, papers: int
) -> None:
    hr(client)
    person = failed(obliged(), papers=papers)
    record_of(client, person)
    address = f"/manage/people/{person.key}"
    with statements(app) as heard:
        assert client.get(address).status_code == 200
    assert len(heard) == 17
