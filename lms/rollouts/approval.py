"""A second person approves a change: it goes live with everything that follows, all of it or nothing."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert

from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.errors import DomainError
from lms.library.queries import live_release_id
from lms.people.models import Audience
from lms.publishing.drafts import drafts_of, publish_workspace
from lms.rollouts import queries
from lms.rollouts.drafting import unit_name
from lms.rollouts.impact import Reach, weighed
from lms.rollouts.models import Change, ChangeState, Delivery
from lms.rollouts.proposal import differences, impact, shelves
from lms.rollouts.refresh import open_tasks
from lms.rollouts.registration import ChangeHasMoved, NothingDiffers, ReasonMissing, advance
from lms.rollouts.unit_drafts import draft_units


class SamePerson(DomainError):
    """Who registered a change does not approve it."""

    code = "same-person"


def approve(change_key: str, *, version: int, actor_id: int, at: datetime, day: date | None = None) -> Change:
    """Publish a registered change, open its tasks and deliveries, mark stale texts, tell the owner; draft
    the units that say what differs.

    The files are checked as of *day*; left out, as of today. Raises ``SamePerson``, ``NotRegistered``,
    ``ChangeHasMoved`` (also when its files were saved again since it was registered), ``NothingDiffers``,
    ``HasFaults`` and ``LiveHasMoved``.
    """
    day = day or china_date(at)
    change = _approved(change_key, version, actor_id, at, day)
    changes = [weighed(row) for row in queries.items_of(change.id)]
    before, after = shelves(change)
    if {one.item.key for one in changes} != {item.key for item in differences(before, after)}:
        raise ChangeHasMoved(version=change.version)
    follows = impact(changes, before, after)
    open_tasks(change, follows.stale, at=at)
    _open_deliveries(change, follows.reaches)
    record(
        "change.approved",
        change_key,
        actor_id=actor_id,
        at=at,
        before=change.release_before,
        after=change.release_after,
        tasks=len(follows.stale),
        audiences=[reach.audience.value for reach in follows.reaches],
    )
    draft_units(change, actor_id=actor_id, at=at, day=day)
    return change


def _approved(change_key: str, version: int, actor_id: int, at: datetime, day: date) -> Change:
    """The change running, its drafts live."""
    approval = {"approved_by": actor_id, "approved_at": at, "release_before": live_release_id()}
    if queries.change(change_key).registered_by == actor_id:
        raise SamePerson
    change = advance(change_key, version, ChangeState.REGISTERED, state=ChangeState.RUNNING, **approval)
    if any(change.registered_at and one.saved_at > change.registered_at for one in drafts_of(change_key)):
        raise ChangeHasMoved(version=change.version)
    change.release_after = publish_workspace(change_key, author_id=actor_id, at=at, day=day)
    if change.release_after is None:
        raise NothingDiffers
    session().flush()
    return change


def _open_deliveries(change: Change, reaches: Sequence[Reach]) -> None:
    rows = [
        {
            "change_id": change.id,
            "audience": reach.audience,
            "unit": unit_name(change.key, easy=reach.audience is Audience.RETIREE),
            "course": reach.course,
        }
        for reach in reaches
    ]
    if rows:
        session().execute(insert(Delivery), rows)


def send_back(change_key: str, *, reason: str, version: int, actor_id: int, at: datetime) -> Change:
    """Make a registered change a draft again, with its decisions kept."""
    if not reason.strip():
        raise ReasonMissing(keys=[])
    cleared = {"registered_by": None, "registered_at": None, "registered_on": None}
    change = advance(change_key, version, ChangeState.REGISTERED, state=ChangeState.DRAFT, **cleared)
    record("change.sent-back", change_key, actor_id=actor_id, at=at, reason=reason)
    return change
