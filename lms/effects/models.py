"""Tables of marks by topic, of what was found a month after a due day, and of second trainings."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.keys import new_key
from lms.people.models import Audience


class Mark(Base):
    """What a paper came to in one topic. The topic is empty where the library knows none for its questions.

    Read off the paper once it is handed in, and again when something on it was marked anew.
    """

    __tablename__ = "effects_marks"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("quizzes_attempts.id"), primary_key=True)
    #: The topic that it belonged to when the paper was read.
    topic: Mapped[str] = mapped_column(String(60), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    quiz: Mapped[str] = mapped_column(String(60))
    #: Of the attempt in its series.
    number: Mapped[int]
    passed: Mapped[bool]
    handed_in_on: Mapped[date]
    #: ``2027-Q1``, of that day.
    quarter: Mapped[str] = mapped_column(String(7))
    asked: Mapped[int]
    right: Mapped[int]
    #: Id of the last correction that is counted in; 0 for none.
    remarked: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        Index("ix_effects_marks_quarter", "quarter", "topic", "person_id"),
        Index("ix_effects_marks_topic", "topic", "person_id", "attempt_id"),
        Index("ix_effects_marks_quiz", "quiz", "person_id", "attempt_id"),
    )


class Total(Base):
    """The marks of a quarter by topic and audience. The quiz is empty of all quizzes together.

    *First* counts of everybody the first paper for an obligation, *last* the latest paper.
    """

    __tablename__ = "effects_totals"

    quarter: Mapped[str] = mapped_column(String(7), primary_key=True)
    topic: Mapped[str] = mapped_column(String(60), primary_key=True)
    quiz: Mapped[str] = mapped_column(String(60), primary_key=True)
    audience: Mapped[Audience] = mapped_column(enum_column(Audience), primary_key=True)
    first_people: Mapped[int]
    first_asked: Mapped[int]
    first_right: Mapped[int]
    last_people: Mapped[int]
    last_asked: Mapped[int]
    last_right: Mapped[int]
    #: Who is still weak in it, as ``queries.people_weak_in`` says.
    weak: Mapped[int]
    counted_at: Mapped[datetime]


class Kind(StrEnum):
    """What had an effect."""

    COURSE = "course"
    ROLLOUT = "rollout"


class Effect(Base):
    """What a course or a change came to, as it was found a month after the last due day of a quarter."""

    __tablename__ = "effects_effects"

    kind: Mapped[Kind] = mapped_column(enum_column(Kind), primary_key=True)
    #: Id of the course, or key of the change.
    subject: Mapped[str] = mapped_column(String(60), primary_key=True)
    #: The quarter in which it was due.
    quarter: Mapped[str] = mapped_column(String(7), primary_key=True)
    due_on: Mapped[date]
    found_at: Mapped[datetime]
    #: As ``rules.CourseEffect`` and ``rules.RolloutEffect`` write them.
    figures: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_effects_effects_quarter", "quarter"),)


class Second(Base):
    """A second training for exactly those who were weak in a topic: the draft of a campaign, then that."""

    __tablename__ = "effects_seconds"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    topic: Mapped[str] = mapped_column(String(60))
    quarter: Mapped[str] = mapped_column(String(7))
    course: Mapped[str] = mapped_column(String(60))
    quiz: Mapped[str] = mapped_column(String(60))
    #: Key of the campaign; a draft may have been thrown away since.
    campaign: Mapped[str] = mapped_column(String(16))
    #: Who they were, and what their latest papers came to in the topic.
    people: Mapped[int]
    asked: Mapped[int]
    right: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("campaign"),
        Index("ix_effects_seconds_quarter", "quarter", "topic"),
    )
