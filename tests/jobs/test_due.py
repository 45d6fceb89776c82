"""At which instants a job is due."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.jobs.rules import MOST_AT_ONCE, MOST_TRIES, Job, daily, due, every, next_due, pause_after
from lms.jobs.scheduler import SECONDS
from lms.jobs.timetable import job

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday, nine o'clock in China."""
DAY = timedelta(days=1)


def make_job(*, minutes: int = 0, catches_up: bool = False) -> Job:
    """A job every so many minutes, or daily at six in China."""
    trigger = every(minutes) if minutes else daily(6)
    return Job("tidy", trigger, lambda now: 0, catches_up=catches_up)


def test_intervals_fall_on_the_same_instants_for_everybody() -> None:
    job = make_job(minutes=5)
    assert due(job, NINE - timedelta(minutes=5), NINE + timedelta(minutes=4)) == [NINE]
    assert due(job, NINE, NINE + timedelta(minutes=4, seconds=59)) == []
    assert next_due(job, NINE) == NINE + timedelta(minutes=5)


def test_a_message_leaves_within_a_minute_while_nothing_is_in_its_way() -> None:
    sending = job("send-messages")
    posted_at = NINE + timedelta(milliseconds=1)
    following = next_due(sending, posted_at)
    assert following is not None
    assert following + timedelta(seconds=SECONDS) - posted_at < timedelta(minutes=1)


def test_a_daily_job_goes_by_the_clock_in_china() -> None:
    six = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
    assert due(make_job(), six - DAY, six - timedelta(seconds=1)) == []
    assert due(make_job(), six - DAY, six) == [six]
    assert next_due(make_job(), six) == six + DAY


def test_after_downtime_one_occurrence_stands_for_all_that_were_missed() -> None:
    assert due(make_job(minutes=5), NINE - 3 * DAY, NINE) == [NINE]
    assert due(make_job(minutes=5), NINE - 3000 * DAY, NINE) == [NINE]
    six = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
    assert due(make_job(), NINE - 3 * DAY, NINE) == [six]


def test_a_job_that_catches_up_has_each_missed_occurrence_in_order() -> None:
    six = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
    job = make_job(catches_up=True)
    assert due(job, six - 3 * DAY, NINE) == [six - 2 * DAY, six - DAY, six]


def test_very_many_missed_occurrences_are_caught_up_in_portions_none_left_out() -> None:
    job = make_job(minutes=5, catches_up=True)
    last, caught_up = NINE - DAY, []
    while portion := due(job, last, NINE):
        assert len(portion) <= MOST_AT_ONCE
        caught_up += portion
        last = portion[-1]
    assert caught_up == [NINE - DAY + n * timedelta(minutes=5) for n in range(1, 289)]


@pytest.mark.parametrize("catches_up", [False, True])
def test_a_job_that_never_ran_has_its_latest_occurrence_alone(catches_up: bool) -> None:
    six = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
    assert due(make_job(catches_up=catches_up), None, NINE) == [six]


def test_each_pause_is_longer_until_it_is_given_up() -> None:
    pauses = [pause_after(tries) for tries in range(1, MOST_TRIES + 1)]
    assert pauses == [*(timedelta(minutes=minutes) for minutes in (1, 4, 16, 64)), None]
