"""Databases of both engines, put back to a kept state in milliseconds, with real commits in between.

Rolling back one outer transaction would be no slower to write, but then no test would ever commit:
deferred constraints, compare-and-set from two connections and the live server would go untested.
"""

import os
import sqlite3
import time
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from sqlalchemy import MetaData

from tests.support.postgres import PostgresServer

LOCK_SECONDS = 10
SWEPT_EVERY = 100
"""After so many tests the deleted rows are swept out, which nobody else does: ``autovacuum`` is off."""
GIVEN_SERVER = os.environ.get("TEST_DATABASE_URL", "")
"""Any database of a PostgreSQL server that lets the tests create databases of their own beside it."""


class Database(Protocol):
    """One database that belongs to one test process."""

    url: str

    def keep(self) -> None:
        """Make the present contents the state that ``restore`` goes back to."""

    def restore(self) -> None:
        """Go back to the kept state."""

    def close(self) -> None:
        """Remove the database."""


class SqliteDatabase:
    """A file; the kept state is a copy in memory."""

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self._path = path
        self._kept = sqlite3.connect(":memory:")

    def keep(self) -> None:
        present = sqlite3.connect(self._path)
        present.backup(self._kept)
        present.close()

    def restore(self) -> None:
        give_up_at = time.monotonic() + LOCK_SECONDS

        def progress(status: int, remaining: int, total: int) -> None:
            if remaining and time.monotonic() > give_up_at:
                raise TimeoutError(f"a transaction was left open on {self._path}")

        present = sqlite3.connect(self._path)
        present.execute("PRAGMA synchronous = OFF")
        self._kept.backup(present, progress=progress, sleep=0.05)
        present.close()

    def close(self) -> None:
        self._kept.close()


class PostgresDatabase:
    """A database of its own on a server; the kept state is always *empty*."""

    def __init__(self, name: str, metadata: MetaData) -> None:
        self._server = None if GIVEN_SERVER else PostgresServer()
        self._name = name
        self._metadata = metadata
        self._on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._on_server(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
        self.url = self._address(name).replace("postgresql://", "postgresql+psycopg://", 1)
        self._cleaner = psycopg.connect(self._address(name), autocommit=True)
        self._cleaner.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
        self._restored = 0

    def keep(self) -> None:
        """Nothing to do: emptied tables are the kept state."""

    def restore(self) -> None:
        """Empty every table, with foreign keys and triggers asleep where we may (on our own server)."""
        tables = [sql.Identifier(name) for name in self._metadata.tables]
        if not tables:
            return
        deletions = sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(table) for table in tables)
        try:
            self._cleaner.execute(sql.SQL("SET session_replication_role = replica; ") + deletions)
        except psycopg.errors.InsufficientPrivilege:
            self._cleaner.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(tables)))
        self._restored += 1
        if self._restored % SWEPT_EVERY == 0:
            self._cleaner.execute("VACUUM")

    def close(self) -> None:
        self._cleaner.close()
        if self._server:
            self._server.close()
        else:
            self._on_server(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')

    def _address(self, database: str) -> str:
        if self._server:
            return self._server.url(database)
        given = urlsplit(GIVEN_SERVER.replace("+psycopg", "", 1))
        return urlunsplit(given._replace(path=f"/{database}"))

    def _on_server(self, statement: str) -> None:
        given = urlsplit(GIVEN_SERVER).path.lstrip("/") or "postgres"
        with psycopg.connect(
            self._address("postgres" if self._server else given), autocommit=True
        ) as connection:
            connection.execute(statement.encode())
