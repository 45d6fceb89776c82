"""Excusing people from a change, with a reason; taking back what they were given and have not begun."""

from datetime import datetime

from sqlalchemy import ColumnElement, Update, and_, delete, exists, func, select, update

from lms.assignments.models import Assignment, Cause, Completion
from lms.assignments.operations import assign_select
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.errors import DomainError, NotFound
from lms.people.models import Person
from lms.people.queries import person_by_key
from lms.quizzes.models import Attempt
from lms.rollouts.clocks import due_for_newcomer
from lms.rollouts.models import Change, Delivery, Path, Recipient
from lms.rollouts.pauses import clock_of
from lms.rollouts.recipients import is_done
from lms.rollouts.running import approved_at, change_under_way


class ExcuseMissing(DomainError):
    """Nobody is excused without a reason."""

    code = "reason-missing"


class AlreadyExcused(DomainError):
    """The person has been excused before."""

    code = "already-excused"


class NotExcused(DomainError):
    """The person is not excused."""

    code = "not-excused"


class AlreadyDone(DomainError):
    """The person has learned it; there is nothing to be excused from."""

    code = "already-done"


def excuse(change_key: str, person_key: str, *, reason: str, actor_id: int, at: datetime) -> None:
    """Excuse somebody from a change; a unit that they have not begun is taken off their list.

    Raises ``NotFound``, ``NotRunning``, ``ExcuseMissing``, ``AlreadyDone`` and ``AlreadyExcused``.
    """
    if not reason.strip():
        raise ExcuseMissing
    change, person = change_under_way(change_key), person_by_key(person_key)
    _check_not_done(change, person)
    values = {"excused_by": actor_id, "excused_at": at, "excuse": reason.strip()}
    excused = update(Recipient).where(_whose(change, person), Recipient.excused_at.is_(None))
    if not _changed(excused.values(**values)):
        raise AlreadyExcused(person=person_key)
    take_back(change.id, Recipient.person_id == person.id)
    record("change.excused", change_key, actor_id=actor_id, at=at, person=person_key)


def unexcuse(change_key: str, person_key: str, *, actor_id: int, at: datetime) -> None:
    """Take an excuse back: the person is given the unit again, with the time that newcomers have.

    Raises ``NotFound``, ``NotRunning`` and ``NotExcused``.
    """
    change, person = change_under_way(change_key), person_by_key(person_key)
    mine = _whose(change, person)
    values = {"excused_by": None, "excused_at": None, "excuse": ""}
    if not _changed(update(Recipient).where(mine, Recipient.excused_at.is_not(None)).values(**values)):
        raise NotExcused(person=person_key)
    _give_back(change, person, at)
    record("change.excuse-taken-back", change_key, actor_id=actor_id, at=at, person=person_key)


def _whose(change: Change, person: Person) -> ColumnElement[bool]:
    return and_(Recipient.change_id == change.id, Recipient.person_id == person.id)


def _changed(statement: Update) -> bool:
    """Whether a row was changed."""
    changed = statement.returning(Recipient.person_id).execution_options(synchronize_session=False)
    return session().execute(changed).one_or_none() is not None


def _check_not_done(change: Change, person: Person) -> None:
    done = session().scalar(
        select(func.coalesce(is_done(approved_at(change)), False))
        .select_from(Recipient)
        .outerjoin(Completion, Completion.assignment_id == Recipient.assignment_id)
        .where(_whose(change, person))
    )
    if done is None:
        raise NotFound(kind="recipient", key=person.key)
    if done:
        raise AlreadyDone(person=person.key)


def take_back(change_id: int, *whose: ColumnElement[bool]) -> None:
    """Take the unit off the lists of those recipients who have not begun it; courses stay.

    A paper drawn is a beginning, and so is a completion: then everything is left as it is.
    """
    begun = exists().where(Attempt.series == Assignment.key)
    completed = exists().where(Completion.assignment_id == Assignment.id)
    units = select(Delivery.unit).where(Delivery.change_id == change_id)
    untouched = and_(Assignment.course.in_(units), Assignment.cause == Cause.ROLLOUT, ~begun, ~completed)
    mine = and_(Recipient.change_id == change_id, Recipient.path != Path.COURSE, *whose)
    given = Recipient.assignment_id.in_(select(Assignment.id).where(untouched))
    session().execute(
        update(Recipient)
        .where(mine, given)
        .values(assignment_id=None)
        .execution_options(synchronize_session=False)
    )
    free = ~exists().where(Recipient.assignment_id == Assignment.id)
    session().execute(delete(Assignment).where(untouched, free).execution_options(synchronize_session=False))


def _give_back(change: Change, person: Person, at: datetime) -> None:
    taken = and_(_whose(change, person), Recipient.assignment_id.is_(None))
    same = and_(Recipient.change_id == Delivery.change_id, Recipient.audience == Delivery.audience)
    unit = session().scalar(select(Delivery.unit).join(Recipient, same).where(taken))
    if unit is None:
        return
    today = china_date(at)
    due_on = due_for_newcomer(clock_of(change).delivery_due, today)
    one = select(Person.id).where(Person.id == person.id)
    assign_select(one, unit, cause=Cause.ROLLOUT, due_on=due_on, today=today, at=at)
    given = (
        select(func.max(Assignment.id))
        .where(Assignment.person_id == person.id, Assignment.course == unit)
        .scalar_subquery()
    )
    _changed(update(Recipient).where(taken).values(assignment_id=given))
