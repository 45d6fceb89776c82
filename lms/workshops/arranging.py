"""Planning an event, changing it, publishing and cancelling it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lms.campaigns.selection import Selection
from lms.journal.operations import record
from lms.kernel.database import session
from lms.workshops import seats, telling
from lms.workshops.models import Event
from lms.workshops.refusals import (
    AlreadyPublished,
    EventCancelled,
    EventOver,
    FaultyEvent,
    NotPublished,
    ReasonMissing,
)
from lms.workshops.rules import Counts, EventKind, EventState, Fault, Level, Plan, SeatState, faults


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What HR puts into the form of an event. ``host_id`` names a colleague, ``host_name`` anybody else."""

    kind: EventKind
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    sign_up_until: datetime
    capacity: int
    waiting_most: int = 0
    about: str = ""
    region: str = ""
    selection: Selection = field(default_factory=Selection)
    course: str = ""
    counts: Counts = Counts.NOTHING
    least: Level = Level.FULL
    host_id: int | None = None
    host_name: str = ""

    def faults(self) -> list[Fault]:
        """What does not fit together."""
        times = (self.starts_at, self.ends_at, self.sign_up_until)
        return faults(Plan(*times, self.capacity, self.waiting_most, self.counts, self.course))

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {**vars(self), "selection": self.selection.to_json()}


def create(draft: Draft, *, actor_id: int, at: datetime) -> str:
    """A new event that nobody else sees yet; returns its key. Raises ``FaultyEvent``."""
    _refuse_faults(draft)
    made = Event(**draft.values(), state=EventState.DRAFT, created_by=actor_id, created_at=at)
    session().add(made)
    session().flush()
    facts = {"kind": draft.kind.value, "name": made.name_in_journal}
    record("event.planned", made.key, actor_id=actor_id, at=at, **facts)
    return made.key


def _refuse_faults(draft: Draft) -> None:
    if found := draft.faults():
        raise FaultyEvent(faults=found)


def edit(key: str, draft: Draft, *, actor_id: int, at: datetime) -> int:
    """Change an event; returns how many people were told that its time or place is another one.

    With more seats those who wait longest get one. With fewer, who has a seat keeps it.
    Raises ``FaultyEvent``, ``EventCancelled`` and ``EventOver``.
    """
    _refuse_faults(draft)
    found = seats.held_event(key)
    _refuse_closed(found)
    before = (found.starts_at, found.ends_at, found.place)
    for name, value in draft.values().items():
        setattr(found, name, value)
    session().flush()
    has_moved = (found.starts_at, found.ends_at, found.place) != before
    is_public = found.state is EventState.PUBLISHED
    told = telling.tell_moved(found, at=at) if has_moved and is_public and at < found.ends_at else 0
    seats.fill(found, at=at)
    record("event.changed", key, actor_id=actor_id, at=at, name=found.name_in_journal, told=told)
    return told


def _refuse_closed(found: Event) -> None:
    if found.state is EventState.CANCELLED:
        raise EventCancelled(reason=found.cancel_reason)
    if found.state is EventState.HELD:
        raise EventOver(event=found.key)


def publish(key: str, *, actor_id: int, at: datetime) -> None:
    """People see it from now on, and those who were suggested a seat are told.

    Raises ``AlreadyPublished``, and ``EventOver`` for one that has begun.
    """
    found = seats.held_event(key)
    if found.state is not EventState.DRAFT:
        raise AlreadyPublished(state=found.state)
    if at >= found.starts_at:
        raise EventOver(event=key)
    found.state = EventState.PUBLISHED
    session().flush()
    telling.tell_suggested(found, seats.people(found, SeatState.SUGGESTED), at=at)
    given = session().scalars(seats.people(found, SeatState.SIGNED)).all()
    telling.tell_seat(found, given, SeatState.SIGNED, at=at)
    record("event.published", key, actor_id=actor_id, at=at, name=found.name_in_journal)


def cancel(key: str, reason: str, *, actor_id: int, at: datetime) -> int:
    """It does not take place; everybody who has to do with it is told. Returns how many.

    Raises ``ReasonMissing``, ``NotPublished`` for a draft, which is thrown away instead, ``EventCancelled``,
    ``EventOver``.
    """
    if not reason.strip():
        raise ReasonMissing
    found = seats.held_event(key)
    if found.state is EventState.DRAFT:
        raise NotPublished(event=key)
    _refuse_closed(found)
    found.state, found.cancel_reason = EventState.CANCELLED, reason.strip()
    session().flush()
    told = telling.tell_cancelled(found, at=at)
    record("event.cancelled", key, actor_id=actor_id, at=at, reason=reason.strip(), told=told)
    return told


def discard(key: str, *, actor_id: int, at: datetime) -> None:
    """Throw a draft away. Raises ``AlreadyPublished``."""
    found = seats.held_event(key)
    if found.state is not EventState.DRAFT:
        raise AlreadyPublished(state=found.state)
    seats.clear(found)
    session().delete(found)
    session().flush()
    record("event.discarded", key, actor_id=actor_id, at=at, name=found.name_in_journal)
