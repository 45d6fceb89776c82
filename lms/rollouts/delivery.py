"""Delivery: which audiences are ready, and giving a change to everybody whom it concerns.

Set-based: a handful of statements an audience, whatever the headcount, in the transaction of the caller.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import select, update

from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.people.models import Audience
from lms.rollouts.clocks import Clock, due_for_newcomer, due_on_delivery
from lms.rollouts.impact import Reach, reaches, shelf_of, weighed
from lms.rollouts.models import Change, ChangeState, Delivery
from lms.rollouts.pauses import clock_of
from lms.rollouts.proposal import EMPTY, shelves
from lms.rollouts.queries import items_of, open_courses
from lms.rollouts.running import approved_at
from lms.rollouts.spreading import Spread, catch_stragglers, spread


class Wait(StrEnum):
    """What an audience waits for."""

    UNIT = "unit"
    MATERIALS = "materials"
    PAUSE = "pause"


@dataclass(frozen=True)
class Readiness:
    """Whether a change may go to an audience, and what it waits for otherwise.

    ``open_courses`` are those of the audience with a material that has not been dealt with.
    Once delivered it waits for nothing.
    """

    audience: Audience
    unit: str
    course: str
    approved_at: datetime | None
    delivered_at: datetime | None
    open_courses: tuple[str, ...]
    waits_for: tuple[Wait, ...]

    @property
    def is_ready(self) -> bool:
        """True when the next run of the job delivers."""
        return self.delivered_at is None and not self.waits_for


def readiness(change: Change) -> list[Readiness]:
    """Every audience that an approved change reaches."""
    audiences = _audiences_of_courses(change)
    courses = open_courses(change.id)
    rows = session().scalars(
        select(Delivery)
        .where(Delivery.change_id == change.id)
        .order_by(Delivery.audience)
        .execution_options(populate_existing=True)
    )
    return [_readiness(change, row, _held(row.audience, courses, audiences)) for row in rows]


def _readiness(change: Change, row: Delivery, held: tuple[str, ...]) -> Readiness:
    waits = {
        Wait.UNIT: row.approved_at is None,
        Wait.MATERIALS: bool(held),
        Wait.PAUSE: change.state is ChangeState.PAUSED,
    }
    waits_for = () if row.delivered_at else tuple(wait for wait, holds in waits.items() if holds)
    return Readiness(row.audience, row.unit, row.course, row.approved_at, row.delivered_at, held, waits_for)


def _held(
    audience: Audience, courses: Collection[str], audiences: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """The courses that hold an audience; one that nobody knows holds everybody."""
    everybody = frozenset(Audience)
    return tuple(sorted(course for course in courses if audience in audiences.get(course, everybody)))


def _audiences_of_courses(change: Change) -> dict[str, frozenset[str]]:
    before, after = shelves(change)
    courses = {**before.of("course"), **after.of("course")}
    return {name: frozenset(body["audiences"]) for name, body in courses.items()}


def reaches_of(change: Change) -> Mapping[Audience, Reach]:
    """Whom an approved change concerns, by audience."""
    return _reaches(change.id, change.release_before, change.release_after)


@lru_cache(maxsize=64)
def _reaches(change_id: int, before: str | None, after: str | None) -> Mapping[Audience, Reach]:
    """Kept in memory: neither the releases nor what was registered ever change."""
    changes = [weighed(row) for row in items_of(change_id)]
    shelves = [shelf_of(release_id) if release_id else EMPTY for release_id in (before, after)]
    return {reach.audience: reach for reach in reaches(changes, *shelves)}


def deliver_ready(change_id: int, now: datetime) -> int:
    """Give a running change to every audience that is ready; returns how many people it went to.

    Two workers or a second run are harmless: an audience is delivered by whoever sets its instant first.
    """
    change = session().get_one(Change, change_id, populate_existing=True)
    ready = [one for one in readiness(change) if one.is_ready]
    if change.state is not ChangeState.RUNNING or not ready:
        return 0
    reach, clock = reaches_of(change), clock_of(change)
    return sum(_deliver(change, one, reach[one.audience], clock, now) for one in ready)


def _deliver(change: Change, ready: Readiness, reach: Reach, clock: Clock, now: datetime) -> int:
    runs = select(Change.id).where(Change.id == change.id, Change.state == ChangeState.RUNNING)
    taken = session().execute(
        update(Delivery)
        .where(
            Delivery.change_id == change.id,
            Delivery.audience == ready.audience,
            Delivery.approved_at.is_not(None),
            Delivery.delivered_at.is_(None),
            runs.exists(),
        )
        .values(delivered_at=now)
        .returning(Delivery.unit)
        .execution_options(synchronize_session=False)
    )
    if taken.one_or_none() is None:
        return 0
    due_on = due_on_delivery(clock.delivery_due, china_date(now))
    count = spread(_spread(change, ready, reach, due_on, now))
    facts = {"audience": ready.audience.value, "count": count, "due_on": due_on.isoformat()}
    record("change.delivered", change.key, actor_id=None, at=now, **facts)
    return count


def include_newcomers(change_id: int, now: datetime) -> int:
    """Give a running change to whom it concerns only since it was delivered; returns how many.

    They were hired, have moved to the city, or passed a paper that was drawn before the change. After the
    due day only those join who were taught what no longer holds; others meet the course as it is now.
    """
    change = session().get_one(Change, change_id, populate_existing=True)
    delivered = [one for one in readiness(change) if one.delivered_at]
    if change.state is not ChangeState.RUNNING or not delivered:
        return 0
    reach, clock = reaches_of(change), clock_of(change)
    today = china_date(now)
    due_on = due_for_newcomer(clock.delivery_due, today)
    joined = 0
    for one in delivered:
        to_all = today <= clock.delivery_due
        parts = _spread(change, one, reach[one.audience], due_on, now, to_all=to_all)
        count = catch_stragglers(parts) + spread(parts)
        if count:
            record(
                "change.joined", change.key, actor_id=None, at=now, audience=one.audience.value, count=count
            )
        joined += count
    return joined


def _spread(
    change: Change, one: Readiness, reach: Reach, due_on: date, now: datetime, *, to_all: bool = True
) -> Spread:
    course = one.course if to_all else ""
    about = (change.id, change.key, change.title, approved_at(change))
    return Spread(*about, reach, one.unit, course, due_on, now)
