"""Instants, units of work and closed sets, on both engines."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from lms.access.models import Throttle
from lms.journal.models import Entry
from lms.journal.operations import record
from lms.kernel.clock import CHINA
from lms.kernel.database import db, is_postgresql, note, read, table_of, unit_of_work

AT = datetime(2026, 11, 23, 1, 0, 0, 123456, tzinfo=UTC)


WRITERS = 8
NORMAL = 1
ACTS = select(Entry.act).order_by(Entry.id)


def acts(database: Session) -> list[str]:
    return list(database.scalars(select(Entry.act).order_by(Entry.id)))


@pytest.mark.parametrize("zone", [UTC, CHINA, timezone(timedelta(hours=-5))])
def test_an_instant_is_kept_to_the_microsecond_whatever_zone_it_came_in(
    database: Session, zone: timezone
) -> None:
    record("clock.asked", "K1", actor_id=None, at=AT.astimezone(zone))
    found = database.scalar(select(Entry.at))
    assert found == AT
    assert found is not None
    assert found.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(database: Session) -> None:
    with pytest.raises(StatementError, match="an instant needs a time zone"):
        record("clock.asked", "K1", actor_id=None, at=AT.replace(tzinfo=None))


def test_instants_are_compared_as_instants(database: Session) -> None:
    record("clock.asked", "K1", actor_id=None, at=AT)
    later = Entry.at > (AT - timedelta(microseconds=1)).astimezone(CHINA)
    assert database.scalar(select(func.count()).where(later)) == 1


def test_a_missing_instant_stays_missing(database: Session) -> None:
    database.add(Throttle(key="k", failures=1, first_at=AT, last_at=AT))
    database.flush()
    assert database.scalar(select(func.max(Throttle.last_at)).where(Throttle.failures > 5)) is None


def test_a_unit_of_work_happens_as_a_whole(database: Session) -> None:
    with unit_of_work():
        record("first", "K1", actor_id=None, at=AT)
        record("second", "K1", actor_id=None, at=AT)
    database.rollback()
    assert acts(database) == ["first", "second"]


def test_or_not_at_all(database: Session) -> None:
    def fail_half_way() -> None:
        with unit_of_work():
            record("first", "K1", actor_id=None, at=AT)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_half_way()
    assert acts(database) == []


def test_what_was_read_before_a_unit_of_work_does_not_make_it_fail(database: Session) -> None:
    assert acts(database) == []
    with unit_of_work():
        record("first", "K1", actor_id=None, at=AT)
    assert acts(database) == ["first"]


def test_sqlite_keeps_its_promises(database: Session) -> None:
    if is_postgresql():
        assert database.scalar(text("SHOW server_encoding")) == "UTF8"
    else:
        assert database.scalar(text("PRAGMA foreign_keys")) == 1
        assert database.scalar(text("PRAGMA journal_mode")) == "wal"
        assert database.scalar(text("PRAGMA busy_timeout")) == 10000


def test_a_reader_sees_what_its_own_transaction_has_written(database: Session) -> None:
    with unit_of_work():
        record("first", "K1", actor_id=None, at=AT)
        assert read(ACTS).scalars().all() == ["first"]


def test_and_outside_of_one_what_others_have_committed(database: Session, app: Flask) -> None:
    database.rollback()
    assert read(ACTS).scalars().all() == []

    def elsewhere() -> None:
        with app.app_context(), unit_of_work():
            record("first", "K1", actor_id=None, at=AT)

    other = threading.Thread(target=elsewhere)
    other.start()
    other.join()
    assert read(ACTS).scalars().all() == ["first"]


def test_reading_leaves_nothing_open_that_would_stop_a_writer(database: Session) -> None:
    database.rollback()
    read(ACTS).scalars().all()
    assert not database.in_transaction()
    with unit_of_work():
        record("first", "K1", actor_id=None, at=AT)
    assert read(ACTS).scalars().all() == ["first"]


def test_a_statement_that_failed_does_not_spoil_the_next_one(database: Session) -> None:
    database.rollback()
    with pytest.raises(DBAPIError):
        read(text("SELECT no_such_column FROM journal"))
    assert read(ACTS).scalars().all() == []


def test_writers_at_once_take_turns_and_none_is_lost(database: Session, app: Flask) -> None:
    database.rollback()
    together = threading.Barrier(WRITERS)

    def write(number: int) -> None:
        with app.app_context():
            together.wait()
            with unit_of_work():
                record(f"act {number}", "K1", actor_id=None, at=AT)
            db.session.remove()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(acts(database)) == [f"act {number}" for number in range(WRITERS)]


def test_a_unit_of_work_inside_another_of_the_same_request_does_not_wait_for_itself(
    database: Session,
) -> None:
    with unit_of_work(), unit_of_work():
        record("first", "K1", actor_id=None, at=AT)
    assert acts(database) == ["first"]


def test_a_note_is_a_transaction_of_its_own(database: Session) -> None:
    with unit_of_work() as session:
        session.add(Throttle(key="k", failures=1, first_at=AT, last_at=AT))
    raised = update(table_of(Throttle)).values(failures=2).where(Throttle.failures == 1)
    found, again = (note(raised.returning(Throttle.key)) for _ in range(2))
    database.rollback()
    assert (found and found[0], again, database.scalar(select(Throttle.failures))) == ("k", None, 2)


def test_only_notes_do_not_wait_for_the_disk(database: Session) -> None:
    if is_postgresql():
        assert read(text("SHOW synchronous_commit")).scalar() == "off"
        return
    asked = text("PRAGMA synchronous")
    with unit_of_work() as session:
        assert session.execute(asked).scalar() != NORMAL
    assert read(asked).scalar() == NORMAL
