"""The journal's table."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base


class Entry(Base):
    """Who did what to what, and when. Facts hold keys and counts, never names or contact data."""

    __tablename__ = "journal_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    #: The person who acted; empty for the platform itself.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    #: Dotted past-tense name of the act, for example ``help.recorded``.
    act: Mapped[str] = mapped_column(String(60))
    #: Public key of what was acted on.
    subject: Mapped[str] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_journal_entries_subject", "subject"),)
