"""``flask jobs``: the clockwork's jobs by hand."""

import re
from datetime import date, datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from lms.assignments.models import Assignment
from lms.campaigns.standing_rules import set_joining_rule
from lms.jobs.rules import Job, Outcome, every
from lms.jobs.runner import run_due
from lms.jobs.steering import skip
from lms.jobs.timetable import job
from lms.kernel.clock import CHINA
from lms.kernel.database import session, unit_of_work
from tests.conftest import MONDAY
from tests.support.library import publish_library
from tests.support.people import make_person


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUANGUAN_LANG", "en")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["jobs", *words])


def lines_of(listed: Result, name: str) -> list[str]:
    """What is told of a job."""
    lines = listed.output.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith(f"{name}  "))
    return [line.strip() for line in lines[begin : begin + 3]]


def test_jobs_are_listed_with_how_often_they_are_due_and_when_next(app: Flask) -> None:
    listed = run(app, "list")
    assert lines_of(listed, "apply-standing-rules") == [
        "apply-standing-rules  every 5 minutes",
        "never run yet",
        "next run 2026-11-23 09:05",
    ]
    assert lines_of(listed, "clean-throttles") == [
        "clean-throttles  daily at 03:10",
        "never run yet",
        "next run 2026-11-24 03:10",
    ]


def test_the_list_tells_what_came_of_the_last_run(app: Flask) -> None:
    job = "apply-standing-rules"
    with app.app_context():
        run_due(MONDAY, "a", [Job(job, every(5), lambda now: Outcome(7, failures=2))])
    told = lines_of(run(app, "list"), job)[1]
    assert re.fullmatch(r"last run 2026-11-23 09:00, \d\.\d\d s: 7 rows changed, 2 failures", told)


def test_the_list_tells_of_a_failed_run_and_when_it_is_tried_again(app: Flask) -> None:
    job = "apply-standing-rules"
    with app.app_context():
        run_due(MONDAY, "a", [Job(job, every(5), lambda now: 1 // 0)])
    told = lines_of(run(app, "list"), job)[1]
    assert told.startswith("last run 2026-11-23 09:00 failed (ZeroDivisionError tests/cli/test_jobs.py:")
    assert told.endswith("), tried again at 2026-11-23 09:01")


def test_the_list_tells_of_a_run_that_is_under_way(app: Flask) -> None:
    job, told = "apply-standing-rules", []

    def looks(now: datetime) -> int:
        told.append(lines_of(run(app, "list"), job)[1])
        return 0

    with app.app_context():
        run_due(MONDAY, "a", [Job(job, every(5), looks)])
    assert told == ["running since 2026-11-23 09:00"]


def test_the_list_tells_how_many_workers_are_at_a_job(app: Flask) -> None:
    job, told = "send-messages", []

    def looks(now: datetime) -> int:
        told.append(lines_of(run(app, "list"), job))
        return 0

    def another(now: datetime) -> int:
        run_due(MONDAY + timedelta(seconds=30), "b", [Job(job, every(seconds=30), looks, side_by_side=True)])
        return 0

    with app.app_context():
        run_due(MONDAY, "a", [Job(job, every(seconds=30), another, side_by_side=True)])
    assert told[0][0] == "send-messages  every 30 seconds"
    assert told[0][1].startswith("running since 2026-11-23 09:00")
    assert told[0][2] == "2 workers are at it side by side"


def test_a_run_by_hand_that_fails_says_where(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Job("apply-standing-rules", every(5), lambda now: 1 // 0)
    monkeypatch.setattr("lms.cli.jobs.job", lambda name: broken)
    failed = run(app, "run", broken.name)
    assert failed.exit_code == 1
    assert "apply-standing-rules failed: ZeroDivisionError tests/cli/test_jobs.py:" in failed.output


def test_a_job_runs_for_the_instant_it_is_given(app: Flask) -> None:
    with app.app_context():
        publish_library()
    with app.app_context(), unit_of_work():
        set_joining_rule("onboarding", hired_from=date(2026, 11, 1), at=MONDAY)
        make_person(hired_on=date(2026, 11, 25))
    job = "apply-standing-rules"
    assert run(app, "run", job).output == f"{job}: 0 rows changed\n"
    assert run(app, "run", job, "--at", "2026-11-24T23:59+08:00").output == f"{job}: 0 rows changed\n"
    assert run(app, "run", job, "--at", "2026-11-25T00:00").output == f"{job}: 1 row changed\n"
    assert run(app, "run", job, "--at", "2026-11-25T00:00").output == f"{job}: 0 rows changed\n"
    with app.app_context():
        assert session().scalars(select(Assignment.due_on)).all() == [date(2026, 12, 9)]


def test_an_unknown_job_and_an_instant_that_is_none_are_refused_with_what_is_right(app: Flask) -> None:
    unknown = run(app, "run", "tidy-up")
    assert unknown.exit_code == 2
    assert "apply-standing-rules" in unknown.output
    unreadable = run(app, "run", "apply-standing-rules", "--at", "tomorrow")
    assert unreadable.exit_code == 2
    assert "“tomorrow” is no instant; right: 2026-03-20T09:00+08:00" in unreadable.output


def test_the_list_tells_of_a_run_that_will_be_skipped(app: Flask) -> None:
    due = datetime(2026, 11, 24, 3, 10, tzinfo=CHINA)
    with app.app_context(), unit_of_work():
        skip(job("clean-throttles"), due, "停电检修", actor_id=make_person().id, at=MONDAY)
    listed = run(app, "list")
    lines = listed.output.splitlines()
    begin = lines.index("clean-throttles  daily at 03:10")
    assert [line.strip() for line in lines[begin + 1 : begin + 4]] == [
        "never run yet",
        "the run of 2026-11-24 03:10 is skipped: 停电检修",
        "next run 2026-11-25 03:10",
    ]
