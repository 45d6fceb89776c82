"""Seats of those who have left the organisation: freed for whoever waits."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from lms.journal.operations import record
from lms.kernel.database import session
from lms.people.models import Person, PersonState
from lms.workshops import seats
from lms.workshops.models import Event, Seat
from lms.workshops.rules import GONE, EventState, SeatState

_COMING = (EventState.DRAFT, EventState.PUBLISHED)


def with_leavers(at: datetime) -> list[str]:
    """Keys of the events to come with which somebody has to do who has left."""
    to_come = (Event.state.in_(_COMING), Event.starts_at > at)
    keys = select(Event.key).where(*to_come, Event.id.in_(_leavers(Seat.event_id))).order_by(Event.id)
    return list(session().scalars(keys))


def _leavers(column: InstrumentedAttribute[int]) -> Select[int]:
    left = select(column).join(Person, Person.id == Seat.person_id)
    return left.where(Person.state == PersonState.LEFT, Seat.state.not_in(GONE))


def free_seats(key: str, *, at: datetime) -> int:
    """Let those who have left give up their seats; who waited longest gets them and is told.

    Returns how many had one, waited, or were suggested. Nobody once it has begun, or is cancelled.
    """
    found = seats.held_event(key)
    if found.state not in _COMING or at >= found.starts_at:
        return 0
    gone = list(session().scalars(_leavers(Seat.person_id).where(Seat.event_id == found.id)))
    for person_id in gone:
        seats.give_up(found, person_id, SeatState.WITHDRAWN)
    if gone:
        seats.fill(found, at=at)
        record("event.seats-freed", key, actor_id=None, at=at, count=len(gone))
    return len(gone)
