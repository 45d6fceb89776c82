"""Migrations lead from nothing to exactly the tables of the program, and back, on both engines."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, Engine, inspect, select, text
from sqlalchemy.orm import Session

from lms.campaigns.models import Rule, RuleState, Trigger
from lms.campaigns.selection import Selection
from lms.kernel.database import db
from lms.kernel.settings import ROOT
from lms.tables import METADATA
from tests.support import application


@pytest.fixture
def empty(app: Flask, tmp_path: Path) -> Iterator[Engine]:
    """The engine of an installation without a single table, inside its application context."""
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "sqlite":
            fresh = application.build(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path)
            with fresh.app_context():
                yield db.engine
                db.engine.dispose()
            return
        db.metadata.drop_all(engine)
        try:
            yield engine
        finally:
            with engine.begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
            db.metadata.create_all(engine)


def differences(engine: Engine) -> list[object]:
    """What a new migration would still have to do."""
    with engine.connect() as connection:
        postgresql = engine.dialect.name == "postgresql"
        options = {"compare_type": True, "compare_server_default": postgresql}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), METADATA))


def checks(engine: Engine) -> set[tuple[str, str]]:
    """Table and name of every check constraint, which Alembic does not compare."""
    found = inspect(engine)
    return {
        (table, str(check["name"]))
        for table in METADATA.tables
        for check in found.get_check_constraints(table)
    }


def triggers(engine: Engine) -> set[str]:
    """Names of the triggers of every table, which Alembic does not compare either."""
    found = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with engine.connect() as connection:
        return set(connection.execute(text(found[engine.dialect.name])).scalars())


def test_upgrading_from_nothing_gives_the_triggers_of_the_program(empty: Engine) -> None:
    upgrade()
    migrated = triggers(empty)
    downgrade(revision="base")
    db.metadata.create_all(empty)
    assert migrated
    assert migrated == triggers(empty)


def test_upgrading_from_nothing_gives_the_tables_of_the_program(empty: Engine) -> None:
    upgrade()
    assert differences(empty) == []
    assert checks(empty) == {
        (table.name, str(one.name))
        for table in METADATA.tables.values()
        for one in table.constraints
        if isinstance(one, CheckConstraint)
    }


def test_upgrading_again_changes_nothing(empty: Engine) -> None:
    upgrade()
    upgrade()
    assert differences(empty) == []


def test_downgrading_leaves_nothing_behind(empty: Engine) -> None:
    upgrade()
    downgrade(revision="base")
    assert set(inspect(empty).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert differences(empty) == []


def test_rules_for_new_hires_become_standing_rules(empty: Engine) -> None:
    upgrade(revision="0003")
    with empty.begin() as connection:
        connection.execute(
            text("INSERT INTO assignments_hiring_rules (course, hired_from, due_days) VALUES (:c, :d, 14)"),
            {"c": "onboarding", "d": "2026-11-01"},
        )
    upgrade()
    with Session(empty) as database:
        rule = database.scalars(select(Rule)).one()
    assert (rule.courses, rule.hired_from, rule.due_days) == (["onboarding"], date(2026, 11, 1), 14)
    assert (rule.trigger, rule.state, rule.anchor_on) == (Trigger.JOINING, RuleState.ON, date(2026, 11, 1))
    assert Selection.from_json(rule.selection).audiences == {"employee", "hr", "retiree"}


def test_there_is_one_line_of_migrations() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
