"""Reads over messages: one person's inbox, and how far a message has come with everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.notifications.models import Channel, Delivery, DeliveryState, Message
from lms.people.models import Person

MOST_SHOWN = 200
"""So many messages an inbox shows; the unread ones come first."""


@dataclass(frozen=True)
class Item:
    """A message in somebody's inbox."""

    key: str
    topic: str
    facts: Mapping[str, Any]
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class Sending:
    """How a message got to one person over one channel: their id and employee number, and the rest.

    ``error`` is the code of the last refusal.
    """

    person_id: int
    number: str
    topic: str
    channel: Channel
    state: DeliveryState
    tries: int
    sent_at: datetime | None
    read_at: datetime | None
    error: str


_ITEM = (Message.key, Message.topic, Message.facts, Message.created_at, Message.read_at)


def inbox(person_id: int) -> list[Item]:
    """The newest messages of a person, those not read first."""
    rows = session().execute(
        select(*_ITEM)
        .where(Message.person_id == person_id)
        .order_by(Message.read_at.is_not(None), Message.created_at.desc(), Message.id.desc())
        .limit(MOST_SHOWN)
    )
    return [Item(*row) for row in rows]


def message(person_id: int, key: str) -> Item:
    """One message of a person. Raises ``NotFound``, for other people's messages too."""
    owned = select(*_ITEM).where(Message.person_id == person_id, Message.key == key)
    row = session().execute(owned).one_or_none()
    if row is None:
        raise NotFound(kind="message", key=key)
    return Item(*row)


def unread_count(person_id: int) -> int:
    """How many messages a person has not read."""
    unread = select(func.count()).where(Message.person_id == person_id, Message.read_at.is_(None))
    return session().scalar(unread) or 0


def is_about(subject: str) -> ColumnElement[bool]:
    """True of messages about a subject, which may go on behind a colon or a slash."""
    return or_(
        Message.subject == subject,
        Message.subject.startswith(f"{subject}:", autoescape=True),
        Message.subject.startswith(f"{subject}/", autoescape=True),
    )


def sendings(subject: str) -> Sequence[Sending]:
    """Every delivery of the messages about a subject, person by person in the order of posting.

    A subject that goes on behind a colon or a slash is about the same (a reminder, a regrade).
    """
    columns = (
        Message.person_id,
        Person.number,
        Message.topic,
        Delivery.channel,
        Delivery.state,
        Delivery.tries,
        Delivery.sent_at,
        Message.read_at,
        Delivery.error,
    )
    found = (
        select(*columns)
        .join(Delivery, Delivery.message_id == Message.id)
        .join(Person, Person.id == Message.person_id)
        .where(is_about(subject))
    )
    return [Sending(*row) for row in session().execute(found.order_by(Message.id, Delivery.id))]
