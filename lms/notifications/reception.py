"""Who should have received a message, and who did not, with the reasons."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, ScalarSelect, Select, Subquery, case, func, select
from sqlalchemy.orm import aliased

from lms.kernel.database import session
from lms.notifications.addresses import NO_ADDRESS
from lms.notifications.models import Channel, Delivery, DeliveryState, Message
from lms.notifications.queries import is_about
from lms.notifications.rules import Topic
from lms.people.models import Department, Person, PersonState
from lms.people.queries import with_descendants

Columns: TypeAlias = Select[*tuple[Any, ...]]
PAGE_SIZE = 50
MOST_COUNTED = 20_000
"""So many messages, the newest, are counted and gone through page by page; an export has all of them."""
OUTSIDE: Sequence[Channel] = tuple(channel for channel in Channel if channel is not Channel.INBOX)
_DIGITS = tuple(DeliveryState)
_BASE = len(_DIGITS) + 1
_BATCH = 1000


class Reception(StrEnum):
    """How far a message has come. ``sent``: it left over some channel, or was meant for the inbox alone."""

    MISSED = "missed"
    WAITING = "waiting"
    SENT = "sent"
    READ = "read"


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What messages are asked for; nothing given means all. ``key`` is that of one message."""

    since: datetime | None = None
    topic: str = ""
    subject: str = ""
    department: str = ""
    text: str = ""
    key: str = ""
    reception: Reception | None = None


@dataclass(frozen=True)
class Try:
    """A delivery, or why there is none: then without a channel. ``error`` is the code of the last refusal."""

    channel: Channel | None
    state: DeliveryState | None
    error: str
    at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """A message to somebody who is here, and the ways it took. ``person`` and ``message`` are keys."""

    id: int
    message: str
    topic: str
    facts: Mapping[str, Any]
    created_at: datetime
    read_at: datetime | None
    person: str
    number: str
    name: str
    department: str
    reception: Reception
    tries: tuple[Try, ...] = ()


@dataclass(frozen=True)
class Numbers:
    """Of all messages asked for: how far they have come, what each channel did, why some did not come.

    ``reasons``: channel and code → messages, those of messages that nobody got alone. No channel: nobody knew
    an address for any.
    """

    by_reception: Mapping[Reception, int]
    by_channel: Mapping[Channel, Mapping[DeliveryState, int]]
    reasons: Mapping[tuple[Channel | None, str], int]

    @property
    def everything(self) -> int:
        """Messages that people should have received."""
        return sum(self.by_reception.values())

    @property
    def is_cut(self) -> bool:
        """Whether there may be older ones that are not counted."""
        return self.everything >= MOST_COUNTED


def _outside() -> ColumnElement[bool]:
    return Delivery.channel != Channel.INBOX


def _best() -> ColumnElement[int]:
    """2 when it left over a channel, 1 while it waits for one, 0 when it was given up, else nothing."""
    rank = case(
        (Delivery.state == DeliveryState.SENT, 2), (Delivery.state == DeliveryState.QUEUED, 1), else_=0
    )
    found = select(func.max(rank)).where(Delivery.message_id == Message.id, _outside())
    return found.correlate(Message).scalar_subquery()


def _reception() -> ColumnElement[str]:
    best = _best()
    return case(
        (Message.read_at.is_not(None), Reception.READ.value),
        ((Message.channels == "") | (best == 2), Reception.SENT.value),
        (best == 1, Reception.WAITING.value),
        else_=Reception.MISSED.value,
    )


def _asked(statement: Columns, sought: Sought) -> Columns:
    """Narrowed to messages to people who are here; ``Message`` is in the statement."""
    here = case((Person.state == PersonState.ACTIVE, 1), else_=0) == 1  # SQLite would begin with all who are
    narrowed = statement.join(Person, Person.id == Message.person_id).where(here)
    if sought.since:
        narrowed = narrowed.where(Message.created_at >= sought.since)
    # what somebody sent to oneself for trial is nothing that others should have received
    narrowed = narrowed.where(
        Message.topic == sought.topic if sought.topic else Message.topic != Topic.PREVIEW
    )
    if sought.subject:
        narrowed = narrowed.where(is_about(sought.subject))
    if sought.department:
        narrowed = narrowed.where(Person.department_id.in_(with_descendants(sought.department)))
    if sought.text:
        part = sought.text
        named = Person.name.contains(part, autoescape=True) | Person.number.contains(part, autoescape=True)
        narrowed = narrowed.where(named)
    if sought.key:
        narrowed = narrowed.where(Message.key == sought.key)
    return narrowed.where(_reception() == sought.reception.value) if sought.reception else narrowed


def _window(sought: Sought) -> Subquery:
    """The newest messages asked for, whatever their reception: what numbers and pages are bounded by."""
    columns = select(Message.id, Message.read_at, Message.channels)
    newest = _asked(columns, replace(sought, reception=None)).order_by(Message.id.desc())
    return newest.limit(MOST_COUNTED).subquery()


def numbers(sought: Sought) -> Numbers:
    """Numbers of what is asked for, whatever its reception; of very many, those of the newest."""
    window = _window(sought)
    each = select(
        window.c.read_at.is_not(None).label("is_read"),
        (window.c.channels == "").label("inbox_only"),
        _signature(window).label("signature"),
    ).subquery()
    kinds = session().execute(select(each, func.count()).group_by(*each.c)).all()
    by_reception = dict.fromkeys(Reception, 0)
    by_channel: dict[Channel, Counter[DeliveryState]] = defaultdict(Counter)
    reasons: Counter[tuple[Channel | None, str]] = Counter()
    for is_read, inbox_only, signature, count in kinds:
        states = _states(signature or 0)
        reception = _received(is_read, inbox_only, states.values())
        by_reception[reception] += count
        for channel, state in states.items():
            by_channel[channel][state] += count
        if reception is Reception.MISSED and not states:
            reasons[None, NO_ADDRESS] += count
    if by_reception[Reception.MISSED] > reasons.total():
        reasons.update(_given_up(window))
    return Numbers(by_reception, dict(by_channel), dict(reasons.most_common()))


def _signature(window: Subquery) -> ScalarSelect[int | None]:
    """One number for what became of a message over each channel; see ``_states``."""
    place = case(
        {channel.value: _BASE**place for place, channel in enumerate(OUTSIDE)}, value=Delivery.channel
    )
    digit = case({state.value: digit for digit, state in enumerate(_DIGITS, 1)}, value=Delivery.state)
    found = select(func.sum(place * digit)).where(Delivery.message_id == window.c.id, _outside())
    return found.correlate(window).scalar_subquery()


def _states(signature: int) -> dict[Channel, DeliveryState]:
    """Channel → how the message stands there, read from the digits of its signature."""
    digits = {channel: signature // _BASE**place % _BASE for place, channel in enumerate(OUTSIDE)}
    return {channel: _DIGITS[digit - 1] for channel, digit in digits.items() if digit}


def _received(is_read: bool, inbox_only: bool, states: Collection[DeliveryState]) -> Reception:
    """As ``_reception`` decides it."""
    if is_read:
        return Reception.READ
    if inbox_only or DeliveryState.SENT in states:
        return Reception.SENT
    return Reception.WAITING if DeliveryState.QUEUED in states else Reception.MISSED


def _given_up(window: Subquery) -> dict[tuple[Channel, str], int]:
    """Channel and code → how many deliveries of messages that nobody got."""
    kinds = (Delivery.channel, Delivery.error)
    over = Delivery.state.in_([DeliveryState.DEAD, DeliveryState.SKIPPED])
    better = aliased(Delivery)
    hope = select(better.id).where(
        better.message_id == Delivery.message_id,
        better.channel != Channel.INBOX,
        better.state.in_([DeliveryState.SENT, DeliveryState.QUEUED]),
    )
    unread = window.c.read_at.is_(None) & (window.c.channels != "")
    missed = select(*kinds, func.count()).join(window, window.c.id == Delivery.message_id)
    missed = missed.where(over, _outside(), unread, ~hope.exists()).group_by(*kinds)
    return {(channel, error): count for channel, error, count in session().execute(missed)}


def page_of(sought: Sought, *, page: int) -> list[Line]:
    """A page of the list, the newest message first; pages count from 1. Bounded like the numbers."""
    ids = select(Message.id)
    if sought.reception or (page - 1) * PAGE_SIZE + PAGE_SIZE > MOST_COUNTED:
        window = _window(sought)
        ids = ids.join(window, window.c.id == Message.id)
        if sought.reception:
            ids = ids.where(_reception() == sought.reception.value)
    else:
        ids = _asked(ids, sought)
    wanted = ids.order_by(Message.id.desc()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    found = session().scalars(wanted).all()
    return _lines(_detailed(Sought()).where(Message.id.in_(found)))


def all_of(sought: Sought) -> Iterator[Line]:
    """The whole list, some at a time."""
    last: int | None = None
    while True:
        wanted = _detailed(sought).limit(_BATCH)
        some = _lines(wanted if last is None else wanted.where(Message.id < last))
        yield from some
        if len(some) < _BATCH:
            return
        last = some[-1].id


def _detailed(sought: Sought) -> Columns:
    statement = select(
        Message.id,
        Message.key,
        Message.topic,
        Message.facts,
        Message.created_at,
        Message.read_at,
        Person.key,
        Person.number,
        Person.name,
        Department.name,
        _reception(),
    )
    asked = _asked(statement, sought).join(Department, Department.id == Person.department_id)
    return asked.order_by(Message.id.desc())


def _lines(statement: Columns) -> list[Line]:
    rows = session().execute(statement).all()
    tries = _tries([row.id for row in rows])
    return [_line(row, tries.get(row.id, ())) for row in rows]


def _line(row: Any, tries: tuple[Try, ...]) -> Line:
    *rest, reception = row
    found = Reception(reception)
    if found is Reception.MISSED and not tries:
        tries = (Try(None, None, NO_ADDRESS),)
    values: Any = (*rest, found, tries)
    return Line(*values)


def _tries(ids: Sequence[int]) -> dict[int, tuple[Try, ...]]:
    columns = (Delivery.channel, Delivery.state, Delivery.error, Delivery.sent_at)
    found: dict[int, tuple[Try, ...]] = {}
    tried = select(Delivery.message_id, *columns).where(Delivery.message_id.in_(ids), _outside())
    for row in session().execute(tried.order_by(Delivery.id)):
        one = Try(row.channel, row.state, row.error, row.sent_at)
        found[row.message_id] = (*found.get(row.message_id, ()), one)
    return found


def missed_ids(sought: Sought) -> Sequence[int]:
    """Ids of the messages asked for that nobody got."""
    missed = _asked(select(Message.id), replace(sought, reception=Reception.MISSED))
    return session().scalars(missed).all()
