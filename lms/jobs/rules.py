"""What a job is, at which instants it is due, and how long a failed one waits before it is tried again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

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
_LOOKING_BACK = (timedelta(hours=1), timedelta(days=1), timedelta(days=31), timedelta(days=366))


class Trigger(Protocol):
    """A calendar rule of APScheduler, which is asked for instants only."""

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The first instant at or after *now*."""


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
    trigger: Trigger = IntervalTrigger(minutes=minutes, seconds=seconds, start_date=_FIRST_TICK)
    return trigger


def daily(hour: int, minute: int = 0) -> Trigger:
    """Once a day, by the clock in China."""
    trigger: Trigger = CronTrigger(hour=hour, minute=minute, timezone=_CHINA)
    return trigger


def next_due(job: Job, after: datetime) -> datetime | None:
    """The first instant later than *after* at which the job is due."""
    found = job.trigger.get_next_fire_time(None, after + _BEHIND)
    return found.astimezone(UTC) if found else None


def due(job: Job, last: datetime | None, now: datetime) -> list[datetime]:
    """The instants after *last* and not after *now* for which the job has to run, in order.

    *last* is ``None`` for a job that never ran: then its latest instant alone.
    """
    if last is not None and job.catches_up:
        return [at for at, _ in zip(_between(job, last, now), range(MOST_AT_ONCE), strict=False)]
    latest = _latest(job, last, now)
    return [latest] if latest else []


def _latest(job: Job, last: datetime | None, now: datetime) -> datetime | None:
    """Looks back further and further, so that years of missed minutes are never counted through."""
    for reach in _LOOKING_BACK:
        after = now - reach if last is None else max(last, now - reach)
        found = list(_between(job, after, now))
        if found or after == last:
            return found[-1] if found else None
    return None


def _between(job: Job, after: datetime, until: datetime) -> Iterator[datetime]:
    found = next_due(job, after)
    while found and found <= until:
        yield found
        found = next_due(job, found)


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after so many failed tries; ``None`` when it is given up."""
    return timedelta(minutes=4 ** (tries - 1)) if tries < MOST_TRIES else None
