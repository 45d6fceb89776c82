"""Who works at which import: taken by compare-and-set, and taken over from a worker that is not heard of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update

from lms.journal.operations import record
from lms.kernel.database import session
from lms.staff.models import Import, ImportPart, ImportRow, ImportState

SILENT = timedelta(minutes=10)
"""A worker that was not heard of for so long is taken for dead."""
MOST_TRIES = 3
"""So often is an import taken up whose workers fall silent; one that kills them must not do so forever."""
UNTAKEN, LOOKED_UP = timedelta(days=14), timedelta(days=30)
"""So long a checked list waits to be taken; so long one can look up what a taken one did."""
_NEXT = {ImportState.UPLOADED: ImportState.CHECKING}


class TakenOver(Exception):
    """Somebody else works at the import now; what this worker has done is not to be kept."""


@dataclass(frozen=True)
class Claim:
    """An import that this worker has taken, either to check or to apply it."""

    import_id: int
    key: str
    worker: str
    is_check: bool
    tries: int


def waiting(now: datetime) -> Sequence[int]:
    """Imports that nobody works at, the oldest first."""
    return session().scalars(select(Import.id).where(_is_free(now)).order_by(Import.id)).all()


def claim(import_id: int, worker: str, *, at: datetime) -> Claim | None:
    """Take an import; ``None`` when somebody else was first."""
    found = session().scalar(select(Import).where(Import.id == import_id, _is_free(at)))
    if found is None:
        return None
    state = _NEXT.get(found.state, found.state)
    taken = (
        update(Import)
        .where(Import.id == import_id, Import.state == found.state, _is_free(at))
        .values(state=state, worker=worker, heard_at=at, tries=Import.tries + 1)
        .returning(Import.tries)
    )
    tries = session().scalar(taken)
    if tries is None:
        return None
    return Claim(import_id, found.key, worker, is_check=state is ImportState.CHECKING, tries=tries)


def report(mine: Claim, *, at: datetime, **values: object) -> None:
    """Be heard of, and put on record how far it is. Raises ``TakenOver``."""
    state = ImportState.CHECKING if mine.is_check else ImportState.APPLYING
    heard = (
        update(Import)
        .where(Import.id == mine.import_id, Import.worker == mine.worker, Import.state == state)
        .values({"heard_at": at, **values})
        .returning(Import.id)
    )
    if session().execute(heard).one_or_none() is None:
        raise TakenOver


def fail(mine: Claim, error: str, *, at: datetime) -> None:
    """It cannot be done; nothing of it was. The people in the file are forgotten."""
    report(mine, at=at, state=ImportState.FAILED, error=error[:40], finished_at=at)
    forget(mine.import_id)


def forget(import_id: int) -> None:
    """Throw away the file and what was staged of it."""
    session().execute(delete(ImportPart).where(ImportPart.import_id == import_id))
    session().execute(delete(ImportRow).where(ImportRow.import_id == import_id))


def forget_old(now: datetime) -> int:
    """Throw away what was staged of lists that nobody needs any more; returns of how many.

    One that nobody took within two weeks is discarded. Of one that was taken the people stay for a month, so
    that one can look up what it did; its numbers are kept.
    """
    untaken = (Import.state == ImportState.CHECKED) & (Import.checked_at <= now - UNTAKEN)
    discard = update(Import).where(untaken).values(state=ImportState.DISCARDED, finished_at=now)
    discarded = session().execute(discard.returning(Import.id, Import.key)).all()
    for one in discarded:
        forget(one.id)
        record("staff-import.discarded", one.key, actor_id=None, at=now)
    over = select(Import.id).where(Import.state == ImportState.APPLIED, Import.finished_at <= now - LOOKED_UP)
    with_rows = select(ImportRow.import_id).where(ImportRow.import_id.in_(over)).distinct()
    old = session().scalars(with_rows).all()
    for import_id in old:
        forget(import_id)
    return len(discarded) + len(old)


def _is_free(now: datetime) -> ColumnElement[bool]:
    under_way = Import.state.in_([ImportState.CHECKING, ImportState.APPLYING])
    silent = or_(Import.heard_at.is_(None), Import.heard_at <= now - SILENT)
    return or_(Import.state == ImportState.UPLOADED, under_way & silent)
