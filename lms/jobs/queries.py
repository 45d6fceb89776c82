"""Reads over the occurrences of jobs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from lms.jobs.models import Occurrence, OccurrenceState
from lms.kernel.database import session


@dataclass(frozen=True)
class Progress:
    """How far a job's calendar has been worked off, and whether somebody is at it now."""

    last_due_at: datetime | None
    is_running: bool


def progress(job: str, now: datetime) -> Progress:
    """How far the job is at this instant."""
    last = session().scalar(select(func.max(Occurrence.due_at)).where(_of_calendar(job)))
    running = select(Occurrence.id).where(
        _of_calendar(job), Occurrence.state == OccurrenceState.RUNNING, Occurrence.leased_until > now
    )
    return Progress(last, is_running=session().execute(running).first() is not None)


def free_ids(job: str, now: datetime) -> list[int]:
    """Occurrences to be taken up again, the oldest first."""
    free = select(Occurrence.id).where(_of_calendar(job), is_free(now)).order_by(Occurrence.due_at)
    return list(session().scalars(free))


def is_free(now: datetime) -> ColumnElement[bool]:
    """Anybody may take it up: its worker died, or its pause is over."""
    unsettled = Occurrence.state.in_([OccurrenceState.RUNNING, OccurrenceState.WAITING])
    return unsettled & (Occurrence.leased_until <= now)


def under_way(job: str, now: datetime) -> int:
    """How many workers are running the job at this instant, whether by the calendar or by hand."""
    running = (Occurrence.state == OccurrenceState.RUNNING) & (Occurrence.leased_until > now)
    return session().scalar(select(func.count()).where(Occurrence.job == job, running)) or 0


def _of_calendar(job: str) -> ColumnElement[bool]:
    return (Occurrence.job == job) & ~Occurrence.by_hand


def last_run(job: str) -> Occurrence | None:
    """The run of this job that began last, whether by the calendar or by hand."""
    newest = select(Occurrence).where(Occurrence.job == job).order_by(Occurrence.started_at.desc())
    return session().scalars(newest.limit(1)).one_or_none()
