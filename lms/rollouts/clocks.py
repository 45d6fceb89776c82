"""The two clocks of a change as arithmetic on days: due dates, lateness, rungs of the ladder, a forecast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lms.rollouts.rules import DELIVERY_DAYS, REFRESH_DAYS

RATE_DAYS = 7
"""So many of the last days make the present rate."""
LEAST_DAYS = 3
"""So many days people have at least. Source: our own decision; the training system document has no rule."""


@dataclass(frozen=True)
class Clock:
    """Counts natural days from registration, which is day 0, and leaves out those on which it stood still.

    ``paused_days`` are of pauses that have ended; ``paused_since`` is the first day of the present one.
    """

    registered_on: date
    paused_days: int = 0
    paused_since: date | None = None

    @property
    def refresh_due(self) -> date:
        """The last day for the materials. A pause moves it once it has ended."""
        return self.falls_on(REFRESH_DAYS)

    @property
    def delivery_due(self) -> date:
        """The last day for everybody concerned. A pause moves it once it has ended."""
        return self.falls_on(DELIVERY_DAYS)

    def day(self, today: date) -> int:
        """Which day it is on this clock."""
        running_until = min(today, self.paused_since) if self.paused_since else today
        return (running_until - self.registered_on).days - self.paused_days

    def falls_on(self, day: int) -> date:
        """The date of a day of this clock."""
        return self.registered_on + timedelta(days=day + self.paused_days)

    def number_of(self, due_on: date) -> int:
        """The day of this clock that a date is; it stays when a pause moves both."""
        return (due_on - self.registered_on).days - self.paused_days

    def days_late(self, due_day: int, today: date) -> int:
        """Days since *due_day* of this clock has passed; 0 on it and before."""
        return max(0, self.day(today) - due_day)


def due_on_delivery(delivery_due: date, today: date) -> date:
    """What is delivered late leaves people ``LEAST_DAYS`` all the same: the delay was not theirs."""
    return max(delivery_due, today + timedelta(days=LEAST_DAYS))


def due_for_newcomer(delivery_due: date, today: date) -> date:
    """Who joins late has as long as everybody else had, from the day they are given it."""
    return max(delivery_due, today + timedelta(days=DELIVERY_DAYS))


@dataclass(frozen=True)
class Rung:
    """A step of the ladder: its name, and how many days after the due day it is taken (before: negative)."""

    name: str
    after: int


PERSON, DEPARTMENT_HEAD, HEAD_OF_HR = "person", "department-head", "head-of-hr"
REFRESH_LADDER = (Rung(PERSON, -2), Rung(DEPARTMENT_HEAD, 1), Rung(HEAD_OF_HR, 3))
DELIVERY_LADDER = (Rung(PERSON, -4), Rung(DEPARTMENT_HEAD, -2), Rung(HEAD_OF_HR, 1))
"""Person, then department head, then head of HR. Source: commission for the platform, issue 3."""


def rungs_due(ladder: Sequence[Rung], due_day: int, day: int) -> tuple[Rung, ...]:
    """The rungs whose day has come, in their order."""
    return tuple(rung for rung in ladder if day >= due_day + rung.after)


def forecast(done_by_day: Mapping[date, int], remaining: int, today: date) -> date | None:
    """The day on which *remaining* people will be done when it goes on as in the last ``RATE_DAYS`` days.

    The rate counts from the first day on which somebody was done when that is later; today is a day of it.
    ``None`` while nobody was done in that time, and when it would take longer than the calendar goes.
    """
    if remaining <= 0:
        return today
    begun = min((day for day, count in done_by_day.items() if count), default=today)
    since = max(begun, today - timedelta(days=RATE_DAYS - 1))
    done = sum(count for day, count in done_by_day.items() if since <= day <= today)
    if done <= 0:
        return None
    days = (today - since).days + 1
    still = -(-remaining * days // done)
    return today + timedelta(days=still) if still <= (date.max - today).days else None
