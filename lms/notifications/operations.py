"""The outbox: posting to any number of people, claiming what is to be sent, noting what became of it.

Messages are written in the transaction of what they tell about, and leave after it. A worker claims
deliveries, sends them outside any transaction, and settles each: compare-and-set at both ends, so that two
workers never send the same one. Only a worker that dies between sending and settling leaves one that is
sent again; it carries the same key.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Executable, Select, bindparam, case, literal, select, update

from lms.kernel.database import UtcDateTime, random_key, session, upsert
from lms.kernel.keys import new_key
from lms.notifications.models import Channel, Delivery, DeliveryState, Message
from lms.notifications.rules import HOLD, MOST_TRIES, Due, Note, Topic, next_try
from lms.people.models import Person, PersonState

Rows: TypeAlias = Sequence[Mapping[str, Any]] | None


def post_to(
    people: Select[int] | Select[int | None],
    *,
    topic: str,
    subject: str,
    facts: Mapping[str, Any],
    at: datetime,
) -> int:
    """Give a message to everybody whom *people* selects by id; returns to how many who did not have it yet.

    Three statements whatever the headcount. A person gets one message of a topic about one subject: posting
    again reaches newcomers only. In the inbox it is at once; by e-mail it is queued for whom has an address.
    Raises ``ValueError`` for an unknown topic.
    """
    session().flush()
    asked = people.subquery().c[0]
    rows = select(
        random_key(),
        asked,
        literal(Topic(topic).value),
        literal(subject),
        literal(dict(facts), Message.facts.type),
        literal(at, UtcDateTime()),
    ).where(asked.is_not(None))
    columns = ["key", "person_id", "topic", "subject", "facts", "created_at"]
    posted = _run(upsert(Message).from_select(columns, rows).on_conflict_do_nothing())
    if posted:
        fresh = (Message.topic == topic, Message.subject == subject, Message.created_at == at)
        _deliver(Channel.INBOX, DeliveryState.SENT, at, select(Message.id).where(*fresh))
        reachable = select(Message.id).join(Person, Person.id == Message.person_id)
        _deliver(Channel.EMAIL, DeliveryState.QUEUED, at, reachable.where(*fresh, Person.email != ""))
    return posted


def post_each(notes: Sequence[Note], *, topic: str, at: datetime) -> int:
    """Give people messages that say something else to each; returns how many were not posted before.

    Three statements, each sent once with as many rows as there are notes. Otherwise as ``post_to``.
    """
    session().flush()
    said = {"topic": Topic(topic).value, "created_at": at}
    rows = [{"key": new_key(12), **vars(note), **said} for note in notes]
    if not rows:
        return 0
    posted = _run(upsert(Message).on_conflict_do_nothing(), rows)
    fresh = Message.key == bindparam("posted")
    keys = [{"posted": row["key"]} for row in rows]
    _deliver(Channel.INBOX, DeliveryState.SENT, at, select(Message.id).where(fresh), keys)
    reachable = select(Message.id).join(Person, Person.id == Message.person_id)
    _deliver(Channel.EMAIL, DeliveryState.QUEUED, at, reachable.where(fresh, Person.email != ""), keys)
    return posted


def _deliver(
    channel: Channel, state: DeliveryState, at: datetime, messages: Select[int], keys: Rows = None
) -> None:
    sent_at = at if state is DeliveryState.SENT else None
    rows = messages.add_columns(
        literal(channel, Delivery.channel.type),
        literal(state, Delivery.state.type),
        literal(0),
        literal(at, UtcDateTime()),
        literal(sent_at, UtcDateTime()),
        literal(""),
    )
    columns = ["message_id", "channel", "state", "tries", "next_at", "sent_at", "error"]
    _run(upsert(Delivery).from_select(columns, rows).on_conflict_do_nothing(), keys)


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
    return _held(claimed.all(), held_until)


def _is_due(channel: Channel, now: datetime) -> ColumnElement[bool]:
    return (
        (Delivery.state == DeliveryState.QUEUED)
        & (Delivery.next_at <= now)
        & (Delivery.channel == channel)
        & (Delivery.tries < MOST_TRIES)
    )


def _held(ids: Sequence[int], held_until: datetime) -> list[Due]:
    address = case((Person.state == PersonState.ACTIVE, Person.email), else_="")
    rows = session().execute(
        select(
            Delivery.id, Delivery.tries, Message.person_id, address, Message.key, Message.topic, Message.facts
        )
        .join(Message, Message.id == Delivery.message_id)
        .join(Person, Person.id == Message.person_id)
        .where(Delivery.id.in_(ids))
        .order_by(Delivery.id)
    )
    return [Due(identity, tries, held_until, *rest) for identity, tries, *rest in rows]


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


def settle_sent(due: Due, at: datetime) -> bool:
    """Note that it is sent; false when the hold was over and another worker has taken it."""
    return _settle(due, state=DeliveryState.SENT, sent_at=at, next_at=at, error="")


def settle_failed(due: Due, error: str, *, retryable: bool, at: datetime) -> None:
    """Note a refusal by its code: queued again for later when that may help, else given up."""
    again = next_try(due.tries, at, retryable=retryable)
    state = DeliveryState.QUEUED if again else DeliveryState.DEAD
    _settle(due, state=state, next_at=again or at, error=error)


def settle_skipped(due: Due, error: str, at: datetime) -> None:
    """Note that there was nothing to try, and why."""
    _settle(due, state=DeliveryState.SKIPPED, tries=due.tries - 1, next_at=at, error=error)


def hand_back(due: Sequence[Due], now: datetime) -> None:
    """Give back what was claimed and not tried: due again at once, and the try does not count."""
    for one in due:
        _settle(one, tries=one.tries - 1, next_at=now)


def skip_all(channel: Channel, error: str, at: datetime) -> int:
    """Note of everything queued for a channel that it will not be sent, and why; returns how many."""
    queued = update(Delivery).where(Delivery.channel == channel, Delivery.state == DeliveryState.QUEUED)
    skipped = queued.values(state=DeliveryState.SKIPPED, next_at=at, error=error)
    return session().connection().execute(skipped).rowcount


def _settle(due: Due, **values: Any) -> bool:
    held = update(Delivery).where(
        Delivery.id == due.id,
        Delivery.state == DeliveryState.QUEUED,
        Delivery.tries == due.tries,
        Delivery.next_at == due.held_until,
    )
    return session().connection().execute(held.values(**values)).rowcount == 1
