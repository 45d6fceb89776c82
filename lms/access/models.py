"""Tables of accounts and of failed sign-ins."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.keys import new_key


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


class Throttle(Base):
    """Failures in a row under one key: a name that was signed in with, or an address."""

    __tablename__ = "access_throttles"

    #: Keyed hash; neither names nor addresses are stored.
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
