"""Runs what is due. An occurrence is a row with a unique key: whoever puts it there, runs it.

A run has a lease; when the worker dies, another one takes the occurrence up after it. A failed run is tried
again after a pause, a bounded number of times, and holds up nothing else.
"""

import logging
import os
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from traceback import extract_tb

from sqlalchemy import Executable, Update, bindparam, update

from lms.jobs.models import Occurrence, OccurrenceState
from lms.jobs.queries import free_ids, is_free, progress
from lms.jobs.rules import MOST_TRIES, Job, Outcome, due, pause_after
from lms.kernel.database import is_postgresql, note, session, table_of, unit_of_work, upsert
from lms.kernel.keys import new_key
from lms.library.workdays import observe_live

log = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[2]
LEASE_ENDED = "LeaseEnded"
"""In place of an error: the worker was never heard of again."""


@dataclass(frozen=True)
class Claim:
    """An occurrence that this worker has taken; ``pause`` is how long to wait should this try fail."""

    id: int
    due_at: datetime
    tries: int
    pause: timedelta | None


@dataclass(frozen=True)
class Ran:
    """A run that has ended. ``outcome`` is ``None`` when it failed; ``error`` then says where."""

    job: str
    at: datetime
    outcome: Outcome | None
    error: str = ""


class _Clock:
    """Instants counted on from the one that the edge has read."""

    def __init__(self, now: datetime) -> None:
        self._now, self._begun = now, time.monotonic()

    def now(self) -> datetime:
        """The edge's instant and what has passed since."""
        return self._now + timedelta(seconds=max(0.0, time.monotonic() - self._begun))


@dataclass(frozen=True)
class _Shift:
    """A worker at one job, at one tick."""

    job: Job
    now: datetime
    worker: str
    clock: _Clock


def worker_name() -> str:
    """A name for this worker that no other one has, now or later."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{new_key(6)}"


def run_due(now: datetime, worker: str, jobs: Iterable[Job]) -> list[Ran]:
    """Run everything that is due at *now* and that nobody else is running; what it came to, in order.

    Needs an application context, and no transaction of the caller's.
    """
    ran: list[Ran] = []
    clock = _Clock(now)
    for job in jobs:
        try:
            ran.extend(_work_off(_Shift(job, now, worker, clock)))
        except Exception:
            log.exception("job %s cannot be run", job.name)
        finally:
            session().rollback()
    return ran


def run_by_hand(job: Job, at: datetime, *, now: datetime, worker: str) -> Ran:
    """Run a job for the instant *at*, whether it is due or not; on record apart from the calendar."""
    observe_live()
    session().rollback()
    shift = _Shift(job, now, worker, _Clock(now))
    return _run(shift, _claim_by_hand(shift, at), at)


def _work_off(shift: _Shift) -> Iterator[Ran]:
    session().rollback()
    observe_live()
    so_far = progress(shift.job.name, shift.now)
    if so_far.is_running and not shift.job.side_by_side:
        return
    new = due(shift.job, so_far.last_due_at, shift.now)
    free = free_ids(shift.job.name, shift.now) if so_far.is_free else []
    if new and not shift.job.catches_up:
        _give_up(shift, free)
        free = []
    for row_id in free:
        claim = _take_up(shift, row_id)
        if claim:
            yield _run(shift, claim, _instant(shift, claim))
    for due_at in new:
        claim = _claim(shift, due_at)
        if claim is None:
            return
        yield _run(shift, claim, _instant(shift, claim))


def _instant(shift: _Shift, claim: Claim) -> datetime:
    return claim.due_at if shift.job.catches_up else shift.now


# -- taking an occurrence ---------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def _put_there(_on_postgresql: bool) -> Executable:
    return upsert(Occurrence).on_conflict_do_nothing().returning(Occurrence.id)


def _claim(shift: _Shift, due_at: datetime) -> Claim | None:
    """Put the row there; ``None`` when another worker was faster."""
    row = {"job": shift.job.name, "due_at": due_at, "by_hand": False, **_begun(shift)}
    found = note(_put_there(is_postgresql()), **row)
    return Claim(found.id, due_at, 1, pause_after(1)) if found else None


def _claim_by_hand(shift: _Shift, at: datetime) -> Claim:
    """A second run by hand for the same instant counts as another try of the first; none is by itself."""
    begun = _begun(shift)
    row = upsert(Occurrence).values(job=shift.job.name, due_at=at, by_hand=True, **begun)
    row = row.on_conflict_do_update(
        index_elements=["job", "due_at", "by_hand"], set_={**begun, "tries": Occurrence.tries + 1}
    )
    with unit_of_work():
        found = session().execute(row.returning(Occurrence.id, Occurrence.tries)).one()
    return Claim(found.id, at, found.tries, None)


def _take_up(shift: _Shift, row_id: int) -> Claim | None:
    """Take over an occurrence whose worker died or whose pause is over; tried too often, it has failed."""
    begun = _begun(shift)
    row = _of(shift, [row_id]).where(Occurrence.tries < MOST_TRIES)
    row = row.values(**begun, tries=Occurrence.tries + 1)
    with unit_of_work():
        found = session().execute(row.returning(Occurrence.due_at, Occurrence.tries)).one_or_none()
    if found is None:
        _give_up(shift, [row_id])
        return None
    return Claim(row_id, found.due_at, found.tries, pause_after(found.tries))


def _give_up(shift: _Shift, row_ids: Sequence[int]) -> None:
    """Of a job that does not catch up, a later occurrence does the work; or it was tried too often."""
    if not row_ids:
        return
    died = Occurrence.state == OccurrenceState.RUNNING
    with unit_of_work():
        session().execute(_of(shift, row_ids).where(died).values(error=LEASE_ENDED))
        session().execute(_of(shift, row_ids).values(state=OccurrenceState.FAILED))


def _of(shift: _Shift, row_ids: Sequence[int]) -> Update:
    """Change these occurrences, as far as nobody else has taken one of them up meanwhile."""
    return update(Occurrence).where(Occurrence.id.in_(row_ids), is_free(shift.now))


def _begun(shift: _Shift) -> dict[str, object]:
    started_at = shift.clock.now()
    return {
        "state": OccurrenceState.RUNNING,
        "worker": shift.worker,
        "leased_until": started_at + shift.job.lease,
        "started_at": started_at,
        "finished_at": None,
        "count": None,
        "failures": 0,
        "error": "",
    }


# -- running it -------------------------------------------------------------------------------------------


def _run(shift: _Shift, claim: Claim, at: datetime) -> Ran:
    outcome, error = None, ""
    try:
        found = shift.job.run(at)
        outcome = found if isinstance(found, Outcome) else Outcome(found)
    except Exception as failure:
        session().rollback()
        log.exception("job %s failed", shift.job.name)
        error = _place(failure)
    _settle(shift, claim, outcome, error)
    return Ran(shift.job.name, at, outcome, error)


_SETTLED = (
    update(table_of(Occurrence))
    .where(
        Occurrence.id == bindparam("mine"),
        Occurrence.worker == bindparam("me"),
        Occurrence.tries == bindparam("my_try"),
        Occurrence.state == OccurrenceState.RUNNING,
    )
    .returning(Occurrence.id)
)


def _settle(shift: _Shift, claim: Claim, outcome: Outcome | None, error: str) -> None:
    """Put the outcome on record, unless the lease ended and somebody else is running it."""
    finished_at = shift.clock.now()
    values: dict[str, object] = {"finished_at": finished_at, "error": error}
    if outcome is not None:
        values |= {"state": OccurrenceState.DONE, "count": outcome.count, "failures": outcome.failures}
    elif claim.pause is None:
        values |= {"state": OccurrenceState.FAILED}
    else:
        values |= {"state": OccurrenceState.WAITING, "leased_until": finished_at + claim.pause}
    whose = {"mine": claim.id, "me": shift.worker, "my_try": claim.tries}
    note(_SETTLED, **whose, **values)


def _place(failure: Exception) -> str:
    """Type of an error and the last line of ours that it came through; its text could name people."""
    frames = [frame for frame in extract_tb(failure.__traceback__) if frame.filename.startswith(str(_ROOT))]
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    where = f" {Path(ours[-1].filename).relative_to(_ROOT)}:{ours[-1].lineno}" if ours else ""
    return f"{type(failure).__name__}{where}"
