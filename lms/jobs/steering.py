"""What an administrator does to the clockwork: run a job now, skip its next run. Each act in the journal."""

from datetime import datetime

from sqlalchemy import delete

from lms.jobs.models import Occurrence, OccurrenceState
from lms.jobs.queries import under_way
from lms.jobs.rules import Job, next_due
from lms.journal.operations import record
from lms.kernel.cadences import Often
from lms.kernel.database import session, upsert
from lms.kernel.errors import DomainError

LONGEST_REASON = 300
"""Characters."""


class NoReason(DomainError):
    """It is not said why a run is skipped, or at too great length."""

    code = "no-reason"


class NotNext(DomainError):
    """The instant is not the next one of this job any more, or somebody has begun or skipped it."""

    code = "not-next"


class UnderWay(DomainError):
    """The job is running at this moment."""

    code = "under-way"


def is_skippable(job: Job) -> bool:
    """What is due every few minutes is not skipped: the next run would do the same."""
    return job.trigger.cadence.often is not Often.SECONDS


def skip(job: Job, due_at: datetime, reason: str, *, actor_id: int, at: datetime) -> None:
    """Take the next run, due at *due_at*, out of the calendar. Raises ``NoReason`` and ``NotNext``."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise NoReason
    if not is_skippable(job) or due_at != next_due(job, at):
        raise NotNext
    row = upsert(Occurrence).values(
        job=job.name,
        due_at=due_at,
        by_hand=False,
        state=OccurrenceState.SKIPPED,
        worker="",
        leased_until=at,
        started_at=at,
        reason=reason,
        actor_id=actor_id,
    )
    if session().execute(row.on_conflict_do_nothing().returning(Occurrence.id)).scalar() is None:
        raise NotNext
    record("job.skipped", job.name, actor_id=actor_id, at=at, due_at=due_at.isoformat(), reason=reason)


def unskip(job: Job, due_at: datetime, *, actor_id: int, at: datetime) -> None:
    """Put a skipped run back into the calendar, as long as it is not past. Raises ``NotNext``."""
    mine = (Occurrence.job == job.name, Occurrence.due_at == due_at, ~Occurrence.by_hand)
    skipped = (Occurrence.state == OccurrenceState.SKIPPED, Occurrence.due_at > at)
    gone = session().execute(delete(Occurrence).where(*mine, *skipped).returning(Occurrence.id)).scalar()
    if gone is None:
        raise NotNext
    record("job.unskipped", job.name, actor_id=actor_id, at=at, due_at=due_at.isoformat())


def ask_to_run(job: Job, *, actor_id: int, at: datetime) -> None:
    """Note that somebody runs it now; the run itself follows. Raises ``UnderWay`` while it is running."""
    if under_way(job.name, at):
        raise UnderWay
    record("job.run", job.name, actor_id=actor_id, at=at)
