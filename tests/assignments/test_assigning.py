"""Who gets a course by hand, and what is read of assignments."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.models import Assignment, Cause
from lms.assignments.operations import assign_by_hand
from lms.assignments.queries import duties_of, duty_by_key, duty_for_course
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.people.models import Person, PersonState
from tests.support.people import make_person
from tests.support.statements import statements

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
FROM = date(2026, 11, 1)
HIRED = date(2026, 11, 16)


def by_hand(*persons: Person, due_on: date = date(2026, 12, 7), course: str = "basics") -> int:
    actor = make_person(name="人事")
    with unit_of_work():
        ids = [person.id for person in persons]
        return assign_by_hand(ids, course, due_on=due_on, actor_id=actor.id, today=TODAY, at=AT)


# -- by hand -----------------------------------------------------------------------------------------------


def test_a_course_is_assigned_by_hand_to_several_at_once(database: Session) -> None:
    first, second = make_person(), make_person()
    assert by_hand(first, second) == 2
    (duty,) = duties_of(first.id)
    assert (duty.cause, duty.assigned_on, duty.due_on) == (Cause.BY_HAND, TODAY, date(2026, 12, 7))
    entry = database.scalars(select(Entry)).one()
    assert (entry.act, entry.facts) == ("course.assigned", {"count": 2, "due_on": "2026-12-07"})


def test_who_has_it_keeps_it_with_its_date(database: Session) -> None:
    first, second = make_person(), make_person()
    by_hand(first)
    assert by_hand(first, second, due_on=date(2027, 1, 1)) == 1
    assert duties_of(first.id)[0].due_on == date(2026, 12, 7)


def test_assigning_to_nobody_does_nothing(database: Session) -> None:
    assert by_hand() == 0
    assert database.scalars(select(Entry)).all() == []


# -- reading -----------------------------------------------------------------------------------------------


def test_the_duty_that_is_due_first_stands_first(database: Session) -> None:
    person = make_person()
    by_hand(person, course="later", due_on=date(2027, 1, 1))
    by_hand(person, course="sooner", due_on=date(2026, 12, 1))
    assert [duty.course for duty in duties_of(person.id)] == ["sooner", "later"]


def test_a_duty_is_found_by_course_and_by_key(database: Session) -> None:
    person = make_person()
    by_hand(person)
    duty = duty_for_course(person.id, "basics")
    assert duty is not None
    assert duty_by_key(duty.key) == duty
    assert duty_for_course(person.id, "safety") is None
    with pytest.raises(NotFound):
        duty_by_key("NOTHING")


def test_of_several_cycles_the_latest_counts(database: Session) -> None:
    person = make_person()
    by_hand(person)
    database.add(
        Assignment(
            person_id=person.id,
            course="basics",
            cycle=2,
            cause=Cause.BY_HAND,
            assigned_on=TODAY,
            due_on=date(2027, 12, 7),
        )
    )
    database.commit()
    duty = duty_for_course(person.id, "basics")
    assert duty is not None
    assert duty.cycle == 2
    assert len(duties_of(person.id)) == 2


def test_a_duty_is_overdue_from_the_day_after_its_date(database: Session) -> None:
    person = make_person()
    by_hand(person)
    (duty,) = duties_of(person.id)
    assert [duty.overdue(duty.due_on + timedelta(days=days)) for days in (-1, 0, 1, 5)] == [0, 0, 1, 5]


def test_reading_all_duties_of_a_person_takes_one_statement(app: Flask, database: Session) -> None:
    person = make_person()
    by_hand(person)
    by_hand(person, course="safety")
    person_id = person.id
    assert person.state is PersonState.ACTIVE
    with statements(app) as heard:
        assert len(duties_of(person_id)) == 2
    assert len(heard) == 1
