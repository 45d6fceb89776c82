"""Sealing the journal, and finding what was touched afterwards by somebody who got past the triggers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import Executable, delete, insert, select, text, update
from sqlalchemy.orm import Session

from lms.jobs.housekeeping import seal_journal
from lms.journal import seals
from lms.journal.models import Entry, Seal
from lms.journal.operations import record
from lms.journal.rules import Batch, Breach, Broken, Said, entry_hash, leaves_of
from lms.kernel.database import is_postgresql, session, unit_of_work
from tests.support.racing import race

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SAID = (Entry.id, Entry.at, Entry.actor_id, Entry.act, Entry.subject, Entry.facts)
LATER = AT + timedelta(hours=1)


def write(count: int, *, at: datetime = AT) -> None:
    with unit_of_work():
        for number in range(count):
            record("help.recorded", f"K{number}", actor_id=None, at=at, kind="电话", after_attempt=number)


@pytest.fixture
def six_sealed(database: Session, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of six entries in three seals."""
    monkeypatch.setattr(seals, "MOST_ENTRIES", 2)
    write(6)
    assert seal_journal(LATER) == 6
    return list(session().scalars(select(Entry.id).order_by(Entry.id)))


def seal_ids() -> list[int]:
    return list(session().scalars(select(Seal.id).order_by(Seal.id)))


def tamper(*changes: Executable) -> None:
    """Change rows behind the back of the triggers, as whoever owns the database can."""
    with _triggers_asleep(), unit_of_work():
        for change in changes:
            session().execute(change.execution_options(synchronize_session=False))


@contextmanager
def _triggers_asleep() -> Iterator[None]:
    if is_postgresql():
        for word in ("DISABLE", "ENABLE"):
            with unit_of_work():
                for table in ("journal_entries", "journal_seals"):
                    session().execute(text(f"ALTER TABLE {table} {word} TRIGGER USER"))
            if word == "DISABLE":
                yield
        return
    found = session().execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    with unit_of_work():
        for name, _ in found:
            session().execute(text(f"DROP TRIGGER {name}"))
    yield
    with unit_of_work():
        # A connection that has not looked since the triggers went still takes them for there.
        session().execute(text("SELECT count(*) FROM journal_entries"))
        for _, statement in found:
            session().execute(text(statement))


def test_sealing_covers_everything_once(six_sealed: list[int]) -> None:
    found = session().scalars(select(Seal).order_by(Seal.id)).all()
    assert [one.count for one in found] == [2, 2, 2]
    assert [one.first_id for one in found] == [1, six_sealed[1] + 1, six_sealed[3] + 1]
    assert seal_journal(LATER) == 0
    assert seals.verify() == []


def test_what_was_written_in_the_last_minute_stays_open(database: Session) -> None:
    write(1)
    assert seal_journal(AT + seals.MARGIN - timedelta(seconds=1)) == 0
    assert seal_journal(AT + seals.MARGIN) == 1


def test_entries_dated_back_or_ahead_are_sealed_in_the_order_of_their_numbers(database: Session) -> None:
    write(1, at=AT + timedelta(days=900))
    write(1, at=AT - timedelta(days=45))
    assert seal_journal(LATER) == 2
    write(1)
    assert seal_journal(LATER) == 1
    assert seals.verify() == []


def test_a_changed_entry_is_named(six_sealed: list[int]) -> None:
    for values in ({"subject": "K99"}, {"at": LATER}, {"facts": {"kind": "电话", "after_attempt": 9}}):
        tamper(update(Entry).where(Entry.id == six_sealed[2]).values(**values))
        assert seals.verify() == [Broken(Breach.CHANGED, six_sealed[2])]


def test_a_removed_entry_is_named(six_sealed: list[int]) -> None:
    tamper(delete(Entry).where(Entry.id.in_([six_sealed[0], six_sealed[5]])))
    assert seals.verify() == [Broken(Breach.REMOVED, six_sealed[0]), Broken(Breach.REMOVED, six_sealed[5])]


def test_an_entry_put_in_afterwards_is_named(six_sealed: list[int]) -> None:
    tamper(
        delete(Entry).where(Entry.id == six_sealed[3]),
        insert(Entry).values(id=six_sealed[3], act="help.recorded", subject="K3", at=AT, facts={}),
    )
    assert seals.verify() == [Broken(Breach.CHANGED, six_sealed[3])]
    tamper(insert(Entry).values(id=0, act="help.recorded", subject="K3", at=AT, facts={}))
    assert Broken(Breach.INSERTED, 0) in seals.verify()


def test_an_entry_in_a_gap_is_named(database: Session) -> None:
    write(1)
    gap = session().scalars(select(Entry.id)).one() + 1
    tamper(insert(Entry).values(id=gap + 1, act="help.recorded", subject="K3", at=AT, facts={}))
    assert seal_journal(LATER) == 2
    tamper(insert(Entry).values(id=gap, act="help.recorded", subject="K2", at=AT, facts={}))
    assert seals.verify() == [Broken(Breach.INSERTED, gap)]


def test_an_entry_that_can_no_longer_be_read_is_named(six_sealed: list[int]) -> None:
    if is_postgresql():
        pytest.skip("PostgreSQL keeps nothing in a column that cannot be read")
    tamper(text(f"UPDATE journal_entries SET facts = '(' WHERE id = {six_sealed[4]}"))
    assert seals.verify() == [Broken(Breach.CHANGED, six_sealed[4])]


def test_a_changed_seal_is_named(six_sealed: list[int]) -> None:
    second = seal_ids()[1]
    for column in ("count", "leaves", "sealed_at"):
        changed = {"count": 3, "leaves": "", "sealed_at": LATER + timedelta(days=1)}[column]
        before = session().execute(select(Seal.__table__.c[column]).where(Seal.id == second)).scalar_one()
        tamper(update(Seal).where(Seal.id == second).values({column: changed}))
        assert Broken(Breach.SEAL_CHANGED, second) in seals.verify()
        tamper(update(Seal).where(Seal.id == second).values({column: before}))
    assert seals.verify() == []


def test_rehashing_a_changed_entry_and_its_seal_breaks_the_next_seal(six_sealed: list[int]) -> None:
    first, second, _ = seal_ids()
    tamper(
        update(Entry).where(Entry.id == six_sealed[0]).values(subject="K99"),
        delete(Seal).where(Seal.id == first),
    )
    rows = session().execute(select(*SAID).where(Entry.id.in_(six_sealed[:2])))
    leaves = leaves_of({row.id: entry_hash(Said(*row)) for row in rows})
    forged = Batch(1, six_sealed[1], 2, leaves, "")
    with unit_of_work():
        assert seals.seal(forged, at=LATER) == 2
    assert seals.verify() == [Broken(Breach.SEAL_CHANGED, second)]


def test_a_removed_seal_is_told(six_sealed: list[int]) -> None:
    _, second, third = seal_ids()
    tamper(delete(Seal).where(Seal.id == second))
    assert seals.verify() == [Broken(Breach.SEAL_REMOVED, third)]


def test_two_sealers_at_the_same_moment_seal_once(app: Flask, database: Session) -> None:
    write(3)
    batch = seals.ready(LATER)
    assert batch is not None

    def seal() -> int:
        return seals.seal(batch, at=LATER)

    assert sorted(race(app, seal, seal, seal), key=str) == [0, 0, 3]
    assert seals.verify() == []


def test_on_postgresql_nothing_is_sealed_past_somebody_who_still_writes(
    app: Flask, database: Session
) -> None:
    if not is_postgresql():
        pytest.skip("SQLite has one writer at a time")
    written, may_end = Event(), Event()

    def slow_writer() -> None:
        with app.app_context(), unit_of_work():
            record("help.recorded", "slow", actor_id=None, at=AT)
            written.set()
            may_end.wait(timeout=10)

    writer = Thread(target=slow_writer)
    writer.start()
    assert written.wait(timeout=10)
    write(1)
    assert seal_journal(LATER) == 0
    session().rollback()
    may_end.set()
    writer.join()
    assert seal_journal(LATER) == 2
    assert seals.verify() == []
