"""An installation with people in it is brought up to the tables of the staff import, and back."""

from pathlib import Path

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from lms.kernel.database import db
from tests.support import application

PEOPLE = (
    "INSERT INTO people_departments (id, key, name) VALUES (1, 'D1', '启衡科技')",
    (
        "INSERT INTO people_persons"
        " (id, key, number, name, audience, status, region, department_id, hired_on, email, state) VALUES"
        " (1, 'P1', 'Q1', '林晓', 'employee', 'in_service', '110000', 1, '2026-11-16', '', 'active')"
    ),
    "UPDATE people_departments SET head_id = 1",
)


def seen(application_: Flask) -> list[tuple[object, ...]]:
    with application_.app_context(), db.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT number, d.name FROM people_persons JOIN people_departments d ON d.head_id = 1")
        )
        return [tuple(row) for row in rows]


def test_people_survive_the_new_columns_and_their_removal(tmp_path: Path) -> None:
    fresh = application.build(f"sqlite:///{tmp_path / 'released.db'}", tmp_path)
    with fresh.app_context():
        upgrade(revision="0002")
        with db.engine.begin() as connection:
            for statement in PEOPLE:
                connection.execute(text(statement))
        upgrade(revision="0003")
        assert seen(fresh) == [("Q1", "启衡科技")]
        downgrade(revision="0002")
        assert seen(fresh) == [("Q1", "启衡科技")]
        db.engine.dispose()
