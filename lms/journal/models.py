"""The journal's tables. The database itself refuses to change or remove a row of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, ForeignKey, Index, String, Table, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base


class Entry(Base):
    """Who did what to what, and when. Facts hold keys and counts, never names or contact data."""

    __tablename__ = "journal_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    #: The person who acted; empty for the platform itself.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people_persons.id"))
    #: Dotted past-tense name of the act, for example ``help.recorded``.
    act: Mapped[str] = mapped_column(String(60))
    #: Public key of what was acted on.
    subject: Mapped[str] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_journal_entries_subject", "subject"),)


class Seal(Base):
    """A sealed batch of entries: the hash of what they say and of the seal before. Never changed."""

    __tablename__ = "journal_seals"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The batch is every entry from here to there. Batches follow one another without a hole: a number that
    #: no entry has was given out to a transaction that did not happen, and is sealed as missing.
    first_id: Mapped[int] = mapped_column(unique=True)
    last_id: Mapped[int] = mapped_column(unique=True)
    count: Mapped[int]
    #: A line for each entry, its number and its own hash: they tell which entry was changed.
    leaves: Mapped[str] = mapped_column(Text)
    #: Hexadecimal SHA-256 of the seal before and of everything in this one.
    digest: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]


def refuse_changes(table: str) -> dict[str, tuple[str, ...]]:
    """Dialect → statements that make the database refuse ``UPDATE`` and ``DELETE`` on a table."""
    sqlite = tuple(
        f"CREATE TRIGGER {table}_no_{change} BEFORE {change} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for change in ("update", "delete")
    )
    function = (
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    trigger = (
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    )
    return {"sqlite": sqlite, "postgresql": (function, trigger)}


def _guard(table: Any) -> None:
    """Say so to the database whenever it is given this table; a function outlives its table."""
    assert isinstance(table, Table)  # noqa: S101 - tells the type checker what every model here has
    for dialect, statements in refuse_changes(table.name).items():
        for statement in statements:
            event.listen(table, "after_create", _ddl(statement, dialect))
    event.listen(table, "after_drop", _ddl(f"DROP FUNCTION IF EXISTS {table.name}_refuse()", "postgresql"))


def _ddl(statement: str, dialect: str) -> Any:
    return DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]


_guard(Entry.__table__)
_guard(Seal.__table__)
