"""How people want to be told of a change, when they say so later; and who need not be told any more."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, not_, or_, select

from lms.assignments.models import Completion
from lms.kernel.database import session
from lms.notifications.by_hand import ON_REQUEST, follow_wishes
from lms.notifications.models import Delivery, DeliveryState, Message
from lms.people.models import Person, PersonState, ReachBy
from lms.rollouts.models import Change, Recipient
from lms.rollouts.recipients import TOPICS, is_waited_for, joined
from lms.rollouts.running import UNDER_WAY, approved_at


def follow(change_id: int, at: datetime) -> int:
    """Bring whom a running change waits for onto the way that they ask for now; returns how many.

    While everybody looks for themselves this is one statement.
    """
    change = session().get_one(Change, change_id)
    if not _somebody_asks():
        return 0
    waiting = joined(select(Recipient.person_id), change).where(is_waited_for(approved_at(change)))
    return follow_wishes(waiting, [topic.value for topic in TOPICS.values()], change.key, at)


def _somebody_asks() -> bool:
    """Whether anybody asks for another way, or has asked for one over which something still waits."""
    asks = exists().where(Person.state == PersonState.ACTIVE, Person.reach != ReachBy.APP)
    waits = exists().where(Delivery.state == DeliveryState.QUEUED, Delivery.channel.in_(ON_REQUEST))
    return bool(session().scalar(select(asks | waits)))


def is_needless() -> ColumnElement[bool]:
    """True of a message about a change that nobody has to carry out any more: its reader is done, excused or
    gone, or the change is over. ``Message`` has to be joined outside.
    """
    theirs = (Change.key == Message.subject, Recipient.person_id == Message.person_id)
    over = or_(Change.state.not_in(UNDER_WAY), not_(is_waited_for(Change.approved_at)))
    return (
        select(Recipient.person_id)
        .join(Change, Change.id == Recipient.change_id)
        .join(Person, Person.id == Recipient.person_id)
        .outerjoin(Completion, Completion.assignment_id == Recipient.assignment_id)
        .where(*theirs, over)
        .correlate(Message)
        .exists()
    )
