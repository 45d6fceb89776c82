"""Checking in: within its time, with today's code, into a free seat; refusals are told apart."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs.workshops import remind_of_events
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.notifications.models import Message
from lms.people.models import Audience, Person
from lms.workshops import arranging
from lms.workshops.door import code_of, recognise
from lms.workshops.queries import seat_of
from lms.workshops.refusals import EventCancelled, NoSeat, TooEarly, TooLate
from lms.workshops.rules import DoorCode, How, SeatState
from lms.workshops.signing import CheckedIn, check_in
from tests.support.events import ENDS, STARTS, published, sign_up
from tests.support.people import make_person

DAY = china_date(STARTS)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def zhou(database: Session) -> Person:
    return make_person(name="周敏", audience=Audience.HR)


@pytest.fixture
def lin(database: Session) -> Person:
    return make_person(name="林晓")


def enter(key: str, person: Person, how: How = How.CODE, minutes: int = 0) -> CheckedIn:
    """They come so many minutes after the beginning."""
    with unit_of_work():
        return check_in(key, person.id, how, at=STARTS + minutes * MINUTE)


def test_each_day_and_event_has_a_code_of_its_own(zhou: Person) -> None:
    first, second = published(zhou), published(zhou)
    today, yesterday = code_of(first, DAY), code_of(first, DAY - timedelta(days=1))
    assert len({today, yesterday, code_of(second, DAY)}) == 3
    assert recognise(today, STARTS).event_key == first
    assert recognise(today, STARTS, first).verdict is DoorCode.RIGHT
    assert recognise(yesterday, STARTS).verdict is DoorCode.OLD
    assert recognise(today, STARTS, second).verdict is DoorCode.WRONG
    assert recognise("22222222", STARTS).verdict is DoorCode.WRONG


def test_who_has_a_seat_is_noted_once(zhou: Person, lin: Person) -> None:
    key = published(zhou)
    sign_up(key, lin)
    assert enter(key, lin, minutes=-30) == CheckedIn(already=False, walked_in=False)
    assert enter(key, lin, minutes=5) == CheckedIn(already=True, walked_in=False)
    mine = seat_of(key, lin.id)
    assert mine is not None
    assert mine.checked_in_at == STARTS - 30 * MINUTE


def test_too_early_and_too_late_say_the_time(zhou: Person, lin: Person) -> None:
    key = published(zhou)
    with pytest.raises(TooEarly) as early:
        enter(key, lin, minutes=-31)
    assert early.value.facts["opens"] == STARTS - 30 * MINUTE
    with pytest.raises(TooLate) as late:
        enter(key, lin, minutes=151)
    assert late.value.facts["closed"] == ENDS + 30 * MINUTE
    assert enter(key, lin, How.DESK, minutes=151).walked_in


def test_who_has_not_signed_up_takes_a_free_seat_if_there_is_one(zhou: Person, lin: Person) -> None:
    key = published(zhou, capacity=1)
    assert enter(key, lin) == CheckedIn(already=False, walked_in=True)
    other = make_person(name="马超")
    for how in (How.CODE, How.DESK):
        with pytest.raises(NoSeat):
            enter(key, other, how)
    assert enter(key, other, How.SHEET).walked_in
    mine = seat_of(key, other.id)
    assert mine is not None
    assert mine.state is SeatState.SIGNED


def test_a_cancelled_event_lets_nobody_in(zhou: Person, lin: Person) -> None:
    key = published(zhou)
    with unit_of_work():
        arranging.cancel(key, "停电", actor_id=zhou.id, at=STARTS - timedelta(days=1))
    with pytest.raises(EventCancelled):
        enter(key, lin)


def test_who_has_a_seat_tomorrow_is_reminded_once(database: Session, zhou: Person, lin: Person) -> None:
    key = published(zhou)
    sign_up(key, lin)
    eve = STARTS - timedelta(days=1)
    for at, count in ((eve - timedelta(days=1), 0), (eve, 1), (eve, 0)):
        outcome = remind_of_events(at)
        assert (outcome.count, outcome.failures) == (count, 0)
    rows = database.scalars(select(Message.person_id).where(Message.topic == "event.reminder"))
    assert list(rows) == [lin.id]
