"""How often something is due: what a calendar rule says, apart from how its instants are found."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lms.kernel.workdays import first_workday

MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Often(StrEnum):
    """The kinds of calendar rules. Those by month, quarter and year fall on a first workday."""

    SECONDS = "seconds"
    DAY = "day"
    DAYS_AFTER = "days-after"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class Cadence:
    """What a rule says. ``hour`` and ``minute`` are by the clock in China.

    A yearly one begins with a *month* and *day*; one of *days after* looks at rows so many days back.
    """

    often: Often
    seconds: int = 0
    hour: int = 0
    minute: int = 0
    month: int = 1
    day: int = 1
    days: tuple[int, ...] = ()

    @property
    def is_rare(self) -> bool:
        """Whether it is due once a month or less often, and then on a workday."""
        return self.often in {Often.MONTH, Often.QUARTER, Often.YEAR}

    def workdays_from(self, day: date) -> Iterator[date]:
        """The days on which a rare one is due, from *day* on; it never ends."""
        months = MONTHS[self.often.value]
        first = date(day.year - 1, self.month, self.day)
        while True:
            due = first_workday(first)
            if due >= day:
                yield due
            first = _months_later(first, months)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month; rules are kept to days that every month has."""
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, day.day)


def anchors(days: tuple[int, ...], today: date) -> tuple[date, ...]:
    """The days to which something is due today that follows them after so many days."""
    return tuple(today - timedelta(days=count) for count in days)
