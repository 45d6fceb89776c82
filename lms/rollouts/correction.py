"""A value that we had wrong, put right by a change: papers graded on it are marked anew, people are told.

Who was taught it stands in ``mistaught``.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from lms.assignments import regrade_effects, regrade_record
from lms.assignments.regrade_effects import Preview
from lms.assignments.regrading import Declaration
from lms.assignments.wrong_numbers import Correction, Wrong
from lms.kernel.database import session
from lms.kernel.errors import DomainError
from lms.quizzes.models import RegradePolicy
from lms.rollouts import queries
from lms.rollouts.models import Change, ChangeItem, How
from lms.rollouts.registration import ReasonMissing
from lms.rollouts.running import NotRunning

_MISTAKES = (How.CORRECTED, How.WITHDRAWN)


class NotACorrection(DomainError):
    """No value of the change was wrong before."""

    code = "not-a-correction"


def mistakes_of(change: Change) -> list[ChangeItem]:
    """What of a change was our own mistake, empty for most."""
    return [row for row in queries.items_of(change.id) if row.how in _MISTAKES]


def correction_of(change: Change) -> Correction:
    """The wrong values of an approved change. Raises ``NotRunning`` and ``NotACorrection``."""
    if change.release_after is None:
        raise NotRunning(state=change.state.value)
    wrongs = [
        Wrong(row.item, row.region, row.status, row.level, row.since, Decimal(row.old))
        for row in mistakes_of(change)
    ]
    if not wrongs:
        raise NotACorrection(change=change.key)
    return Correction(change.key, wrongs, change.release_after)


def preview(change: Change) -> Preview:
    """What is to be marked anew; nothing is stored. Raises as ``correction_of`` does."""
    return regrade_effects.preview(correction_of(change))


def regrade(change_key: str, policy: RegradePolicy, *, reason: str, actor_id: int, at: datetime) -> int:
    """Mark every paper anew that was graded on a wrong value, and tell its owner; returns how many papers.

    Raises ``ReasonMissing``, and what ``correction_of`` and ``regrade_record.regrade`` raise.
    """
    if not reason.strip():
        raise ReasonMissing(keys=[])
    session().execute(select(Change.id).where(Change.key == change_key).with_for_update())
    found = correction_of(queries.change(change_key))
    return regrade_record.regrade(found, Declaration(policy, reason.strip(), actor_id), at=at)
