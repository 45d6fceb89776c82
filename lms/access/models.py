"""Tables of accounts, of cards to sign in with, and of failed sign-ins."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.keys import new_key

_PRESENT = text("revoked_at IS NULL")
"""Whoever has a card has one: a new one revokes it."""


class Role(StrEnum):
    """What somebody may do besides their own training. ``lead`` is the head of HR."""

    LEARNER = "learner"
    HR = "hr"
    LEAD = "lead"
    ADMIN = "admin"


class Account(Base):
    """The way in for one person. The name to sign in with is the person's employee number."""

    __tablename__ = "access_accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"), unique=True)
    role: Mapped[Role] = mapped_column(enum_column(Role), default=Role.LEARNER)
    #: Argon2id hash.
    password_hash: Mapped[str] = mapped_column(String(200))
    #: True until the person has set a password of their own.
    must_change: Mapped[bool] = mapped_column(default=True)
    #: Every session carries it; a new one ends them all.
    stamp: Mapped[str] = mapped_column(String(24), default=lambda: new_key(20))
    #: Language chosen once, ``zh_Hans`` or ``en``; empty follows the browser.
    language: Mapped[str] = mapped_column(String(10), default="")
    signed_in_at: Mapped[datetime | None]


class Card(Base):
    """A printed card with which one person signs in. What stands on it is stored nowhere."""

    __tablename__ = "access_cards"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Names the card in sessions and in the journal; it opens nothing.
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"), index=True)
    #: Blind index of the code.
    code_index: Mapped[str] = mapped_column(String(64), unique=True)
    issued_by: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    issued_at: Mapped[datetime]
    #: The last day on which it opens anything.
    expires_on: Mapped[date]
    #: How often it may still be used; any number of times without one.
    uses_left: Mapped[int | None]
    uses: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    #: Wrong answers since it was issued, whatever was right between them.
    failures: Mapped[int] = mapped_column(default=0)
    #: Locked for good after too many of them.
    locked_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))

    __table_args__ = (
        Index("uq_access_cards_present", "person_id", unique=True, sqlite_where=_PRESENT,
              postgresql_where=_PRESENT),
    )  # fmt: skip


class Throttle(Base):
    """Failures in a row under one key: a name or a code that was signed in with, or an address."""

    __tablename__ = "access_throttles"

    #: Keyed hash; neither names nor codes nor addresses are stored.
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
