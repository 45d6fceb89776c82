"""The roster of a change: everybody whom it concerns, what they were given, and what became of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from lms.assignments.models import Assignment, Completion, HelpKind
from lms.assignments.queries import help_of_completion
from lms.kernel.database import session
from lms.people.models import Audience, Department, Person, PersonState, ReachBy
from lms.people.queries import with_descendants
from lms.quizzes.models import Attempt
from lms.rollouts.models import Change, Path, Recipient
from lms.rollouts.recipients import (
    OPENED,
    STILL,
    has_opened,
    is_done,
    is_late,
    joined,
    message_read_at,
    page_read_at,
    sent_at,
    way,
)
from lms.rollouts.running import approved_at

PAGE_SIZE = 50
_BATCH = 1000


class Outcome(StrEnum):
    """What became of a recipient; the first that is true."""

    DONE = "done"
    EXCUSED = "excused"
    LEFT = "left"
    LATE = "late"
    OPENED = "opened"
    DELIVERED = "delivered"
    ON_ITS_WAY = "on-its-way"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the roster is narrowed to; nothing given means everything.

    ``department`` is a key and includes all departments below it; ``text`` is part of a name or number.
    """

    audience: Audience | None = None
    outcome: Outcome | None = None
    department: str = ""
    text: str = ""


@dataclass(frozen=True)
class Row:
    """A recipient. ``earned`` of ``points`` are those of the last paper handed in.

    ``assisted``: with what kind of help they were done. ``course`` is empty when what they were given was
    taken off their list. ``way`` is how it got to them, or is to get, as ``recipients.way`` says it.
    """

    person: str
    number: str
    name: str
    department: str
    region: str
    audience: Audience
    path: Path
    assignment: str
    course: str
    given_at: datetime
    due_on: date | None
    read_at: datetime | None
    page_at: datetime | None
    done_at: datetime | None
    certificate: str | None
    earned: int | None
    points: int | None
    excused_at: datetime | None
    excused_by: str
    excuse: str
    assisted: HelpKind | None
    way: str
    sent_at: datetime | None
    outcome: Outcome

    @property
    def got_at(self) -> datetime | None:
        """When it was delivered: for who looks for themselves, when it was given."""
        if self.way == ReachBy.APP:
            return self.given_at
        return self.opened_at if self.way == OPENED else self.sent_at

    @property
    def opened_at(self) -> datetime | None:
        """When they first read the message or a page; at the latest when they were done."""
        return min((at for at in (self.read_at, self.page_at, self.done_at) if at), default=None)

    def days_late(self, today: date) -> int:
        """Whole days beyond the due date, for those who are late."""
        return (today - self.due_on).days if self.due_on and self.outcome is Outcome.LATE else 0


def total(change: Change, filters: Filters, *, today: date) -> int:
    """How many recipients fit."""
    return session().scalar(_narrowed(joined(select(func.count()), change), change, filters, today)) or 0


def page_of(change: Change, filters: Filters, *, today: date, page: int) -> list[Row]:
    """A page of the roster, from 1 on, in two statements: who, then what stands in their rows."""
    who = _narrowed(joined(select(Recipient.person_id), change), change, filters, today)
    ordered = who.order_by(Person.number).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    ids = session().scalars(ordered).all()
    rows = _detailed(change, today).where(Recipient.person_id.in_(ids)).order_by(Person.number)
    return [_row(row) for row in session().execute(rows)]


def all_of(change: Change, filters: Filters, *, today: date) -> Iterator[Row]:
    """The whole roster by employee number in one statement, read a batch at a time."""
    statement = _narrowed(_detailed(change, today), change, filters, today).order_by(Person.number)
    for row in session().execute(statement.execution_options(yield_per=_BATCH)):
        yield _row(row)


def _row(row: Sequence[Any]) -> Row:
    values: list[Any] = list(row)
    values[-1] = Outcome(values[-1])
    return Row(*values)


def outcome(change: Change, today: date) -> ColumnElement[str]:
    """What became of a recipient, as a column."""
    at = approved_at(change)
    return case(
        (is_done(at), Outcome.DONE.value),
        (Recipient.excused_at.is_not(None), Outcome.EXCUSED.value),
        (Person.state == PersonState.LEFT, Outcome.LEFT.value),
        (is_late(at, today), Outcome.LATE.value),
        (has_opened(change, at), Outcome.OPENED.value),
        (way(change, at).startswith(STILL), Outcome.ON_ITS_WAY.value),
        else_=Outcome.DELIVERED.value,
    )


def _narrowed(
    statement: Select[*tuple[Any, ...]], change: Change, filters: Filters, today: date
) -> Select[*tuple[Any, ...]]:
    if filters.audience:
        statement = statement.where(Recipient.audience == filters.audience)
    if filters.outcome:
        statement = statement.where(outcome(change, today) == filters.outcome.value)
    if filters.department:
        statement = statement.where(Person.department_id.in_(with_descendants(filters.department)))
    if filters.text:
        named = Person.name.icontains(filters.text, autoescape=True)
        statement = statement.where(or_(named, Person.number.icontains(filters.text, autoescape=True)))
    return statement


_EXCUSER, _LATER = aliased(Person), aliased(Attempt)


def _detailed(change: Change, today: date) -> Select[*tuple[Any, ...]]:
    done = is_done(approved_at(change))
    columns = (
        Person.key,
        Person.number,
        Person.name,
        Department.name,
        Person.region,
        Recipient.audience,
        Recipient.path,
        func.coalesce(Assignment.key, ""),
        func.coalesce(Assignment.course, ""),
        Recipient.added_at,
        Assignment.due_on,
        message_read_at(change.key),
        page_read_at(),
        case((done, Completion.completed_at)),
        case((done, Completion.certificate)),
        Attempt.earned,
        Attempt.points,
        Recipient.excused_at,
        func.coalesce(_EXCUSER.name, ""),
        Recipient.excuse,
        case((done, help_of_completion())),
        way(change, approved_at(change)),
        sent_at(change.key),
        outcome(change, today),
    )
    return (
        joined(select(*columns), change)
        .join(Department, Department.id == Person.department_id)
        .outerjoin(_EXCUSER, _EXCUSER.id == Recipient.excused_by)
        .outerjoin(Attempt, and_(Attempt.series == Assignment.key, Attempt.number == _last_paper()))
    )


def _last_paper() -> ColumnElement[int]:
    """Number of the last paper that was handed in."""
    return (
        select(func.max(_LATER.number))
        .where(_LATER.series == Assignment.key, _LATER.submitted_at.is_not(None))
        .correlate(Assignment)
        .scalar_subquery()
    )
