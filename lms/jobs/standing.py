"""How every job stands: its last run, its next one, and what is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lms.jobs.models import Occurrence, OccurrenceState
from lms.jobs.queries import failed_since, last_run, progress, to_be_skipped
from lms.jobs.rules import Job, is_late, next_due

FAILURES_TOLD = timedelta(days=30)
"""Runs that were given up are counted so far back."""


class Standing(StrEnum):
    """How a job stands, the worst first."""

    FAILED = "failed"
    LATE = "late"
    WAITING = "waiting"
    PARTLY = "partly"
    RUNNING = "running"
    NEVER = "never"
    DONE = "done"


@dataclass(frozen=True)
class Line:
    """A job with its last run, when it runs next, the run skipped before that, and what failed lately."""

    job: Job
    standing: Standing
    last: Occurrence | None
    next_at: datetime | None
    skipped: Occurrence | None
    failed: int

    @property
    def took(self) -> timedelta | None:
        """How long the last run took; ``None`` while it is running."""
        return took(self.last) if self.last else None


def took(run: Occurrence) -> timedelta | None:
    """How long a run took; ``None`` for one that is running, or never began."""
    return run.finished_at - run.started_at if run.finished_at else None


def lines(jobs: Iterable[Job], now: datetime) -> list[Line]:
    """Every job as it stands at this instant."""
    failed = failed_since(now - FAILURES_TOLD)
    return [_line(one, now, failed.get(one.name, 0)) for one in jobs]


def line(job: Job, now: datetime) -> Line:
    """One job as it stands at this instant."""
    return lines([job], now)[0]


def _line(job: Job, now: datetime, failed: int) -> Line:
    last, skipped = last_run(job.name), to_be_skipped(job.name, now)
    next_at = next_due(job, now)
    if skipped and next_at == skipped.due_at:
        next_at = next_due(job, next_at)
    return Line(job, _standing(job, last, now), last, next_at, skipped, failed)


def _standing(job: Job, last: Occurrence | None, now: datetime) -> Standing:
    """What failed for good and what nobody began comes before how the last run went."""
    if last is None:
        return Standing.NEVER
    if last.state is OccurrenceState.RUNNING:
        return Standing.RUNNING if last.leased_until > now else Standing.WAITING
    if last.state is not OccurrenceState.DONE:
        return Standing(last.state.value)
    if is_late(job, progress(job.name, now).last_due_at, now):
        return Standing.LATE
    return Standing.PARTLY if last.failures else Standing.DONE
