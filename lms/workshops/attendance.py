"""Who was there, how much of it, and who helped whom: put on record from the sheet, all together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select, update

from lms.journal.operations import record
from lms.kernel.database import session
from lms.people.models import Person, PersonState
from lms.workshops import seats
from lms.workshops.models import Event, Seat
from lms.workshops.refusals import AlreadyCounted, EventCancelled, NotPublished, OwnHelper, TooEarly
from lms.workshops.rules import PRESENT, EventState, How, Level, SeatState, window


@dataclass(frozen=True)
class Mark:
    """What the sheet says of one person. ``helper_id``: who sat beside them there."""

    level: Level
    helper_id: int | None = None


@dataclass(frozen=True)
class Helper:
    """Somebody who may have helped there."""

    number: str
    name: str


def possible_helpers(colleagues: Select[int]) -> list[Helper]:
    """Active people whose ids *colleagues* selects, by name."""
    columns = (Person.number, Person.name)
    found = select(*columns).where(Person.id.in_(colleagues), Person.state == PersonState.ACTIVE)
    return [Helper(*row) for row in session().execute(found.order_by(Person.name, Person.number))]


def save(key: str, marks: Mapping[str, Mark], *, actor_id: int, at: datetime) -> int:
    """Put the attendance of these people on record, by their keys; returns of how many.

    Only of those who have a seat. It may be changed until the attendance is closed. Raises ``NotPublished``,
    ``EventCancelled``, ``AlreadyCounted``, ``TooEarly`` and ``OwnHelper``.
    """
    found = open_for_marks(key, at)
    people = {row.key: row.id for row in _seated(found, list(marks))}
    chosen = {people[one]: mark for one, mark in marks.items() if one in people}
    for person_id, mark in chosen.items():
        if mark.helper_id == person_id:
            raise OwnHelper(person=person_id)
    if chosen:
        _store(found, chosen)
        record("event.attendance-noted", key, actor_id=actor_id, at=at, count=len(chosen))
    return len(chosen)


def open_for_marks(key: str, at: datetime) -> Event:
    """The event, held, when attendance can be noted: from half an hour before it until it is closed."""
    found = seats.held_event(key)
    if found.state is EventState.DRAFT:
        raise NotPublished(event=key)
    if found.state is EventState.CANCELLED:
        raise EventCancelled(reason=found.cancel_reason)
    if found.state is EventState.HELD:
        raise AlreadyCounted(at=found.counted_at)
    opens, _ = window(found.starts_at, found.ends_at)
    if at < opens:
        raise TooEarly(opens=opens)
    return found


def _seated(found: Event, keys: list[str]) -> list[Person]:
    seated = select(Person).join(Seat, Seat.person_id == Person.id)
    mine = seated.where(Seat.event_id == found.id, Seat.state == SeatState.SIGNED, Person.key.in_(keys))
    return list(session().scalars(mine))


def _store(found: Event, marks: Mapping[int, Mark]) -> None:
    """One statement for all; who came without having checked in stands there by the sheet."""
    levels = case({one: mark.level.value for one, mark in marks.items()}, value=Seat.person_id)
    came = [one for one, mark in marks.items() if mark.level in PRESENT]
    helped = {one: mark.helper_id for one, mark in marks.items() if mark.helper_id is not None}
    rows = update(Seat).where(Seat.event_id == found.id, Seat.person_id.in_(marks))
    session().execute(
        rows.values(
            level=levels,
            helper_id=case(helped, value=Seat.person_id) if helped else None,
            how=case((Seat.person_id.in_(came), func.coalesce(Seat.how, How.SHEET.value)), else_=Seat.how),
        ),
        execution_options={"synchronize_session": False},
    )
