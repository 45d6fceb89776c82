"""Tables of changes of policy and of what follows from them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.keys import new_key
from lms.people.models import Audience


class ChangeState(StrEnum):
    """Where a change stands. Both clocks run from ``registered`` until ``finished``."""

    DRAFT = "draft"
    REGISTERED = "registered"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Severity(StrEnum):
    """What a difference asks of people: nothing, a notice to acknowledge, or something to learn."""

    EDITORIAL = "editorial"
    CLARIFYING = "clarifying"
    SUBSTANTIVE = "substantive"


class How(StrEnum):
    """How an item differs. *corrected* is our own mistake: the same day, another value."""

    NEW = "new"
    REWORDED = "reworded"
    REPEALED = "repealed"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class TaskState(StrEnum):
    """What became of a stale item; nothing else closes a task."""

    OPEN = "open"
    REVISED = "revised"
    CONFIRMED = "confirmed"
    RETIRED = "retired"


class Path(StrEnum):
    """How somebody learns of a change: what differs, a notice, or the whole course as it is now."""

    DELTA = "delta"
    NOTICE = "notice"
    COURSE = "course"


class Change(Base):
    """A change of policy. Day 0 is ``registered_on``."""

    __tablename__ = "rollouts_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Stands in addresses, in the names of its delta units, and in messages; never changes.
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    title: Mapped[str] = mapped_column(String(200))
    #: Id of the policy document that changes (or is new).
    document: Mapped[str] = mapped_column(String(80))
    #: GB/T 2260 code of the region in which it applies; ``000000`` is the nation.
    region: Mapped[str] = mapped_column(String(6))
    issued_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    state: Mapped[ChangeState] = mapped_column(enum_column(ChangeState), default=ChangeState.DRAFT)
    #: Counted up at every save; a form that knows an older one is refused.
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    created_at: Mapped[datetime]
    registered_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    registered_at: Mapped[datetime | None]
    registered_on: Mapped[date | None]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    approved_at: Mapped[datetime | None]
    #: The releases that were live before and after approval.
    release_before: Mapped[str | None] = mapped_column(ForeignKey("library_releases.id"))
    release_after: Mapped[str | None] = mapped_column(ForeignKey("library_releases.id"))
    #: Days for which the clocks stood still, pauses that have ended only.
    paused_days: Mapped[int] = mapped_column(default=0)
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("rollouts_changes.id"))
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "approved_by IS NULL OR approved_by <> registered_by", name="a_second_person_approves"
        ),
        Index("ix_rollouts_changes_document", "document", "state"),
    )


class ChangeItem(Base):
    """One typed difference, as it was when the change was registered."""

    __tablename__ = "rollouts_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("rollouts_changes.id"))
    position: Mapped[int]
    #: ``clause`` or ``parameter``, and its key.
    kind: Mapped[str] = mapped_column(String(20))
    item: Mapped[str] = mapped_column(String(160))
    #: Of a parameter's value: region code, person status, level of care. Empty for a clause.
    region: Mapped[str] = mapped_column(String(6), default="")
    status: Mapped[str] = mapped_column(String(20), default="")
    level: Mapped[str] = mapped_column(String(20), default="")
    #: First day on which the new words or value hold; empty when the source does not tell.
    since: Mapped[date | None]
    how: Mapped[How] = mapped_column(enum_column(How))
    old: Mapped[str] = mapped_column(Text)
    new: Mapped[str] = mapped_column(Text)
    proposed: Mapped[Severity] = mapped_column(enum_column(Severity))
    #: What a person decided; empty until then.
    severity: Mapped[Severity | None] = mapped_column(enum_column(Severity))
    reason: Mapped[str] = mapped_column(Text, default="")
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("change_id", "position"),)


class RefreshTask(Base):
    """A stale item of the library that somebody has to look at."""

    __tablename__ = "rollouts_tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    change_id: Mapped[int] = mapped_column(ForeignKey("rollouts_changes.id"))
    #: Kind and key of the item in the library: a page, a question …
    kind: Mapped[str] = mapped_column(String(20))
    item: Mapped[str] = mapped_column(String(160))
    #: Its edition when the task was opened; *revised* means that another one is live.
    edition: Mapped[str] = mapped_column(String(64))
    #: Why it is stale: rows of ``kind``, ``item`` and ``found``, the number written by hand or empty.
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    owner_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"), index=True)
    due_on: Mapped[date]
    state: Mapped[TaskState] = mapped_column(enum_column(TaskState), default=TaskState.OPEN)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    closed_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        UniqueConstraint("change_id", "kind", "item"),
        CheckConstraint("(state = 'open') = (closed_by IS NULL)", name="closed_by_name"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_at_a_time"),
        Index("ix_rollouts_tasks_due", "state", "due_on"),
    )


class Delivery(Base):
    """A change for one audience: with which course, and since when it is with the people."""

    __tablename__ = "rollouts_deliveries"

    change_id: Mapped[int] = mapped_column(ForeignKey("rollouts_changes.id"), primary_key=True)
    audience: Mapped[Audience] = mapped_column(enum_column(Audience), primary_key=True)
    #: The delta unit (a course of kind ``delta``) for those who passed an affected course; and the course
    #: for those who did not.
    unit: Mapped[str] = mapped_column(String(60))
    course: Mapped[str] = mapped_column(String(60), default="")
    #: When somebody approved the unit, and who; delivery waits for it and for the audience's materials.
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    approved_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class Recipient(Base):
    """A person whom a change concerns, and what they were given for it."""

    __tablename__ = "rollouts_recipients"

    change_id: Mapped[int] = mapped_column(ForeignKey("rollouts_changes.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"), primary_key=True)
    audience: Mapped[Audience] = mapped_column(enum_column(Audience))
    path: Mapped[Path] = mapped_column(enum_column(Path))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments_assignments.id"), index=True)
    added_at: Mapped[datetime]
    excused_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    excused_at: Mapped[datetime | None]
    excuse: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("ix_rollouts_recipients_person", "person_id", "change_id"),)


class Tally(Base):
    """How far a change has come with an audience, counted by a job: pages over many people read it."""

    __tablename__ = "rollouts_tallies"

    change_id: Mapped[int] = mapped_column(ForeignKey("rollouts_changes.id"), primary_key=True)
    audience: Mapped[Audience] = mapped_column(enum_column(Audience), primary_key=True)
    #: Whom the change concerns; before delivery as counted beforehand.
    concerned: Mapped[int]
    delivered: Mapped[int]
    opened: Mapped[int]
    done: Mapped[int]
    excused: Mapped[int]
    left: Mapped[int]
    late: Mapped[int]
    #: ISO 8601 day in China → how many were done on it.
    done_by_day: Mapped[dict[str, Any]]
    #: How it got to them, or is on its way → people; see ``recipients.way``.
    ways: Mapped[dict[str, Any] | None]
    counted_at: Mapped[datetime]
    #: Of those who are done: with a helper.
    assisted: Mapped[int] = mapped_column(server_default="0")


class Step(Base):
    """A rung of the escalation ladder that was taken. The unique key makes it happen once."""

    __tablename__ = "rollouts_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("rollouts_changes.id"))
    #: ``refresh`` (with ``+3`` behind it for tasks that were given three days more), or ``delivery`` (with
    #: ``:hr`` and the like for one audience); and the rung: ``person``, ``department-head``, ``head-of-hr``.
    clock: Mapped[str] = mapped_column(String(20))
    rung: Mapped[str] = mapped_column(String(20))
    taken_at: Mapped[datetime]
    #: How many people were told.
    told: Mapped[int]

    __table_args__ = (UniqueConstraint("change_id", "clock", "rung"),)


class Pause(Base):
    """A time during which the clocks of a change stand still, and why."""

    __tablename__ = "rollouts_pauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("rollouts_changes.id"), index=True)
    begun_on: Mapped[date]
    ended_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    paused_by: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
