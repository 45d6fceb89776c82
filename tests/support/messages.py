"""Messages to invented people. Needs an application context."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from lms.kernel.database import session, unit_of_work
from lms.notifications.models import Channel, Delivery, DeliveryState, Message
from lms.notifications.operations import post_to
from lms.people.models import Person
from tests.support.people import make_person

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CHANGE = "K7M2QX9A"
FACTS = {"change": CHANGE, "title": "门诊起付线调整", "due_on": "2026-12-07", "course": "", "count": 3}
ITEM = {
    "course": "onboarding",
    "title": "入职医保必修",
    "title_en": "Starting here",
    "due_on": "2026-12-07",
    "late": 0,
}
TRAINING: dict[str, object] = {
    "campaign": "K7",
    "items": [ITEM] * 3,
    "people": 2,
    "courses": 3,
    "late": 4,
    "day": "2026-12-10",
    "adjustment": "A9",
    "kind": "extension",
    "granted": True,
    "mine": True,
    "question": "q-1",
    "before": 80,
    "after": 40,
    "event": "E7",
    "place": "二楼培训室",
    "starts_at": "2026-12-10T06:00:00+00:00",
    "state": "signed",
    "reason": "讲师生病",
    "survey": "S7",
    "closes_on": "2026-12-10",
    "anonymous": True,
    "quarter": "2026-Q4",
    "title_en": "How it was",
}
"""What the words about training need besides ``FACTS``."""


def post(
    *people: Person,
    topic: str = "change.reminder",
    subject: str = CHANGE,
    facts: dict[str, object] | None = None,
    at: datetime = AT,
) -> int:
    """Post a message to some people, in a unit of work of its own; returns how many got it."""
    chosen = select(Person.id).where(Person.id.in_([person.id for person in people]))
    with unit_of_work():
        return post_to(chosen, topic=topic, subject=subject, facts=FACTS | (facts or {}), at=at)


def reachable(name: str, email: str = "") -> Person:
    """Somebody with an address for mail, or without."""
    person = make_person(name=name)
    person.email = email
    session().commit()
    return person


def delivery_states(subject: str) -> dict[tuple[str, Channel, DeliveryState], int]:
    """Topic, channel and state → how many persons, over all messages about a subject.

    Who has no address has no delivery by e-mail; everybody has one in the inbox.
    """
    states = (Message.topic, Delivery.channel, Delivery.state)
    counted = (
        select(*states, func.count())
        .join(Delivery, Delivery.message_id == Message.id)
        .where(Message.subject == subject)
    )
    rows = session().execute(counted.group_by(*states)).all()
    return {(topic, channel, state): count for topic, channel, state, count in rows}


def read_counts(subject: str) -> dict[str, int]:
    """Topic → how many persons have read their message about a subject."""
    counted = select(Message.topic, func.count()).where(
        Message.subject == subject, Message.read_at.is_not(None)
    )
    rows = session().execute(counted.group_by(Message.topic)).all()
    return {row[0]: row[1] for row in rows}
