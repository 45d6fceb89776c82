"""Tables of attempts and answers. A closed attempt never changes."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.keys import new_key


class AttemptState(StrEnum):
    """Where an attempt stands."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"


class Attempt(Base):
    """One paper in front of one person."""

    __tablename__ = "quizzes_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    #: What the attempt is made for; attempts of a series are counted together.
    series: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    quiz: Mapped[str] = mapped_column(String(60))
    release_id: Mapped[str] = mapped_column(ForeignKey("library_releases.id"))
    state: Mapped[AttemptState] = mapped_column(enum_column(AttemptState), default=AttemptState.OPEN)
    #: Least score that passes, copied when the paper was drawn.
    pass_line: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    #: The frozen paper as JSON: question editions, order of options, drawn numbers, parameter stamps.
    paper: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    #: Points earned of points asked; empty while open.
    earned: Mapped[int | None]
    points: Mapped[int]
    #: With whose help an answer of it was given, or it was handed in; empty of what somebody did alone.
    assistance_id: Mapped[int | None] = mapped_column(ForeignKey("assignments_assistances.id"))

    __table_args__ = (
        UniqueConstraint("series", "number"),
        # Everything that lists over many people ask of an attempt, so that they need not read the papers.
        Index("ix_quizzes_attempts_person", "person_id", "number", "state", "series"),
        # The first papers of a quiz, counted and read in the order of their ids.
        Index("ix_quizzes_attempts_quiz", "quiz", "number", "state", "id"),
        # The first papers of a quarter: everything its report counts.
        Index("ix_quizzes_attempts_first",
              "submitted_at", "person_id", "series", "state", "earned", "points", "pass_line",
              sqlite_where=text("number = 1 AND submitted_at IS NOT NULL"),
              postgresql_where=text("number = 1 AND submitted_at IS NOT NULL")),
        Index("uq_quizzes_attempts_open", "series", unique=True, sqlite_where=text("state = 'open'"),
              postgresql_where=text("state = 'open'")),
        CheckConstraint("(state = 'open') = (submitted_at IS NULL)", name="closed_has_time"),
        CheckConstraint("(state = 'open') = (earned IS NULL)", name="closed_has_score"),
    )  # fmt: skip


class Answer(Base):
    """The answer to one question of a paper: one row, counted up at each save."""

    __tablename__ = "quizzes_answers"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("quizzes_attempts.id"), primary_key=True)
    #: Place of the question on the paper, from 1.
    position: Mapped[int] = mapped_column(primary_key=True)
    #: Options as numbers of the text's order (``2`` or ``0,3``), ``unsure``, or the number typed.
    value: Mapped[str] = mapped_column(String(80))
    #: How often this answer has been saved; a save must know the last one.
    seq: Mapped[int]
    saved_at: Mapped[datetime]


class RegradePolicy(StrEnum):
    """What a corrected key does to answers given under the wrong one."""

    FULL_CREDIT = "full_credit"
    ACCEPT_BOTH = "accept_both"
    NEW_KEY = "new_key"
    WITHDRAW = "withdraw"


class Wrong(StrEnum):
    """What was wrong about a question that is marked anew: a number in it, or which options are right."""

    NUMBER = "number"
    KEY = "key"


class Regrade(Base):
    """A question of a closed attempt marked anew. The attempt itself stays as it was."""

    __tablename__ = "quizzes_regrades"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("quizzes_attempts.id"))
    position: Mapped[int]
    #: Public key of the correction that made it necessary.
    cause: Mapped[str] = mapped_column(String(16))
    wrong: Mapped[Wrong] = mapped_column(enum_column(Wrong), server_default=Wrong.NUMBER.value)
    policy: Mapped[RegradePolicy] = mapped_column(enum_column(RegradePolicy))
    #: Points for the question before and after, as an earlier correction left it: differences add up.
    earned_before: Mapped[int]
    earned_after: Mapped[int]
    #: What the question counted for before and after; 0 once it is withdrawn.
    points_before: Mapped[int]
    points_after: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("attempt_id", "position", "cause"),)


class PracticeAnswer(Base):
    """An unscored try at a question that was answered wrongly."""

    __tablename__ = "quizzes_practice_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("quizzes_attempts.id"))
    position: Mapped[int]
    value: Mapped[str] = mapped_column(String(80))
    right: Mapped[bool]
    at: Mapped[datetime]

    __table_args__ = (Index("ix_quizzes_practice_answers_attempt", "attempt_id", "position", "right"),)
