"""Asking to be called or visited, or to have a question answered; and what becomes of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session, upsert
from lms.kernel.errors import NotFound
from lms.kernel.keys import new_key
from lms.library.queries import live_release_id
from lms.notifications.operations import post_to
from lms.notifications.rules import Topic
from lms.outreach.models import Contact, Request
from lms.outreach.refusals import AlreadyAsked, NotOpen, TooManyRequests
from lms.outreach.rules import (
    MOST_OPEN,
    ContactState,
    Reason,
    RequestKind,
    RequestState,
    promised_on,
)
from lms.people.models import Person
from lms.quizzes.topics import topics_of

_OPEN = Request.state == RequestState.OPEN


@dataclass(frozen=True)
class Asking:
    """What is asked. ``phone`` only where another number is meant than the one on file."""

    kind: RequestKind
    text: str = ""
    phone: str = ""
    lesson: str = ""


def ask(person_id: int, asking: Asking, *, actor_id: int, at: datetime) -> str:
    """Put a request on record with its promised day; returns its key.

    Raises ``AlreadyAsked`` for a call or a visit that is promised already and for the same question again,
    and ``TooManyRequests``.
    """
    if asking.kind is RequestKind.QUESTION:  # several may wait: no index refuses the same one
        _one_at_a_time(person_id)
    waiting = list(session().scalars(select(Request).where(Request.person_id == person_id, _OPEN)))
    for one in waiting:
        if one.kind is asking.kind and (one.kind is not RequestKind.QUESTION or one.text == asking.text):
            raise AlreadyAsked(promised_on=one.promised_on)
    if len(waiting) >= MOST_OPEN:
        raise TooManyRequests
    key, promise = new_key(), promised_on(asking.kind, china_date(at))
    row = upsert(Request).values(
        key=key,
        person_id=person_id,
        **vars(asking),
        topic=_topic_of(asking),
        asked_at=at,
        promised_on=promise,
        state=RequestState.OPEN,
        answer="",
    )
    if session().execute(row.on_conflict_do_nothing().returning(Request.id)).scalar() is None:
        raise AlreadyAsked(promised_on=promise)
    kind = asking.kind.value
    record("request.made", key, actor_id=actor_id, at=at, kind=kind, promised_on=promise.isoformat())
    return key


def _topic_of(asking: Asking) -> str | None:
    """What a question is about: the lesson that it was asked from, else what its words say."""
    if asking.kind is not RequestKind.QUESTION:
        return None
    topics = topics_of(live_release_id() or "")
    course, _, lesson = asking.lesson.partition("/")
    return topics.of_lesson(course, lesson) or topics.of_text(asking.text)


def set_topic(key: str, topic: str, *, actor_id: int, at: datetime) -> None:
    """Say what a question is about; empty: none of the topics.

    Raises ``NotFound`` for what is no question, or no topic of the library.
    """
    if topic and topics_of(live_release_id() or "").get(topic) is None:
        raise NotFound(kind="topic", key=topic)
    mine = update(Request).where(Request.key == key, Request.kind == RequestKind.QUESTION)
    if session().execute(mine.values(topic=topic).returning(Request.id)).one_or_none() is None:
        raise NotFound(kind="request", key=key)
    record("request.topic-set", key, actor_id=actor_id, at=at, topic=topic)


def _one_at_a_time(person_id: int) -> None:
    """What a person sends at the same moment is looked at one after the other."""
    session().execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def withdraw(person_id: int, key: str, *, at: datetime) -> None:
    """The person no longer wants it; who was to call or to come is told by the list.

    Raises ``NotFound`` for somebody else's, and ``NotOpen`` when it is done meanwhile.
    """
    found = session().scalar(select(Request).where(Request.key == key, Request.person_id == person_id))
    if found is None:
        raise NotFound(kind="request", key=key)
    gone = update(Request).where(Request.id == found.id, _OPEN).values(state=RequestState.WITHDRAWN)
    if session().execute(gone.returning(Request.id)).one_or_none() is None:
        raise NotOpen(key=key)
    _release(found.id)
    record("request.withdrawn", key, actor_id=person_id, at=at)


def _release(request_id: int) -> None:
    """Contacts that only this request was a reason for are cancelled; others go on without it."""
    held = select(Contact).where(Contact.request_id == request_id, Contact.state == ContactState.OPEN)
    for contact in session().scalars(held):
        contact.request_id, contact.promised_on = None, None
        contact.reasons = [one for one in contact.reasons if one != Reason.ASKED]
        if not contact.reasons:
            contact.state = ContactState.CANCELLED
    session().flush()


def answer(key: str, text: str, *, actor_id: int, at: datetime) -> int:
    """Answer in writing, and tell the person so; returns whose request it was.

    Raises ``NotFound`` and ``NotOpen``.
    """
    found = session().scalar(select(Request).where(Request.key == key))
    if found is None:
        raise NotFound(kind="request", key=key)
    if not settle([found.id], text=text, actor_id=actor_id, at=at):
        raise NotOpen(key=key)
    _release(found.id)
    whom = select(Request.person_id).where(Request.id == found.id)
    post_to(whom, topic=Topic.REQUEST_ANSWERED, subject=key, facts={}, at=at)
    record("request.answered", key, actor_id=actor_id, at=at)
    return found.person_id


def settle(request_ids: Collection[int], *, text: str = "", actor_id: int, at: datetime) -> int:
    """Mark requests as done; returns how many were open until now."""
    if not request_ids:
        return 0
    done = {"state": RequestState.DONE, "answer": text, "answered_by": actor_id, "answered_at": at}
    open_ones = update(Request).where(Request.id.in_(request_ids), _OPEN)
    return len(session().execute(open_ones.values(**done).returning(Request.id)).all())
