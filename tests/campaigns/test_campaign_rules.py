"""Cycles that do not drift, and the least time to learn."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.campaigns.rules import cycle_on, has_little_time, months_after, next_cycle_on


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_one(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


def test_a_monthly_cycle_from_the_31st_comes_back_to_the_31st() -> None:
    anchor = date(2026, 1, 31)
    begins = [anchor]
    while len(begins) < 5:
        following = next_cycle_on(anchor, 1, begins[-1])
        assert following is not None
        begins.append(following)
    assert [day.isoformat() for day in begins] == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
        "2026-05-31",
    ]


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 36), st.integers(min_value=0, max_value=9000)
)
def test_a_day_lies_in_one_cycle_that_is_counted_from_the_anchor(
    anchor: date, months: int, later: int
) -> None:
    today = anchor + timedelta(days=later)
    begins, following = cycle_on(anchor, months, today), next_cycle_on(anchor, months, today)
    assert begins is not None
    assert following is not None
    assert begins <= today < following
    passed = (begins.year - anchor.year) * 12 + begins.month - anchor.month
    assert passed % months == 0
    assert begins == months_after(anchor, passed)


def test_before_the_first_cycle_there_is_none_and_once_is_one() -> None:
    anchor = date(2026, 3, 1)
    assert cycle_on(anchor, 12, date(2026, 2, 28)) is None
    assert next_cycle_on(anchor, 12, date(2026, 2, 28)) == anchor
    assert cycle_on(anchor, None, date(2036, 2, 28)) == anchor
    assert next_cycle_on(anchor, None, date(2036, 2, 28)) is None


@pytest.mark.parametrize(("days", "little"), [(-1, True), (0, True), (2, True), (3, False)])
def test_less_than_three_days_is_little_time(days: int, little: bool) -> None:
    starts_on = date(2026, 11, 23)
    assert has_little_time(starts_on + timedelta(days=days), starts_on) is little
