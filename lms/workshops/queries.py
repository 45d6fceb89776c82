"""Reads over events and seats: HR's lists, what somebody may join, what was held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    bindparam,
    case,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from lms.campaigns.selection import Selection, chosen
from lms.kernel.clock import china_date, end_of_day, start_of_day
from lms.kernel.database import read, session
from lms.kernel.errors import NotFound
from lms.people.models import Department, Person, ReachBy
from lms.workshops.models import Event as Row
from lms.workshops.models import Seat as SeatRow
from lms.workshops.rules import GONE, Counts, EventKind, EventState, How, Level, SeatState

Order = Literal["state", "name", "department"]
_Host = aliased(Person)
_Helper = aliased(Person)
_AT = bindparam("at", type_=Row.starts_at.type)
_BY_STATE = case(
    (SeatRow.state == SeatState.SIGNED, 0), (SeatRow.state == SeatState.WAITING, 1), else_=2
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """An event with how many seats are taken, and how many people wait for one."""

    id: int
    key: str
    kind: EventKind
    title: str
    about: str
    place: str
    region: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    waiting_most: int
    selection: Selection
    sign_up_until: datetime
    state: EventState
    course: str
    counts: Counts
    least: Level
    host_id: int | None
    host: str
    cancel_reason: str
    counted_at: datetime | None
    signed: int
    waiting: int
    suggested: int

    @property
    def free(self) -> int:
        """Seats that nobody has."""
        return max(0, self.capacity - self.signed)

    @property
    def is_full(self) -> bool:
        """Whether nobody else finds a seat."""
        return not self.free

    def is_over(self, at: datetime) -> bool:
        """Whether it has ended."""
        return self.ends_at <= at

    def takes_sign_ups(self, at: datetime) -> bool:
        """Whether one may still sign up, or stand in line."""
        return self.state is EventState.PUBLISHED and at <= self.sign_up_until and at < self.starts_at


@dataclass(frozen=True)
class Seat:
    """How one person stands to an event. ``position`` in the waiting line counts from 1, else it is 0."""

    person_id: int
    person: str
    number: str
    name: str
    department: str
    reach: ReachBy
    state: SeatState
    position: int
    level: Level | None
    checked_in_at: datetime | None
    how: How | None
    helper_id: int | None
    helper: str
    helper_number: str
    note: str


@dataclass(frozen=True)
class Mine:
    """An event as the one sees it who has something to do with it."""

    event: Event
    state: SeatState
    place: int
    level: Level | None
    checked_in_at: datetime | None


def event(key: str) -> Event:
    """An event of any state. Raises ``NotFound``."""
    row: Any = session().execute(events().where(Row.key == key)).one_or_none()
    if row is None:
        raise NotFound(kind="event", key=key)
    return as_event(row)


def events(*also: Any) -> Select[*tuple[Any, ...]]:
    """Events with everything that is told of them, and other columns besides."""
    columns = (
        Row.id, Row.key, Row.kind, Row.title, Row.about, Row.place, Row.region, Row.starts_at, Row.ends_at,
        Row.capacity, Row.waiting_most, Row.selection, Row.sign_up_until, Row.state, Row.course, Row.counts,
        Row.least, Row.host_id, func.coalesce(_Host.name, Row.host_name), Row.cancel_reason, Row.counted_at,
        _seats_in(SeatState.SIGNED), _seats_in(SeatState.WAITING), _seats_in(SeatState.SUGGESTED),
    )  # fmt: skip
    return select(*columns, *also).outerjoin(_Host, _Host.id == Row.host_id)


def _seats_in(state: SeatState) -> ScalarSelect[int]:
    other = aliased(SeatRow)
    counted = select(func.count()).where(other.event_id == Row.id, other.state == state)
    return counted.correlate(Row).scalar_subquery()


def as_event(row: Sequence[Any]) -> Event:
    """A row of ``events``."""
    values = list(row)
    values[11] = Selection.from_json(values[11])
    return Event(*values)


# -- HR's lists ---------------------------------------------------------------------------------------------


def events_between(first: date, last: date) -> list[Event]:
    """Events of any state that begin on these days, the earliest first."""
    spans = (Row.starts_at >= start_of_day(first), Row.starts_at < end_of_day(last))
    rows = session().execute(events().where(*spans).order_by(Row.starts_at, Row.id))
    return [as_event(row) for row in rows]


def seats(event_key: str, order: Order = "state") -> list[Seat]:
    """Everybody who has to do with an event and has neither withdrawn nor been taken off."""
    orders: dict[str, tuple[ColumnElement[Any], ...]] = {
        "state": (_BY_STATE, case((SeatRow.state == SeatState.WAITING, SeatRow.line), else_=0)),
        "name": (),
        "department": (Department.name.expression,),
    }
    columns = (
        Person.id, Person.key, Person.number, Person.name, Department.name, Person.reach, SeatRow.state,
        _place(), SeatRow.level, SeatRow.checked_in_at, SeatRow.how, SeatRow.helper_id,
        func.coalesce(_Helper.name, ""), func.coalesce(_Helper.number, ""), SeatRow.note,
    )  # fmt: skip
    found = (
        select(*columns)
        .select_from(SeatRow)
        .join(Row, Row.id == SeatRow.event_id)
        .join(Person, Person.id == SeatRow.person_id)
        .join(Department, Department.id == Person.department_id)
        .outerjoin(_Helper, _Helper.id == SeatRow.helper_id)
        .where(Row.key == event_key, SeatRow.state.not_in(GONE))
        .order_by(*orders[order], Person.name, Person.number)
    )
    rows: Sequence[Any] = session().execute(found).all()
    return [Seat(*row) for row in rows]


def _place() -> ColumnElement[int]:
    """The place in the waiting line, from 1 on; 0 of who does not wait."""
    other = aliased(SeatRow)
    before = select(func.count()).where(
        other.event_id == SeatRow.event_id, other.state == SeatState.WAITING, other.line <= SeatRow.line
    )
    waits = SeatRow.state == SeatState.WAITING
    return case((waits, before.correlate(SeatRow).scalar_subquery()), else_=literal(0, Integer))


# -- one's own -----------------------------------------------------------------------------------------------


def visible_event(key: str, person_id: int, at: datetime) -> Event:
    """An event that somebody may see: one that is meant for them, or that they have to do with.

    Whom HR took off its list still sees it, to be told so; who withdrew only if it is meant for them.
    Raises ``NotFound`` for drafts and for everything else.
    """
    found = event(key)
    is_known = found.state is not EventState.DRAFT
    if is_known and (_is_known_to(found.id, person_id) or is_meant(found, person_id, at)):
        return found
    raise NotFound(kind="event", key=key)


def _is_known_to(event_id: int, person_id: int) -> bool:
    own = (SeatRow.event_id == event_id, SeatRow.person_id == person_id)
    row = select(SeatRow.id).where(*own, SeatRow.state != SeatState.WITHDRAWN)
    return session().scalar(row) is not None


def is_taken_off(event_id: int, person_id: int) -> bool:
    """Whether HR has taken somebody off the list of an event."""
    own = (SeatRow.event_id == event_id, SeatRow.person_id == person_id)
    row = select(SeatRow.id).where(*own, SeatRow.state == SeatState.REMOVED)
    return session().scalar(row) is not None


def is_meant(one: Event, person_id: int, at: datetime) -> bool:
    """Whether somebody may sign up by themselves, as far as it depends on who they are."""
    if one.selection.is_empty:
        return False
    people = chosen(one.selection, china_date(at)).where(Person.id == person_id)
    return session().execute(people).first() is not None


def seat_of(event_key: str, person_id: int) -> Mine | None:
    """How somebody stands to an event; ``None`` when they have no seat, or none any more."""
    rows = session().execute(_mine(person_id).where(Row.key == event_key))
    return next((_own(row) for row in rows), None)


def _mine(person_id: int | BindParameter[int]) -> Select[*tuple[Any, ...]]:
    own = (SeatRow.event_id == Row.id) & (SeatRow.person_id == person_id)
    columns = events(SeatRow.state, _place(), SeatRow.level, SeatRow.checked_in_at)
    return columns.join(SeatRow, own).where(SeatRow.state.not_in(GONE))


def _own(row: Sequence[Any]) -> Mine:
    *values, state, place, level, checked_in_at = row
    return Mine(as_event(values), state, place, level, checked_in_at)


def upcoming(person_id: int, at: datetime) -> list[Mine]:
    """What somebody has a seat in, waits for or was suggested, and has not ended; the soonest first."""
    return [_own(row) for row in read(_upcoming(), person=person_id, at=at).all()]


@cache
def _upcoming() -> Select[*tuple[Any, ...]]:
    """Put together once: everybody's home reads it."""
    shown = Row.state.in_([EventState.PUBLISHED, EventState.CANCELLED])
    own = _mine(bindparam("person", type_=Integer))
    return own.where(shown, Row.ends_at > _AT).order_by(Row.starts_at, Row.id)


def past(person_id: int, at: datetime, *, limit: int = 20) -> list[Mine]:
    """What somebody had a seat in and has ended, the newest first."""
    over = (Row.ends_at <= at, Row.state != EventState.CANCELLED, SeatRow.state == SeatState.SIGNED)
    rows = session().execute(
        _mine(person_id).where(*over).order_by(Row.starts_at.desc(), Row.id.desc()).limit(limit)
    )
    return [_own(row) for row in rows]


def open_to(person_id: int, at: datetime) -> list[Event]:
    """What somebody may sign up for and has not, the soonest first; in two statements."""
    found = [as_event(row) for row in read(_open_events(), person=person_id, at=at).all()]
    meant = _meant(found, person_id, china_date(at))
    return [one for one in found if one.id in meant]


@cache
def _open_events() -> Select[*tuple[Any, ...]]:
    """Put together once: everybody's home reads it."""
    person = bindparam("person", type_=Integer)
    own = select(SeatRow.event_id).where(SeatRow.person_id == person, SeatRow.state != SeatState.WITHDRAWN)
    possible = (Row.state == EventState.PUBLISHED, Row.sign_up_until >= _AT, Row.starts_at > _AT)
    return events().where(*possible, Row.id.not_in(own)).order_by(Row.starts_at, Row.id)


def _meant(events: Sequence[Event], person_id: int, today: date) -> set[int]:
    """The ids of those that are meant for somebody, in one statement."""
    tests = []
    for one in events:
        if not one.selection.is_empty:
            people = chosen(one.selection, today).where(Person.id == person_id)
            tests.append(select(literal(one.id, Integer)).where(people.exists()))
    return set(session().scalars(union_all(*tests))) if tests else set()
