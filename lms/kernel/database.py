"""The database: declarative base, column types, session, unit of work. One place knows the engines apart."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from threading import RLock, local
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    ColumnElement,
    CursorResult,
    DateTime,
    Dialect,
    Enum,
    Executable,
    MetaData,
    Row,
    String,
    Table,
    event,
    func,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
WRITES = "xuanguan_writes"
"""Execution option of a connection whose transaction is going to write."""
READS = "xuanguan_reads"
"""Execution option of a connection whose statements are transactions of their own: reads, and ``note``."""
_NO_WAIT = {"postgresql": "SET synchronous_commit TO off", "sqlite": "PRAGMA synchronous = NORMAL"}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, stored as UTC. Refuses naive values; gives aware ones back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Declarative base of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: JSON}  # noqa: RUF012


db = SQLAlchemy(metadata=Base.metadata)


def enum_column(kind: type[StrEnum]) -> Enum:
    """Column type of a closed set, stored as the member's value with room for longer ones."""
    return Enum(kind, native_enum=False, length=40, create_constraint=False, values_callable=_values)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


def session() -> Session:
    """The session of the present request, command or job item."""
    return db.session()


def read(statement: Executable, **parameters: object) -> CursorResult[Any]:
    """Run a statement that was built once, without the ORM around it: what hot paths read with.

    A statement put together anew at each call costs several times as much as running it, and so does a
    session opened for one read. Inside a transaction it sees what the transaction has written; outside,
    what is committed. The rows have to be fetched at once.
    """
    if db.session.registry.has() and session().in_transaction():
        return session().connection().execute(statement, parameters)
    try:
        return _reader().execute(statement, parameters)
    except DBAPIError:
        _close_reader()
        raise


def note(statement: Executable, **parameters: object) -> Row[Any] | None:
    """Run one statement that changes rows and returns them, a transaction of its own; the first row.

    It does not wait for the disk: a power cut may undo it, with whatever was committed later, never without.
    """
    session().rollback()
    with _turn(patient=True):
        return next(iter(read(statement, **parameters).all()), None)


class _Reader:
    """A connection that is closed when its thread ends, and not when garbage is looked for: there are few."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        connection.connection.cursor().execute(_NO_WAIT[connection.dialect.name])

    def __del__(self) -> None:
        self.connection.invalidate()
        self.connection.close()


_readers = local()
"""What a thread reads with, and keeps: outside transactions, so that it holds nothing."""


def _reader() -> Connection:
    engine = db.engine
    kept: _Reader | None = getattr(_readers, "kept", None)
    if kept is None or kept.connection.engine is not engine:
        _close_reader()
        options = {"isolation_level": "AUTOCOMMIT", READS: True}
        kept = _readers.kept = _Reader(engine.connect().execution_options(**options))
    return kept.connection


@atexit.register  # the main thread's, while there is still something to give it back to
def _close_reader() -> None:
    kept: _Reader | None = getattr(_readers, "kept", None)
    if kept is not None:
        _readers.kept = None
        kept.connection.invalidate()


class Busy(Exception):
    """Somebody else is writing just now, and it was not to be waited for."""


@contextmanager
def unit_of_work(*, patient: bool = True) -> Iterator[Session]:
    """One transaction: everything inside happens, or nothing. Only edges open one.

    A read begun earlier in the request is ended first, so that on SQLite the write lock is taken
    at the start and a stale snapshot can never make a later statement fail. Who is not *patient* does not
    wait there for other writers of this process: raises ``Busy``.
    """
    current = session()
    current.rollback()
    with _turn(patient):
        current.connection(execution_options={WRITES: True})
        try:
            yield current
            current.commit()
        except BaseException:
            current.rollback()
            raise


@contextmanager
def snapshot() -> Iterator[Session]:
    """Everything that is read inside is as it was at the first read; nothing is written, nobody waits."""
    current = session()
    current.rollback()
    if is_postgresql():
        current.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield current
    finally:
        current.rollback()


_writers = RLock()
"""Writers of one process on SQLite queue here: its own way of waiting is to sleep and look again."""


@contextmanager
def _turn(patient: bool) -> Iterator[None]:
    if is_postgresql():
        yield
        return
    if not _writers.acquire(blocking=patient):
        raise Busy
    try:
        yield
    finally:
        _writers.release()


def is_postgresql() -> bool:
    """Whether the engine in use is PostgreSQL; else it is SQLite."""
    return session().get_bind().dialect.name == "postgresql"


def upsert(model: type[Base]) -> "postgresql.Insert | sqlite.Insert":
    """An ``INSERT`` into the model's table that can be given ``on_conflict_…``, for the engine in use."""
    table = table_of(model)
    return postgresql.insert(table) if is_postgresql() else sqlite.insert(table)


def table_of(model: type[Base]) -> Table:
    """The model's table: statements over it spare the ORM's work on every row."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - tells the type checker what every model here has
    return table


def random_key() -> ColumnElement[str]:
    """Sixteen random characters made by the database, other ones for every row of an ``INSERT … SELECT``.

    Sixty-two bits at least: with forty-eight, two of ten million rows share a key once in six installations.
    """
    if is_postgresql():
        letters = func.replace(func.gen_random_uuid().cast(String), "-", "")
        return func.upper(func.right(letters, 16), type_=String)
    return func.hex(func.randomblob(8), type_=String)


_FOR_MANY_ROWS = {"enable_nestloop": "off", "work_mem": "'64MB'"}


@contextmanager
def many_rows() -> Iterator[None]:
    """Let PostgreSQL plan for very many rows: what it knows of tables is older than this transaction.

    It would otherwise run through a table that it takes for empty once for every row that it puts there.
    """
    if not is_postgresql():
        yield
        return
    for name, value in _FOR_MANY_ROWS.items():
        session().execute(text(f"SET LOCAL {name} = {value}"))
    yield
    for name in _FOR_MANY_ROWS:
        session().execute(text(f"SET LOCAL {name} TO DEFAULT"))


_ROOM, _USUAL_ROOM = 256 * 1024, 2000
"""Kibibytes of pages that a connection of SQLite keeps while it goes through everything, and otherwise."""


@contextmanager
def roomy() -> Iterator[None]:
    """Let SQLite keep many pages while everything is gone through; it would read them again and again."""
    if is_postgresql():
        yield
        return
    session().execute(text(f"PRAGMA cache_size = -{_ROOM}"))
    try:
        yield
    finally:
        session().execute(text(f"PRAGMA cache_size = -{_USUAL_ROOM}"))
        session().execute(text("PRAGMA shrink_memory"))


def analyse(*models: type[Base]) -> None:
    """Let PostgreSQL look at tables that have just been filled, so that it plans well from now on."""
    if is_postgresql():
        for model in models:
            session().execute(text(f"ANALYZE {model.__tablename__}"))


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Write-ahead log, foreign keys, durable commits, and patience with another writer."""
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL", "busy_timeout = 10000"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """The driver's own transactions are switched off; a writer takes the lock at once."""
    if connection.dialect.name == "sqlite" and READS not in connection.get_execution_options():
        writes = connection.get_execution_options().get(WRITES, False)
        raw: Any = connection.connection.dbapi_connection
        raw.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


__all__ = [
    "Base", "Busy", "UtcDateTime", "analyse", "db", "enum_column", "is_postgresql", "many_rows", "note",
    "random_key", "read", "roomy", "session", "snapshot", "table_of", "unit_of_work", "upsert",
]  # fmt: skip
