"""What a job is, at which instants it is due, and how long a failed one waits before it is tried again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from lms.kernel.cadences import Cadence, Often, anchors

MOST_TRIES = 5
"""So often is an occurrence tried before it is given up."""
MOST_AT_ONCE = 100
"""So many missed occurrences of one job are caught up at one tick; the others follow at the next ones."""
LEASE = timedelta(minutes=15)
"""A run that has not come back by then is taken for dead, and another worker takes over."""
_CHINA = ZoneInfo("Asia/Shanghai")
_FIRST_TICK = datetime(2026, 1, 1, tzinfo=_CHINA)
"""Where intervals are counted from, so that every worker comes to the same instants."""
_BEHIND = timedelta(milliseconds=1)
_LOOKING_BACK = (timedelta(hours=1), timedelta(days=1), timedelta(days=31), timedelta(days=380))
FIRST_LOOK = timedelta(days=7)
"""So far back looks a job that never ran: a new installation does not begin with the quarter before."""
LATE = timedelta(minutes=10)
"""What is due so long and not begun is late: nobody is at work."""
_LAST_DAY = 28
"""Yearly rules begin on a day that every month has."""


class Instants(Protocol):
    """What APScheduler's triggers can do, which are asked for instants only."""

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The first instant at or after *now*."""


@dataclass(frozen=True)
class Trigger:
    """A calendar rule: what it says, and how its instants are found."""

    cadence: Cadence
    instants: Instants

    def next_from(self, now: datetime) -> datetime | None:
        """The first instant at or after *now*."""
        return self.instants.get_next_fire_time(None, now)

    def anchors(self, today: date) -> tuple[date, ...]:
        """Of a rule of *days after*: the days whose rows are due today, in its own order."""
        return anchors(self.cadence.days, today)


@dataclass(frozen=True)
class _OnWorkdays:
    """Instants of a rule that falls on workdays only."""

    cadence: Cadence

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The first instant at or after *now*."""
        clock = time(self.cadence.hour, self.cadence.minute, tzinfo=_CHINA)
        days = self.cadence.workdays_from(now.astimezone(_CHINA).date())
        return next(at for day in days if (at := datetime.combine(day, clock)) >= now)


@dataclass(frozen=True)
class Outcome:
    """What a job came to: how many things it changed, and how many single things in it failed."""

    count: int
    failures: int = 0


@dataclass(frozen=True)
class Job:
    """A function of an instant that may run twice without harm, and when it is due.

    One that *catches up* runs for every missed instant, in order, and is given that instant. Any other
    runs once for all that it missed, and is given the present one, so that what it writes is dated truly.

    One that runs *side by side* begins at its next instant although another worker is still at work for an
    earlier one: several share what there is to do, and tell it apart themselves.
    """

    name: str
    trigger: Trigger
    run: Callable[[datetime], Outcome | int]
    catches_up: bool = False
    side_by_side: bool = False
    lease: timedelta = LEASE


def every(minutes: int = 0, *, seconds: int = 0) -> Trigger:
    """Every so many minutes and seconds, on instants that are the same for everybody."""
    instants = IntervalTrigger(minutes=minutes, seconds=seconds, start_date=_FIRST_TICK)
    return Trigger(Cadence(Often.SECONDS, seconds=60 * minutes + seconds), instants)


def daily(hour: int, minute: int = 0) -> Trigger:
    """Once a day, by the clock in China."""
    return _daily(Cadence(Often.DAY, hour=hour, minute=minute))


def days_after(*days: int, hour: int, minute: int = 0) -> Trigger:
    """Once a day, for what follows a row of the database so many days later; the job looks for those rows."""
    return _daily(Cadence(Often.DAYS_AFTER, hour=hour, minute=minute, days=days))


def first_workday(of: Literal["month", "quarter", "year"], hour: int, minute: int = 0) -> Trigger:
    """On the first workday of every month, quarter or year."""
    return _on_workdays(Cadence(Often(of), hour=hour, minute=minute))


def quarterly(hour: int, minute: int = 0) -> Trigger:
    """On the first workday of every quarter."""
    return first_workday("quarter", hour, minute)


def yearly(month: int, day: int, hour: int, minute: int = 0) -> Trigger:
    """Once a year, on the first workday from a day on; the day is one that every month has."""
    if day > _LAST_DAY:
        raise ValueError(f"not every month has a day {day}")
    return _on_workdays(Cadence(Often.YEAR, hour=hour, minute=minute, month=month, day=day))


def _daily(cadence: Cadence) -> Trigger:
    return Trigger(cadence, CronTrigger(hour=cadence.hour, minute=cadence.minute, timezone=_CHINA))


def _on_workdays(cadence: Cadence) -> Trigger:
    return Trigger(cadence, _OnWorkdays(cadence))


def next_due(job: Job, after: datetime) -> datetime | None:
    """The first instant later than *after* at which the job is due."""
    found = job.trigger.next_from(after + _BEHIND)
    return found.astimezone(UTC) if found else None


def due(job: Job, last: datetime | None, now: datetime) -> list[datetime]:
    """The instants after *last* and not after *now* for which the job has to run, in order.

    *last* is ``None`` for a job that never ran: then its latest instant alone, if that is not long ago.
    """
    if last is not None and job.catches_up:
        return [at for at, _ in zip(_between(job, last, now), range(MOST_AT_ONCE), strict=False)]
    latest = _latest(job, last, now)
    return [latest] if latest else []


def _latest(job: Job, last: datetime | None, now: datetime) -> datetime | None:
    """Looks back further and further, so that years of missed minutes are never counted through."""
    for reach in _LOOKING_BACK:
        after = now - min(reach, FIRST_LOOK) if last is None else max(last, now - reach)
        found = list(_between(job, after, now))
        if found or after == last:
            return found[-1] if found else None
    return None


def _between(job: Job, after: datetime, until: datetime) -> Iterator[datetime]:
    found = next_due(job, after)
    while found and found <= until:
        yield found
        found = next_due(job, found)


def is_late(job: Job, last: datetime | None, now: datetime) -> bool:
    """Whether it should have begun a while ago. *last* is the latest instant for which it has."""
    return bool(due(job, last, now - LATE))


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after so many failed tries; ``None`` when it is given up."""
    return timedelta(minutes=4 ** (tries - 1)) if tries < MOST_TRIES else None
