"""Whom HR seats: suggesting seats to many, adding somebody, moving them, taking a seat back."""

from datetime import date, datetime

from sqlalchemy import Integer, Select, func, literal, select, update
from sqlalchemy.orm import aliased

from lms.campaigns.selection import Selection, chosen
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session, upsert
from lms.kernel.errors import NotFound
from lms.people.models import Person, PersonState
from lms.workshops import seats, telling
from lms.workshops.models import Event, Seat
from lms.workshops.refusals import EventCancelled, EventOver, NoSeat, NotSigned, PersonLeft
from lms.workshops.rules import GONE, EventState, SeatState

_COLUMNS = ["event_id", "person_id", "state", "line", "note"]


def suggest(key: str, people: Select[int], *, actor_id: int, at: datetime) -> int:
    """Suggest a seat to the people whom *people* selects by id and who have nothing to do with it yet.

    A suggestion takes no seat: it is told, and becomes one when it is accepted while there is room. Nobody
    gets one while all seats are taken, nor whom the event is not meant for. Returns to how many.
    Raises ``EventCancelled`` and ``EventOver``.
    """
    found = _open(key, at)
    asked = _asked(found, people, china_date(at)).subquery().c.id
    rows = select(
        literal(found.id, Integer), asked, literal(SeatState.SUGGESTED.value), literal(0), literal("")
    ).where(literal(True))
    made = upsert(Seat).from_select(_COLUMNS, rows).on_conflict_do_nothing().returning(Seat.person_id)
    new = session().execute(made).scalars().all()
    if found.state is EventState.PUBLISHED:
        telling.tell_suggested(found, seats.people(found, SeatState.SUGGESTED), at=at)
    record("event.suggested", key, actor_id=actor_id, at=at, count=len(new))
    return len(new)


def suggestable(key: str, people: Select[int], today: date) -> int:
    """To how many of those whom *people* selects a seat can be suggested. Raises ``NotFound``."""
    found = session().scalar(select(Event).where(Event.key == key))
    if found is None:
        raise NotFound(kind="event", key=key)
    return session().scalar(select(func.count()).select_from(_asked(found, people, today).subquery())) or 0


def _asked(event: Event, people: Select[int], today: date) -> Select[int]:
    """Ids of those among *people* to whom a seat can be suggested.

    An event that nobody signs up for by themselves is meant for whomever HR asks.
    """
    known = select(Seat.person_id).where(Seat.event_id == event.id)
    asked = select(Person.id).where(
        literal(seats.is_free(event)),
        Person.id.in_(select(people.subquery().c[0])),
        Person.state == PersonState.ACTIVE,
        Person.id.not_in(known),
    )
    meant = Selection.from_json(event.selection)
    if meant.is_empty:
        return asked
    return asked.where(Person.id.in_(select(chosen(meant, today).subquery().c.person_id)))


def _open(key: str, at: datetime) -> Event:
    """An event that can still be prepared, a draft as well."""
    found = seats.held_event(key)
    if found.state is EventState.CANCELLED:
        raise EventCancelled(reason=found.cancel_reason)
    if found.state is EventState.HELD or at >= found.ends_at:
        raise EventOver(event=key)
    return found


def add(key: str, person_key: str, *, actor_id: int, at: datetime) -> SeatState:
    """Seat somebody, or put them at the end of the line when all seats are taken; they are told.

    It does not matter for whom the event is meant, or until when one signs up. Who has a seat keeps it.
    Raises ``NotFound``, ``PersonLeft``, ``EventCancelled``, ``EventOver``, ``WaitingFull``.
    """
    found, person = _open(key, at), _person(person_key)
    own = seats.seat(found.id, person.id)
    if own and own.state in {SeatState.SIGNED, SeatState.WAITING}:
        return own.state
    state = seats.take(found, person.id)
    _tell(found, person.id, state, at)
    record("event.seat-given", key, actor_id=actor_id, at=at, person=person.key, state=state.value)
    return state


def _person(person_key: str) -> Person:
    found = session().scalar(select(Person).where(Person.key == person_key))
    if found is None:
        raise NotFound(kind="person", key=person_key)
    if found.state is PersonState.LEFT:
        raise PersonLeft(person=person_key)
    return found


def _tell(event: Event, person_id: int, state: SeatState, at: datetime) -> None:
    """Drafts are told about when they are published."""
    if event.state is EventState.PUBLISHED:
        telling.tell_seat(event, [person_id], state, at=at)


def give_seat(key: str, person_key: str, *, actor_id: int, at: datetime) -> None:
    """Seat somebody who waits or was suggested, before all others. Raises ``NotSigned``, ``NoSeat``."""
    found, own = _seated(key, person_key, at)
    if own.state is SeatState.SIGNED:
        return
    if not seats.is_free(found):
        raise NoSeat(capacity=found.capacity)
    seats.put(found, own.person_id, SeatState.SIGNED)
    _tell(found, own.person_id, SeatState.SIGNED, at)
    record("event.seat-given", key, actor_id=actor_id, at=at, person=person_key, state="signed")


def _seated(key: str, person_key: str, at: datetime) -> tuple[Event, Seat]:
    found = _open(key, at)
    person_id = session().scalar(select(Person.id).where(Person.key == person_key))
    own = seats.seat(found.id, person_id) if person_id else None
    if own is None or own.state in GONE:
        raise NotSigned(person=person_key)
    return found, own


def move_up(key: str, person_key: str, *, actor_id: int, at: datetime) -> None:
    """Let somebody who waits change places with the one before. Raises ``NotSigned`` for anybody else."""
    found, own = _seated(key, person_key, at)
    if own.state is not SeatState.WAITING:
        raise NotSigned(person=person_key)
    other = aliased(Seat)
    ahead = (other.event_id == found.id, other.state == SeatState.WAITING, other.line < own.line)
    before = session().execute(
        select(other.id, other.line).where(*ahead).order_by(other.line.desc()).limit(1)
    ).one_or_none()  # fmt: skip
    if before is None:
        return
    line = own.line
    session().execute(update(Seat).where(Seat.id == own.id).values(line=before.line))
    session().execute(update(Seat).where(Seat.id == before.id).values(line=line))
    record("event.moved-up", key, actor_id=actor_id, at=at, person=person_key)


def take_back(key: str, person_key: str, *, actor_id: int, at: datetime) -> None:
    """Take somebody off; they are told unless it was a suggestion only, and the next one gets the seat.

    By themselves they cannot come back. Of a draft nobody knew: it is as if they had never been on its list.
    Raises ``NotSigned``, ``EventCancelled``, ``EventOver``.
    """
    found, own = _seated(key, person_key, at)
    was = own.state
    if found.state is EventState.DRAFT:
        seats.forget(found, own.person_id)
    else:
        seats.give_up(found, own.person_id, SeatState.REMOVED)
    if was is not SeatState.SUGGESTED:
        _tell(found, own.person_id, SeatState.REMOVED, at)
    seats.fill(found, at=at)
    record("event.seat-taken-back", key, actor_id=actor_id, at=at, person=person_key)
