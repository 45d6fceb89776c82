"""Who may do what; when signing in is locked; what a password must be; what a card opens."""

import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from lms.kernel.keys import ALPHABET
from lms.kernel.permissions import Permission

_LEARNER = frozenset(
    {
        Permission.OWN_ACCOUNT_EDIT,
        Permission.OWN_TRAINING_VIEW,
        Permission.COURSE_READ,
        Permission.QUIZ_TAKE,
        Permission.CERTIFICATE_PRINT,
        Permission.INBOX_READ,
        Permission.TEAM_VIEW,
        Permission.HELP_ASK,
        Permission.SURVEY_ANSWER,
        Permission.EVENT_JOIN,
    }
)
_STAFF = _LEARNER | {
    Permission.WORKBENCH_VIEW,
    Permission.PROGRESS_VIEW,
    Permission.PROGRESS_EXPORT,
    Permission.RECORD_VIEW,
    Permission.HELP_RECORD,
    Permission.PASSWORD_ISSUE,
    Permission.SOURCES_VIEW,
    Permission.CHANGE_VIEW,
    Permission.TASK_CLOSE,
    Permission.EVIDENCE_EXPORT,
    Permission.PEOPLE_VIEW,
    Permission.PEOPLE_EDIT,
    Permission.CAMPAIGN_VIEW,
    Permission.CAMPAIGN_SEND,
    Permission.ADJUSTMENT_REQUEST,
    Permission.REMINDER_SEND,
    Permission.MESSAGES_VIEW,
    Permission.ITEMS_VIEW,
    Permission.RECONCILIATION_VIEW,
    Permission.CARD_ISSUE,
    Permission.ASSIST,
    Permission.CONTACT_WORK,
    Permission.CONTACT_ASSIGN,
    Permission.LETTER_SEND,
    Permission.SHEETS_PRINT,
    Permission.SURVEY_VIEW,
    Permission.SURVEY_EDIT,
    Permission.PROPOSAL_EDIT,
    Permission.EVENT_VIEW,
    Permission.EVENT_EDIT,
    Permission.PLAN_VIEW,
    Permission.EFFECT_VIEW,
    Permission.REPORT_VIEW,
    Permission.REPORT_EDIT,
    Permission.CLOCKWORK_VIEW,
}
_PUBLISHERS = _STAFF | {
    Permission.CHANGE_REGISTER,
    Permission.CHANGE_APPROVE,
    Permission.CHANGE_STEER,
    Permission.CONTENT_EDIT,
    Permission.CONTENT_PUBLISH,
    Permission.JOURNAL_VIEW,
    Permission.PEOPLE_REVEAL,
    Permission.ADJUSTMENT_DECIDE,
    Permission.CHANNELS_EDIT,
    Permission.REGRADE,
    Permission.RESPONSE_TRACE,
    Permission.PLAN_EDIT,
    Permission.REPORT_SIGN,
    Permission.CLOCKWORK_RUN,
}
GRANTS: Mapping[str, frozenset[Permission]] = {
    "learner": _LEARNER,
    "hr": _STAFF,
    "lead": _PUBLISHERS,
    "admin": _PUBLISHERS,
}
"""Role → what it permits."""

NAME_LIMIT, ADDRESS_LIMIT = 5, 100
"""Failures within the window after which a name or an address is locked."""
WINDOW = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)

CARD_LENGTH, PHONE_DIGITS = 8, 4
"""Characters on a card, and digits of the telephone number that are asked for with it."""
CARD_LIMIT = 20
"""Wrong answers in all after which a card is locked for good: 20 of the 10,000 there are."""

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 128
"""Characters of a password; no rules of composition. Source: OWASP ASVS 5.0, 6.2 (length, no composition)."""
_COMMON = ("password", "qwerty", "iloveyou", "woaini", "admin", "welcome", "abc123", "letmein", "xuanguan")


class CardState(StrEnum):
    """What a card still opens: everything that cards open while it is ``living``, else nothing, and why."""

    LIVING = "living"
    REVOKED = "revoked"
    LOCKED = "locked"
    EXPIRED = "expired"
    USED_UP = "used-up"


class Weakness(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    GUESSABLE = "guessable"
    UNCHANGED = "unchanged"


def may(role: str, permission: Permission) -> bool:
    """Whether a role permits something."""
    return permission in GRANTS[role]


def locked_until(failures: int, last_at: datetime | None, limit: int) -> datetime | None:
    """Until when signing in is locked after *failures*, the last at *last_at*; ``None`` when it is not."""
    return last_at + LOCKED_FOR if last_at is not None and failures >= limit else None


def password_weakness(password: str, *, number: str, name: str) -> Weakness | None:
    """Why *password* cannot be taken by the person with this number and name; ``None`` when it can."""
    if len(password) < SHORTEST_PASSWORD:
        return Weakness.TOO_SHORT
    if len(password) > LONGEST_PASSWORD:
        return Weakness.TOO_LONG
    plain = password.lower()
    own = [part.lower() for part in (number, name) if len(part) > 1 and part.lower() in plain]
    rest = plain
    for part in (*own, *_COMMON):
        rest = rest.replace(part, "")
    if len(set(rest)) < 5 or _is_sequence(plain):
        return Weakness.GUESSABLE
    return None


def _is_sequence(text: str) -> bool:
    """Neighbours on the way from 0 to 9 or from a to z nearly everywhere, as in 1234567890 and abcde54321."""
    steps = [ord(right) - ord(left) for left, right in pairwise(text)]
    return sum(step not in {-1, 0, 1} for step in steps) <= len(text) // 8


def safe_return(address: str) -> str:
    """*address* when it stays on this site, else ``/``.

    It stays when it is a path: ``//`` and ``/\\`` begin the name of another host, and control characters
    are left out by browsers, so that ``/<tab>/`` is ``//``.
    """
    is_path = address.startswith("/") and address[1:2] not in {"/", "\\"}
    return address if is_path and address.isprintable() else "/"


def card_code(text: str) -> str:
    """A code as it stands on the card, without the space between its groups."""
    narrow = unicodedata.normalize("NFKC", text).upper()
    return "".join(one for one in narrow if one.isalnum())


def card_code_fault(code: str) -> str:
    """What is wrong with the shape of a code, empty when nothing is. Whether it is on a card is not asked."""
    if len(code) != CARD_LENGTH:
        return "bad-card-length"
    return "" if set(code) <= set(ALPHABET) else "bad-card-characters"


def shown_code(code: str) -> str:
    """``7K3M 9QWX``: a code in the groups in which it is printed."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"


def phone_end(text: str) -> str:
    """The digits of what was typed for the end of a telephone number."""
    narrow = unicodedata.normalize("NFKC", text)
    return "".join(one for one in narrow if one.isdecimal() and one.isascii())


def card_state(
    *, revoked: bool, locked: bool, expires_on: date, uses_left: int | None, today: date
) -> CardState:
    """What a card still opens on a day."""
    if revoked:
        return CardState.REVOKED
    if locked:
        return CardState.LOCKED
    if expires_on < today:
        return CardState.EXPIRED
    return CardState.USED_UP if uses_left == 0 else CardState.LIVING


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last one of a month that has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
