"""The database itself refuses to change or remove a row of the journal."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Delete, Update

from lms.jobs.housekeeping import seal_journal
from lms.journal.models import Entry, Seal
from lms.journal.operations import record
from lms.kernel.database import db, is_postgresql, session, unit_of_work
from tests.support import application
from tests.support.installations import Installations

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CHANGES: dict[str, Update | Delete] = {
    "an entry changed": update(Entry).values(act="nothing.happened"),
    "an entry removed": delete(Entry),
    "a seal changed": update(Seal).values(digest="0"),
    "a seal removed": delete(Seal),
}
REFUSALS = {
    "sqlite": "SELECT name, lower(sql) FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, pg_get_triggerdef(tgrelid, true) || prosrc FROM pg_trigger "
    "JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal",
}
"""How to ask for what the database refuses."""


def write_and_seal() -> None:
    with unit_of_work():
        record("help.recorded", "K7", actor_id=None, at=AT)
    assert seal_journal(AT + timedelta(hours=1)) == 1


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_refused(database: Session, what: str) -> None:
    write_and_seal()
    with pytest.raises(DBAPIError, match="append-only"), unit_of_work():
        session().execute(CHANGES[what].execution_options(synchronize_session=False))
    assert session().scalars(select(Entry.act)).all() == ["help.recorded"]
    assert session().scalars(select(Seal.count)).all() == [1]


def test_the_tests_can_still_empty_the_tables(
    request: pytest.FixtureRequest, installations: Installations, database: Session
) -> None:
    write_and_seal()
    session().commit()
    installations.restored("postgresql" if is_postgresql() else "sqlite")
    assert session().scalars(select(Entry)).all() == []
    assert session().scalars(select(Seal)).all() == []


@pytest.fixture
def empty(app: Flask, tmp_path: Path) -> Iterator[Session]:
    """The session of an installation without a single table."""
    with app.app_context():
        if not is_postgresql():
            fresh = application.build(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path)
            with fresh.app_context():
                yield session()
                session().close()
                db.engine.dispose()
            return
        db.metadata.drop_all(db.engine)
        try:
            yield session()
        finally:
            session().close()
            with db.engine.begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
            db.metadata.create_all(db.engine)


def refusals(database: Session) -> list[tuple[str, str]]:
    """The triggers of the journal's tables."""
    database.rollback()
    asked = text(REFUSALS["postgresql" if is_postgresql() else "sqlite"])
    found = [(row[0], row[1]) for row in database.execute(asked)]
    return sorted(one for one in found if one[0].startswith("journal_"))


def test_migrations_lead_to_the_same_refusals_and_back(empty: Session) -> None:
    assert refusals(empty) == []
    db.metadata.create_all(db.engine)
    declared = refusals(empty)
    assert len(declared) == (2 if is_postgresql() else 4)
    empty.rollback()
    db.metadata.drop_all(db.engine)
    upgrade()
    assert refusals(empty) == declared
    empty.rollback()
    downgrade(revision="0001")
    assert refusals(empty) == []
