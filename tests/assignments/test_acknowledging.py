"""A course without a quiz is completed by confirming, once everything of it is read and answered."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assignments import attempts
from lms.assignments.attempts import CannotAcknowledge
from lms.assignments.models import Cause, Completion
from lms.assignments.operations import assign_select
from lms.assignments.queries import Duty, duty_for_course, ground, standing
from lms.assignments.records import certificate, own_certificate
from lms.assignments.rules import Step
from lms.courses import operations as courses
from lms.courses.queries import course
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.people.models import Person
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.quiz_texts import COURSE
from tests.support.racing import race
from tests.support.sittings import AT, DUE, SOON, assigned, hand_in, start
from tests.support.statements import statements
from tests.support.units import UNIT, unit_texts


@pytest.fixture
def library(database: Session) -> str:
    """A library with a delta unit that ends with an acknowledgement."""
    return publish_texts(unit_texts(with_check=True))


def concerned(*, name: str = "林晓") -> Person:
    """Somebody who was given the unit."""
    person = make_person(name=name)
    give(person)
    return person


def give(person: Person) -> int:
    people = select(Person.id).where(Person.id == person.id)
    with unit_of_work():
        return assign_select(people, UNIT, cause=Cause.ROLLOUT, due_on=DUE, today=china_date(AT), at=AT)


def read(person: Person, library: str, *, pages: int = 2, checks: bool = True) -> None:
    """Read so many pages of the unit, and answer its check."""
    (lesson,) = course(library, UNIT).lessons
    with unit_of_work():
        for page in lesson.pages[:pages]:
            courses.mark_read(person.id, lesson, page, release_id=library, at=AT)
        for check in lesson.checks if checks else ():
            courses.answer_check(person.id, lesson, check, chosen=[1], at=AT)


def acknowledge(person: Person, library: str, *, name: str = UNIT) -> None:
    with unit_of_work():
        attempts.acknowledge(person.id, name, release_id=library, at=SOON)


def duty_of(person: Person) -> Duty:
    duty = duty_for_course(person.id, UNIT)
    assert duty is not None
    return duty


def step_of(person: Person, library: str) -> Step:
    unit = course(library, UNIT)
    found = ground(person.id, unit)
    assert found is not None
    return standing(found.duty, unit, lessons_done=found.lessons_done).step


def test_reading_everything_leads_to_acknowledging_and_that_to_the_end(library: str) -> None:
    person = concerned()
    assert step_of(person, library) is Step.STUDY
    read(person, library)
    assert step_of(person, library) is Step.ACKNOWLEDGE
    acknowledge(person, library)
    assert step_of(person, library) is Step.DONE
    duty = duty_of(person)
    assert (duty.completed_at, duty.acknowledged, duty.cause) == (SOON, True, Cause.ROLLOUT)


def test_the_completion_names_the_release_and_no_attempt(library: str, database: Session) -> None:
    person = concerned()
    read(person, library)
    acknowledge(person, library)
    row = database.scalars(select(Completion)).one()
    assert (row.attempt_id, row.release_id) == (None, library)
    found = certificate(row.certificate)
    assert (found.name, found.course, found.release_id) == ("林晓", UNIT, library)
    assert (found.earned, found.points, found.acknowledged) == (None, None, True)


def test_a_certificate_is_ones_own(library: str) -> None:
    person, other = concerned(), concerned(name="别人")
    read(person, library)
    acknowledge(person, library)
    number = duty_of(person).certificate or ""
    assert own_certificate(person.id, number).number == number
    with pytest.raises(NotFound):
        own_certificate(other.id, number)


@pytest.mark.parametrize(("pages", "checks"), [(0, False), (1, True), (2, False)])
def test_it_is_refused_while_something_is_left(library: str, pages: int, checks: bool) -> None:
    person = concerned()
    read(person, library, pages=pages, checks=checks)
    with pytest.raises(CannotAcknowledge) as refused:
        acknowledge(person, library)
    assert refused.value.facts["step"] is Step.STUDY
    assert duty_of(person).completed_at is None


def test_a_course_with_a_quiz_cannot_be_acknowledged(library: str) -> None:
    person = assigned()
    with pytest.raises(CannotAcknowledge) as refused:
        acknowledge(person, library, name=COURSE)
    assert refused.value.facts["step"] is Step.TAKE_QUIZ
    start(person)
    with pytest.raises(CannotAcknowledge):
        acknowledge(person, library, name=COURSE)


def test_what_was_not_assigned_cannot_be_acknowledged(library: str) -> None:
    person = make_person()
    read(person, library)
    with pytest.raises(NotFound):
        acknowledge(person, library)


def test_a_double_click_completes_once(app: Flask, library: str, database: Session) -> None:
    person = concerned()
    read(person, library)
    person_id = person.id

    def job() -> None:
        attempts.acknowledge(person_id, UNIT, release_id=library, at=SOON)

    assert race(app, job, job, job) == [None, None, None]
    acknowledge(person, library)
    assert database.scalar(select(func.count()).select_from(Completion)) == 1


def test_it_takes_two_statements(app: Flask, library: str) -> None:
    person = concerned()
    read(person, library)
    person_id = person.id
    with statements(app) as heard, unit_of_work():
        attempts.acknowledge(person_id, UNIT, release_id=library, at=SOON)
    assert len(heard) == 2


def test_a_passed_quiz_is_no_acknowledgement(library: str) -> None:
    person = assigned()
    hand_in(person)
    duty = duty_for_course(person.id, COURSE)
    assert duty is not None
    assert not duty.acknowledged
    assert not certificate(duty.certificate or "").acknowledged
