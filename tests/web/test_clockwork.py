"""The clockwork's pages: how every rule stands, run one now, skip one with a reason."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.campaigns.standing_rules import set_joining_rule
from lms.jobs.models import Occurrence, OccurrenceState
from lms.jobs.rules import Job, Outcome, daily, every
from lms.jobs.runner import run_due
from lms.jobs.timetable import JOBS
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.web.manage.clockwork_words import JOBS as SAID
from tests.conftest import MONDAY
from tests.support.campaigns import library
from tests.support.policy_desk import Desk, desk

RECONCILED = datetime(2026, 11, 23, 20, 10, tzinfo=UTC)
"""When the numbers are next compared: ten past four on Tuesday."""
NAME = "reconcile-reports"
PAGE = f"/manage/clockwork/{NAME}"
WHY = "夜里停电检修"
QUIET = timedelta(minutes=1)


@pytest.fixture
def admin(database: Session, app: Flask) -> Desk:
    library()
    return desk(app, role=Role.ADMIN)


def broken(now: datetime) -> int:
    raise LookupError("夏天")


def acts() -> list[tuple[str, str]]:
    session().rollback()
    return [(one.act, one.subject) for one in session().scalars(select(Entry)) if one.act.startswith("job.")]


def due_field(page: str) -> str:
    return page.split('name="due"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def test_every_job_has_words() -> None:
    assert {one.name for one in JOBS} == set(SAID)


def test_before_anything_ran_each_rule_says_when_it_will(admin: Desk) -> None:
    page = admin.get("/manage/clockwork")
    assert page.count("not run yet") >= len(JOBS)
    assert "daily at 04:10" in page
    assert "24 Nov 2026 04:10" in page
    assert "on the first workday of every quarter at 09:00" in page
    assert "4 Jan 2027 09:00" in page
    assert "Nothing failed and nothing is late." in page


def test_the_page_says_by_what_workdays_are_counted(admin: Desk) -> None:
    page = admin.get("/manage/clockwork")
    assert "2026: by the yearly notice of the State Council." in page
    assert "2027: the yearly notice is not entered yet." in page


def test_dates_of_standing_rules_are_named_with_their_page(admin: Desk) -> None:
    with unit_of_work():
        set_joining_rule("basics", hired_from=date(2026, 11, 1), at=MONDAY)
    page = admin.get("/manage/clockwork")
    assert "Dates that standing rules set" in page
    assert 'href="/manage/rules/' in page


def test_what_came_of_the_last_run_is_told(admin: Desk) -> None:
    run_due(MONDAY, "a", [Job(NAME, daily(4, 10), lambda now: Outcome(7, failures=2))])
    assert "done, with failures" in admin.get("/manage/clockwork")
    page = admin.get(PAGE)
    assert "7 rows changed · 2 failures" in page
    assert "2 things failed in the last run" in page


def test_a_failure_is_told_with_its_place_and_never_with_what_it_said(admin: Desk) -> None:
    run_due(MONDAY, "a", [Job(NAME, daily(4, 10), broken)])
    page = admin.get(PAGE)
    assert "LookupError tests/web/test_clockwork.py:" in page
    assert "夏天" not in page
    assert "failed, tried again" in page
    assert "1 job needs a look" in admin.get("/manage/clockwork")


def test_what_nobody_begins_is_called_late(admin: Desk, clock: time_machine.Traveller) -> None:
    run_due(MONDAY, "a", [Job("clean-throttles", daily(3, 10), lambda now: 0)])
    later = admin.later(clock, MONDAY + timedelta(days=1))
    assert "not begun in time" in later.get("/manage/clockwork")
    assert "due for more than ten minutes" in later.get("/manage/clockwork/clean-throttles")


def test_a_job_is_run_by_hand_and_that_stands_in_the_journal(admin: Desk) -> None:
    told = admin.client.post(f"{PAGE}/run", follow_redirects=True).text
    assert "The run has begun." in told
    assert "by hand" in told
    run = session().scalars(select(Occurrence).where(Occurrence.job == NAME)).one()
    assert (run.by_hand, run.state) == (True, OccurrenceState.DONE)
    assert acts() == [("job.run", NAME)]


def test_one_that_is_running_is_not_begun_twice(admin: Desk) -> None:
    told: list[str] = []

    def looks(now: datetime) -> int:
        told.append(admin.client.post(f"{PAGE}/run", follow_redirects=True).text)
        return 0

    run_due(MONDAY, "a", [Job(NAME, daily(4, 10), looks)])
    assert "It is running at this moment." in told[0]
    assert acts() == []


def test_the_next_run_is_skipped_with_a_reason_and_put_back(admin: Desk) -> None:
    form = admin.get(f"{PAGE}/skip")
    assert "24 Nov 2026 04:10" in form
    due = due_field(form)
    assert datetime.fromisoformat(due) == RECONCILED
    told = admin.client.post(f"{PAGE}/skip", data={"due": due, "reason": WHY}, follow_redirects=True).text
    assert "The run of 24 Nov 2026 04:10 will be skipped" in told
    assert f"Reason: {WHY}" in told
    assert run_due(RECONCILED, "a", [Job(NAME, daily(4, 10), broken)]) == []
    told = admin.client.post(f"{PAGE}/unskip", data={"due": due}, follow_redirects=True).text
    assert "takes place again" in told
    assert acts() == [("job.skipped", NAME), ("job.unskipped", NAME)]


def test_no_reason_is_refused_in_words_and_nothing_is_skipped(admin: Desk) -> None:
    due = due_field(admin.get(f"{PAGE}/skip"))
    refused = admin.client.post(f"{PAGE}/skip", data={"due": due, "reason": " "})
    assert refused.status_code == 422
    assert "<title>Error:" in refused.text
    assert "Enter the reason" in refused.text
    assert acts() == []


@pytest.mark.parametrize("due", ["", "tomorrow", "2026-11-24T04:10", "2026-12-24T20:10:00+00:00"])
def test_only_the_run_that_was_shown_is_skipped(admin: Desk, due: str) -> None:
    told = admin.client.post(f"{PAGE}/skip", data={"due": due, "reason": WHY}, follow_redirects=True).text
    assert "Nothing was skipped." in told
    assert acts() == []


def test_what_runs_every_few_minutes_is_not_skipped(admin: Desk) -> None:
    assert "Skip the next run" not in admin.get("/manage/clockwork/send-messages")
    answer = admin.client.get("/manage/clockwork/send-messages/skip")
    assert answer.status_code == 303


def test_hr_looks_and_does_not_act(database: Session, app: Flask) -> None:
    library()
    hr = desk(app, role=Role.HR)
    page = hr.get(PAGE)
    assert "Run it now" not in page
    for act in ("run", "skip", "unskip"):
        assert hr.client.post(f"{PAGE}/{act}").status_code == 403


def test_learners_do_not_see_it_and_unknown_jobs_are_not_found(admin: Desk, app: Flask) -> None:
    assert admin.client.get("/manage/clockwork/tidy-up").status_code == 404
    learner = desk(app, role=Role.LEARNER)
    assert learner.client.get("/manage/clockwork").status_code == 403


def test_runs_that_are_kept_are_listed_the_latest_first(admin: Desk) -> None:
    job = Job("seal-journal", every(5), lambda now: 0)
    for number in range(3):
        run_due(MONDAY + number * timedelta(minutes=5) - timedelta(minutes=30), "a", [job])
    page = admin.get("/manage/clockwork/seal-journal")
    rows = [page.index(f"23 Nov 2026 08:{minute}") for minute in ("40", "35", "30")]
    assert rows == sorted(rows)
