"""The table of the clockwork: what was due when, and what became of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column


class OccurrenceState(StrEnum):
    """Where an occurrence stands. One that *waits* failed and will be tried again.

    A *skipped* one was taken out of the calendar before it was due, and is not run.
    """

    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class Occurrence(Base):
    """A job at an instant at which it was due. The unique key makes a second worker harmless."""

    __tablename__ = "jobs_occurrences"

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(60))
    due_at: Mapped[datetime]
    #: Started by somebody for an instant of their own; the calendar does not count it.
    by_hand: Mapped[bool] = mapped_column(default=False)
    state: Mapped[OccurrenceState] = mapped_column(enum_column(OccurrenceState))
    #: Who runs it, and until when others leave it alone: until the lease ends, or the pause before a new try.
    worker: Mapped[str] = mapped_column(String(60))
    leased_until: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=1)
    #: Of the latest try.
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    #: What the job reports to have changed, and the single things in it that failed.
    count: Mapped[int | None]
    failures: Mapped[int] = mapped_column(default=0)
    #: Type and place of the error that ended the latest try; never personal data.
    error: Mapped[str] = mapped_column(Text, default="")
    #: Why it was skipped, and by whom.
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))

    __table_args__ = (
        UniqueConstraint("job", "due_at", "by_hand"),
        Index("ix_jobs_occurrences_state", "state", "leased_until"),
        Index("ix_jobs_occurrences_begun", "job", "started_at"),
    )
