"""What there is to tell people, and what becomes of a delivery after a try."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias


class Topic(StrEnum):
    """The kinds of message. Each has its words in ``lms.web.messages``.

    Facts of ``change.*``: ``change`` (its key), ``title``, ``due_on`` (ISO 8601), ``course`` (id or empty),
    ``count``; of ``refresh.*``: ``change``, ``title``, ``count``, ``due_on``; of ``correction.regraded``:
    ``quiz``, ``attempt``, ``before``, ``after``, ``passed``.
    """

    TO_LEARN = "change.to-learn"
    TO_ACKNOWLEDGE = "change.to-acknowledge"
    COURSE = "change.course"
    REMINDER = "change.reminder"
    DEPARTMENT = "change.department"
    HEAD_OF_HR = "change.head-of-hr"
    APPROVAL_WANTED = "change.approval-wanted"
    REFRESH_ASSIGNED = "refresh.assigned"
    REFRESH_DUE_SOON = "refresh.due-soon"
    REFRESH_OVERDUE = "refresh.overdue"
    REGRADED = "correction.regraded"


MOST_TRIES = 5
"""A delivery that failed so often is given up."""
BACK_OFF = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
"""How long to wait after the first, second … failed try."""
HOLD = timedelta(minutes=10)
"""How long a worker keeps what it claimed; afterwards others take it for lost and try again."""


@dataclass(frozen=True)
class Note:
    """What one person is to be told; ``subject`` and ``facts`` as in ``Message``."""

    person_id: int
    subject: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Due:
    """A delivery that this worker holds until ``held_until``. ``tries`` counts the one about to be made.

    ``address`` is empty when there is none any more, or the person has left.
    """

    id: int
    tries: int
    held_until: datetime
    person_id: int
    address: str
    key: str
    topic: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Letter:
    """A message in words, addressed. ``key`` is the same at every try: receivers can tell a repetition."""

    key: str
    address: str
    title: str
    text: str


class NotTaken(Exception):
    """A channel did not take one letter. ``code`` holds no personal data: ``smtp-451``, ``bad-address`` …"""

    def __init__(self, code: str, *, retryable: bool) -> None:
        super().__init__(code)
        self.code = code
        self.retryable = retryable


class Unreachable(Exception):
    """A channel cannot be used at all at present. The letter is not at fault, nor are those behind it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Post: TypeAlias = Callable[[Letter], None]
"""Gives one letter to a channel. Raises ``NotTaken`` or ``Unreachable``."""
Write: TypeAlias = Callable[[Due, str], Letter]
"""Puts a message into the words of a language (a catalog; empty for the default)."""


def next_try(tries: int, at: datetime, *, retryable: bool) -> datetime | None:
    """When to try again what failed at *at* for the *tries*-th time, from 1 on; ``None``: it is given up."""
    return at + BACK_OFF[tries - 1] if retryable and tries < MOST_TRIES else None
