"""The platform's own chores."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Throttle
from lms.access.rules import LOCKED_FOR
from lms.jobs.housekeeping import SHOWN, clean_occurrences, clean_throttles
from lms.jobs.models import Occurrence, OccurrenceState
from lms.kernel.database import session
from tests.support.entering import fail

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def make_occurrence(
    days_ago: int,
    *,
    job: str = "tidy",
    state: OccurrenceState = OccurrenceState.DONE,
    failures: int = 0,
    by_hand: bool = False,
) -> None:
    at = NOW - days_ago * DAY
    row = Occurrence(job=job, due_at=at, state=state, failures=failures, by_hand=by_hand, worker="a")
    row.leased_until = row.started_at = row.finished_at = at
    session().add(row)
    session().commit()


def days_ago() -> list[int]:
    session().rollback()
    return [
        (NOW - at).days for at in session().scalars(select(Occurrence.due_at).order_by(Occurrence.due_at))
    ]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """One run of each job is shown, so that few rows do for a test."""
    monkeypatch.setattr("lms.jobs.housekeeping.SHOWN", 1)


@pytest.mark.usefixtures("shown")
def test_occurrences_are_kept_for_thirty_days(database: Session) -> None:
    for days in (31, 30, 29, 1):
        make_occurrence(days)
    assert clean_occurrences(NOW) == 2
    assert days_ago() == [29, 1]
    assert clean_occurrences(NOW) == 0


@pytest.mark.usefixtures("shown")
def test_failures_are_kept_longer(database: Session) -> None:
    make_occurrence(91, state=OccurrenceState.FAILED)
    make_occurrence(89, state=OccurrenceState.FAILED)
    make_occurrence(88, failures=1)
    make_occurrence(1)
    assert clean_occurrences(NOW) == 1
    assert days_ago() == [89, 88, 1]


@pytest.mark.usefixtures("shown")
def test_the_last_occurrence_of_a_job_stays_for_the_calendar_goes_on_from_it(database: Session) -> None:
    make_occurrence(400)
    make_occurrence(399)
    make_occurrence(398, by_hand=True)
    make_occurrence(1, job="other")
    assert clean_occurrences(NOW) == 2
    assert days_ago() == [399, 1]


def test_the_runs_that_are_shown_stay_however_old_they_are(database: Session) -> None:
    for number in range(SHOWN + 2):
        make_occurrence(400 - number)
    make_occurrence(500, by_hand=True)
    assert clean_occurrences(NOW) == 3
    assert len(days_ago()) == SHOWN


@pytest.mark.usefixtures("shown")
def test_what_is_to_be_skipped_does_not_stand_for_the_last_run(database: Session) -> None:
    make_occurrence(40)
    make_occurrence(-1, state=OccurrenceState.SKIPPED)
    assert clean_occurrences(NOW) == 0


def test_failed_sign_ins_are_forgotten_once_they_lock_nothing(database: Session) -> None:
    fail(5, at=NOW)
    assert clean_throttles(NOW + LOCKED_FOR - timedelta(seconds=1)) == 0
    fail(1, at=NOW + LOCKED_FOR, address="10.0.0.2", number="Q7002")
    assert clean_throttles(NOW + LOCKED_FOR) == 2
    assert len(session().scalars(select(Throttle)).all()) == 2
