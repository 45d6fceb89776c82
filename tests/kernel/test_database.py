"""Instants, units of work and closed sets, on both engines."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from lms.access.models import Throttle
from lms.journal.models import Entry
from lms.journal.operations import record
from lms.kernel.clock import CHINA
from lms.kernel.database import is_postgresql, unit_of_work

AT = datetime(2026, 11, 23, 1, 0, 0, 123456, tzinfo=UTC)


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
