"""Reads over letters: how far each change has come on paper, who gets what, whom no letter can reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import aliased

from lms.kernel.database import session
from lms.notifications.models import Channel, Delivery, DeliveryState, Message
from lms.outreach.letters import MOST, RETURNED, unposted
from lms.outreach.mailings import Mailing, PrintedLetter
from lms.people.models import Audience, Department, Person, PersonState, ReachBy, Status
from lms.rollouts.models import Change, ChangeState
from lms.rollouts.recipients import TOPICS
from lms.rollouts.wishes import is_needless

PAGE = 50
MOST_LACKING = 50
"""So many people without an address are named; all are counted."""
_TOPICS = [topic.value for topic in TOPICS.values()]


@dataclass(frozen=True)
class ByHand:
    """What people have to deliver of a change: letters to print, to post, posted, come back; and calls."""

    change: str
    title: str
    state: ChangeState
    to_print: int
    printed: int
    posted: int
    returned: int
    to_call: int
    called: int


def overview(change_key: str = "") -> list[ByHand]:
    """Every change with letters or calls, the newest first; or one, if it has any."""
    is_letter, queued = Delivery.channel == Channel.LETTER, Delivery.state == DeliveryState.QUEUED
    sent, printed = Delivery.state == DeliveryState.SENT, Delivery.id.in_(unposted())
    waits = queued & ~is_needless()
    statement = (
        select(
            Change.key,
            Change.title,
            Change.state,
            _counted(is_letter & waits & ~printed),
            _counted(is_letter & queued & printed),
            _counted(is_letter & sent),
            _counted(is_letter & (Delivery.error == RETURNED)),
            _counted(~is_letter & waits),
            _counted(~is_letter & sent),
        )
        .join(Message, Message.id == Delivery.message_id)
        .join(Change, Change.key == Message.subject)
        .where(
            Delivery.state.in_(DeliveryState),
            Delivery.channel.in_([Channel.LETTER, Channel.CALL]),
            Message.topic.in_(_TOPICS),
        )
        .group_by(Change.id)
        .order_by(Change.id.desc())
    )
    rows = session().execute(statement.where(Change.key == change_key) if change_key else statement)
    return [ByHand(*row) for row in rows]


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


@dataclass(frozen=True)
class MailingLine:
    """A mailing with the names of those who printed and posted it, and how many letters came back."""

    key: str
    letters: int
    printed_at: datetime
    printed_by: str
    posted_on: date | None
    posted_by: str
    returned: int


def mailings_of(change_key: str) -> list[MailingLine]:
    """The mailings of a change, the newest first."""
    printer, poster = aliased(Person), aliased(Person)
    returned = (
        select(func.count())
        .select_from(PrintedLetter)
        .join(Delivery, Delivery.id == PrintedLetter.delivery_id)
        .where(PrintedLetter.mailing_id == Mailing.id, Delivery.error == RETURNED)
        .correlate(Mailing)
        .scalar_subquery()
    )
    statement = (
        select(
            Mailing.key,
            Mailing.letters,
            Mailing.printed_at,
            printer.name,
            Mailing.posted_on,
            func.coalesce(poster.name, ""),
            returned,
        )
        .join(printer, printer.id == Mailing.printed_by)
        .outerjoin(poster, poster.id == Mailing.posted_by)
        .where(Mailing.change == change_key)
        .order_by(Mailing.id.desc())
    )
    return [MailingLine(*row) for row in session().execute(statement)]


@dataclass(frozen=True)
class LetterLine:
    """A letter in a mailing. ``state`` is that of its delivery."""

    person: str
    number: str
    name: str
    region: str
    state: DeliveryState
    error: str


def letters_of(mailing_id: int, *, text: str, page: int) -> tuple[list[LetterLine], int]:
    """A page of the letters of a mailing in the order of printing, and how many fit the text."""
    columns = (Person.key, Person.number, Person.name, Person.region, Delivery.state, Delivery.error)
    found = _in_mailing(select(*columns), mailing_id)
    if text:
        named = Person.name.icontains(text, autoescape=True)
        found = found.where(or_(named, Person.number.icontains(text, autoescape=True)))
    total = session().scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    rows = session().execute(found.limit(PAGE).offset((page - 1) * PAGE))
    return [LetterLine(*row) for row in rows], total


@dataclass(frozen=True)
class Addressee:
    """Somebody in a mailing, with what it takes to write to them. ``course`` is what they were given."""

    name: str
    address: str
    region: str
    status: Status
    audience: Audience
    course: str


def addressees(mailing_id: int) -> list[Addressee]:
    """Everybody in a mailing in the order of printing. Addresses are as they are today."""
    columns = (Person.name, Person.address, Person.region, Person.status, Person.audience, Message.facts)
    rows = session().execute(_in_mailing(select(*columns), mailing_id).limit(MOST))
    return [
        Addressee(row.name, row.address, row.region, row.status, row.audience, row.facts.get("course", ""))
        for row in rows
    ]


def _in_mailing(statement: Select[*tuple[Any, ...]], mailing_id: int) -> Select[*tuple[Any, ...]]:
    return (
        statement.select_from(PrintedLetter)
        .join(Delivery, Delivery.id == PrintedLetter.delivery_id)
        .join(Message, Message.id == Delivery.message_id)
        .join(Person, Person.id == Message.person_id)
        .where(PrintedLetter.mailing_id == mailing_id)
        .order_by(Person.region, Person.number)
    )


@dataclass(frozen=True)
class Lacking:
    """Somebody who cannot be reached as they ask: without an address, or without a telephone number."""

    person: str
    number: str
    name: str
    department: str
    reach: ReachBy


def lacking() -> tuple[Sequence[Lacking], int]:
    """Some of those who cannot be reached as they ask, and how many they are."""
    on_phone = Person.reach.in_([ReachBy.SMS, ReachBy.CALL]) & (Person.phone == "")
    on_paper = (Person.reach == ReachBy.LETTER) & (Person.address == "")
    here = (Person.state == PersonState.ACTIVE, on_paper | on_phone)
    count = session().scalar(select(func.count()).select_from(Person).where(*here)) or 0
    rows = (
        select(Person.key, Person.number, Person.name, Department.name, Person.reach)
        .join(Department, Department.id == Person.department_id)
        .where(*here)
        .order_by(Person.number)
        .limit(MOST_LACKING)
    )
    return [Lacking(*row) for row in session().execute(rows)] if count else [], count
