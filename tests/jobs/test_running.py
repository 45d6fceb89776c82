"""Running what is due: downtime, failures, a worker that dies, two workers."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs.models import Occurrence, OccurrenceState
from lms.jobs.queries import under_way
from lms.jobs.rules import LEASE, Job, Outcome, Trigger, daily, every
from lms.jobs.runner import LEASE_ENDED, run_by_hand, run_due
from lms.journal.models import Entry
from lms.journal.operations import record
from lms.kernel.database import session, unit_of_work

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SIX = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SOON = timedelta(seconds=30)
"""More than a test takes."""


class Killed(BaseException):
    """The process ends here."""


class Chore:
    """A job that writes down for which instants it ran, and does as *then* says."""

    def __init__(self, then: Callable[[datetime], Outcome | int] = lambda now: 1) -> None:
        self.ran: list[datetime] = []
        self._then = then

    def __call__(self, now: datetime) -> Outcome | int:
        self.ran.append(now)
        return self._then(now)


def make_job(
    run: Chore, *, trigger: Trigger | None = None, catches_up: bool = False, side_by_side: bool = False
) -> Job:
    return Job("tidy", trigger or daily(6), run, catches_up=catches_up, side_by_side=side_by_side)


def occurrences() -> list[Occurrence]:
    session().rollback()
    return list(session().scalars(select(Occurrence).order_by(Occurrence.due_at, Occurrence.by_hand)))


def states() -> list[OccurrenceState]:
    return [one.state for one in occurrences()]


def fails(now: datetime) -> int:
    record("tidy.begun", "K", actor_id=None, at=now)
    raise ValueError("林晓 13800000000")


def dies(now: datetime) -> int:
    raise Killed


def test_a_run_is_on_record_with_duration_count_and_failures(database: Session) -> None:
    run_due(NINE, "a", [make_job(Chore(lambda now: Outcome(7, failures=2)))])
    (found,) = occurrences()
    assert (found.job, found.due_at, found.state) == ("tidy", SIX, OccurrenceState.DONE)
    assert (found.count, found.failures, found.tries, found.worker) == (7, 2, 1, "a")
    assert found.finished_at is not None
    assert NINE <= found.started_at <= found.finished_at < NINE + SOON


def test_an_occurrence_runs_once(database: Session) -> None:
    chore = Chore()
    for minutes in range(5):
        run_due(NINE + minutes * MINUTE, "a", [make_job(chore)])
    assert len(chore.ran) == 1
    run_due(SIX + DAY, "a", [make_job(chore)])
    assert chore.ran == [NINE, SIX + DAY]


def test_after_three_days_of_downtime_each_day_is_caught_up_exactly_once(database: Session) -> None:
    chore = Chore()
    job = make_job(chore, catches_up=True)
    for at in (NINE, NINE + 3 * DAY, NINE + 3 * DAY + MINUTE):
        run_due(at, "a", [job])
    assert chore.ran == [SIX, SIX + DAY, SIX + 2 * DAY, SIX + 3 * DAY]
    assert states() == [OccurrenceState.DONE] * 4


def test_a_frequent_job_runs_once_after_three_days_of_downtime(database: Session) -> None:
    chore = Chore()
    job = make_job(chore, trigger=every(5))
    run_due(NINE, "a", [job])
    run_due(NINE + 3 * DAY + MINUTE, "a", [job])
    assert chore.ran == [NINE, NINE + 3 * DAY + MINUTE]
    assert [one.due_at for one in occurrences()] == [NINE, NINE + 3 * DAY]


def test_a_failing_job_keeps_nothing_and_does_not_stop_the_others(database: Session) -> None:
    chore = Chore()
    ran = run_due(NINE, "a", [make_job(Chore(fails)), Job("other", daily(6), chore)])
    assert [one.outcome for one in ran] == [None, Outcome(1)]
    assert chore.ran == [NINE]
    assert session().scalars(select(Entry)).all() == []


def test_of_an_error_only_its_type_and_place_are_kept(database: Session) -> None:
    run_due(NINE, "a", [make_job(Chore(fails))])
    (found,) = occurrences()
    assert found.error.startswith("ValueError tests/jobs/test_running.py:")
    assert "138" not in found.error


def test_a_failed_run_is_tried_again_after_longer_and_longer_pauses_and_then_given_up(
    database: Session,
) -> None:
    chore = Chore(fails)
    job = make_job(chore, catches_up=True)
    at = NINE
    for minutes in (1, 4, 16, 64):
        run_due(at, "a", [job])
        assert states() == [OccurrenceState.WAITING]
        run_due(at + minutes * MINUTE - SOON, "a", [job])
        at += minutes * MINUTE + SOON
    run_due(at, "a", [job])
    assert states() == [OccurrenceState.FAILED]
    run_due(NINE + timedelta(hours=20), "a", [job])
    assert chore.ran == [SIX] * 5


def test_a_failing_day_does_not_stop_the_days_behind_it(database: Session) -> None:
    chore = Chore(lambda now: 1 // (now != SIX + DAY))
    job = make_job(chore, catches_up=True)
    run_due(NINE, "a", [job])
    run_due(NINE + 3 * DAY, "a", [job])
    assert chore.ran == [SIX, SIX + DAY, SIX + 2 * DAY, SIX + 3 * DAY]
    done, waiting = OccurrenceState.DONE, OccurrenceState.WAITING
    assert states() == [done, waiting, done, done]


def test_a_later_occurrence_takes_the_place_of_a_failed_one_where_nothing_is_caught_up(
    database: Session,
) -> None:
    chore = Chore(lambda now: 1 // (now != NINE))
    job = make_job(chore, trigger=every(5))
    run_due(NINE, "a", [job])
    run_due(NINE + 10 * MINUTE, "a", [job])
    assert chore.ran == [NINE, NINE + 10 * MINUTE]
    assert states() == [OccurrenceState.FAILED, OccurrenceState.DONE]


@pytest.mark.parametrize("catches_up", [False, True])
def test_when_a_worker_dies_another_one_takes_over_after_the_lease(
    database: Session, catches_up: bool
) -> None:
    with pytest.raises(Killed):
        run_due(NINE, "a", [make_job(Chore(dies), catches_up=catches_up)])
    chore = Chore()
    job = make_job(chore, catches_up=catches_up)
    assert run_due(NINE + LEASE - SOON, "b", [job]) == []
    assert run_due(NINE + LEASE + SOON, "b", [job]) != []
    (found,) = occurrences()
    assert (found.state, found.worker, found.tries) == (OccurrenceState.DONE, "b", 2)
    assert len(chore.ran) == 1


def test_what_kills_every_worker_is_given_up(database: Session) -> None:
    job = make_job(Chore(dies))
    for number in range(5):
        with pytest.raises(Killed):
            run_due(NINE + number * (LEASE + SOON), "a", [job])
    assert run_due(NINE + 5 * (LEASE + SOON), "a", [job]) == []
    (found,) = occurrences()
    assert (found.state, found.error) == (OccurrenceState.FAILED, LEASE_ENDED)


def test_a_worker_that_comes_back_after_its_lease_does_not_overwrite_its_successor(
    database: Session,
) -> None:
    def outlives_its_lease(now: datetime) -> int:
        run_due(NINE + LEASE + SOON, "b", [make_job(Chore(lambda now: 2))])
        return 1

    run_due(NINE, "a", [make_job(Chore(outlives_its_lease))])
    (found,) = occurrences()
    assert (found.worker, found.count) == ("b", 2)


def test_two_workers_at_the_same_moment_run_each_occurrence_once(app: Flask, database: Session) -> None:
    def works(now: datetime) -> int:
        with unit_of_work():
            record("tidy.done", now.isoformat(), actor_id=None, at=now)
        time.sleep(0.002)
        return 1

    chore, workers = Chore(works), ("a", "b", "c")
    job = make_job(chore, catches_up=True)
    run_due(NINE, "a", [job])
    together = Barrier(len(workers))

    def work(worker: str) -> None:
        together.wait(timeout=10)
        for minutes in range(8):
            with app.app_context():
                run_due(NINE + 10 * DAY + minutes * MINUTE, worker, [job])

    with ThreadPoolExecutor(len(workers)) as threads:
        list(threads.map(work, workers))
    assert chore.ran == [SIX + days * DAY for days in range(11)]
    assert states() == [OccurrenceState.DONE] * 11
    assert len(session().scalars(select(Entry)).all()) == 11


@pytest.mark.parametrize("side_by_side", [False, True])
def test_only_where_it_may_a_job_runs_side_by_side(database: Session, side_by_side: bool) -> None:
    helper = Chore()

    def meets_another_worker(now: datetime) -> int:
        other = make_job(helper, trigger=every(1), side_by_side=side_by_side)
        run_due(NINE + SOON, "b", [other])
        run_due(NINE + MINUTE, "b", [other])
        assert under_way("tidy", NINE) == 1
        return 1

    chore = Chore(meets_another_worker)
    run_due(NINE, "a", [make_job(chore, trigger=every(1), side_by_side=side_by_side)])
    assert helper.ran == ([NINE + MINUTE] if side_by_side else [])
    assert set(states()) == {OccurrenceState.DONE}


def test_a_run_by_hand_is_on_record_and_leaves_the_calendar_alone(database: Session) -> None:
    chore = Chore()
    job = make_job(chore, catches_up=True)
    run_due(NINE, "a", [job])
    for _ in range(2):
        assert run_by_hand(job, NINE + 90 * DAY, now=NINE, worker="hand").outcome == Outcome(1)
    run_due(NINE + DAY, "a", [job])
    assert chore.ran == [SIX, NINE + 90 * DAY, NINE + 90 * DAY, SIX + DAY]
    assert [(one.due_at, one.by_hand, one.tries) for one in occurrences()] == [
        (SIX, False, 1),
        (SIX + DAY, False, 1),
        (NINE + 90 * DAY, True, 2),
    ]


def test_a_run_by_hand_that_fails_is_not_tried_again(database: Session) -> None:
    chore = Chore(fails)
    job = make_job(chore)
    assert run_by_hand(job, SIX, now=NINE, worker="hand").error.startswith("ValueError")
    assert states() == [OccurrenceState.FAILED]
    run_due(NINE, "a", [make_job(Chore())])
    assert len(chore.ran) == 1
    assert states() == [OccurrenceState.DONE, OccurrenceState.FAILED]
