"""Tables of the read model: what lists and numbers over many people are read from.

They repeat the ledger and are never the truth: whoever was touched since is in ``reports_touched``, put there
by the database itself, and ``projection`` works the rows of such people out anew.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, event, false, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column
from lms.people.models import Audience
from lms.reports import touching
from lms.reports.rules import SOON_DAYS, Level, Papers, State


class Touched(Base):
    """Somebody of whom a fact has changed that the read model repeats; a person may stand here many times."""

    __tablename__ = "reports_touched"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int]


class Line(Base):
    """An assignment of an active person, as the ledger tells it, with everything that lists narrow by.

    The marks say whether this row stands for its person where people are counted: of all rows, of the owed
    ones, of those in its state, of its papers, and of each of these within its course. Of several the one
    that is due first carries the mark.
    """

    __tablename__ = "reports_lines"

    assignment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int]
    number: Mapped[str] = mapped_column(String(40))
    department_id: Mapped[int]
    region: Mapped[str] = mapped_column(String(6))
    audience: Mapped[Audience] = mapped_column(enum_column(Audience))
    course: Mapped[str] = mapped_column(String(60))
    state: Mapped[State] = mapped_column(enum_column(State))
    papers: Mapped[Papers] = mapped_column(enum_column(Papers))
    #: Completed or excused.
    closed: Mapped[bool]
    due_on: Mapped[date]
    #: Of who waits for help: when the last paper was handed in.
    waits_since: Mapped[datetime | None]
    #: Days since the due date before it among what the person owes, ``WIDE`` at the most and for the first;
    #: empty of what is closed.
    gap: Mapped[int | None]
    of_all: Mapped[bool]
    of_owed: Mapped[bool]
    of_state: Mapped[bool]
    of_papers: Mapped[bool]
    of_course: Mapped[bool]
    of_course_owed: Mapped[bool]
    of_course_state: Mapped[bool]
    #: Completed with a helper.
    assisted: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (
        Index("ix_reports_lines_order", "closed", "due_on", "number", "assignment_id"),
        Index("ix_reports_lines_department", "department_id", "closed", "due_on", "number"),
        Index("ix_reports_lines_course", "course", "closed", "due_on", "number"),
        Index("ix_reports_lines_state", "state", "due_on", "number"),
        Index("ix_reports_lines_region", "region", "closed", "due_on", "number"),
        Index("ix_reports_lines_audience", "audience", "closed", "due_on", "number"),
        Index("ix_reports_lines_papers", "papers", "closed", "due_on", "number"),
        Index("ix_reports_lines_person", "person_id"),
        Index("ix_reports_lines_waiting", "waits_since", "assignment_id",
              sqlite_where=text("waits_since IS NOT NULL"), postgresql_where=text("waits_since IS NOT NULL")),
    )  # fmt: skip


class Profile(Base):
    """A person who has lines: what lists of people are searched and counted by."""

    __tablename__ = "reports_profiles"

    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    department_id: Mapped[int]
    region: Mapped[str] = mapped_column(String(6))
    audience: Mapped[Audience] = mapped_column(enum_column(Audience))
    #: Number and name in small letters.
    words: Mapped[str] = mapped_column(String(130))
    #: One letter a document, in the order of ``Projection.documents``; see ``profiles.LETTERS``.
    standings: Mapped[str] = mapped_column(Text)
    not_started: Mapped[int]
    learning: Mapped[int]
    in_quiz: Mapped[int]
    remedial: Mapped[int]
    waiting_for_help: Mapped[int]
    done: Mapped[int]
    excused: Mapped[int]


class Cell(Base):
    """How many lines are alike, at a level of detail; what a level does not tell apart is empty there.

    ``due_on`` is that of owed lines; of closed ones it is ``LAST_DAY``. ``soon_0`` … ``soon_7``: of
    so many of the owed lines the gap is wider than that many days.
    """

    __tablename__ = "reports_cells"

    level: Mapped[Level] = mapped_column(enum_column(Level), primary_key=True)
    department_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    course: Mapped[str] = mapped_column(String(60), primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    audience: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[State] = mapped_column(enum_column(State), primary_key=True)
    papers: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    n: Mapped[int]
    of_all: Mapped[int]
    of_owed: Mapped[int]
    of_state: Mapped[int]
    of_papers: Mapped[int]
    of_course: Mapped[int]
    of_course_owed: Mapped[int]
    of_course_state: Mapped[int]
    soon_0: Mapped[int]
    soon_1: Mapped[int]
    soon_2: Mapped[int]
    soon_3: Mapped[int]
    soon_4: Mapped[int]
    soon_5: Mapped[int]
    soon_6: Mapped[int]
    soon_7: Mapped[int]
    assisted: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        Index("ix_reports_cells_empty", "level", sqlite_where=text("n = 0"), postgresql_where=text("n = 0")),
    )


LAST_DAY = date(9999, 12, 31)
WIDE = SOON_DAYS + 1


class Projection(Base):
    """The one row that says how far the read model has come. Whoever carries it on holds this row."""

    __tablename__ = "reports_projection"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: When nobody was left to be worked out anew.
    current_at: Mapped[datetime | None]
    #: Documents in the order of ``Profile.standings``.
    documents: Mapped[list[str]] = mapped_column(JSON)
    #: What the standings rest on, besides people: the live release and the changes of policy …
    ground: Mapped[str] = mapped_column(String(64))
    #: … and what it comes to.
    definition: Mapped[str] = mapped_column(String(64))


class Reconciliation(Base):
    """One comparison of the ledger with what screens and exports say."""

    __tablename__ = "reports_reconciliations"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    #: Seconds it took.
    seconds: Mapped[int]
    #: How many assignments, lines and so on were compared.
    counted: Mapped[dict[str, Any]]
    #: What differed: rows of ``what``, ``where``, ``expected`` and ``found``.
    differences: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    #: Whether the read model was worked out anew after it.
    mended: Mapped[bool]


event.listen(Base.metadata, "after_create", touching.create)
event.listen(Base.metadata, "after_drop", touching.drop)
