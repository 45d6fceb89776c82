"""What people deliver and no worker does: letters and calls. They wait until somebody says what came."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, exists, or_, select, update

from lms.kernel.database import session
from lms.notifications.addresses import has_address
from lms.notifications.models import Channel, Delivery, DeliveryState, Message
from lms.notifications.queueing import adding, as_preferred
from lms.people.models import Person

Ids: TypeAlias = Collection[int] | Select[int]
OTHER_WAY = "other-way"
"""Why a delivery is not made: the person has asked for another way meanwhile."""
ON_REQUEST = (Channel.SMS, Channel.LETTER, Channel.CALL)
"""The ways that somebody may ask for in place of looking for themselves."""
_REVIVED = (OTHER_WAY, "no-address")
_AT_ONCE = 500


def waiting_calls() -> Select[int, int, str, datetime]:
    """Calls that nobody has made: ``delivery_id``, ``person_id``, ``subject`` and ``posted_at``."""
    return (
        select(
            Delivery.id.label("delivery_id"),
            Message.person_id.label("person_id"),
            Message.subject.label("subject"),
            Message.created_at.label("posted_at"),
        )
        .join(Message, Message.id == Delivery.message_id)
        .where(Delivery.state == DeliveryState.QUEUED, Delivery.channel == Channel.CALL)
    )


def settle(ids: Ids, channel: Channel, *, at: datetime) -> int:
    """Note that these were handed over at an instant; returns how many had waited for it."""
    return _change(
        ids, channel, DeliveryState.QUEUED, {"state": DeliveryState.SENT, "sent_at": at, "next_at": at}
    )


def take_back(ids: Ids, channel: Channel, error: str, *, at: datetime) -> int:
    """Note that these were handed over and did not arrive, and why; returns how many."""
    came_back = {"state": DeliveryState.DEAD, "error": error, "sent_at": None, "next_at": at}
    return _change(ids, channel, DeliveryState.SENT, came_back)


def again(ids: Ids, channel: Channel, *, at: datetime) -> int:
    """Let these wait anew that were given up; returns how many."""
    anew = {"state": DeliveryState.QUEUED, "error": "", "next_at": at}
    return _change(ids, channel, DeliveryState.DEAD, anew)


def _change(ids: Ids, channel: Channel, state: DeliveryState, values: Mapping[str, Any]) -> int:
    chosen = update(Delivery).where(
        Delivery.id.in_(ids), Delivery.channel == channel, Delivery.state == state
    )
    return session().connection().execute(chosen.values(values)).rowcount


def follow_wishes(people: Select[int], topics: Collection[str], subject: str, at: datetime) -> int:
    """Bring messages that were not read onto the way that each of *people* asks for now.

    What waits for another way waits no more; who has an address since then is queued. What has left already
    over one of these ways is not sent twice. Returns how many are queued. One statement while there is
    nothing to do, else a handful for every few hundred people.
    """
    unread = (Message.topic.in_(topics), Message.subject == subject, Message.read_at.is_(None))
    ids = session().scalars(_astray().where(*unread)).all()
    queued = 0
    for start in range(0, len(ids), _AT_ONCE):
        asked = people.subquery()
        some = select(asked.c[0]).where(asked.c[0].in_(ids[start : start + _AT_ONCE]))
        chosen = session().scalars(some).all()
        if chosen:
            queued += _follow((*unread, Message.person_id.in_(chosen)), at)
    return queued


def _astray() -> Select[int]:
    """Who is to get a message another way than it goes now; or has got it over none, and could."""
    channel, state = Delivery.channel, Delivery.state
    over = exists().where(Delivery.message_id == Message.id).correlate(Message, Person)
    idle = (state == DeliveryState.SKIPPED) & Delivery.error.in_(_REVIVED)
    there = over.where(
        ((channel == Person.reach) & ~idle) | (channel.in_(ON_REQUEST) & (state == DeliveryState.SENT))
    )
    elsewhere = over.where(state == DeliveryState.QUEUED, channel.in_(ON_REQUEST), channel != Person.reach)
    could = or_(*((Person.reach == one.value) & has_address(one) for one in ON_REQUEST))
    on_no_way = could & ~there
    return select(Message.person_id).join(Person, Person.id == Message.person_id).where(on_no_way | elsewhere)


def _follow(unread: Collection[ColumnElement[bool]], at: datetime) -> int:
    _leave_other_ways(unread, at)
    other = Delivery.__table__.alias()
    there = exists().where(
        other.c.message_id == Message.id,
        (other.c.channel == Person.reach)
        | (other.c.channel.in_(ON_REQUEST) & (other.c.state == DeliveryState.SENT)),
    )
    new = adding(as_preferred(at).where(*unread, ~there)).returning(Delivery.id)
    return _revive(unread, at) + len(session().scalars(new).all())


def _leave_other_ways(unread: Collection[ColumnElement[bool]], at: datetime) -> None:
    moved = (
        select(Delivery.id)
        .join(Message, Message.id == Delivery.message_id)
        .join(Person, Person.id == Message.person_id)
        .where(
            *unread,
            Delivery.state == DeliveryState.QUEUED,
            Delivery.channel.in_(ON_REQUEST),
            Delivery.channel != Person.reach,
        )
    )
    skipped = update(Delivery).where(Delivery.id.in_(moved))
    session().connection().execute(skipped.values(state=DeliveryState.SKIPPED, error=OTHER_WAY, next_at=at))


def _revive(unread: Collection[ColumnElement[bool]], at: datetime) -> int:
    """Who went back to a way, or has an address by now."""
    revived = 0
    for channel in ON_REQUEST:
        back = (
            select(Delivery.id)
            .join(Message, Message.id == Delivery.message_id)
            .join(Person, Person.id == Message.person_id)
            .where(
                *unread,
                Delivery.state == DeliveryState.SKIPPED,
                Delivery.channel == channel,
                Delivery.error.in_(_REVIVED),
                Person.reach == channel.value,
                has_address(channel),
            )
        )
        queued = update(Delivery).where(Delivery.id.in_(back))
        values = {"state": DeliveryState.QUEUED, "error": "", "next_at": at}
        revived += session().connection().execute(queued.values(**values)).rowcount
    return revived
