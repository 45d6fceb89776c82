"""Tables of messages and of their way to people."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.keys import new_key
from lms.notifications.rules import Channel


class DeliveryState(StrEnum):
    """Where a delivery stands.

    ``dead`` is given up. ``skipped`` was not tried: its channel is off, or there is no address any more.
    """

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"
    SKIPPED = "skipped"


class Message(Base):
    """One message to one person about one thing. What it says is put into words at the edge."""

    __tablename__ = "notifications_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    #: Dotted name of the kind of message, for example ``change.to-learn``.
    topic: Mapped[str] = mapped_column(String(60))
    #: Public key of what it is about; a person gets one message of a topic about one subject.
    subject: Mapped[str] = mapped_column(String(80))
    #: Values that the words need: keys, dates as ISO 8601, counts. Never contact data.
    facts: Mapped[dict[str, Any]]
    #: Besides the inbox, over which channels it is meant to go, with commas between. Who lacks an address
    #: there has no delivery.
    channels: Mapped[str] = mapped_column(String(60), default="email", server_default="email")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("person_id", "topic", "subject"),
        Index("ix_notifications_messages_subject", "subject", "topic"),
        Index("ix_notifications_messages_created", "created_at", "topic"),
    )


class Delivery(Base):
    """A message on its way over one channel.

    Rows come only from a ``SELECT`` over messages, which are never deleted: a foreign key could not fail, and
    checking it would lock every message and cost as much as writing the rows.
    """

    __tablename__ = "notifications_deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int]
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    state: Mapped[DeliveryState] = mapped_column(enum_column(DeliveryState))
    tries: Mapped[int] = mapped_column(default=0)
    #: Not to be tried before; while a worker holds it, the end of its hold.
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    #: Code of the last refusal; empty when there was none.
    error: Mapped[str] = mapped_column(String(80), default="")

    __table_args__ = (
        UniqueConstraint("message_id", "channel"),
        Index("ix_notifications_deliveries_due", "state", "channel", "next_at"),
    )


__all__ = ["Channel", "Delivery", "DeliveryState", "Message"]
