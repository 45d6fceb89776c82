"""What a training year is made of, and what a budget a head is suggested to be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from lms.kernel.quarters import Quarter
from lms.kernel.workdays import first_workday

SUGGESTED = (Decimal(50), Decimal(100))
"""Yuan a head: what the founding document (A042) suggests to reserve. A suggestion, nothing is refused."""
SURVEY_OPEN = timedelta(days=20)
"""From its first to its last day, so long is the needs survey of a quarter open: three weeks.

Source: the project's own calendar.
"""
REPORT_WITHIN = timedelta(days=15)
"""So long after a quarter its report is due, where nobody says otherwise."""
_DECEMBER = 12
SURVEY, REPORT = "survey", "report"
"""What the codes of standing dates begin with; the name of the quarter follows."""


class EntryKind(StrEnum):
    """A theme of the year, a date that comes back every quarter, or something of one's own."""

    THEME = "theme"
    STANDING = "standing"
    OWN = "own"


class EntryState(StrEnum):
    """What has become of something planned."""

    PLANNED = "planned"
    DONE = "done"
    DROPPED = "dropped"


class DutyKind(StrEnum):
    """What somebody does in the project group. Source: founding document A041, A047."""

    LEAD = "lead"
    HR = "hr"
    IT = "it"
    EXPERT = "expert"
    AUTHORITY = "authority"
    MEMBER = "member"


class Category(StrEnum):
    """What money is for. The first three are those of the founding document (A042)."""

    EXPERT = "expert"
    DEVELOPMENT = "development"
    MATERIALS = "materials"
    OTHER = "other"


@dataclass(frozen=True)
class Seed:
    """An entry that a year is opened with. ``code`` is its own within the year."""

    kind: EntryKind
    code: str
    title: str
    title_en: str
    starts_on: date
    ends_on: date


def seeds(year: int, today: date) -> list[Seed]:
    """What a year is opened with: the themes of the founding document (A045) and the dates of A049.

    What was over before the year was opened is left out.
    """
    return [one for one in (*_themes(year), *_standing(year)) if one.ends_on >= today]


def _themes(year: int) -> Iterator[Seed]:
    yield Seed(
        EntryKind.THEME, "april-settlement", "4月专题：医保年度结算", "April: annual settlement",
        date(year, 4, 1), date(year, 4, 30),
    )  # fmt: skip
    yield Seed(
        EntryKind.THEME, "october-cross-region", "10月专题：跨省异地就医政策更新",
        "October: what is new for care in other provinces", date(year, 10, 1), date(year, 10, 31),
    )  # fmt: skip


def _standing(year: int) -> Iterator[Seed]:
    for number in (1, 2, 3, 4):
        quarter = Quarter(year, number)
        opens = first_workday(quarter.first)
        yield Seed(
            EntryKind.STANDING, f"{SURVEY}-{quarter}", f"{_named(quarter)}需求调研",
            f"Needs survey, Q{number} {year}", opens, opens + SURVEY_OPEN,
        )  # fmt: skip
        told = quarter.previous
        yield Seed(
            EntryKind.STANDING, f"{REPORT}-{told}", f"{_named(told)}培训报告",
            f"Training report, Q{told.number} {told.year}", opens, told.last + REPORT_WITHIN,
        )  # fmt: skip


def _named(quarter: Quarter) -> str:
    return f"{quarter.year}年第{'一二三四'[quarter.number - 1]}季度"


def year_to_open(day: date) -> int:
    """The year that is to be open: from December on the next one."""
    return day.year + (day.month == _DECEMBER)


def days_faults(starts_on: date, ends_on: date, year: int) -> list[str]:
    """Codes of everything that is wrong with the days of an entry."""
    found = ["ends-before-start"] if ends_on < starts_on else []
    return [*found, "outside-year"] if year not in {starts_on.year, ends_on.year} else found


def days_late(ends_on: date, state: EntryState, today: date) -> int:
    """Days since the last day of what is still planned; 0 for everything else."""
    return max(0, (today - ends_on).days) if state is EntryState.PLANNED else 0


def is_as_suggested(per_head: Decimal) -> bool:
    """Whether an amount a head lies where the founding document suggests it."""
    least, most = SUGGESTED
    return least <= per_head <= most
