"""Days begin and end in China, wherever the server stands."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.clock import CHINA, china_date, end_of_day, now, start_of_day

DAYS = st.dates(date(1992, 1, 1), date(2100, 12, 31))
"""From 1992 on there is no summer time in China."""


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 16, 0, 0, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 23, 0, 0, tzinfo=CHINA), date(2026, 11, 23)),
        (datetime(2026, 11, 22, 11, 0, tzinfo=timezone(timedelta(hours=-5))), date(2026, 11, 23)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_is_decided_in_china(at: datetime, day: date) -> None:
    assert china_date(at) == day


def test_a_due_date_lasts_until_the_next_midnight_in_china() -> None:
    assert start_of_day(date(2026, 11, 23)) == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert end_of_day(date(2026, 11, 23)) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


@given(DAYS)
def test_one_day_ends_where_the_next_begins_and_lasts_24_hours(day: date) -> None:
    assert end_of_day(day) == start_of_day(day + timedelta(days=1))
    assert end_of_day(day) - start_of_day(day) == timedelta(hours=24)


@given(DAYS, st.timedeltas(timedelta(0), timedelta(hours=24) - timedelta(microseconds=1)))
def test_every_instant_of_a_day_belongs_to_it(day: date, into_it: timedelta) -> None:
    assert china_date(start_of_day(day) + into_it) == day
    assert china_date(end_of_day(day)) == day + timedelta(days=1)


def test_now_is_in_utc() -> None:
    assert now().tzinfo is UTC
