"""Tables of events, seats, and of what attending has counted for."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.keys import new_key
from lms.workshops.rules import Counts, EventKind, EventState, How, Level, SeatState


class Event(Base):
    """Something that takes place: where, when, for whom, and what attending it counts for."""

    __tablename__ = "workshops_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    kind: Mapped[EventKind] = mapped_column(enum_column(EventKind))
    title: Mapped[str] = mapped_column(String(120))
    about: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(200))
    #: GB/T 2260 code of the city where it is; empty when it does not matter.
    region: Mapped[str] = mapped_column(String(6), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    #: So many people may wait for a seat.
    waiting_most: Mapped[int] = mapped_column(default=0)
    #: Who may sign up by themselves, as ``campaigns.selection.Selection`` stores it; empty is nobody.
    selection: Mapped[dict[str, Any]]
    sign_up_until: Mapped[datetime]
    state: Mapped[EventState] = mapped_column(enum_column(EventState), default=EventState.DRAFT)
    #: What it is about; empty when no single course is.
    course: Mapped[str] = mapped_column(String(60), default="")
    counts: Mapped[Counts] = mapped_column(enum_column(Counts), default=Counts.NOTHING)
    #: So much somebody has to attend for it to count.
    least: Mapped[Level] = mapped_column(enum_column(Level), default=Level.FULL)
    #: Who holds it: a colleague, or the name of somebody from outside.
    host_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    host_name: Mapped[str] = mapped_column(String(80), default="")
    created_by: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    created_at: Mapped[datetime]
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    #: When its attendance was closed, and what it counts for was put on record.
    counted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="it_takes_time"),
        CheckConstraint("capacity > 0", name="it_has_seats"),
        CheckConstraint("(state = 'held') = (counted_at IS NOT NULL)", name="held_is_counted"),
        Index("ix_workshops_events_starts_at", "starts_at"),
    )

    @property
    def name_in_journal(self) -> str:
        """Its title; of a visit at home nothing: that may name somebody, and the journal never forgets."""
        return "" if self.kind is EventKind.HOME_VISIT else self.title


class Seat(Base):
    """How one person stands to one event. Who withdraws and comes back keeps the row."""

    __tablename__ = "workshops_seats"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("workshops_events.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"), index=True)
    state: Mapped[SeatState] = mapped_column(enum_column(SeatState))
    #: Orders those who wait: the smallest is next.
    line: Mapped[int] = mapped_column(default=0)
    #: How much they attended; empty until it is put on record.
    level: Mapped[Level | None] = mapped_column(enum_column(Level))
    checked_in_at: Mapped[datetime | None]
    how: Mapped[How | None] = mapped_column(enum_column(How))
    #: Who helped this person there.
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    note: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        CheckConstraint("helper_id <> person_id", name="somebody_else_helps"),
        Index("ix_workshops_seats_event_state", "event_id", "state", "line"),
    )


class Counted(Base):
    """An assignment for which attending an event has counted, as help or as the course itself."""

    __tablename__ = "workshops_counted"

    event_id: Mapped[int] = mapped_column(ForeignKey("workshops_events.id"), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(
        ForeignKey("assignments_assignments.id"), primary_key=True, index=True
    )
    counts: Mapped[Counts] = mapped_column(enum_column(Counts))
