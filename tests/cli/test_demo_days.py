"""The demo company on other days than the tests' Monday, and where there is none."""

from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from lms.assignments.models import Completion
from lms.kernel.database import session
from lms.quizzes.models import Attempt
from tests.support.application import fill
from tests.support.installations import Installations


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 20, 16, 5, tzinfo=UTC),
        datetime(2026, 12, 31, 16, 0, tzinfo=UTC),
    ],
    ids=["first-day", "new-year"],
)
def test_the_company_can_be_invented_on_any_day_from_the_first_on(
    installations: Installations, clock: time_machine.Traveller, at: datetime
) -> None:
    clock.move_to(at)
    app = installations.restored("sqlite").app
    fill(app)
    with app.app_context():
        last = session().scalar(select(func.max(Attempt.submitted_at)))
        assert last is not None
        assert last < at
        assert session().scalar(select(func.count(Completion.attempt_id))) == 70


def test_a_company_of_real_people_has_no_demo_accounts(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["demo", "accounts"])
    assert told.exit_code == 1
    assert app.test_cli_runner().invoke(args=["demo", "accounts", "--json"]).stdout.strip() == "[]"
