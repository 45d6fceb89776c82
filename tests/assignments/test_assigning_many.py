"""Assigning a course to everybody whom a statement selects, at once, and again after it was completed."""

from datetime import UTC, date, datetime

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assignments.models import Cause, Completion
from lms.assignments.operations import assign_by_hand, assign_select
from lms.assignments.queries import duties_of
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.library.queries import live_release_id
from lms.people.models import Audience, Person, PersonState, Status
from tests.support.library import publish_texts
from tests.support.people import make_department, make_person
from tests.support.racing import race
from tests.support.small_library import TEXTS
from tests.support.statements import statements

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
DUE, LATER = date(2026, 12, 7), date(2027, 1, 1)


def employ(count: int) -> None:
    """So many persons, entered in one go."""
    department_id = make_department().id
    with unit_of_work() as database:
        first = database.scalar(select(func.count()).select_from(Person)) or 0
        database.add_all(
            Person(
                number=f"N{first + number}",
                name="新人",
                audience=Audience.EMPLOYEE,
                status=Status.IN_SERVICE,
                region="110000",
                department_id=department_id,
                hired_on=date(2026, 11, 16),
            )
            for number in range(count)
        )


def assign(person: Person) -> int:
    """Assign the course to one person by hand."""
    with unit_of_work():
        return assign_by_hand([person.id], "basics", due_on=DUE, actor_id=person.id, today=TODAY, at=AT)


def select_all(*, due_on: date = DUE) -> int:
    people = select(Person.id).where(Person.state == PersonState.ACTIVE, Person.name == "新人")
    with unit_of_work():
        return assign_select(people, "basics", cause=Cause.ROLLOUT, due_on=due_on, today=TODAY, at=AT)


def complete(person: Person) -> None:
    """The person's open assignment is acknowledged."""
    release_id = live_release_id() or publish_texts(TEXTS)
    with unit_of_work() as database:
        for duty in duties_of(person.id):
            if duty.completed_at is None:
                database.add(
                    Completion(
                        assignment_id=duty.id,
                        release_id=release_id,
                        completed_at=AT,
                        certificate=f"2026-{duty.id}",
                    )
                )


def test_everybody_selected_gets_the_course_in_one_statement_whatever_their_number(
    app: Flask, database: Session
) -> None:
    heard: list[int] = []
    for count in (3, 300):
        employ(count)
        with statements(app) as asked:
            assert select_all() == count
        heard.append(len(asked))
    assert heard == [2, 2]
    entries = database.scalars(select(Entry).where(Entry.act == "course.assigned")).all()
    assert [entry.facts["count"] for entry in entries] == [3, 300]
    assert entries[0].facts == {"count": 3, "cause": "rollout", "due_on": "2026-12-07"}


def test_who_has_it_open_keeps_it_and_nobody_new_is_no_entry(database: Session) -> None:
    person = make_person(name="新人")
    assign(person)
    assert select_all(due_on=LATER) == 0
    assert [(duty.cycle, duty.due_on) for duty in duties_of(person.id)] == [(1, DUE)]
    assert len(database.scalars(select(Entry)).all()) == 1


def test_who_has_completed_it_gets_a_new_cycle(database: Session) -> None:
    person, other = make_person(name="新人"), make_person(name="新人")
    select_all()
    complete(person)
    assert select_all(due_on=LATER) == 1
    assert [(duty.cycle, duty.due_on) for duty in duties_of(person.id)] == [
        (1, DUE),
        (2, LATER),
    ]
    assert [duty.cycle for duty in duties_of(other.id)] == [1]
    complete(person)
    assert assign(person) == 1
    assert sorted(duty.cycle for duty in duties_of(person.id)) == [1, 2, 3]


def test_two_workers_assign_the_same_people_once(app: Flask, database: Session) -> None:
    employ(20)
    people = select(Person.id)

    def job() -> int:
        return assign_select(people, "basics", cause=Cause.ROLLOUT, due_on=DUE, today=TODAY, at=AT)

    counts = race(app, job, job)
    assert sorted(count for count in counts if isinstance(count, int)) == [0, 20]
