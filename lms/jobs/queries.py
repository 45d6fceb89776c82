"""Reads over the occurrences of jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, String, bindparam, func, select

from lms.jobs.models import Occurrence, OccurrenceState
from lms.kernel.database import UtcDateTime, read, session


@dataclass(frozen=True)
class Progress:
    """How far a job's calendar has been worked off, whether somebody is at it now, and what is left over."""

    last_due_at: datetime | None
    is_running: bool
    is_free: bool


def is_free(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Anybody may take it up: its worker died, or its pause is over."""
    unsettled = Occurrence.state.in_([OccurrenceState.RUNNING, OccurrenceState.WAITING])
    return unsettled & (Occurrence.leased_until <= now)


_JOB, _NOW = bindparam("job", type_=String()), bindparam("now", type_=UtcDateTime())
_IS_PAST = (Occurrence.state != OccurrenceState.SKIPPED) | (Occurrence.due_at <= _NOW)
_IS_RUNNING = (Occurrence.state == OccurrenceState.RUNNING) & (Occurrence.leased_until > _NOW)
_OF_CALENDAR = (Occurrence.job == _JOB) & ~Occurrence.by_hand
_PROGRESS = select(
    select(Occurrence.due_at)
    .where(_OF_CALENDAR, _IS_PAST)
    .order_by(Occurrence.due_at.desc())
    .limit(1)
    .scalar_subquery()
    .label("last_due_at"),
    select(Occurrence.id).where(_OF_CALENDAR, _IS_RUNNING).exists().label("is_running"),
    select(Occurrence.id).where(_OF_CALENDAR, is_free(_NOW)).exists().label("is_free"),
)
_FREE = select(Occurrence.id).where(_OF_CALENDAR, is_free(_NOW)).order_by(Occurrence.due_at)


def progress(job: str, now: datetime) -> Progress:
    """How far the job is at this instant. A run that is skipped counts once it would have been due."""
    found = read(_PROGRESS, job=job, now=now).one()
    return Progress(found.last_due_at, found.is_running, found.is_free)


def free_ids(job: str, now: datetime) -> list[int]:
    """Occurrences to be taken up again, the oldest first."""
    return [row.id for row in read(_FREE, job=job, now=now)]


def under_way(job: str, now: datetime) -> int:
    """How many workers are running the job at this instant, whether by the calendar or by hand."""
    running = (Occurrence.state == OccurrenceState.RUNNING) & (Occurrence.leased_until > now)
    return session().scalar(select(func.count()).where(Occurrence.job == job, running)) or 0


def last_run(job: str) -> Occurrence | None:
    """The run of this job that began last, whether by the calendar or by hand; a skipped one is none."""
    ran = (Occurrence.job == job) & (Occurrence.state != OccurrenceState.SKIPPED)
    newest = select(Occurrence).where(ran).order_by(Occurrence.started_at.desc(), Occurrence.id.desc())
    return session().scalars(newest.limit(1)).one_or_none()


def history(job: str, now: datetime, *, most: int) -> Sequence[Occurrence]:
    """Runs, and what was skipped up to this instant, the latest first."""
    is_past = (Occurrence.state != OccurrenceState.SKIPPED) | (Occurrence.due_at <= now)
    newest = select(Occurrence).where(Occurrence.job == job, is_past)
    return (
        session().scalars(newest.order_by(Occurrence.due_at.desc(), Occurrence.id.desc()).limit(most)).all()
    )


def to_be_skipped(job: str, now: datetime) -> Occurrence | None:
    """The run that is still to come and will be skipped."""
    skipped = (Occurrence.state == OccurrenceState.SKIPPED) & (Occurrence.due_at > now)
    return (
        session()
        .scalars(select(Occurrence).where(Occurrence.job == job, ~Occurrence.by_hand, skipped))
        .first()
    )


def failed_since(since: datetime) -> Mapping[str, int]:
    """Job → how many of its runs were given up since then."""
    given_up = (Occurrence.state == OccurrenceState.FAILED) & (Occurrence.started_at >= since)
    counted = select(Occurrence.job, func.count()).where(given_up).group_by(Occurrence.job)
    return {row[0]: row[1] for row in session().execute(counted)}
