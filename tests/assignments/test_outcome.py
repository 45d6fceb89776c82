"""What a closed attempt led to, beside what happens to others."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from lms.assignments.models import HelpKind
from lms.assignments.operations import NotByOneself, record_help
from lms.assignments.outcomes import outcome
from lms.assignments.queries import attempts_of
from lms.kernel.database import unit_of_work
from lms.people.models import Person
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.quiz_texts import quiz_texts
from tests.support.sittings import AT, assigned, duty_of, hand_in, make_up


@pytest.fixture
def somebody_was_helped(database: Session) -> Person:
    """A person who failed two papers and was helped; the library is published."""
    publish_texts(quiz_texts())
    person = assigned()
    hand_in(person, missing=3)
    make_up(person)
    hand_in(person, missing=3, seed=2)
    helper = make_person(name="人事")
    with unit_of_work():
        record_help(
            duty_of(person),
            helper_id=helper.id,
            kind=HelpKind.PHONE,
            helped_on=date(2026, 11, 23),
            note="讲了起付标准",
            at=AT,
        )
    return person


def last_key(person: Person) -> str:
    duty = duty_of(person)
    return attempts_of([duty])[duty.key][-1].key


def test_help_given_to_somebody_else_opens_nothing(somebody_was_helped: Person) -> None:
    another = assigned()
    hand_in(another, missing=3)
    assert outcome(another.id, last_key(another)).failed_since_help == 1


def test_nobody_puts_help_for_themselves_on_record(database: Session) -> None:
    publish_texts(quiz_texts())
    person = assigned()
    hand_in(person, missing=3)
    make_up(person)
    hand_in(person, missing=3, seed=2)
    with pytest.raises(NotByOneself), unit_of_work():
        record_help(
            duty_of(person),
            helper_id=person.id,
            kind=HelpKind.PHONE,
            helped_on=date(2026, 11, 23),
            note="自己看懂了",
            at=AT,
        )


def test_help_given_to_the_person_counts(somebody_was_helped: Person) -> None:
    assert outcome(somebody_was_helped.id, last_key(somebody_was_helped)).failed_since_help == 0
