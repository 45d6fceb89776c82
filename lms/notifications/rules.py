"""What there is to tell people, over which ways and when, and what becomes of a delivery after a try."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

_CHINA = ZoneInfo("Asia/Shanghai")


class Channel(StrEnum):
    """A way to somebody. The inbox is the one that everybody has.

    What goes by letter and by call waits until a person says that it was posted, or told.
    """

    INBOX = "inbox"
    EMAIL = "email"
    WECOM = "wecom"
    SMS = "sms"
    LETTER = "letter"
    CALL = "call"


BY_HAND = frozenset({Channel.LETTER, Channel.CALL})
"""What no worker sends."""


class Topic(StrEnum):
    """The kinds of message. Each has its words in ``lms.web.messages``.

    Facts of ``change.*``: ``change`` (its key), ``title``, ``due_on`` (ISO 8601), ``course`` (id or empty),
    ``count``; of ``refresh.*``: ``change``, ``title``, ``count``, ``due_on``; of ``correction.regraded``:
    ``quiz``, ``attempt``, ``before``, ``after``, ``passed``.

    Of ``training.assigned`` and ``training.preview``: ``campaign`` (its key), ``title``, ``course`` (id, or
    empty when there are several), ``due_on``, ``count`` (courses); of ``training.digest``: ``items``, each
    with ``course``, ``title``, ``title_en``, ``due_on``, ``late`` (days), and their ``count``; of
    ``training.department``: ``people``, ``courses``, ``late`` (the most days), ``day``.

    Of ``item.collapsed``: ``question``, ``title`` (of the change), ``before`` and ``after`` (how many in a
    hundred got it right); of ``reconciliation.differs``: ``day``, ``count``; of ``adjustment.*``:
    ``adjustment`` (its key), ``kind`` (``extension`` or ``excuse``), ``title`` (of the course), ``due_on``
    (or empty), and when it is decided ``granted`` and ``mine`` (told to the learner whom it is about);
    ``request.answered`` has none. Of ``event.*``: ``event`` (its key), ``title``, ``place``, ``starts_at``,
    ``ends_at`` (ISO 8601), of ``event.seat`` ``state``, of ``event.cancelled`` ``reason``.
    Of ``report.*``: ``quarter`` (as ``2026-Q4``), ``due_on``, ``late`` (days).
    Of ``effect.ready``: ``quarter``, ``count`` (courses and changes), ``title`` and ``title_en`` of one.
    Of ``survey.*``: ``survey`` (its key), ``kind``, ``title``, ``title_en``, ``closes_on``, ``anonymous``,
    ``course``; ``survey.passed-over`` is told to who has prepared it, and has ``quarter``.
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
    ASSIGNED = "training.assigned"
    PREVIEW = "training.preview"
    DIGEST = "training.digest"
    TEAM = "training.department"
    ITEM_COLLAPSED = "item.collapsed"
    DIFFERENCES = "reconciliation.differs"
    ADJUSTMENT_REQUESTED = "adjustment.requested"
    ADJUSTMENT_DECIDED = "adjustment.decided"
    REQUEST_ANSWERED = "request.answered"
    SURVEY_OPEN = "survey.open"
    SURVEY_REMINDER = "survey.reminder"
    SURVEY_PASSED_OVER = "survey.passed-over"
    EFFECT_READY = "effect.ready"
    REPORT_DRAFTED = "report.drafted"
    REPORT_DUE = "report.due"
    EVENT_SEAT = "event.seat"
    EVENT_MOVED = "event.moved"
    EVENT_CANCELLED = "event.cancelled"
    EVENT_REMINDER = "event.reminder"


@dataclass(frozen=True)
class Quiet:
    """Hours of the day in China in which nobody is written to: from *begins* on, and free from *ends* on.

    They may go over midnight. Both the same is no quiet at all.
    """

    begins: time
    ends: time


QUIET = Quiet(time(22), time(8))
"""Quiet hours of the organisation, where nothing else is said."""
DEFAULT_CHANNELS = (Channel.EMAIL, Channel.WECOM)
"""Besides the inbox. A text message costs money: it is sent where it is asked for."""


@dataclass(frozen=True)
class Way:
    """How a message leaves besides the inbox: over which channels, when not, and not before when.

    *as_preferred* those channels are for people who look for themselves; to everybody else it goes the one
    way that they have asked for.
    """

    channels: tuple[Channel, ...] = DEFAULT_CHANNELS
    quiet: Quiet | None = QUIET
    not_before: datetime | None = None
    as_preferred: bool = False

    def leaves_at(self, at: datetime) -> datetime:
        """The first instant from *at* on at which it may leave."""
        first = max(at, self.not_before) if self.not_before else at
        return out_of_quiet(first, self.quiet) if self.quiet else first


BY_DEFAULT = Way()
INBOX_ONLY = Way(channels=())
AS_PREFERRED = Way(as_preferred=True)


def out_of_quiet(at: datetime, quiet: Quiet = QUIET) -> datetime:
    """*at* itself, or the end of the quiet hours that it falls into."""
    here = at.astimezone(_CHINA)
    now, over_midnight = here.time(), quiet.begins > quiet.ends
    after, before = now >= quiet.begins, now < quiet.ends
    if not ((after or before) if over_midnight else (after and before)):
        return at
    days = 1 if over_midnight and after else 0
    return datetime.combine(here.date() + timedelta(days=days), quiet.ends, _CHINA).astimezone(at.tzinfo)


MOST_TRIES = 5
"""A delivery that failed so often is given up."""
BACK_OFF = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
"""How long to wait after the first, second … failed try."""
HOLD = timedelta(minutes=10)
"""How long a worker keeps what it claimed; afterwards others take it for lost and try again."""
SOONEST_AGAIN, LATEST_AGAIN = timedelta(seconds=30), timedelta(minutes=10)
"""How long a letter waits at least and at most after its channel could not be reached."""
KEPT_FOR = timedelta(days=3)
"""So long is a message kept for a channel that cannot be reached; then it is given up, for it is old news."""
TURN = timedelta(minutes=8)
"""A worker begins no more letters when less than this is left of its hold: others would send them too."""


@dataclass(frozen=True)
class Note:
    """What one person is to be told; ``subject`` and ``facts`` as in ``Message``."""

    person_id: int
    subject: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Due:
    """A delivery that this worker holds until ``held_until``. ``tries`` counts the one about to be made.

    ``address`` is what the channel writes to; when it is empty, ``lacks`` says why: ``no-address``,
    ``refused`` (a mail server said for good that nobody has it) or ``left``.
    """

    id: int
    tries: int
    held_until: datetime
    posted_at: datetime
    person_id: int
    address: str
    key: str
    topic: str
    facts: Mapping[str, Any]
    lacks: str = ""
    channel: Channel = Channel.EMAIL


@dataclass(frozen=True)
class Letter:
    """A message in words, addressed. ``key`` is the same at every try: receivers can tell a repetition.

    ``text`` is all of it, with ``link`` and who sends it, as a letter is read; ``body`` is the text alone.
    ``link`` leads through the reader's inbox. ``page`` is where it leads, the same for everybody, so that
    equal messages to many can go out as one. ``short`` is what a text message says in place of the title.
    """

    key: str
    address: str
    title: str
    text: str
    body: str = ""
    link: str = ""
    page: str = ""
    short: str = ""


class NotTaken(Exception):
    """A channel did not take one letter. ``code`` holds no personal data: ``smtp-451``, ``bad-address`` …

    *bounced*: nobody has the address. It is not written to any more until it is mended.
    """

    def __init__(self, code: str, *, retryable: bool, bounced: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.retryable = retryable
        self.bounced = bounced


class Unreachable(Exception):
    """A channel cannot be used at all at present. The letter is not at fault, nor are those behind it.

    That it was tried counts for none of them; they are kept until they are older than ``KEPT_FOR``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Post: TypeAlias = Callable[[Sequence[Letter]], Iterator[NotTaken | None]]
"""Gives letters to a channel. Says of each in its turn, as soon as it is known, ``None`` when it was taken.

Raises ``Unreachable`` in the turn of the letter at which the channel broke down. A channel that can send
several at once does, and then says the same of them in their turns.
"""
Write: TypeAlias = Callable[[Due, str], Letter]
"""Puts a message into the words of a language (a catalog; empty for the default)."""


def next_try(tries: int, at: datetime, *, retryable: bool) -> datetime | None:
    """When to try again what failed at *at* for the *tries*-th time, from 1 on; ``None``: it is given up."""
    return at + BACK_OFF[tries - 1] if retryable and tries < MOST_TRIES else None


def again_when_reached(posted_at: datetime, at: datetime) -> datetime | None:
    """When to try again a letter at which its channel could not be reached; ``None``: it is given up.

    The longer it has waited already, the longer it waits.
    """
    waited = at - posted_at
    return at + min(LATEST_AGAIN, max(SOONEST_AGAIN, waited)) if waited < KEPT_FOR else None
