"""What somebody was given for changes, as it was on a day."""

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.rollouts.excusing import excuse
from lms.rollouts.models import Path
from lms.rollouts.received import received_by
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.rollouts import DAY, complete, delivered, due_on, recipient, taught, unit_of


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(TWO_CITIES)


def at(day: int) -> datetime:
    return DAY_0 + day * DAY


def on(day: int) -> date:
    return at(day).date()


def test_a_change_is_listed_from_the_day_on_which_it_was_given() -> None:
    person, other = taught(), make_person()
    change = delivered(CHEAPER_IN_BEIJING)
    (one,) = received_by(person.id, on(0))
    assert (one.change, one.document, one.path) == (change.key, "city-rules", Path.DELTA)
    assert (one.given_at, one.course, one.due_on) == (DAY_0, unit_of(change), due_on(change, person))
    assert received_by(person.id, on(-1)) == []
    assert [one.path for one in received_by(other.id, on(0))] == [Path.COURSE]


def test_what_happened_later_is_left_out() -> None:
    person, excused = taught(), taught()
    change = delivered(CHEAPER_IN_BEIJING)
    assert change.approved_by is not None
    complete(recipient(change, person).assignment_id, at=at(3))
    with unit_of_work():
        excuse(change.key, excused.key, reason="长期病假", actor_id=change.approved_by, at=at(3))
    assert [one.done_at for one in received_by(person.id, on(2))] == [None]
    assert [one.done_at for one in received_by(person.id, on(3))] == [at(3)]
    assert [(one.excused_at, one.excuse) for one in received_by(excused.id, on(2))] == [(None, "")]
    (one,) = received_by(excused.id, on(3))
    assert (one.excused_at, one.excused_by, one.excuse) == (at(3), "莫云帆", "长期病假")


def test_late_is_who_is_neither_done_nor_excused() -> None:
    person = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    assert [received_by(person.id, on(day))[0].days_late(on(day)) for day in (14, 15, 16)] == [0, 1, 2]
    complete(recipient(change, person).assignment_id, at=at(16))
    assert received_by(person.id, on(17))[0].days_late(on(17)) == 0
