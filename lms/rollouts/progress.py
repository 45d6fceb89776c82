"""How far a change has come with each audience: numbers, what was done per day, which departments are behind.

Over many people a job counts and pages read what it found; over few everything is counted when asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, func, select, type_coerce

from lms.assignments.models import Completion
from lms.kernel.clock import china_date
from lms.kernel.database import is_postgresql, session, upsert
from lms.people.models import Audience, Department, Person, PersonState
from lms.rollouts import clocks
from lms.rollouts.delivery import reaches_of
from lms.rollouts.models import Change, Delivery, Recipient, Tally
from lms.rollouts.people import counts
from lms.rollouts.recipients import STILL, has_opened, is_done, is_late, is_waited_for, joined, way
from lms.rollouts.running import approved_at

COUNTED_AT_ONCE = 2000
"""Up to so many people everything is counted when asked: it takes a few milliseconds."""


@dataclass(frozen=True)
class Numbers:
    """An audience in numbers. Before delivery only ``concerned`` is known: whom it would go to today.

    ``delivered`` are those who have it, or whom nobody has to reach any more; ``ways`` says how they got it,
    and how the others are to get it, as ``recipients.way`` does. ``opened`` includes who is done. ``left``
    are those who left without being done; nobody waits for them.
    ``assisted``: of those who are done, with a helper. ``counted_at`` is empty when it was counted just now.
    """

    audience: Audience
    concerned: int
    delivered: int
    opened: int
    done: int
    excused: int
    left: int
    late: int
    done_by_day: Mapping[date, int]
    counted_at: datetime | None = None
    assisted: int = 0
    ways: Mapping[str, int] = field(default_factory=dict)

    @property
    def not_reached(self) -> int:
        """Those who were given it and do not have it yet."""
        return sum(number for way, number in self.ways.items() if way.startswith(STILL))

    @property
    def remaining(self) -> int:
        """Whom the change still waits for."""
        return max(0, self.concerned - self.excused - self.left - self.done)

    @property
    def percent(self) -> int:
        """Share of those who are done, of those who are to be; rounded down, so that 100 means all."""
        asked = self.concerned - self.excused - self.left
        return 100 * self.done // asked if asked > 0 else 0


def numbers(change: Change, *, today: date) -> list[Numbers]:
    """Every audience of an approved change, in the order of audiences."""
    stored = session().scalars(
        select(Tally)
        .where(Tally.change_id == change.id)
        .order_by(Tally.audience)
        .execution_options(populate_existing=True)
    )
    tallies = list(stored)
    if sum(one.concerned for one in tallies) > COUNTED_AT_ONCE:
        return [_from_tally(one) for one in tallies]
    return count(change, today=today)


def _from_tally(one: Tally) -> Numbers:
    by_day = {date.fromisoformat(day): number for day, number in one.done_by_day.items()}
    return Numbers(
        one.audience,
        one.concerned,
        one.delivered,
        one.opened,
        one.done,
        one.excused,
        one.left,
        one.late,
        by_day,
        one.counted_at,
        one.assisted,
        one.ways or {},
    )


def count(change: Change, *, today: date) -> list[Numbers]:
    """The same, counted now: a statement for each group of numbers, whatever the headcount."""
    rows = session().execute(
        select(Delivery.audience, Delivery.delivered_at)
        .where(Delivery.change_id == change.id)
        .order_by(Delivery.audience)
    )
    delivered = {row.audience: row.delivered_at is not None for row in rows}
    found, by_day = _totals(change, today), _done_by_day(change)
    reach = {} if all(delivered.values()) else reaches_of(change)
    counted = []
    for audience, is_delivered in delivered.items():
        if is_delivered:
            counted.append(_counted(audience, found.get(audience, {}), by_day.get(audience, {})))
        else:
            beforehand = sum(one.total for one in counts([reach[audience]]))
            counted.append(Numbers(audience, beforehand, 0, 0, 0, 0, 0, 0, {}))
    return counted


def _counted(
    audience: Audience, by_way: Mapping[str, Sequence[int]], done_by_day: Mapping[date, int]
) -> Numbers:
    sums = [sum(column) for column in zip(*by_way.values(), strict=True)] or [0] * 7
    given, opened, done, excused, left, late, assisted = sums
    ways = {one: numbers[0] for one, numbers in sorted(by_way.items())}
    reached = given - sum(number for one, number in ways.items() if one.startswith(STILL))
    return Numbers(
        audience, given, reached, opened, done, excused, left, late, done_by_day, None, assisted, ways
    )


def _totals(change: Change, today: date) -> dict[Audience, dict[str, Sequence[int]]]:
    """Audience → how it gets to people → given, opened, done, excused, left, late, done with a helper."""
    at = approved_at(change)
    done = is_done(at)
    gone = (Person.state == PersonState.LEFT) & Recipient.excused_at.is_(None) & ~done
    statement = select(
        Recipient.audience,
        way(change, at).label("way"),
        func.count(),
        func.sum(case((has_opened(change, at), 1), else_=0)),
        func.sum(case((done, 1), else_=0)),
        func.sum(case((Recipient.excused_at.is_not(None) & ~done, 1), else_=0)),
        func.sum(case((gone, 1), else_=0)),
        func.sum(case((is_late(at, today), 1), else_=0)),
        func.sum(case((and_(done, Completion.assistance_id.is_not(None)), 1), else_=0)),
    )
    found: dict[Audience, dict[str, Sequence[int]]] = {}
    for audience, one, *counted in session().execute(
        joined(statement, change).group_by(Recipient.audience, "way")
    ):
        found.setdefault(audience, {})[one] = counted
    return found


def _done_by_day(change: Change) -> dict[Audience, dict[date, int]]:
    day = _china_day(Completion.completed_at)
    statement = (
        select(Recipient.audience, day, func.count())
        .join(Completion, Completion.assignment_id == Recipient.assignment_id)
        .where(Recipient.change_id == change.id, is_done(approved_at(change)))
        .group_by(Recipient.audience, day)
        .order_by(day)
    )
    found: dict[Audience, dict[date, int]] = {}
    for audience, on, number in session().execute(statement):
        found.setdefault(audience, {})[date.fromisoformat(on)] = number
    return found


def _china_day(instant: Any) -> ColumnElement[str]:
    """The day in China as ISO 8601; China has had one time zone without summer time since 1992."""
    if is_postgresql():
        return type_coerce(func.to_char(func.timezone("Asia/Shanghai", instant), "YYYY-MM-DD"), String)
    return type_coerce(func.date(instant, "+8 hours"), String)


def count_up(change_id: int, now: datetime) -> int:
    """Keep the numbers of an approved change; returns how many audiences it has."""
    change = session().get_one(Change, change_id, populate_existing=True)
    found = count(change, today=china_date(now))
    for one in found:
        values = {**vars(one), "counted_at": now}
        values["done_by_day"] = {day.isoformat(): number for day, number in one.done_by_day.items()}
        row = upsert(Tally).values(change_id=change_id, **values)
        session().execute(row.on_conflict_do_update(index_elements=["change_id", "audience"], set_=values))
    return len(found)


def done_by_day(several: Sequence[Numbers]) -> dict[date, int]:
    """All audiences together, in the order of days."""
    days = sorted({day for one in several for day in one.done_by_day})
    return {day: sum(one.done_by_day.get(day, 0) for one in several) for day in days}


def forecast(several: Sequence[Numbers], *, today: date) -> date | None:
    """When everybody will be done at the present rate; ``None`` while that cannot be told."""
    return clocks.forecast(done_by_day(several), sum(one.remaining for one in several), today)


@dataclass(frozen=True)
class Behind:
    """A department with people who are waited for."""

    id: int
    name: str
    people: int


def behind(change: Change, *where: ColumnElement[bool]) -> list[Behind]:
    """Departments with recipients who are waited for and fit *where*, those with most people first."""
    number = func.count()
    statement = (
        joined(select(Department.id, Department.name, number), change)
        .join(Department, Department.id == Person.department_id)
        .where(is_waited_for(approved_at(change)), *where)
        .group_by(Department.id, Department.name)
        .order_by(number.desc(), Department.id)
    )
    return [Behind(*row) for row in session().execute(statement)]
