"""Deliveries that are about to be written, as ``SELECT``s over messages."""

from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, case, literal, select, type_coerce, union_all
from sqlalchemy.dialects import postgresql, sqlite

from lms.kernel.database import UtcDateTime, upsert
from lms.notifications.models import Channel, Delivery, DeliveryState, Message
from lms.people.models import Person, ReachBy

Columns: TypeAlias = Select[*tuple[Any, ...]]
Adding: TypeAlias = "postgresql.Insert | sqlite.Insert"
DELIVERY = ("message_id", "channel", "state", "tries", "next_at", "sent_at", "error")
"""The columns of ``queued``."""


def as_preferred(next_at: datetime) -> Columns:
    """Deliveries over the one way that somebody has asked for, of those who do not look for themselves."""
    channel = type_coerce(Person.reach, Delivery.channel.type)
    reached = case((Person.reach == ReachBy.LETTER, Person.address != ""), else_=Person.phone != "")
    columns = _columns(channel, next_at, None)
    return columns.join(Person, Person.id == Message.person_id).where(Person.reach != ReachBy.APP, reached)


def queued(channel: Channel, next_at: datetime, *, sent_at: datetime | None = None) -> Columns:
    """Deliveries over a channel, for ``adding``; the caller says of which of ``Message``."""
    return _columns(literal(channel, Delivery.channel.type), next_at, sent_at)


def _columns(channel: ColumnElement[Channel], next_at: datetime, sent_at: datetime | None) -> Columns:
    state = DeliveryState.SENT if sent_at else DeliveryState.QUEUED
    return select(
        Message.id,
        channel,
        literal(state, Delivery.state.type),
        literal(0),
        literal(next_at, UtcDateTime()),
        literal(sent_at, UtcDateTime()),
        literal(""),
    )


def adding(*selected: Columns) -> Adding:
    """An ``INSERT`` of those deliveries that are not there yet."""
    rows = select(*union_all(*selected).subquery().c).where(literal(True))  # SQLite asks for the WHERE
    return upsert(Delivery).from_select(DELIVERY, rows).on_conflict_do_nothing()
