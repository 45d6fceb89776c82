"""Tables of what was found out about questions. Written in the background; pages only read them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.keys import new_key
from lms.quizzes.models import RegradePolicy


class AnalysedQuiz(Base):
    """A quiz as its first papers show it: of everybody the first one for each obligation."""

    __tablename__ = "item_analysis_quizzes"

    quiz: Mapped[str] = mapped_column(String(60), primary_key=True)
    #: Papers that were analysed: the latest ones, of so many that there were.
    papers: Mapped[int]
    counted: Mapped[int]
    passed: Mapped[int]
    #: Mean and standard deviation of the scores, out of 100.
    mean: Mapped[float]
    deviation: Mapped[float]
    #: Reliability of a paper as it is drawn now; empty where too little is known.
    kr20: Mapped[float | None]
    alpha: Mapped[float | None]
    #: ``length`` of a paper, ``items``, ``pairs`` of them and ``known`` pairs, ``scores`` by tens.
    detail: Mapped[dict[str, Any]]
    analysed_at: Mapped[datetime]


class AnalysedItem(Base):
    """An edition of a question; another edition starts anew."""

    __tablename__ = "item_analysis_items"

    edition: Mapped[str] = mapped_column(String(64), primary_key=True)
    question: Mapped[str] = mapped_column(String(160))
    quiz: Mapped[str] = mapped_column(String(60))
    n: Mapped[int]
    right: Mapped[int]
    group: Mapped[int]
    discrimination: Mapped[float]
    #: Correlation with the score of the paper, and with the rest of it.
    total: Mapped[float | None]
    rest: Mapped[float | None]
    #: Code of what is wrong with it; empty when nothing is.
    concern: Mapped[str] = mapped_column(String(20))
    #: ``answers``, ``fifths`` and ``months``.
    detail: Mapped[dict[str, Any]]

    __table_args__ = (
        Index("ix_item_analysis_items_quiz", "quiz"),
        Index("ix_item_analysis_items_question", "question"),
    )


class ItemAlarm(Base):
    """A question that far fewer people answer rightly since a change of policy."""

    __tablename__ = "item_analysis_alarms"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    question: Mapped[str] = mapped_column(String(160))
    quiz: Mapped[str] = mapped_column(String(60))
    change_id: Mapped[int] = mapped_column(ForeignKey("rollouts_changes.id"))
    before_n: Mapped[int]
    before_right: Mapped[int]
    after_n: Mapped[int]
    after_right: Mapped[int]
    raised_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    #: What was found when somebody looked at it.
    note: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        UniqueConstraint("question", "change_id"),
        Index("ix_item_analysis_alarms_settled", "settled_at"),
    )


class KeyCorrection(Base):
    """A key that was wrong: papers with that edition are marked anew under the public key of this row."""

    __tablename__ = "item_analysis_key_corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    question: Mapped[str] = mapped_column(String(160))
    #: The edition that was wrong, and the one that said so.
    edition: Mapped[str] = mapped_column(ForeignKey("library_editions.sha256"))
    corrected: Mapped[str] = mapped_column(ForeignKey("library_editions.sha256"))
    #: Options of the wrong edition that are right, as an answer is stored; empty: none of them.
    right: Mapped[str] = mapped_column(String(80))
    policy: Mapped[RegradePolicy] = mapped_column(enum_column(RegradePolicy))
    author_id: Mapped[int] = mapped_column(ForeignKey("people_persons.id"))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("edition", "right"),)
