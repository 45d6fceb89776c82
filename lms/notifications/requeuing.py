"""Trying again what nobody got, after it was mended."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from lms.kernel.database import session
from lms.notifications.addresses import has_address
from lms.notifications.models import Channel, Delivery, DeliveryState, Message
from lms.notifications.queueing import adding, queued
from lms.notifications.reception import Sought, missed_ids
from lms.notifications.rules import out_of_quiet
from lms.people.models import Person

_AT_ONCE = 500
_OVER = (DeliveryState.DEAD, DeliveryState.SKIPPED)


def requeue(sought: Sought, at: datetime) -> int:
    """Queue the messages asked for that nobody got, over every channel they were meant for.

    Who still has no address, or one that is still refused, is left out. Returns how many messages go out
    again: with all their tries before them, and not in the quiet hours.
    """
    ids = missed_ids(sought)
    leaves_at = out_of_quiet(at)
    again: set[int] = set()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        for channel in Channel:
            if channel is not Channel.INBOX:
                again |= _tried_again(channel, some, leaves_at) | _first_tried(channel, some, leaves_at)
    return len(again)


def _tried_again(channel: Channel, ids: Sequence[int], leaves_at: datetime) -> set[int]:
    reachable = select(Message.id).join(Person, Person.id == Message.person_id)
    given_up = update(Delivery).where(
        Delivery.message_id.in_(reachable.where(Message.id.in_(ids), has_address(channel))),
        Delivery.channel == channel,
        Delivery.state.in_(_OVER),
    )
    again = given_up.values(state=DeliveryState.QUEUED, tries=0, next_at=leaves_at, error="")
    found = session().scalars(
        again.returning(Delivery.message_id), execution_options={"synchronize_session": False}
    )
    return set(found)


def _first_tried(channel: Channel, ids: Sequence[int], leaves_at: datetime) -> set[int]:
    """Of messages that found no address on this channel when they were posted."""
    untried = (
        queued(channel, leaves_at)
        .join(Person, Person.id == Message.person_id)
        .where(Message.id.in_(ids), Message.channels.contains(channel.value), has_address(channel))
    )
    return set(session().scalars(adding(untried).returning(Delivery.message_id)))
