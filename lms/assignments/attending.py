"""What attending an event counts for: help after failed papers, or a course that has no quiz. Set-based."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from lms.assignments.attempts import certificate_number
from lms.assignments.models import Completion, Help, HelpKind
from lms.assignments.queries import Duty
from lms.journal.operations import record_each
from lms.kernel.database import session, upsert


def help_many(
    helpers: Mapping[Duty, int], *, event: str, helped_on: date, actor_id: int, at: datetime
) -> list[int]:
    """Put on record that what was missed was explained there: duty → who explained it to this person.

    The duties wait for help. Returns the ids of those for which a new paper is open now; where somebody has
    recorded help meanwhile, there is none.
    """
    rows = [
        {
            "assignment_id": duty.id,
            "after_attempt": duty.last_failed,
            "helper_id": helper_id,
            "kind": HelpKind.WORKSHOP,
            "helped_on": helped_on,
            "note": "",
            "recorded_at": at,
        }
        for duty, helper_id in helpers.items()
    ]
    if not rows:
        return []
    made = upsert(Help).values(rows).on_conflict_do_nothing().returning(Help.assignment_id)
    new = sorted(session().execute(made).scalars())
    keys = _keys(list(helpers), new)
    facts = {"kind": HelpKind.WORKSHOP.value, "event": event}
    record_each("help.recorded", keys, actor_id=actor_id, at=at, **facts)
    return new


def complete_many(
    duties: Sequence[Duty],
    *,
    release_id: str,
    completed_at: datetime,
    event: str,
    actor_id: int,
    at: datetime,
) -> list[int]:
    """Having been there fulfils these assignments of a course without a quiz, as the release has it.

    Returns the ids of those that were not fulfilled before.
    """
    rows = [
        {
            "assignment_id": duty.id,
            "release_id": release_id,
            "completed_at": completed_at,
            "certificate": certificate_number(completed_at),
        }
        for duty in duties
    ]
    if not rows:
        return []
    made = upsert(Completion).values(rows).on_conflict_do_nothing(index_elements=["assignment_id"])
    new = sorted(session().execute(made.returning(Completion.assignment_id)).scalars())
    keys = _keys(duties, new)
    record_each("assignment.attended", keys, actor_id=actor_id, at=at, event=event)
    return new


def _keys(duties: Sequence[Duty], ids: Sequence[int]) -> list[str]:
    return [duty.key for duty in duties if duty.id in set(ids)]
