"""How the database itself notes whose lines have to be worked out anew, while a fact is being changed.

A note is a row of its own: nothing is looked up, nobody waits for anybody, and a note that is written while
another one of the same person is being worked off is not lost.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

_SERIES = "SELECT person_id FROM assignments_assignments WHERE id = {row}.assignment_id"
_FIRST = (
    "SELECT {row}.person_id WHERE NOT EXISTS (SELECT 1 FROM {table} AS earlier WHERE"
    " earlier.person_id = {row}.person_id AND earlier.course = {row}.course AND earlier.id < {row}.id)"
)
_OWN = "SELECT {row}.person_id"
ON_INSERT: Mapping[str, str] = {
    "assignments_assignments": _OWN,
    "assignments_completions": _SERIES,
    "assignments_helps": _SERIES,
    "quizzes_attempts": _OWN,
    "courses_page_reads": _FIRST,
    "courses_check_answers": _FIRST,
    "rollouts_recipients": _OWN,
}
"""Table → whose lines a new row of it changes. Of evidence of reading only the first of a course does."""
ON_UPDATE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "assignments_assignments": (
        _OWN,
        ("person_id", "course", "due_on", "excused_at"),
    ),
    "quizzes_attempts": (_OWN, ("state",)),
    "rollouts_recipients": (_OWN, ("audience", "assignment_id", "path")),
    "people_persons": (
        "SELECT {row}.id",
        ("number", "name", "department_id", "region", "audience", "state"),
    ),
}
"""Table → whose lines a change of these columns changes."""
ON_DELETE: Mapping[str, str] = {"assignments_assignments": _OWN}
_INTO = "INSERT INTO reports_touched (person_id) "
_MANY = "SELECT found.person_id FROM fresh CROSS JOIN LATERAL ({rows}) AS found (person_id)"


def sqlite() -> list[str]:
    """Statements that make SQLite keep the notes."""
    made = []
    for table, who in ON_INSERT.items():
        made.append(_row_trigger(table, "insert", "INSERT", _INTO + who.format(row="NEW", table=table)))
    for table, (who, columns) in ON_UPDATE.items():
        changed = " OR ".join(f"OLD.{one} IS NOT NEW.{one}" for one in columns)
        kind = f"UPDATE OF {', '.join(columns)}"
        made.append(_row_trigger(table, "update", kind, _INTO + who.format(row="NEW"), f"WHEN {changed} "))
    for table, who in ON_DELETE.items():
        made.append(_row_trigger(table, "delete", "DELETE", _INTO + who.format(row="OLD")))
    return made


def _row_trigger(table: str, name: str, kind: str, act: str, when: str = "") -> str:
    return (
        f"CREATE TRIGGER IF NOT EXISTS {table}_touch_{name} AFTER {kind} ON {table} "
        f"FOR EACH ROW {when}BEGIN {act}; END"
    )


def postgresql() -> list[str]:
    """Statements that make PostgreSQL keep the notes; of many rows put in at once it does so once."""
    made = []
    for table, who in ON_INSERT.items():
        rows = who.format(row="fresh", table=table)
        many = _INTO + _MANY.format(rows=rows)
        made.append(_function(table, "insert", many))
        made.append(
            f"CREATE OR REPLACE TRIGGER {table}_touch_insert AFTER INSERT ON {table} REFERENCING NEW TABLE "
            f"AS fresh FOR EACH STATEMENT EXECUTE FUNCTION {table}_touch_insert()"
        )
    for table, (who, columns) in ON_UPDATE.items():
        changed = " OR ".join(f"OLD.{one} IS DISTINCT FROM NEW.{one}" for one in columns)
        made.append(_function(table, "update", _INTO + who.format(row="NEW")))
        made.append(
            f"CREATE OR REPLACE TRIGGER {table}_touch_update AFTER UPDATE OF {', '.join(columns)} ON {table} "
            f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {table}_touch_update()"
        )
    for table, who in ON_DELETE.items():
        made.append(_function(table, "delete", _INTO + who.format(row="OLD")))
        made.append(
            f"CREATE OR REPLACE TRIGGER {table}_touch_delete AFTER DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_touch_delete()"
        )
    return made


def _function(table: str, name: str, act: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {table}_touch_{name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {act}; RETURN NULL; END $$"
    )


def names() -> list[str]:
    """Names of all triggers, and of the functions that they call on PostgreSQL."""
    several = (("insert", ON_INSERT), ("update", ON_UPDATE), ("delete", ON_DELETE))
    return [f"{table}_touch_{kind}" for kind, tables in several for table in tables]


def create(_target: Any, connection: Connection, **_: Any) -> None:
    """Make the triggers when the tables are made."""
    for statement in postgresql() if connection.dialect.name == "postgresql" else sqlite():
        connection.execute(text(statement))


def drop(_target: Any, connection: Connection, **_: Any) -> None:
    """Functions outlive their tables."""
    if connection.dialect.name == "postgresql":
        for name in names():
            connection.execute(text(f"DROP FUNCTION IF EXISTS {name}()"))
