"""Excused from a change: with a reason, by name, and back again."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from lms.assignments.models import Assignment
from lms.kernel.database import session, unit_of_work
from lms.kernel.errors import NotFound
from lms.rollouts.excusing import AlreadyDone, AlreadyExcused, ExcuseMissing, NotExcused, unexcuse
from lms.rollouts.models import Change
from tests.support.attempts import start as start_paper
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.rollouts import DAY, complete, delivered, due_on, excused, recipient, taught

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def library(database: Session) -> None:
    """Two cities, one course for employees."""
    publish_texts(TWO_CITIES)


def at(day: int) -> datetime:
    return DAY_0 + day * DAY


def actor(change: Change) -> int:
    assert change.approved_by is not None
    return change.approved_by


def test_an_excuse_names_its_reason_and_takes_the_unit_off_the_list() -> None:
    person = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    excused(change, person)
    row = recipient(change, person)
    assert (row.excuse, row.excused_by, row.excused_at) == ("长期病假", actor(change), at(2))
    assert row.assignment_id is None
    with pytest.raises(AlreadyExcused):
        excused(change, person)


def test_an_excuse_taken_back_gives_the_unit_again_with_two_weeks() -> None:
    person = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    excused(change, person)
    with unit_of_work():
        unexcuse(change.key, person.key, actor_id=actor(change), at=at(9))
    assert due_on(change, person) == at(23).date()
    with pytest.raises(NotExcused), unit_of_work():
        unexcuse(change.key, person.key, actor_id=actor(change), at=at(9))


def test_a_course_stays_on_the_list_of_who_is_excused() -> None:
    person = make_person()
    change = delivered(CHEAPER_IN_BEIJING)
    excused(change, person)
    given = recipient(change, person).assignment_id
    assert given is not None
    with unit_of_work():
        unexcuse(change.key, person.key, actor_id=actor(change), at=at(9))
    assert recipient(change, person).assignment_id == given


def test_a_unit_that_was_begun_stays() -> None:
    person = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    given = session().get_one(Assignment, recipient(change, person).assignment_id)
    key = start_paper(person)
    session().connection().exec_driver_sql(
        f"UPDATE quizzes_attempts SET series = '{given.key}' WHERE key = '{key}'"
    )
    session().commit()
    excused(change, person)
    assert recipient(change, person).assignment_id == given.id


def test_excuses_are_for_those_concerned_who_are_not_done_and_have_a_reason() -> None:
    person, done = taught(), taught()
    change = delivered(CHEAPER_IN_BEIJING)
    complete(recipient(change, done).assignment_id, at=at(1))
    with pytest.raises(ExcuseMissing):
        excused(change, person, reason=" ")
    with pytest.raises(AlreadyDone):
        excused(change, done)
    with pytest.raises(NotFound):
        excused(change, make_person())
