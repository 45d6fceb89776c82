"""The platform's own chores: sealing the journal, and throwing away what nobody needs any more."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import aliased

from lms.access.models import Throttle
from lms.access.rules import LOCKED_FOR, WINDOW
from lms.jobs.models import Occurrence, OccurrenceState
from lms.journal import seals
from lms.kernel.database import session, unit_of_work
from lms.staff import work

KEPT = timedelta(days=30)
"""So long is an occurrence kept that went well …"""
FAILURES_KEPT = timedelta(days=90)
"""… and so long one that failed, or in which something did."""
SHOWN = 50
"""So many runs of a job are shown and stay however old they are: a year of one that is due each quarter."""


def seal_journal(now: datetime) -> int:
    """Seal what can be sealed, batch by batch; returns the number of entries.

    Each batch is read and hashed before its transaction, so that writers never wait for it.
    """
    sealed = 0
    while batch := seals.ready(now):
        with unit_of_work():
            taken = seals.seal(batch, at=now)
        if not taken:
            break
        sealed += taken
    return sealed


def clean_throttles(now: datetime) -> int:
    """Forget failed sign-ins that neither count nor lock any more."""
    over = Throttle.last_at <= now - max(WINDOW, LOCKED_FOR)
    with unit_of_work():
        return len(session().execute(delete(Throttle).where(over).returning(Throttle.key)).all())


def clean_occurrences(now: datetime) -> int:
    """Throw away old occurrences; the last ones of each job stay: they are shown, the calendar goes on."""
    later = aliased(Occurrence)
    shown_since = (
        select(later.due_at)
        .where(later.job == Occurrence.job, ~later.by_hand, later.due_at <= now)
        .order_by(later.due_at.desc())
        .offset(SHOWN - 1)
        .limit(1)
        .scalar_subquery()
    )
    went_well = (Occurrence.state == OccurrenceState.DONE) & (Occurrence.failures == 0)
    old = or_(went_well & (Occurrence.started_at <= now - KEPT), Occurrence.started_at <= now - FAILURES_KEPT)
    gone = delete(Occurrence).where(old, Occurrence.by_hand | (Occurrence.due_at < shown_since))
    with unit_of_work():
        return len(session().execute(gone.returning(Occurrence.id)).all())


def clean_imports(now: datetime) -> int:
    """Forget the people of staff lists that were never taken, or taken long ago."""
    with unit_of_work():
        return work.forget_old(now)
