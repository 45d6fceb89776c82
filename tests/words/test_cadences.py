"""Calendar rules in words."""

import pytest
from flask import Flask
from flask_babel import force_locale

from lms.jobs.rules import Trigger, daily, days_after, every, first_workday, quarterly, yearly
from lms.words.cadences import cadence


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (every(seconds=30), "every 30 seconds"),
        (every(1), "every 1 minute"),
        (every(60), "every 60 minutes"),
        (daily(8, 5), "daily at 08:05"),
        (days_after(7, 14, hour=9), "daily at 09:00, for what lies 7 / 14 days back"),
        (first_workday("month", 9), "on the first workday of every month at 09:00"),
        (quarterly(9, 30), "on the first workday of every quarter at 09:30"),
        (first_workday("year", 9), "on the first workday of every year at 09:00"),
        (yearly(12, 1, 9), "every year on the first workday from December 1 on, at 09:00"),
    ],
)
def test_every_kind_of_rule_can_be_said(app: Flask, rule: Trigger, words: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert cadence(rule.cadence) == words


def test_a_day_is_said_as_the_language_has_it(app: Flask) -> None:
    with app.test_request_context(), force_locale("zh_Hans"):
        assert "12月1日" in cadence(yearly(12, 1, 9).cadence)
