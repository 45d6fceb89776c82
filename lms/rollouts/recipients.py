"""What is true of a recipient of a change, as conditions: every list and every number is made of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, QueryableAttribute, aliased

from lms.assignments.models import Assignment, Completion
from lms.courses.models import PageRead
from lms.notifications.by_hand import ON_REQUEST
from lms.notifications.models import Delivery, DeliveryState, Message
from lms.notifications.rules import Topic
from lms.people.models import Person, PersonState, ReachBy
from lms.quizzes.models import Attempt
from lms.rollouts.models import Change, Path, Recipient

Moment = datetime | InstrumentedAttribute[datetime | None] | QueryableAttribute[datetime | None]
TOPICS = {Path.DELTA: Topic.TO_LEARN, Path.NOTICE: Topic.TO_ACKNOWLEDGE, Path.COURSE: Topic.COURSE}
"""How a path is announced."""
OPENED, NOT_NEEDED, STILL = "opened", "none", "-"
"""How it got to somebody besides the ways of ``ReachBy``; ``-letter`` and the like: it has still to."""
COMPLETED = Completion.assignment_id.is_not(None)
"""``Completion`` has to be joined from the outside, as in every condition below."""


_PAPER = aliased(Attempt)
"""Under a name of its own, because some lists join the papers too."""


def rests_on_older(approved_at: Moment) -> ColumnElement[bool]:
    """True of a completion earned before the change, or by a paper that was drawn before it."""
    drawn_before = exists().where(_PAPER.id == Completion.attempt_id, _PAPER.started_at < approved_at)
    return or_(Completion.completed_at < approved_at, drawn_before)


def is_done(approved_at: Moment) -> ColumnElement[bool]:
    """True of who completed what they were given; a course counts only in the version after the change."""
    return and_(COMPLETED, or_(Recipient.path != Path.COURSE, not_(rests_on_older(approved_at))))


def is_waited_for(approved_at: Moment) -> ColumnElement[bool]:
    """Neither done nor excused, and still there; ``Person`` has to be joined."""
    return and_(
        Recipient.excused_at.is_(None), Person.state == PersonState.ACTIVE, not_(is_done(approved_at))
    )


def is_late(approved_at: Moment, today: date) -> ColumnElement[bool]:
    """Waited for beyond the due date; ``Assignment`` has to be joined."""
    return and_(is_waited_for(approved_at), Assignment.due_on < today)


def message_read_at(change_key: str) -> ScalarSelect[Any]:
    """When the recipient first read a message about the change."""
    return (
        select(func.min(Message.read_at))
        .where(
            Message.person_id == Recipient.person_id,
            Message.topic.in_([topic.value for topic in TOPICS.values()]),
            Message.subject == change_key,
        )
        .correlate(Recipient)
        .scalar_subquery()
    )


def page_read_at() -> ScalarSelect[Any]:
    """When the recipient first read a page of what they were given, since then."""
    return (
        select(func.min(PageRead.at))
        .where(
            PageRead.person_id == Recipient.person_id,
            PageRead.course == Assignment.course,
            PageRead.at >= Recipient.added_at,
        )
        .correlate(Recipient, Assignment)
        .scalar_subquery()
    )


def has_opened(change: Change, approved_at: Moment) -> ColumnElement[bool]:
    """True of who read the message or a page, or is done: whatever is quicker to find out comes first."""
    return case(
        (is_done(approved_at), True),
        (message_read_at(change.key).is_not(None), True),
        else_=page_read_at().is_not(None),
    )


def _sent(change_key: str, what: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Of what was sent to the recipient about the change over a way that they asked for."""
    return (
        select(func.min(what))
        .join(Message, Message.id == Delivery.message_id)
        .where(
            Message.person_id == Recipient.person_id,
            Message.topic.in_([topic.value for topic in TOPICS.values()]),
            Message.subject == change_key,
            Delivery.channel.in_(ON_REQUEST),
            Delivery.state == DeliveryState.SENT,
        )
        .correlate(Recipient)
        .scalar_subquery()
    )


def sent_at(change_key: str) -> ScalarSelect[Any]:
    """When it was sent, posted or told to the recipient; nothing for who looks for themselves."""
    return _sent(change_key, Delivery.sent_at.expression)


def way(change: Change, approved_at: Moment) -> ColumnElement[str]:
    """How the change got to a recipient, or on which way it still is.

    Who looks for themselves has it at once. To others it has been delivered when it was sent, posted or told,
    or when they opened it themselves. Nobody has to reach who is excused or gone.
    """
    needless = or_(Recipient.excused_at.is_not(None), Person.state == PersonState.LEFT)
    other = case(
        (has_opened(change, approved_at), OPENED),
        (needless, NOT_NEEDED),
        else_=literal(STILL) + cast(Person.reach, String),
    )
    sent = _sent(change.key, type_coerce(Delivery.channel, String))
    return case((Person.reach == ReachBy.APP, ReachBy.APP.value), else_=func.coalesce(sent, other))


def joined(statement: Select[*tuple[Any, ...]], change: Change) -> Select[*tuple[Any, ...]]:
    """*statement* over the recipients of a change with person, assignment and completion."""
    return (
        statement.select_from(Recipient)
        .join(Person, Person.id == Recipient.person_id)
        .outerjoin(Assignment, Assignment.id == Recipient.assignment_id)
        .outerjoin(Completion, Completion.assignment_id == Recipient.assignment_id)
        .where(Recipient.change_id == change.id)
    )
