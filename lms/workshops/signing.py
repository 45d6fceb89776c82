"""Signing up, withdrawing, and checking in at the door: what people do by themselves."""

from dataclasses import dataclass
from datetime import datetime

from lms.journal.operations import record
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.people.models import Person, PersonState
from lms.workshops import seats
from lms.workshops.clashes import at_same_time
from lms.workshops.models import Event, Seat
from lms.workshops.queries import event, is_meant
from lms.workshops.refusals import (
    EventOver,
    NoSeat,
    NotPublished,
    NotSigned,
    Overlaps,
    PersonLeft,
    SignUpOver,
    TakenOff,
    TooEarly,
    TooLate,
)
from lms.workshops.rules import GONE, How, SeatState, window

_IN = (SeatState.SIGNED, SeatState.WAITING)


@dataclass(frozen=True)
class CheckedIn:
    """What checking in came to: they were in ``already``; they ``walked_in`` without having signed up."""

    already: bool
    walked_in: bool


def sign_up(event_key: str, person_id: int, *, at: datetime, anyway: bool = False) -> SeatState:
    """Take a seat, or a place in the waiting line; who has one keeps it. A suggested seat is accepted so.

    Raises ``NotFound`` for what is not meant for them, also where they had a seat and gave it up,
    ``TakenOff``, ``EventCancelled``, ``EventOver``, ``SignUpOver``, ``WaitingFull``, and ``Overlaps`` unless
    they come *anyway*.
    """
    found = _joinable(event_key)
    own = seats.seat(found.id, person_id)
    if own and own.state in _IN:
        return own.state
    _refuse_taken_off(own, event_key)
    was_asked = own is not None and own.state is SeatState.SUGGESTED
    if not was_asked and not is_meant(event(event_key), person_id, at):
        raise NotFound(kind="event", key=event_key)
    if at >= found.starts_at:
        raise EventOver(event=event_key)
    if at > found.sign_up_until:
        raise SignUpOver(until=found.sign_up_until)
    others = at_same_time(person_id, found.starts_at, found.ends_at, but=found.id)
    if others and not anyway:
        raise Overlaps(events=others)
    return seats.take(found, person_id)


def _refuse_taken_off(own: Seat | None, event_key: str) -> None:
    if own is not None and own.state is SeatState.REMOVED:
        raise TakenOff(event=event_key)


def _joinable(event_key: str) -> Event:
    """Drafts do not exist for those who learn."""
    try:
        return seats.published(event_key)
    except NotPublished:
        raise NotFound(kind="event", key=event_key) from None


def withdraw(event_key: str, person_id: int, *, at: datetime) -> None:
    """Give up a seat, a place in the line or a suggestion; who waited longest gets the seat and is told.

    Raises ``NotFound``, ``EventCancelled``, ``EventOver`` once it has begun, ``NotSigned``.
    """
    found = _joinable(event_key)
    own = seats.seat(found.id, person_id)
    if own is None or own.state in GONE:
        raise NotSigned(event=event_key)
    if at >= found.starts_at:
        raise EventOver(event=event_key)
    seats.give_up(found, person_id, SeatState.WITHDRAWN)
    seats.fill(found, at=at)


def check_in(
    event_key: str, person_id: int, how: How, *, at: datetime, actor_id: int | None = None
) -> CheckedIn:
    """Note that somebody is there; *actor_id* is the colleague who notes it, if one does.

    With the code one comes in from half an hour before until half an hour after; a colleague may note it
    until the attendance is closed. Who has not signed up takes a free seat; on the sheet stands who was
    there, so they always get one. Raises ``NotFound``, ``EventCancelled``, ``EventOver``, ``TooEarly``,
    ``TooLate``, ``PersonLeft``, ``NoSeat``, and ``TakenOff`` where no colleague notes it.
    """
    found = _joinable(event_key)
    _in_time(found, how, at)
    person = session().get_one(Person, person_id)
    if person.state is PersonState.LEFT:
        raise PersonLeft(person=person.key)
    own = seats.seat(found.id, person_id)
    if own and own.state is SeatState.SIGNED and own.checked_in_at:
        return CheckedIn(already=True, walked_in=False)
    if how is How.CODE:
        _refuse_taken_off(own, event_key)
    has_seat = own is not None and own.state is SeatState.SIGNED
    if not has_seat and how is not How.SHEET and not seats.is_free(found):
        raise NoSeat(capacity=found.capacity)
    seats.put(found, person_id, SeatState.SIGNED, checked_in_at=at, how=how)
    if actor_id is not None:
        facts = {"person": person.key, "kind": how.value}
        record("event.checked-in", event_key, actor_id=actor_id, at=at, **facts)
    return CheckedIn(already=False, walked_in=not has_seat)


def _in_time(found: Event, how: How, at: datetime) -> None:
    opens, closes = window(found.starts_at, found.ends_at)
    if at < opens:
        raise TooEarly(opens=opens)
    if how is How.CODE and at > closes:
        raise TooLate(closed=closes)
