"""What somebody did in a course: rows that are only added, read back in one statement."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.models import CheckAnswer, PageRead
from lms.courses.operations import answer_check, mark_read
from lms.courses.queries import NOTHING, course, courses_of, lesson, studied, studied_by, traces
from lms.courses.rules import Studied
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.people.models import Person
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.small_library import TEXTS
from tests.support.statements import statements

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
PAGE = "basics/outpatient#deductible"


@pytest.fixture
def release_id(database: Session) -> str:
    """The live release's id."""
    return publish_texts(TEXTS)


def read(person: Person, release_id: str, *, page: int = 0, at: datetime = AT) -> None:
    found = lesson(release_id, "basics", "outpatient")
    with unit_of_work():
        mark_read(person.id, found, found.pages[page], release_id=release_id, at=at)


def answer(person: Person, release_id: str, *chosen: int, at: datetime = AT) -> bool:
    found = lesson(release_id, "basics", "outpatient")
    with unit_of_work():
        return answer_check(person.id, found, found.checks[0], chosen=chosen, at=at)


def test_a_course_is_read_back_from_its_release(release_id: str) -> None:
    found = course(release_id, "basics")
    assert (found.title, found.minutes, found.quiz) == ("看病报销入门", 3, "basics")
    assert [page.key for page in found.lessons[0].pages] == [PAGE, "basics/outpatient#card"]
    assert found.lessons[0].checks[0].is_right([1])
    assert courses_of(release_id) is courses_of(release_id)


def test_what_does_not_exist_is_not_found(release_id: str) -> None:
    with pytest.raises(NotFound):
        course(release_id, "nowhere")
    with pytest.raises(NotFound):
        lesson(release_id, "basics", "nowhere")


def test_a_page_that_was_read_names_the_edition_that_was_read(database: Session, release_id: str) -> None:
    person = make_person()
    read(person, release_id)
    row = database.execute(
        select(PageRead.course, PageRead.page, PageRead.release_id, PageRead.edition, PageRead.at)
    ).one()
    page = lesson(release_id, "basics", "outpatient").pages[0]
    assert tuple(row) == ("basics", PAGE, release_id, page.edition, AT)


def test_reading_again_counts_from_the_last_time(release_id: str) -> None:
    person = make_person()
    read(person, release_id, at=AT)
    read(person, release_id, at=LATER)
    assert studied(person.id, "basics") == Studied({PAGE: LATER}, frozenset())


def test_an_answer_is_kept_with_whether_it_was_right(database: Session, release_id: str) -> None:
    person = make_person()
    assert not answer(person, release_id, 0)
    assert answer(person, release_id, 1)
    rows = database.execute(select(CheckAnswer.chosen, CheckAnswer.right).order_by(CheckAnswer.id))
    assert [tuple(row) for row in rows] == [("0", False), ("1", True)]
    assert studied(person.id, "basics").checks == {"outpatient-c1"}


def test_only_ones_own_reading_in_this_course_counts(release_id: str) -> None:
    person, stranger = make_person(), make_person()
    read(stranger, release_id)
    answer(stranger, release_id, 1)
    assert studied(person.id, "basics") == NOTHING
    assert studied(stranger.id, "other") == NOTHING
    assert studied_by(person.id) == {}


def test_all_courses_of_a_person_are_read_together(release_id: str) -> None:
    person = make_person()
    read(person, release_id, page=1, at=LATER)
    answer(person, release_id, 0)
    assert studied_by(person.id) == {"basics": studied(person.id, "basics")}
    assert studied(person.id, "basics") == Studied(
        {"basics/outpatient#card": LATER}, frozenset({"outpatient-c1"})
    )


def test_reading_back_takes_one_statement(app: Flask, release_id: str) -> None:
    person_id = make_person().id
    with statements(app) as heard:
        studied(person_id, "basics")
    assert len(heard) == 1


def test_the_traces_of_a_person_in_a_lesson_are_pages_and_checks_together(release_id: str) -> None:
    person, found = make_person(), lesson(release_id, "basics", "outpatient")
    assert traces(person.id, found) == frozenset()
    read(person, release_id)
    read(person, release_id, at=LATER)
    answer(person, release_id, 0)
    assert traces(person.id, found) == {PAGE, "outpatient-c1"}
    assert traces(make_person().id, found) == frozenset()
