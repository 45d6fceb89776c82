"""Tables of training sent to a selection of people, of standing rules, and of cases for decision."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.keys import new_key


class CampaignState(StrEnum):
    """Where a campaign stands.

    ``queued`` goes out by itself and can be withdrawn until then. ``ended`` is a cycle that a later one of
    its rule has replaced.
    """

    DRAFT = "draft"
    QUEUED = "queued"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Outcome(StrEnum):
    """What a campaign meant for one person and course."""

    ASSIGNED = "assigned"
    HAS_IT = "has_it"
    DONE_LATELY = "done_lately"
    NOT_FOR_THEM = "not_for_them"
    EXCEPTION = "exception"


class Trigger(StrEnum):
    """Whom a standing rule reaches: who is hired from a day on, or whoever matches at any time."""

    JOINING = "joining"
    MATCHING = "matching"


class RuleState(StrEnum):
    """Whether a standing rule gives anything."""

    ON = "on"
    OFF = "off"


class Reason(StrEnum):
    """Why somebody decides over a person instead of the campaign.

    ``has_earlier`` and ``has_other_date``: they have the course open, due before or after the new date.
    """

    TOO_LITTLE_TIME = "too-little-time"
    HAS_EARLIER = "has-earlier"
    HAS_OTHER_DATE = "has-other-date"


class CaseState(StrEnum):
    """What was decided: *given* the new obligation or date, what is there *kept*, or *skipped*."""

    WAITING = "waiting"
    GIVEN = "given"
    KEPT = "kept"
    SKIPPED = "skipped"


class Rule(Base):
    """A standing rule. Each of its cycles is a campaign, which begins so many months after the anchor."""

    __tablename__ = "campaigns_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    #: Empty: named after its courses.
    title: Mapped[str] = mapped_column(String(120), default="")
    path: Mapped[str] = mapped_column(String(60), default="")
    courses: Mapped[list[str]] = mapped_column(JSON)
    selection: Mapped[dict[str, Any]]
    trigger: Mapped[Trigger] = mapped_column(enum_column(Trigger))
    #: Persons hired before this day are not touched; of joining rules only.
    hired_from: Mapped[date | None]
    due_days: Mapped[int]
    #: Months from one cycle to the next; empty: once.
    repeat_months: Mapped[int | None]
    #: Where cycles are counted from.
    anchor_on: Mapped[date]
    reminders: Mapped[list[int]] = mapped_column(JSON)
    state: Mapped[RuleState] = mapped_column(enum_column(RuleState), default=RuleState.OFF)
    #: Counted up at every save; a form that knows an older one is refused.
    version: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("due_days > 0", name="some_time_to_learn"),
        CheckConstraint("repeat_months > 0", name="cycles_go_forward"),
        CheckConstraint("trigger <> 'joining' OR hired_from IS NOT NULL", name="joins_from_a_day_on"),
    )


class Campaign(Base):
    """Training for a selection of people: drafted in steps, queued, sent; or one cycle of a rule."""

    __tablename__ = "campaigns_campaigns"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    title: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[CampaignState] = mapped_column(enum_column(CampaignState), default=CampaignState.DRAFT)
    #: A second training: who completed a course lately is given it all the same.
    again: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Id of a learning path; its courses stand in ``courses`` as they were when it was chosen.
    path: Mapped[str] = mapped_column(String(60), default="")
    courses: Mapped[list[str]] = mapped_column(JSON)
    selection: Mapped[dict[str, Any]]
    #: Whoever drafted it has said that everybody is meant.
    everybody: Mapped[bool] = mapped_column(default=False)
    #: Empty: as soon as it is sent.
    starts_on: Mapped[date | None]
    #: Either a day for all, or so many days after the start.
    due_on: Mapped[date | None]
    due_days: Mapped[int | None]
    #: Days relative to the due date on which the unfinished are reminded.
    reminders: Mapped[list[int]] = mapped_column(JSON)
    channels: Mapped[list[str]] = mapped_column(JSON)
    #: From and until, ``HH:MM`` in China; empty: no quiet hours.
    quiet: Mapped[list[str]] = mapped_column(JSON)
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns_rules.id"))
    #: First day of the cycle.
    cycle_on: Mapped[date | None]
    #: Counted up at every save; a form that knows an older one is refused.
    version: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    created_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    #: When it goes out by itself; can be withdrawn until then.
    goes_out_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    #: Outcome → number of people and courses when it was sent, and ``people`` who were given something.
    counts: Mapped[dict[str, Any]]

    __table_args__ = (
        UniqueConstraint("rule_id", "cycle_on"),
        Index("ix_campaigns_campaigns_state", "state", "goes_out_at"),
    )


class Target(Base):
    """A person whom a campaign selected, with one of its courses, why, and what became of it.

    ``course`` is empty of who is outside the audience of all of them. Rows come only from a ``SELECT`` over
    people for a campaign that is held, and from neither table is anything such a row names ever deleted:
    foreign keys could not fail here, and checking them would cost as much as writing the rows.
    """

    __tablename__ = "campaigns_people"

    campaign_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    course: Mapped[str] = mapped_column(String(60), primary_key=True)
    #: Codes of what selected the person, joined by semicolons.
    why: Mapped[str] = mapped_column(String(400))
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome))
    #: Of what they were given, or have open. A key, so that it is known before the assignment is there:
    #: an update of every row afterwards would cost as much as all the rest.
    assignment_key: Mapped[str | None] = mapped_column(String(16))
    added_at: Mapped[datetime]


class Case(Base):
    """Something about a person and a course that somebody decides: an exception of a campaign."""

    __tablename__ = "campaigns_exceptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns_campaigns.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    course: Mapped[str] = mapped_column(String(60))
    reason: Mapped[Reason] = mapped_column(enum_column(Reason))
    #: The date that the campaign would give.
    due_on: Mapped[date]
    #: The open assignment that is there already, and its date when the case was opened.
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments_assignments.id"))
    has_due_on: Mapped[date | None]
    state: Mapped[CaseState] = mapped_column(enum_column(CaseState), default=CaseState.WAITING)
    created_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id", "course"),
        Index("ix_campaigns_exceptions_state", "state", "id"),
    )


class Reminding(Base):
    """A list of very many people whom somebody wants reminded; a job does so, a portion at a time."""

    __tablename__ = "campaigns_remindings"

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    #: What the list is narrowed to, as ``reports.filters`` writes it, or the key of a campaign; and what the
    #: journal may say of that.
    filters: Mapped[dict[str, Any]]
    narrowed: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]
    #: People are gone through by id; everybody up to this one is dealt with.
    after_person: Mapped[int] = mapped_column(default=0)
    told: Mapped[int] = mapped_column(default=0)
    had_one: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_campaigns_remindings_waiting", "finished_at", "asked_at"),)


class Chase(Base):
    """When somebody was last chased about an assignment: they themselves, and whoever answers for them."""

    __tablename__ = "campaigns_chases"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments_assignments.id"), primary_key=True)
    reminded_on: Mapped[date | None]
    escalated_on: Mapped[date | None]
