"""Rules that fall on workdays, and rules of days after."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lms.jobs.rules import (
    Job,
    Trigger,
    days_after,
    due,
    first_workday,
    is_late,
    next_due,
    quarterly,
    yearly,
)
from lms.kernel.clock import CHINA

DAY = timedelta(days=1)
NEW_YEAR = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
"""Nine o'clock in China on the first workday of 2027."""


def job(trigger: Trigger, *, catches_up: bool = False) -> Job:
    return Job("tidy", trigger, lambda now: 0, catches_up=catches_up)


def days(trigger: Trigger, since: datetime, count: int) -> list[date]:
    """The days in China on which a rule is next due."""
    found, at = [], since
    for _ in range(count):
        following = next_due(job(trigger), at)
        assert following is not None
        at = following
        found.append(at.astimezone(CHINA).date())
    return found


def test_a_quarterly_rule_falls_on_first_workdays() -> None:
    expected = [date(2026, 1, 4), date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 8), date(2027, 1, 4)]
    assert days(quarterly(9), datetime(2025, 12, 1, tzinfo=UTC), 5) == expected
    assert next_due(job(quarterly(9)), NEW_YEAR - timedelta(seconds=1)) == NEW_YEAR


def test_a_monthly_rule_falls_on_first_workdays() -> None:
    expected = [date(2026, 10, 8), date(2026, 11, 2), date(2026, 12, 1), date(2027, 1, 4), date(2027, 2, 1)]
    assert days(first_workday("month", 9), datetime(2026, 9, 5, tzinfo=UTC), 5) == expected


def test_a_yearly_rule_begins_with_its_day() -> None:
    since = datetime(2026, 10, 2, tzinfo=UTC)
    assert days(yearly(10, 1, 9), since, 2) == [date(2026, 10, 8), date(2027, 10, 6)]
    assert days(first_workday("year", 9), since, 2) == [date(2027, 1, 4), date(2028, 1, 4)]
    with pytest.raises(ValueError, match="29"):
        yearly(2, 29, 9)


def test_every_rare_rule_is_due_once_in_its_time() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    for trigger, count in ((first_workday("month", 9), 12), (quarterly(9), 4), (first_workday("year", 9), 1)):
        found = due(job(trigger, catches_up=True), since, since + 364 * DAY)
        assert len(found) == count


def test_after_months_of_downtime_one_occurrence_stands_for_all() -> None:
    assert due(job(quarterly(9)), NEW_YEAR - 400 * DAY, NEW_YEAR + DAY) == [NEW_YEAR]
    assert due(job(yearly(1, 1, 9)), NEW_YEAR - 800 * DAY, NEW_YEAR + 300 * DAY) == [NEW_YEAR]


def test_a_new_installation_does_not_begin_with_the_quarter_before() -> None:
    assert due(job(quarterly(9)), None, NEW_YEAR + 6 * DAY) == [NEW_YEAR]
    assert due(job(quarterly(9)), None, NEW_YEAR + 8 * DAY) == []


def test_days_after_are_looked_for_every_day() -> None:
    rule = days_after(7, 14, hour=9)
    assert days(rule, NEW_YEAR, 2) == [date(2027, 1, 5), date(2027, 1, 6)]
    assert rule.anchors(date(2027, 1, 25)) == (date(2027, 1, 18), date(2027, 1, 11))


def test_what_nobody_begins_is_late_after_a_while() -> None:
    rule = job(quarterly(9))
    last = NEW_YEAR - 80 * DAY
    assert not is_late(rule, last, NEW_YEAR + timedelta(minutes=9))
    assert is_late(rule, last, NEW_YEAR + timedelta(minutes=11))
    assert not is_late(rule, NEW_YEAR, NEW_YEAR + timedelta(minutes=11))
