"""Workdays in China: holidays, make-up days, and what a notice says in place of the library."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.workdays import (
    Notice,
    first_workday,
    is_announced,
    is_workday,
    last_workday,
    observe,
    observed,
    public_holidays,
    workdays_after,
)

DAY = timedelta(days=1)


@pytest.fixture
def told() -> Iterator[None]:
    """What is observed in a test does not stay."""
    before = observed()
    yield
    observe(before)


def notice(*, off: set[date], worked: set[date], year: int = 2027) -> Notice:
    return Notice(year, "通知", "1号", "https://example.cn/1", frozenset(off), frozenset(worked))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 21), False),
        (date(2026, 1, 1), False),  # New Year's Day
        (date(2026, 1, 2), False),  # a Friday off, made up for on Sunday
        (date(2026, 1, 4), True),
        (date(2026, 2, 14), True),  # a Saturday worked for the Spring Festival
        (date(2026, 2, 23), False),
        (date(2026, 10, 10), True),
        (date(2027, 1, 1), False),
        (date(2027, 1, 4), True),
    ],
)
def test_offices_work_as_the_notices_say(day: date, works: bool) -> None:
    assert is_workday(day) is works


def test_the_first_workdays_of_quarters() -> None:
    firsts = [first_workday(date(2026, month, 1)) for month in (1, 4, 7, 10)]
    assert firsts == [date(2026, 1, 4), date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 8)]
    assert first_workday(date(2027, 1, 1)) == date(2027, 1, 4)


def test_before_its_notice_a_year_goes_by_the_law_alone() -> None:
    assert is_announced(2026)
    assert not is_announced(2027)
    assert date(2027, 2, 6) in public_holidays(2027)
    assert not any(is_workday(day) for day in public_holidays(2027))


@pytest.mark.usefixtures("told")
def test_a_notice_speaks_for_its_whole_year() -> None:
    assert not is_workday(date(2027, 2, 9))  # in lieu, as the library guesses
    observe([notice(off={date(2027, 2, 5), date(2026, 12, 31)}, worked={date(2027, 2, 13)})])
    assert is_announced(2027)
    assert is_workday(date(2027, 2, 9))
    assert not is_workday(date(2027, 2, 5))
    assert is_workday(date(2027, 2, 13))
    assert not is_workday(date(2026, 12, 31))
    assert is_workday(date(2026, 2, 14))
    observe([])
    assert not is_workday(date(2027, 2, 9))


def test_workdays_are_counted_over_holidays() -> None:
    assert workdays_after(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert workdays_after(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert workdays_after(date(2026, 11, 23), 0) == date(2026, 11, 23)
    assert last_workday(date(2026, 10, 7)) == date(2026, 9, 30)


@given(day=st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_the_nearest_workdays_stand_around_a_day(day: date) -> None:
    later, earlier = first_workday(day), last_workday(day)
    assert earlier <= day <= later
    assert is_workday(later)
    assert is_workday(earlier)
    assert workdays_after(earlier, 1) == (later if earlier < day else first_workday(day + DAY))
