"""What may be asked for and by when it is promised, why somebody is contacted, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lms.kernel.workdays import workdays_after

LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_NOTE = 500, 1000, 500
"""Characters."""
MOST_OPEN = 4
"""So many requests of one person may wait at once; beyond, a call settles it sooner."""
REST_DAYS = 7
"""Who was contacted is not listed again for so many days, unless they ask anew."""
IN_VAIN_DAYS = 30
"""Who could not be reached by telephone is on the list of visits for so many days."""
LATEST_TRY_DAYS = 30
"""The next try is at most so many days away."""
LONGEST_CONTACT = 480
"""Minutes of one contact."""
_DIGITS = "0123456789"


class RequestKind(StrEnum):
    """What somebody asked for."""

    CALL = "call"
    VISIT = "visit"
    QUESTION = "question"


class RequestState(StrEnum):
    """What became of it."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class ContactKind(StrEnum):
    """How somebody is contacted."""

    CALL = "call"
    VISIT = "visit"


class ContactState(StrEnum):
    """Where a contact stands. ``unreached`` is given up, ``cancelled`` is no longer wanted."""

    OPEN = "open"
    DONE = "done"
    UNREACHED = "unreached"
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why somebody is to be contacted, the most needy first."""

    WAITS = "waits"
    ASKED = "asked"
    BELOW = "below"
    NEVER = "never"
    CHANGE = "change"


class Result(StrEnum):
    """How a contact ended, or went on."""

    TOLD = "told"
    LEARNT = "learnt"
    NOT_REACHED = "not_reached"
    GAVE_UP = "gave_up"
    WANTS_VISIT = "wants_visit"
    WANTS_CALL = "wants_call"
    DECLINED = "declined"
    WRONG_NUMBER = "wrong_number"


ENDS: Mapping[Result, ContactState] = {
    Result.TOLD: ContactState.DONE,
    Result.LEARNT: ContactState.DONE,
    Result.NOT_REACHED: ContactState.OPEN,
    Result.GAVE_UP: ContactState.UNREACHED,
    Result.WANTS_VISIT: ContactState.DONE,
    Result.WANTS_CALL: ContactState.DONE,
    Result.DECLINED: ContactState.DONE,
    Result.WRONG_NUMBER: ContactState.UNREACHED,
}
"""What a result makes of the contact: one that was not reached is tried again."""
SETTLES = frozenset({Result.TOLD, Result.LEARNT})
"""Results that deliver what was to be told."""
ASKS_FOR: Mapping[Result, RequestKind] = {
    Result.WANTS_VISIT: RequestKind.VISIT,
    Result.WANTS_CALL: RequestKind.CALL,
}
"""Results that are a request of their own."""

PROMISED_DAYS: Mapping[RequestKind, int] = {
    RequestKind.CALL: 2,
    RequestKind.VISIT: 5,
    RequestKind.QUESTION: 2,
}
"""Workdays until which something is promised."""


def promised_on(kind: RequestKind, asked_on: date) -> date:
    """The last day on which it is kept, counted in workdays."""
    return workdays_after(asked_on, PROMISED_DAYS[kind])


@dataclass(frozen=True)
class Outcome:
    """What is put on record of a contact, besides the result. ``next_on`` only where it is tried again."""

    minutes: int = 0
    note: str = ""
    done_on: date | None = None
    next_on: date | None = None


def day_fault(result: Result, outcome: Outcome, *, taken_on: date, today: date) -> str:
    """What is wrong with the days of an outcome, as a code; empty when nothing is."""
    if outcome.done_on is None or not taken_on <= outcome.done_on <= today:
        return "bad-day"
    if result is not Result.NOT_REACHED:
        return ""
    latest = today + timedelta(days=LATEST_TRY_DAYS)
    return "" if outcome.next_on and today <= outcome.next_on <= latest else "bad-next-day"


EVERYWHERE = ""
"""The region of a hotline that holds where no nearer one does."""


def places_around(region: str) -> tuple[str, ...]:
    """Regions whose hotline may serve somebody there, the nearest first: the city, its province, everywhere.

    Source: the first two digits of a GB/T 2260 code are those of the province.
    """
    near = (region, f"{region[:2]}0000") if region else ()
    return tuple(dict.fromkeys((*near, EVERYWHERE)))


def clean_number(phone: str) -> str:
    """A number that can be dialled, as it is shown: digits, hyphens and blanks, a plus sign in front."""
    return " ".join(phone.split())


def is_number(phone: str) -> bool:
    """Whether somebody can be called under it: landlines, short numbers and mobiles."""
    rest = set(phone.removeprefix("+")) - set(_DIGITS + "- ()转")
    return not rest and 3 <= sum(one in _DIGITS for one in phone) <= 20


def tel(phone: str) -> str:
    """The address that a telephone dials; an extension is left to whoever answers."""
    number = phone.partition("转")[0]
    plus = "+" if number.startswith("+") else ""
    return f"tel:{plus}{''.join(one for one in number if one in _DIGITS)}"
