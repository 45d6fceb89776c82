"""The table of reports. The database itself refuses to change or remove an edition that is signed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column, table_of
from lms.kernel.keys import new_key


class ReportState(StrEnum):
    """Where an edition stands; one that is signed never changes."""

    DRAFT = "draft"
    SIGNED = "signed"


class Report(Base):
    """An edition of the report of a quarter. A correction is a new one; a quarter has one draft at most."""

    __tablename__ = "quarterly_reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    #: As ``2026-Q4``.
    quarter: Mapped[str] = mapped_column(String(7))
    edition: Mapped[int]
    state: Mapped[ReportState] = mapped_column(enum_column(ReportState), default=ReportState.DRAFT)
    #: ``shapes.Figures`` as JSON.
    figures: Mapped[dict[str, Any]]
    #: What somebody wrote in place of the words that the numbers give; empty, and ``None``, while nobody did.
    sentence: Mapped[str] = mapped_column(Text, default="")
    next_steps: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    #: Language → ``shapes.Wording``, as it was signed.
    words: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    #: Why there is another edition; empty for the first one.
    reason: Mapped[str] = mapped_column(Text, default="")
    drafted_at: Mapped[datetime]
    data_until: Mapped[datetime]
    due_on: Mapped[date]
    #: Since when newer numbers are waited for.
    wanted_at: Mapped[datetime | None]
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    signed_at: Mapped[datetime | None]
    #: Of what was signed, see ``rules.digest``.
    sha256: Mapped[str] = mapped_column(String(64), default="")

    __table_args__ = (
        UniqueConstraint("quarter", "edition"),
        Index("uq_quarterly_reports_draft", "quarter", unique=True,
              sqlite_where=text("state = 'draft'"), postgresql_where=text("state = 'draft'")),
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_at_an_instant"),
        CheckConstraint("(state = 'signed') = (words IS NOT NULL)", name="signed_in_words"),
    )  # fmt: skip


_REFUSAL = "a signed report does not change"
FREEZING: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER quarterly_reports_frozen_{change} BEFORE {change} ON quarterly_reports "
        f"WHEN OLD.state = 'signed' BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for change in ("update", "delete")
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION quarterly_reports_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
        ),
        (
            "CREATE TRIGGER quarterly_reports_frozen BEFORE UPDATE OR DELETE ON quarterly_reports "
            "FOR EACH ROW WHEN (OLD.state = 'signed') EXECUTE FUNCTION quarterly_reports_refuse()"
        ),
    ),
}
"""Dialect → statements that make the database refuse it."""


def _told(when: str, statement: str, dialect: str) -> None:
    ddl: Any = DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
    event.listen(table_of(Report), when, ddl)


for _dialect, _statements in FREEZING.items():
    for _statement in _statements:
        _told("after_create", _statement, _dialect)
_told("after_drop", "DROP FUNCTION IF EXISTS quarterly_reports_refuse()", "postgresql")
