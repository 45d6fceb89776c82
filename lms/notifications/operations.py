"""The outbox: posting to any number of people, claiming what is to be sent, noting what became of it.

Messages are written in the transaction of what they tell about, and leave after it. A worker claims
deliveries, sends them outside any transaction, and settles them: compare-and-set at both ends, so that two
workers never send the same one. Only a worker that dies between sending and settling leaves some that are
sent again; they carry the same key.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    String,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    true,
    union_all,
    update,
)

from lms.kernel.database import UtcDateTime, random_key, session, table_of, upsert
from lms.kernel.keys import new_key
from lms.notifications.addresses import address_columns, address_of, has_address
from lms.notifications.models import Channel, Delivery, DeliveryState, Message
from lms.notifications.queueing import DELIVERY, as_preferred, queued
from lms.notifications.rules import (
    BY_DEFAULT,
    HOLD,
    KEPT_FOR,
    MOST_TRIES,
    Due,
    Note,
    Topic,
    Way,
    again_when_reached,
    next_try,
)
from lms.people.models import Person, ReachBy

Rows: TypeAlias = Sequence[Mapping[str, Any]] | None
_AT_ONCE = 500
"""So many messages are named in one statement."""
_ONE_EACH = ("person_id", "topic", "subject")
"""What a person has no second message of."""


def post_to(
    people: Select[int] | Select[int | None],
    *,
    topic: str,
    subject: str,
    facts: Mapping[str, Any],
    at: datetime,
    way: Way = BY_DEFAULT,
) -> int:
    """Give a message to everybody whom *people* selects by id; returns to how many who did not have it yet.

    Three statements whatever the headcount. A person gets one message of a topic about one subject: posting
    again reaches newcomers only. In the inbox it is at once; over each channel of *way* it is queued for whom
    has an address there. Raises ``ValueError`` for an unknown topic.
    """
    session().flush()
    last = session().scalar(select(func.max(Message.id))) or 0
    asked = people.subquery().c[0]
    rows = select(
        random_key(),
        asked,
        literal(Topic(topic).value),
        literal(subject),
        literal(dict(facts), Message.facts.type),
        _channels(way),
        literal(at, UtcDateTime()),
    ).where(asked.is_not(None))
    if way.as_preferred:
        rows = rows.join(Person, Person.id == asked)
    rows = rows.order_by(asked)  # one place of each index after the other, not here and there
    columns = ["key", "person_id", "topic", "subject", "facts", "channels", "created_at"]
    posted = _run(upsert(Message).from_select(columns, rows).on_conflict_do_nothing(index_elements=_ONE_EACH))
    if posted:
        fresh = (Message.topic == topic) & (Message.subject == subject) & (Message.created_at == at)
        _deliver(way, at, fresh & (Message.id > last))
    return posted


def _channels(way: Way) -> ColumnElement[str]:
    """Over which channels a message is meant to go; *as_preferred*, ``Person`` has to be joined."""
    usual = literal(",".join(way.channels))
    if not way.as_preferred:
        return usual
    return case((Person.reach == ReachBy.APP, usual), else_=cast(Person.reach, String))


def post_each(notes: Sequence[Note], *, topic: str, at: datetime, way: Way = BY_DEFAULT) -> int:
    """Give people messages that say something else to each; returns how many were not posted before.

    Two statements for every few hundred notes. Otherwise as ``post_to``.
    """
    session().flush()
    said = {"topic": Topic(topic).value, "channels": ",".join(way.channels), "created_at": at}
    posted = 0
    for some in _portions(notes):
        rows = [{"key": new_key(12), **vars(note), **said} for note in some]
        posted += _run(upsert(Message).on_conflict_do_nothing(index_elements=_ONE_EACH), rows)
        _deliver(way, at, Message.key.in_([row["key"] for row in rows]))
    return posted


def _portions(notes: Sequence[Note]) -> Iterator[Sequence[Note]]:
    for start in range(0, len(notes), _AT_ONCE):
        yield notes[start : start + _AT_ONCE]


def _deliver(way: Way, at: datetime, fresh: ColumnElement[bool]) -> None:
    """The inbox has it; the other channels are to send it, to whom they can.

    What is *fresh* was written just now, so that no delivery of it can be there: looking for one would cost
    as much as writing it.
    """
    inbox = queued(Channel.INBOX, at, sent_at=at).where(fresh)
    looks = Person.reach == ReachBy.APP if way.as_preferred else true()
    others = [
        queued(channel, way.leaves_at(at))
        .join(Person, Person.id == Message.person_id)
        .where(fresh, looks, has_address(channel))
        for channel in dict.fromkeys(way.channels)
        if channel is not Channel.INBOX
    ]
    if way.as_preferred:
        others.append(as_preferred(way.leaves_at(at)).where(fresh))
    _run(insert(table_of(Delivery)).from_select(DELIVERY, union_all(inbox, *others)))


def _run(statement: Executable, rows: Rows = None) -> int:
    """Run an ``INSERT``, once or for each of *rows*; returns how many rows it added."""
    options = {"preserve_rowcount": True}
    return session().connection().execute(statement, rows, execution_options=options).rowcount


def mark_read(person_id: int, key: str, at: datetime) -> bool:
    """Note that a person has read their message; false when they had before, or it is not theirs."""
    unread = update(Message).where(
        Message.person_id == person_id, Message.key == key, Message.read_at.is_(None)
    )
    return session().execute(unread.values(read_at=at).returning(Message.id)).one_or_none() is not None


# -- what a worker does -----------------------------------------------------------------------------------


def claim_due(channel: Channel, now: datetime, *, limit: int) -> list[Due]:
    """Take up to *limit* deliveries that are due, those waiting longest first; each try counts from here.

    To be committed before anything is sent. What another worker holds is left alone. What was lost by its
    worker at the last try is given up.
    """
    _give_up_lost(channel, now)
    held_until = now + HOLD
    due = (
        select(Delivery.id)
        .where(_is_due(channel, now))
        .order_by(Delivery.next_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte()  # as a subquery PostgreSQL may run it again for each row, and then its limit holds for none
    )
    claim = update(Delivery).where(Delivery.id.in_(select(due.c.id)), _is_due(channel, now))
    claimed = session().scalars(
        claim.values(next_at=held_until, tries=Delivery.tries + 1).returning(Delivery.id),
        execution_options={"synchronize_session": False},
    )
    return _held(channel, claimed.all(), held_until)


def _is_due(channel: Channel, now: datetime) -> ColumnElement[bool]:
    return (
        (Delivery.state == DeliveryState.QUEUED)
        & (Delivery.next_at <= now)
        & (Delivery.channel == channel)
        & (Delivery.tries < MOST_TRIES)
    )


def _held(channel: Channel, ids: Sequence[int], held_until: datetime) -> list[Due]:
    said = (Message.created_at, Message.person_id, Message.key, Message.topic, Message.facts)
    rows = session().execute(
        select(Delivery.id, Delivery.tries, *said, *address_columns(channel))
        .join(Message, Message.id == Delivery.message_id)
        .join(Person, Person.id == Message.person_id)
        .where(Delivery.id.in_(ids))
        .order_by(Delivery.id)
    )
    found = []
    for identity, tries, posted_at, person_id, key, topic, facts, *rest in rows:
        address, lacks = address_of(*rest)
        letter = (posted_at, person_id, address, key, topic, facts, lacks)
        found.append(Due(identity, tries, held_until, *letter, channel))
    return found


def _give_up_lost(channel: Channel, now: datetime) -> None:
    lost = update(Delivery).where(
        Delivery.channel == channel,
        Delivery.state == DeliveryState.QUEUED,
        Delivery.tries >= MOST_TRIES,
        Delivery.next_at <= now,
    )
    session().execute(
        lost.values(state=DeliveryState.DEAD, error="lost"), execution_options={"synchronize_session": False}
    )


def settle_sent(due: Collection[Due], at: datetime) -> int:
    """Note that these are sent; returns how many. Not counted: whose hold was over, so others took them."""
    return _settle(due, state=DeliveryState.SENT, sent_at=at, next_at=at, error="")


def settle_failed(due: Due, error: str, *, retryable: bool, at: datetime) -> None:
    """Note a refusal by its code: queued again for later when that may help, else given up."""
    again = next_try(due.tries, at, retryable=retryable)
    state = DeliveryState.QUEUED if again else DeliveryState.DEAD
    _settle([due], state=state, next_at=again or at, error=error)


def settle_skipped(due: Due, error: str, at: datetime) -> None:
    """Note that there was nothing to try, and why."""
    _settle([due], state=DeliveryState.SKIPPED, tries=Delivery.tries - 1, next_at=at, error=error)


def hand_back(due: Collection[Due], now: datetime) -> None:
    """Give back what was claimed and not tried: due again at once, and the try does not count."""
    _settle(due, tries=Delivery.tries - 1, next_at=now)


def settle_unreached(due: Due, error: str, at: datetime) -> None:
    """Note that the channel could not be reached with this letter; that it was tried does not count."""
    again = again_when_reached(due.posted_at, at)
    state = DeliveryState.QUEUED if again else DeliveryState.DEAD
    _settle([due], state=state, tries=Delivery.tries - 1, next_at=again or at, error=error)


def give_up_old(channel: Channel, error: str, at: datetime) -> int:
    """Give up what waits for a channel that cannot be reached and is old news; returns how many."""
    old = select(Message.id).where(Message.created_at <= at - KEPT_FOR)
    waiting = update(Delivery).where(
        Delivery.channel == channel,
        Delivery.state == DeliveryState.QUEUED,
        Delivery.next_at <= at,
        Delivery.message_id.in_(old),
    )
    given_up = waiting.values(state=DeliveryState.DEAD, next_at=at, error=error)
    return session().connection().execute(given_up).rowcount


def skip_all(channel: Channel, error: str, at: datetime) -> int:
    """Note of everything queued for a channel that it will not be sent, and why; returns how many."""
    queued = update(Delivery).where(Delivery.channel == channel, Delivery.state == DeliveryState.QUEUED)
    skipped = queued.values(state=DeliveryState.SKIPPED, next_at=at, error=error)
    return session().connection().execute(skipped).rowcount


def _settle(due: Iterable[Due], **values: Any) -> int:
    """One statement for all that were claimed together and are at the same try."""
    together: dict[tuple[datetime, int], list[int]] = defaultdict(list)
    for one in due:
        together[one.held_until, one.tries].append(one.id)
    settled = 0
    for (held_until, tries), ids in together.items():
        held = update(Delivery).where(
            Delivery.id.in_(ids),
            Delivery.state == DeliveryState.QUEUED,
            Delivery.tries == tries,
            Delivery.next_at == held_until,
        )
        settled += session().connection().execute(held.values(**values)).rowcount
    return settled
