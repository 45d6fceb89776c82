"""Days of a change: counted from registration, without those on which the clocks stood still."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.rollouts.clocks import (
    DELIVERY_LADDER,
    REFRESH_LADDER,
    Clock,
    due_for_newcomer,
    due_on_delivery,
    forecast,
    rungs_due,
)

DAY_0 = date(2026, 11, 23)


def on(day: int) -> date:
    return DAY_0 + timedelta(days=day)


def test_registration_is_day_0_and_the_clocks_are_due_on_days_7_and_14() -> None:
    clock = Clock(DAY_0)
    assert [clock.day(on(day)) for day in (0, 7, 14)] == [0, 7, 14]
    assert (clock.refresh_due, clock.delivery_due) == (on(7), on(14))


def test_days_of_a_pause_do_not_count() -> None:
    clock = Clock(DAY_0, paused_days=3)
    assert clock.day(on(10)) == 7
    assert clock.refresh_due == on(10)


def test_while_it_is_paused_the_day_stays() -> None:
    clock = Clock(DAY_0, paused_since=on(4))
    assert [clock.day(on(day)) for day in (3, 4, 9)] == [3, 4, 4]


@pytest.mark.parametrize(("today", "late"), [(7, 0), (8, 1), (12, 5)])
def test_late_begins_on_the_day_after(today: int, late: int) -> None:
    assert Clock(DAY_0).days_late(7, on(today)) == late


@given(day=st.integers(0, 400), paused=st.integers(0, 60))
def test_a_day_and_its_date_name_each_other(day: int, paused: int) -> None:
    clock = Clock(DAY_0, paused_days=paused)
    assert clock.number_of(clock.falls_on(day)) == day
    assert clock.day(clock.falls_on(day)) == day


def test_who_joins_late_has_as_long_as_the_others() -> None:
    assert due_for_newcomer(on(14), on(0)) == on(14)
    assert due_for_newcomer(on(14), on(9)) == on(23)


def test_what_is_delivered_late_leaves_people_some_days() -> None:
    assert due_on_delivery(on(14), on(5)) == on(14)
    assert due_on_delivery(on(14), on(14)) == on(17)


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (4, []),
        (5, ["person"]),
        (7, ["person"]),
        (8, ["person", "department-head"]),
        (10, ["person", "department-head", "head-of-hr"]),
    ],
)
def test_rungs_for_materials(day: int, names: list[str]) -> None:
    assert [rung.name for rung in rungs_due(REFRESH_LADDER, 7, day)] == names


def test_rungs_for_people_are_on_days_10_12_and_15() -> None:
    assert [14 + rung.after for rung in DELIVERY_LADDER] == [10, 12, 15]


def test_the_forecast_goes_on_as_in_the_last_days() -> None:
    done = {on(6): 100, on(7): 100}
    assert forecast(done, 300, on(7)) == on(10)
    assert forecast(done, 301, on(7)) == on(11)


def test_the_rate_is_that_of_the_last_seven_days() -> None:
    done = {on(0): 1000, on(14): 70}
    assert forecast(done, 100, on(14)) == on(24)


def test_without_a_rate_there_is_no_forecast() -> None:
    assert forecast({}, 5, on(3)) is None
    assert forecast({on(0): 5}, 5, on(30)) is None


def test_what_would_take_longer_than_the_calendar_has_no_forecast() -> None:
    assert forecast({on(1): 1}, 1_000_000, on(7)) is None


def test_who_is_through_is_done_today() -> None:
    assert forecast({on(1): 5}, 0, on(3)) == on(3)
