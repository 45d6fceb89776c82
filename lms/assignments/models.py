"""Tables of obligations and of what became of them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.keys import new_key


class Cause(StrEnum):
    """Why somebody was assigned a course."""

    ONBOARDING = "onboarding"
    BY_HAND = "by_hand"
    ROLLOUT = "rollout"
    RULE = "rule"
    SECOND = "second"


class AdjustmentKind(StrEnum):
    """What was asked for: a later date, or to be let off."""

    EXTENSION = "extension"
    EXCUSE = "excuse"


class AdjustmentState(StrEnum):
    """What somebody else decided."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"


class HelpKind(StrEnum):
    """How a person helped."""

    ONE_TO_ONE = "one_to_one"
    WORKSHOP = "workshop"
    PHONE = "phone"
    VISIT = "visit"


class Consent(StrEnum):
    """How somebody agreed to be helped."""

    SPOKEN = "spoken"
    WRITTEN = "written"


class AssistanceResult(StrEnum):
    """How learning with a helper ended; ``LAPSED`` when nobody put it on record in time."""

    FINISHED = "finished"
    NOT_YET = "not_yet"
    CALL_BACK = "call_back"
    LAPSED = "lapsed"


class Assignment(Base):
    """A person's obligation to take a course. A new cycle is a new row."""

    __tablename__ = "assignments_assignments"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Names the series of quiz attempts made for this assignment.
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    course: Mapped[str] = mapped_column(String(60))
    cycle: Mapped[int] = mapped_column(default=1)
    cause: Mapped[Cause] = mapped_column(enum_column(Cause))
    assigned_on: Mapped[date]
    #: The last day, in China; the obligation is overdue from the next midnight there.
    due_on: Mapped[date]
    #: Since when it is no longer owed, completed or not.
    excused_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("person_id", "course", "cycle"),
        Index("ix_assignments_assignments_course_due", "course", "due_on"),
    )


class Completion(Base):
    """An assignment fulfilled, with the certificate for it. Written once.

    It names the attempt that passed, or, for a course without a quiz, the release that was acknowledged.
    """

    __tablename__ = "assignments_completions"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments_assignments.id"), primary_key=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("quizzes_attempts.id"), unique=True)
    release_id: Mapped[str | None] = mapped_column(ForeignKey("library_releases.id"))
    completed_at: Mapped[datetime]
    #: Number by which anybody can verify the certificate.
    certificate: Mapped[str] = mapped_column(String(20), unique=True)
    #: With whose help it was done; empty of what somebody did alone.
    assistance_id: Mapped[int | None] = mapped_column(ForeignKey("assignments_assistances.id"))

    __table_args__ = (
        CheckConstraint("(attempt_id IS NULL) <> (release_id IS NULL)", name="tested_or_acknowledged"),
    )


class Help(Base):
    """A person helped a learner after failed papers; a new paper then opens."""

    __tablename__ = "assignments_helps"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments_assignments.id"))
    #: Number of the failed attempt that made the help necessary.
    after_attempt: Mapped[int]
    helper_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    kind: Mapped[HelpKind] = mapped_column(enum_column(HelpKind))
    helped_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("assignment_id", "after_attempt"),)


class Assistance(Base):
    """Learning with a helper, who reads out and types for the person: by phone, at home, at a workshop.

    At most one of a person is open at a time.
    """

    __tablename__ = "assignments_assistances"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Stands in the addresses of the pages that the helper sees meanwhile.
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"), index=True)
    helper_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"), index=True)
    kind: Mapped[HelpKind] = mapped_column(enum_column(HelpKind))
    consent: Mapped[Consent] = mapped_column(enum_column(Consent))
    consent_at: Mapped[datetime]
    #: A member of the family who sat beside; empty when nobody did.
    family_name: Mapped[str] = mapped_column(String(80))
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[AssistanceResult | None] = mapped_column(enum_column(AssistanceResult))
    #: How long it took, as the helper says; empty of what lapsed.
    minutes: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        Index("uq_assignments_assistances_open", "person_id", unique=True,
              sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("helper_id <> person_id", name="somebody_else_helps"),
        CheckConstraint("(ended_at IS NULL) = (result IS NULL)", name="an_end_has_a_result"),
    )  # fmt: skip


class Adjustment(Base):
    """A later date or an excuse for one assignment, asked for with a reason and decided by somebody else."""

    __tablename__ = "assignments_adjustments"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments_assignments.id"), index=True)
    kind: Mapped[AdjustmentKind] = mapped_column(enum_column(AdjustmentKind))
    #: The date asked for; of extensions only.
    due_on: Mapped[date | None]
    #: The date that held when it was asked for.
    was_due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    requested_at: Mapped[datetime]
    state: Mapped[AdjustmentState] = mapped_column(
        enum_column(AdjustmentState), default=AdjustmentState.WAITING, index=True
    )
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        CheckConstraint("decided_by <> requested_by", name="somebody_else_decides"),
        CheckConstraint("(kind = 'extension') = (due_on IS NOT NULL)", name="an_extension_has_a_date"),
    )
