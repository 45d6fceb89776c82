"""Taking and giving up seats of an event whose row is held: what every way to a seat has in common."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, update

from lms.kernel.database import session, upsert
from lms.kernel.errors import NotFound
from lms.workshops import telling
from lms.workshops.models import Event, Seat
from lms.workshops.refusals import EventCancelled, EventOver, NotPublished, WaitingFull
from lms.workshops.rules import EventState, SeatState

_OWN = ["event_id", "person_id"]


def held_event(key: str) -> Event:
    """The event, held until the transaction ends: two who ask at once never get the same seat.

    Raises ``NotFound``.
    """
    locked = select(Event).where(Event.key == key).with_for_update()
    found = session().scalar(locked, execution_options={"populate_existing": True})
    if found is None:
        raise NotFound(kind="event", key=key)
    return found


def published(key: str) -> Event:
    """The same, of an event that people join. Raises ``NotPublished``, ``EventCancelled``, ``EventOver``."""
    found = held_event(key)
    if found.state is EventState.DRAFT:
        raise NotPublished(event=key)
    if found.state is EventState.CANCELLED:
        raise EventCancelled(reason=found.cancel_reason)
    if found.state is EventState.HELD:
        raise EventOver(event=key)
    return found


def seat(event_id: int, person_id: int) -> Seat | None:
    """Somebody's row, also of who has nothing to do with it any more."""
    row = select(Seat).where(Seat.event_id == event_id, Seat.person_id == person_id)
    return session().scalar(row, execution_options={"populate_existing": True})


def count(event: Event, state: SeatState) -> int:
    """How many people stand so to an event."""
    counted = select(func.count()).where(Seat.event_id == event.id, Seat.state == state)
    return session().scalar(counted) or 0


def people(event: Event, state: SeatState) -> Select[int]:
    """Who stands so to an event, to be told something."""
    return select(Seat.person_id).where(Seat.event_id == event.id, Seat.state == state)


def is_free(event: Event) -> bool:
    """Whether somebody else finds a seat."""
    return count(event, SeatState.SIGNED) < event.capacity


def put(event: Event, person_id: int, state: SeatState, **more: Any) -> None:
    """Set how somebody stands to an event."""
    values = {"state": state, "line": 0, **more}
    row = upsert(Seat).values(event_id=event.id, person_id=person_id, note="", **values)
    session().execute(row.on_conflict_do_update(index_elements=_OWN, set_=values))


def give_up(event: Event, person_id: int, state: SeatState) -> None:
    """They have no seat any more, by their own wish or HR's, and were not there, should they come back."""
    put(event, person_id, state, level=None, checked_in_at=None, how=None)


def forget(event: Event, person_id: int) -> None:
    """As if they had never had anything to do with it."""
    session().execute(delete(Seat).where(Seat.event_id == event.id, Seat.person_id == person_id))


def take(event: Event, person_id: int) -> SeatState:
    """A free seat, else the end of the waiting line. Raises ``WaitingFull``."""
    if is_free(event):
        put(event, person_id, SeatState.SIGNED)
        return SeatState.SIGNED
    if count(event, SeatState.WAITING) >= event.waiting_most:
        raise WaitingFull(event=event.key)
    last = session().scalar(select(func.max(Seat.line)).where(Seat.event_id == event.id)) or 0
    put(event, person_id, SeatState.WAITING, line=last + 1)
    return SeatState.WAITING


def fill(event: Event, *, at: datetime) -> list[int]:
    """Give free seats to those who wait, the longest first, and tell them; not once it has begun.

    Returns whose seats are new.
    """
    free = event.capacity - count(event, SeatState.SIGNED)
    if event.state is not EventState.PUBLISHED or free <= 0 or at >= event.starts_at:
        return []
    waits = (Seat.event_id == event.id, Seat.state == SeatState.WAITING)
    first = select(Seat.person_id).where(*waits).order_by(Seat.line, Seat.id).limit(free)
    lucky = list(session().scalars(first))
    if lucky:
        theirs = update(Seat).where(*waits, Seat.person_id.in_(lucky))
        session().execute(theirs.values(state=SeatState.SIGNED, line=0))
        telling.tell_seat(event, lucky, SeatState.SIGNED, at=at)
    return lucky


def clear(event: Event) -> None:
    """Forget all seats of a draft that is thrown away."""
    session().execute(delete(Seat).where(Seat.event_id == event.id))
