"""The program on a database of each engine, built once per test process and emptied between tests."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event

from lms.kernel.database import Base, db
from tests.support import application
from tests.support.client import FreshContextClient
from tests.support.databases import Database, PostgresDatabase, SqliteDatabase


@dataclass(frozen=True)
class Installation:
    """The program and the database that it works on."""

    app: Flask
    database: Database

    def close(self) -> None:
        with self.app.app_context():
            db.engine.dispose()
        self.database.close()


class Installations:
    """Installations of one test process; each is made when a test first asks for it."""

    def __init__(self, folder: Path, worker: str, *, templates: Path) -> None:
        """*templates* is where compiled templates are kept for all processes of one run."""
        self._folder = folder
        self._worker = worker
        templates.mkdir(exist_ok=True)
        self._templates = FileSystemBytecodeCache(str(templates))
        self._made: dict[str, Installation] = {}

    def restored(self, engine: str) -> Installation:
        """The installation on *engine*, its database empty."""
        if engine not in self._made:
            self._made[engine] = self._make(engine)
        found = self._made[engine]
        found.database.restore()
        return found

    def demo(self) -> Installation:
        """An installation on SQLite that holds the library and the demo company, as after the first start."""
        if "demo" not in self._made:
            made = self._make("demo", demo=True)
            application.fill(made.app)
            made.database.keep()
            self._made["demo"] = made
        found = self._made["demo"]
        found.database.restore()
        return found

    def close(self) -> None:
        for installation in self._made.values():
            installation.close()

    def _make(self, name: str, *, demo: bool = False) -> Installation:
        folder = self._folder / name
        folder.mkdir()
        database: Database
        if name == "postgresql":
            database = PostgresDatabase(f"xuanguan_test_{self._worker}", Base.metadata)
        else:
            database = SqliteDatabase(folder / "xuanguan.db")
        app = application.build(database.url, folder, demo=demo)
        app.test_client_class = FreshContextClient
        app.jinja_env.bytecode_cache = self._templates
        with app.app_context():
            event.listen(db.engine, "connect", _trade_durability_for_speed)
            Base.metadata.create_all(db.engine)
        database.keep()
        return Installation(app, database)


def _trade_durability_for_speed(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")
