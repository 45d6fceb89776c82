"""A later date for everybody who still owes what a campaign gave them."""

from datetime import date

from sqlalchemy import func, select, update

from lms.assignments.adjustments import DateMissing, NotLater, ReasonMissing
from lms.assignments.models import Assignment
from lms.campaigns.drafting import CampaignHasMoved, Edit
from lms.campaigns.models import Campaign, CampaignState
from lms.campaigns.queries import campaign as campaign_by_key
from lms.campaigns.queries import still_owed
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.errors import DomainError


class NotRunning(DomainError):
    """It has given nothing to anybody, so that nothing can be put off. Fact ``state``."""

    code = "not-running"


class NobodyLeft(DomainError):
    """Nobody owes it any more, or everybody who does has a later date already."""

    code = "nobody-left"


def would_move(one: Campaign, due_on: date | None = None) -> int:
    """How many assignments are owed, and due before *due_on* where one is given."""
    earlier = [Assignment.due_on < due_on] if due_on else []
    mine = select(func.count()).where(Assignment.id.in_(still_owed(one.id)), *earlier)
    return session().scalar(mine) or 0


def extend(key: str, edit: Edit, due_on: date | None, *, reason: str) -> int:
    """Give a later date to all who are not done; returns how many assignments. Who has a later one keeps it.

    Nobody is written to: the reminders go by the new date. Raises ``NotFound``, ``NotRunning``,
    ``CampaignHasMoved``, ``DateMissing``, ``NotLater``, ``ReasonMissing`` and ``NobodyLeft``.
    """
    one = campaign_by_key(key)
    _check(one, due_on, reason, china_date(edit.at))
    _hold(one, edit, due_on)
    mine = (Assignment.id.in_(still_owed(one.id)), Assignment.due_on < due_on)
    later = update(Assignment).where(*mine).values(due_on=due_on)
    count = session().connection().execute(later).rowcount
    if not count:
        raise NobodyLeft
    session().expire_all()
    said = {"due_on": due_on.isoformat() if due_on else "", "reason": reason.strip(), "count": count}
    record("campaign.extended", key, actor_id=edit.actor_id, at=edit.at, **said)
    return count


def _check(one: Campaign, due_on: date | None, reason: str, today: date) -> None:
    if one.state not in {CampaignState.SENT, CampaignState.ENDED}:
        raise NotRunning(state=one.state.value)
    if due_on is None:
        raise DateMissing
    if due_on <= max(one.due_on or today, today):
        raise NotLater(due_on=one.due_on)
    if not reason.strip():
        raise ReasonMissing


def _hold(one: Campaign, edit: Edit, due_on: date | None) -> None:
    """The date of the campaign itself; a cycle of a rule goes on to give as many days as before."""
    held = (
        update(Campaign)
        .where(Campaign.id == one.id, Campaign.version == edit.version)
        .values(version=edit.version + 1, due_on=due_on if one.rule_id is None else one.due_on)
        .returning(Campaign.id)
        .execution_options(synchronize_session=False)
    )
    if session().execute(held).one_or_none() is None:
        raise CampaignHasMoved(version=campaign_by_key(one.key).version)
