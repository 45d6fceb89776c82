"""Kinds and states of events, when somebody may sign up or check in, and the code of a day at the door."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lms.kernel.keys import ALPHABET


class EventKind(StrEnum):
    """How people are met."""

    LECTURE = "lecture"
    WORKSHOP = "workshop"
    HR_CLASS = "hr_class"
    LUNCH = "lunch"
    HOME_VISIT = "home_visit"


class EventState(StrEnum):
    """How far an event is; ``HELD`` once its attendance is closed."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    HELD = "held"


class SeatState(StrEnum):
    """How somebody stands to an event. A suggested seat takes no place until it is accepted.

    ``WITHDRAWN`` is who gave it up, ``REMOVED`` whom HR took off: they come back by HR alone.
    """

    SUGGESTED = "suggested"
    SIGNED = "signed"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


class Level(StrEnum):
    """How much of an event somebody attended."""

    NONE = "none"
    PART = "part"
    FULL = "full"


class How(StrEnum):
    """How it is known that somebody came: code at the door, signature on the sheet, noted by a colleague."""

    CODE = "code"
    SHEET = "sheet"
    DESK = "desk"


class Counts(StrEnum):
    """What attending counts for: nothing more, the help after two failed papers, or the course itself."""

    NOTHING = "nothing"
    HELP = "help"
    COURSE = "course"


class DoorCode(StrEnum):
    """What a code turns out to be: today's, that of a day before, or none of this event."""

    RIGHT = "right"
    OLD = "old"
    WRONG = "wrong"


BEFORE = AFTER = timedelta(minutes=30)
"""So long before its beginning and after its end one can check in."""
CODE_LENGTH = 8
"""Characters of a code, as many as on a card to sign in with."""
OLD_DAYS = 7
"""Codes of so many days before are recognised, to be told that they are old."""
LONGEST = timedelta(days=5)
"""An event that is longer is several."""
MOST_SEATS = 1000
PRESENT = frozenset({Level.PART, Level.FULL})
GONE = frozenset({SeatState.WITHDRAWN, SeatState.REMOVED})
"""Who has nothing to do with an event any more."""


@dataclass(frozen=True)
class Fault:
    """Something about an event that cannot be: the field it stands in, and a code."""

    field: str
    code: str


@dataclass(frozen=True)
class Plan:
    """What has to fit together in an event, as HR has put it; ``None`` is what nobody can read yet."""

    starts_at: datetime | None
    ends_at: datetime | None
    sign_up_until: datetime | None
    capacity: int | None
    waiting_most: int
    counts: Counts | None
    course: str


def faults(plan: Plan) -> list[Fault]:
    """What cannot be, by field; empty when all that is known fits."""
    found = list(_times(plan))
    if plan.capacity is not None and not 1 <= plan.capacity <= MOST_SEATS:
        found.append(Fault("capacity", "bad-capacity"))
    if not 0 <= plan.waiting_most <= MOST_SEATS:
        found.append(Fault("waiting_most", "bad-waiting"))
    if plan.counts is Counts.COURSE and not plan.course:
        found.append(Fault("course", "no-course"))
    return found


def _times(plan: Plan) -> Iterator[Fault]:
    if plan.starts_at and plan.ends_at and plan.ends_at <= plan.starts_at:
        yield Fault("ends", "ends-before-start")
    elif plan.starts_at and plan.ends_at and plan.ends_at - plan.starts_at > LONGEST:
        yield Fault("ends", "too-long")
    if plan.starts_at and plan.sign_up_until and plan.sign_up_until > plan.starts_at:
        yield Fault("sign_up_until", "sign-up-after-start")


def window(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """When the code opens the door, from and until."""
    return starts_at - BEFORE, ends_at + AFTER


def overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    """Whether two spans share any time; one that begins when the other ends does not."""
    return one[0] < other[1] and other[0] < one[1]


def code_from(digest: str) -> str:
    """The code that a digest of 64 hexadecimal digits stands for, in letters that can be read aloud."""
    number, letters = int(digest, 16), []
    for _ in range(CODE_LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def verdict(code: str, *, today: str, before: Iterable[str]) -> DoorCode:
    """What a code is, given today's and those of the days before."""
    if code == today:
        return DoorCode.RIGHT
    return DoorCode.OLD if code in set(before) else DoorCode.WRONG


RANK: Mapping[Level, int] = {Level.NONE: 0, Level.PART: 1, Level.FULL: 2}


def is_enough(level: Level | None, least: Level) -> bool:
    """Whether somebody attended as much as counting asks for; never who was not there."""
    return level in PRESENT and RANK[level] >= RANK[least]
