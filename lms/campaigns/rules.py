"""What a campaign promises: the least time to learn, the minutes to think again, cycles that do not drift."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

LEAST_DAYS = 3
"""A date nearer than so many days after the start goes to somebody for decision."""
LATELY_DAYS = 30
"""Who completed a course so few days ago is not given it again."""
UNDO = timedelta(minutes=10)
"""How long a campaign waits before it goes out; it can be withdrawn until then. Decision record 0015."""
REMINDERS = (-3, 0, 1, 7)
"""Days relative to the due date on which the unfinished are reminded, unless a campaign says otherwise."""


class Step(StrEnum):
    """The five questions of a campaign, and the place of a rule's faults."""

    CONTENT = "content"
    PEOPLE = "people"
    TIME = "time"
    NOTICE = "notice"
    CHECK = "check"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a draft, and at which step it is mended. One that does not block is a warning."""

    step: Step
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    blocks: bool = True


def months_after(day: date, months: int) -> date:
    """The same day of a later month; the last day of a month that is too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def cycle_on(anchor: date, months: int | None, today: date) -> date | None:
    """The first day of the cycle that holds today; ``None`` before the first one.

    Every cycle is counted from the anchor, not from the cycle before it: from the 31st of January a monthly
    one begins on the 28th of February and on the 31st of March.
    """
    if today < anchor:
        return None
    if months is None:
        return anchor
    passed = ((today.year - anchor.year) * 12 + today.month - anchor.month) // months
    begins = months_after(anchor, passed * months)
    return begins if begins <= today else months_after(anchor, (passed - 1) * months)


def next_cycle_on(anchor: date, months: int | None, today: date) -> date | None:
    """The first day of the cycle after the present one; ``None`` when there is none."""
    present = cycle_on(anchor, months, today)
    if present is None:
        return anchor
    if months is None:
        return None
    passed = (present.year - anchor.year) * 12 + present.month - anchor.month
    return months_after(anchor, passed + months)


def has_little_time(due_on: date, starts_on: date) -> bool:
    """Whether a date leaves less than the least time to learn."""
    return due_on < starts_on + timedelta(days=LEAST_DAYS)
