"""Assigning to a selection and by hand, and recording help."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Select, func, literal, select

from lms.assignments.models import Assignment, Cause, Completion, Help, HelpKind
from lms.assignments.queries import Duty, owed
from lms.assignments.rules import PAPERS_BEFORE_HELP
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import random_key, session, upsert
from lms.kernel.errors import DomainError
from lms.people.models import Person

_COLUMNS = ("key", "person_id", "course", "cycle", "cause", "assigned_on", "due_on")


class NoHelpNeeded(DomainError):
    """The assignment is not waiting for help, or somebody has just recorded it."""

    code = "no-help-needed"


class NotByOneself(DomainError):
    """Nobody puts help for themselves on record."""

    code = "not-by-oneself"


class HelpInFuture(DomainError):
    """Help is recorded after it was given."""

    code = "help-in-future"


def assign_select(
    people: Select[int], course: str, *, cause: Cause, due_on: date, today: date, at: datetime
) -> int:
    """Assign a course to the persons whose ids *people* selects, in one statement whatever their number.

    Who has it open keeps it with its due date; who has completed it or was excused gets a new cycle. Returns
    how many are new.
    """
    count = _assign(people, course, cause=cause, due_on=due_on, today=today)
    if count:
        facts = {"count": count, "cause": cause.value, "due_on": due_on.isoformat()}
        record("course.assigned", course, actor_id=None, at=at, **facts)
    return count


def assign_by_hand(
    person_ids: Sequence[int], course: str, *, due_on: date, actor_id: int, today: date, at: datetime
) -> int:
    """The same for these persons, by *actor_id*."""
    if not person_ids:
        return 0
    people = select(Person.id).where(Person.id.in_(person_ids))
    count = _assign(people, course, cause=Cause.BY_HAND, due_on=due_on, today=today)
    record("course.assigned", course, actor_id=actor_id, at=at, count=count, due_on=due_on.isoformat())
    return count


def _assign(people: Select[int], course: str, *, cause: Cause, due_on: date, today: date) -> int:
    person = people.subquery().c[0]
    own = (Assignment.person_id == person) & (Assignment.course == course)
    last_cycle = select(func.coalesce(func.max(Assignment.cycle), 0)).where(own).scalar_subquery()
    has_it_open = (
        select(Assignment.id)
        .outerjoin(Completion, Completion.assignment_id == Assignment.id)
        .where(own, owed())
    )
    return _insert(
        select(
            random_key(),
            person,
            literal(course),
            last_cycle + 1,
            literal(cause.value),
            literal(today, Date),
            literal(due_on, Date),
        ).where(~has_it_open.exists())
    )


def _insert(rows: Select[*tuple[Any, ...]]) -> int:
    """Insert assignments; returns how many. What another transaction has inserted meanwhile stays."""
    row = upsert(Assignment).from_select(_COLUMNS, rows).on_conflict_do_nothing()
    counted = row.execution_options(preserve_rowcount=True)
    return session().connection().execute(counted).rowcount


def record_help(
    duty: Duty, *, helper_id: int, kind: HelpKind, helped_on: date, note: str, at: datetime
) -> None:
    """Record that *helper_id* helped after the last failed paper; a new paper is open from now on.

    Raises ``NoHelpNeeded`` when the duty does not wait for help, ``NotByOneself`` and ``HelpInFuture``.
    """
    if helper_id == duty.person_id:
        raise NotByOneself(assignment=duty.key)
    if helped_on > china_date(at):
        raise HelpInFuture(helped_on=helped_on)
    if duty.completed_at or duty.failed_since_help < PAPERS_BEFORE_HELP or duty.last_failed is None:
        raise NoHelpNeeded(assignment=duty.key)
    row = upsert(Help).values(
        assignment_id=duty.id,
        after_attempt=duty.last_failed,
        helper_id=helper_id,
        kind=kind,
        helped_on=helped_on,
        note=note,
        recorded_at=at,
    )
    if session().execute(row.on_conflict_do_nothing().returning(Help.id)).scalar() is None:
        raise NoHelpNeeded(assignment=duty.key)
    record(
        "help.recorded", duty.key, actor_id=helper_id, at=at, after_attempt=duty.last_failed, kind=kind.value
    )
