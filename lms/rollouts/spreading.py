"""Giving a change to one audience: assignments, recipients, messages, each by one statement a path."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from lms.assignments.models import Assignment, Cause, Completion
from lms.assignments.operations import assign_select
from lms.kernel.clock import china_date
from lms.kernel.database import UtcDateTime, analyse, many_rows, session, upsert
from lms.notifications.models import Message
from lms.notifications.operations import post_to
from lms.notifications.rules import AS_PREFERRED
from lms.people.models import Person, PersonState
from lms.rollouts.impact import Reach
from lms.rollouts.models import Path, Recipient, Severity
from lms.rollouts.people import is_concerned
from lms.rollouts.recipients import COMPLETED, TOPICS, rests_on_older

MANY = 1000
"""From so many new rows on the database is made to look at a table anew."""
_COLUMNS = ("change_id", "person_id", "audience", "path", "assignment_id", "added_at", "excuse")


@dataclass(frozen=True)
class Spread:
    """What goes to whom: the unit to those who passed an affected course, the course to the others.

    ``course`` is empty when the others are given nothing.
    """

    change_id: int
    change_key: str
    title: str
    approved_at: datetime
    reach: Reach
    unit: str
    course: str
    due_on: date
    now: datetime

    @property
    def path(self) -> Path:
        """How those learn of it who passed an affected course."""
        return Path.DELTA if self.reach.severity is Severity.SUBSTANTIVE else Path.NOTICE


def spread(what: Spread) -> int:
    """Give the change to whom it concerns and who is not among its recipients; returns how many.

    Who passed an affected course before the change gets the unit. When something substantive differs, who
    has an affected course open keeps it, who passed one since is done with it, and who never had one gets
    ``course``.
    """
    with many_rows():
        assign(what, _passed_before(what), what.unit)
        count = _receive_unit(what)
        if what.path is Path.DELTA and what.course:
            assign(what, _never_had(what), what.course)
            count += _receive_course(what)
        if count:
            tell(what)
    if count >= MANY:
        analyse(Assignment, Recipient, Message)
    return count


def assign(what: Spread, people: Select[int], course: str) -> None:
    """Assign a course for the sake of the change."""
    today = china_date(what.now)
    count = assign_select(people, course, cause=Cause.ROLLOUT, due_on=what.due_on, today=today, at=what.now)
    if count >= MANY:
        analyse(Assignment)


def _new(what: Spread) -> Select[int]:
    """Whom the change concerns and who has not received it; who begins on a later day joins then."""
    is_hired = Person.hired_on <= china_date(what.now)
    return select(Person.id).where(is_concerned(what.reach), is_hired, _is_new(what))


def _is_new(what: Spread) -> ColumnElement[bool]:
    return ~exists().where(Recipient.change_id == what.change_id, Recipient.person_id == Person.id)


def _affected(what: Spread) -> Select[int]:
    """Assignments of affected courses, for use inside ``EXISTS``."""
    return select(Assignment.id).where(
        Assignment.person_id == Person.id, Assignment.course.in_(what.reach.courses)
    )


def _passed_before(what: Spread) -> Select[int]:
    older = rests_on_older(what.approved_at)
    passed = _affected(what).join(Completion, Completion.assignment_id == Assignment.id)
    return _new(what).where(passed.where(older).exists(), ~passed.where(~older).exists())


def _never_had(what: Spread) -> Select[int]:
    return _new(what).where(~_affected(what).exists())


def _receive_unit(what: Spread) -> int:
    """Everybody of the audience who has the unit: nobody else is ever given it."""
    rows = _rows(what, what.path, Assignment.id)
    return _insert(rows.where(Assignment.course == what.unit, _is_new(what)))


def _receive_course(what: Spread) -> int:
    """Who has an affected course, as one row: what was passed since goes before the course to be taken."""
    holds = or_(~COMPLETED, ~rests_on_older(what.approved_at))
    the_one = func.coalesce(
        func.min(Assignment.id).filter(COMPLETED),
        func.min(Assignment.id).filter(Assignment.course == what.course),
        func.min(Assignment.id),
    )
    rows = (
        _rows(what, Path.COURSE, the_one)
        .outerjoin(Completion, Completion.assignment_id == Assignment.id)
        .where(is_concerned(what.reach), Assignment.course.in_(what.reach.courses), holds, _is_new(what))
        .group_by(Person.id)
    )
    return _insert(rows)


def _rows(
    what: Spread, path: Path, assignment: ColumnElement[int] | InstrumentedAttribute[int]
) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal(what.change_id),
            Person.id,
            literal(what.reach.audience, Recipient.audience.type),
            literal(path, Recipient.path.type),
            assignment,
            literal(what.now, UtcDateTime()),
            literal(""),
        )
        .select_from(Assignment)
        .join(Person, Person.id == Assignment.person_id)
        .where(Person.audience == what.reach.audience, Person.state == PersonState.ACTIVE)
    )


def _insert(rows: Select[*tuple[Any, ...]]) -> int:
    row = upsert(Recipient).from_select(_COLUMNS, rows).on_conflict_do_nothing()
    counted = row.execution_options(preserve_rowcount=True)
    return session().connection().execute(counted).rowcount


def tell(what: Spread) -> None:
    """One message to everybody who has just received the change and is not done with it."""
    _post(what, what.path, [what.unit])
    if what.course:
        _post(what, Path.COURSE, what.reach.courses)


def _post(what: Spread, path: Path, courses: Iterable[str]) -> None:
    fresh = (
        select(Recipient.person_id)
        .join(Assignment, Assignment.id == Recipient.assignment_id)
        .outerjoin(Completion, Completion.assignment_id == Recipient.assignment_id)
        .where(
            Recipient.change_id == what.change_id,
            Recipient.audience == what.reach.audience,
            Recipient.path == path,
            Recipient.added_at == what.now,
            ~COMPLETED,
        )
    )
    for course in courses:
        facts = {
            "change": what.change_key,
            "title": what.title,
            "due_on": what.due_on.isoformat(),
            "course": course,
            "count": 1,
        }
        people = fresh.where(Assignment.course == course)
        topic, subject = TOPICS[path], what.change_key
        post_to(people, topic=topic, subject=subject, facts=facts, at=what.now, way=AS_PREFERRED)


def catch_stragglers(what: Spread) -> int:
    """Give the unit to recipients who passed the course by a paper that was drawn before the change.

    Returns how many they are.
    """
    late = (
        select(Recipient.person_id)
        .join(Completion, Completion.assignment_id == Recipient.assignment_id)
        .where(
            Recipient.change_id == what.change_id,
            Recipient.audience == what.reach.audience,
            Recipient.path == Path.COURSE,
            rests_on_older(what.approved_at),
        )
    )
    count = session().scalar(select(func.count()).select_from(late.subquery())) or 0
    if not count:
        return 0
    assign(what, late, what.unit)
    unit = (
        select(func.max(Assignment.id))
        .where(Assignment.person_id == Recipient.person_id, Assignment.course == what.unit)
        .correlate(Recipient)
        .scalar_subquery()
    )
    session().execute(
        update(Recipient)
        .where(Recipient.change_id == what.change_id, Recipient.person_id.in_(late))
        .values(path=what.path, assignment_id=unit, added_at=what.now)
        .execution_options(synchronize_session=False)
    )
    tell(what)
    return count
