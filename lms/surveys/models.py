"""Tables of surveys, who was asked, what was said, and what is proposed because of it.

What people said and who was asked have no common key where a survey is anonymous: decision 21.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.kernel.encryption import Encrypted
from lms.kernel.keys import new_key
from lms.people.models import Audience
from lms.surveys.rules import ProposalState, Source, SurveyKind, SurveyState

_ONCE = text("kind <> 'own' AND state IN ('open', 'closed')")


class Survey(Base):
    """A list of questions, to whom, and from when until when."""

    __tablename__ = "surveys_surveys"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    kind: Mapped[SurveyKind] = mapped_column(enum_column(SurveyKind))
    title: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(120), default="")
    #: ``2027-Q1``; empty of HR's own surveys.
    quarter: Mapped[str] = mapped_column(String(7), default="")
    #: What a rolling survey is about; otherwise empty.
    course: Mapped[str] = mapped_column(String(60), default="")
    anonymous: Mapped[bool]
    state: Mapped[SurveyState] = mapped_column(enum_column(SurveyState), default=SurveyState.DRAFT)
    opens_on: Mapped[date | None]
    #: The last day, in China; no answers are taken from the next midnight there.
    closes_on: Mapped[date | None]
    #: A ``campaigns.selection.Selection``; empty of rolling surveys.
    selection: Mapped[dict[str, Any]]
    #: ``courses.questionnaires.Question`` each. Never changed once it is open.
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    #: Counts the times it was saved.
    version: Mapped[int] = mapped_column(default=1)
    #: Empty when the clockwork opened it from a file.
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    #: Edition of the file that it was made from; empty when there was none.
    origin: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: How many responses there were when they were last put in another order.
    mixed: Mapped[int] = mapped_column(default=0)
    #: Of how many answers the published figures are; only of surveys whose figures come in steps.
    published: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        CheckConstraint("closes_on >= opens_on", name="closes_after_opening"),
        CheckConstraint("(state IN ('open', 'closed')) = (opened_at IS NOT NULL)", name="opened_once"),
        Index("ix_surveys_surveys_state", "state", "closes_on"),
        Index("uq_surveys_surveys_once", "kind", "quarter", "course", unique=True,
              sqlite_where=_ONCE, postgresql_where=_ONCE),
    )  # fmt: skip


class Invitation(Base):
    """Somebody who is asked, and whether they have answered; never what.

    Rows come only from a ``SELECT`` over persons and a survey that was opened, neither of which is ever
    deleted: foreign keys could not fail, and checking them would cost as much as writing the rows.
    """

    __tablename__ = "surveys_invitations"

    survey_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: As it was when they were asked: it decides which questions they see.
    audience: Mapped[Audience] = mapped_column(enum_column(Audience))
    answered: Mapped[bool] = mapped_column(default=False)
    invited_at: Mapped[datetime]
    reminded_on: Mapped[date | None]

    __table_args__ = (
        Index("ix_surveys_invitations_person_id", "person_id", "answered"),
        Index("ix_surveys_invitations_turnout", "survey_id", "audience", "answered"),
        {"sqlite_with_rowid": False},
    )


class Response(Base):
    """What one person chose. Of an anonymous survey neither who, nor where, nor when."""

    __tablename__ = "surveys_responses"

    #: Random, so that rows that stand in its order tell nothing.
    key: Mapped[str] = mapped_column(String(16), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys_surveys.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    audience: Mapped[Audience] = mapped_column(enum_column(Audience))
    region: Mapped[str | None] = mapped_column(String(6))
    #: Id of a question → list of what was chosen. What was written stands apart.
    answers: Mapped[dict[str, Any]]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(person_id IS NULL) = (answered_at IS NULL)", name="anonymous_or_dated"),
        {"sqlite_with_rowid": False},
    )


class Comment(Base):
    """What somebody wrote, by itself: not even what the same person chose stands beside it."""

    __tablename__ = "surveys_comments"

    key: Mapped[str] = mapped_column(String(16), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys_surveys.id"))
    question: Mapped[str] = mapped_column(String(40))
    audience: Mapped[Audience] = mapped_column(enum_column(Audience))
    text: Mapped[str] = mapped_column(Encrypted)
    #: Id of a topic of the library; empty when none fits.
    topic: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    #: Belongs to a step that is shown, and keeps its key; only of surveys whose figures come in steps.
    published: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index("ix_surveys_comments_topic", "survey_id", "topic", "question"),
        {"sqlite_with_rowid": False},
    )


class Tally(Base):
    """How often something was chosen. The value ``*`` counts who answered the question at all."""

    __tablename__ = "surveys_tallies"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys_surveys.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    audience: Mapped[Audience] = mapped_column(enum_column(Audience), primary_key=True)
    value: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int]
    #: What ``n`` was at the last step that is shown; only of surveys whose figures come in steps.
    published: Mapped[int] = mapped_column(default=0)


class Proposal(Base):
    """Content that is wanted, because people said so or got it wrong, and what became of it."""

    __tablename__ = "surveys_proposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    #: Id of a topic of the library; empty when none fits.
    topic: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(120))
    source: Mapped[Source] = mapped_column(enum_column(Source))
    #: Key of the survey; empty of other sources.
    source_key: Mapped[str] = mapped_column(String(60))
    #: The quarter in which it was raised.
    quarter: Mapped[str] = mapped_column(String(7), index=True)
    #: How many raised it.
    raised: Mapped[int]
    state: Mapped[ProposalState] = mapped_column(enum_column(ProposalState), default=ProposalState.OPEN)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    #: ``course`` or ``course/lesson`` that came of it.
    result: Mapped[str] = mapped_column(String(130), default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    created_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_surveys_proposals_source", "topic", "title", "source", "source_key", "quarter", unique=True
        ),
        CheckConstraint("(state IN ('done', 'declined')) = (settled_at IS NOT NULL)", name="settled_once"),
    )
