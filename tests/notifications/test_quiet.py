"""Quiet hours: nobody is written to at night."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.clock import CHINA
from lms.notifications.rules import BY_DEFAULT, QUIET, Quiet, Way, out_of_quiet


def at(hour: int, minute: int = 0, *, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        (at(8), at(8)),
        (at(21, 59), at(21, 59)),
        (at(22), at(8, day=24)),
        (at(23, 59), at(8, day=24)),
        (at(0), at(8)),
        (at(7, 59), at(8)),
    ],
)
def test_what_falls_into_the_night_leaves_at_its_end(now: datetime, leaves: datetime) -> None:
    assert out_of_quiet(now) == leaves


def test_quiet_hours_may_lie_within_a_day() -> None:
    noon = Quiet(time(12), time(14))
    assert out_of_quiet(at(11, 59), noon) == at(11, 59)
    assert out_of_quiet(at(12), noon) == at(14)
    assert out_of_quiet(at(14), noon) == at(14)


def test_the_same_hour_twice_is_no_quiet() -> None:
    assert out_of_quiet(at(12), Quiet(time(12), time(12))) == at(12)


def test_a_message_that_is_not_to_leave_before_an_instant_leaves_then_or_after_the_night() -> None:
    assert Way(not_before=at(18)).leaves_at(at(9)) == at(18)
    assert Way(not_before=at(9)).leaves_at(at(18)) == at(18)
    assert Way(not_before=at(23)).leaves_at(at(9)) == at(8, day=24)
    assert Way(quiet=None, not_before=at(23)).leaves_at(at(9)) == at(23)
    assert Way(quiet=None).leaves_at(at(3)) == at(3)
    assert BY_DEFAULT.leaves_at(at(3)) == at(8)


@given(minutes=st.integers(min_value=0, max_value=7 * 24 * 60))
def test_what_leaves_is_never_early_nor_at_night(minutes: int) -> None:
    now = at(0) + timedelta(minutes=minutes)
    leaves = out_of_quiet(now)
    assert leaves >= now
    assert QUIET.ends <= leaves.astimezone(CHINA).time() < QUIET.begins
    assert (leaves - now).total_seconds() <= 10 * 3600
