"""``flask jobs``: the clockwork's jobs by hand."""

from datetime import date

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from lms.assignments.models import Assignment
from lms.assignments.operations import set_hiring_rule
from lms.kernel.database import session, unit_of_work
from tests.conftest import MONDAY
from tests.support.people import make_person


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUANGUAN_LANG", "en")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["jobs", *words])


def test_jobs_are_listed_with_how_often_they_are_due(app: Flask) -> None:
    assert "assign-by-hiring-rules  every 5 minutes" in run(app, "list").output


def test_a_job_runs_for_the_instant_it_is_given(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        set_hiring_rule("onboarding", hired_from=date(2026, 11, 1), at=MONDAY)
        make_person(hired_on=date(2026, 11, 25))
    job = "assign-by-hiring-rules"
    assert run(app, "run", job).output == f"{job}: 0 rows changed\n"
    assert run(app, "run", job, "--at", "2026-11-24T23:59+08:00").output == f"{job}: 0 rows changed\n"
    assert run(app, "run", job, "--at", "2026-11-25T00:00").output == f"{job}: 1 row changed\n"
    assert run(app, "run", job, "--at", "2026-11-25T00:00").output == f"{job}: 0 rows changed\n"
    with app.app_context():
        assert session().scalars(select(Assignment.due_on)).all() == [date(2026, 12, 9)]


def test_an_unknown_job_and_an_instant_that_is_none_are_refused_with_what_is_right(app: Flask) -> None:
    unknown = run(app, "run", "tidy-up")
    assert unknown.exit_code == 2
    assert "assign-by-hiring-rules" in unknown.output
    unreadable = run(app, "run", "assign-by-hiring-rules", "--at", "tomorrow")
    assert unreadable.exit_code == 2
    assert "“tomorrow” is no instant; right: 2026-03-20T09:00+08:00" in unreadable.output
