"""A later date or an excuse for one assignment: asked for with a reason, decided by somebody else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import aliased

from lms.assignments.models import (
    Adjustment,
    AdjustmentKind,
    AdjustmentState,
    Assignment,
    Cause,
)
from lms.assignments.queries import Duty, duty_by_key
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.errors import DomainError, NotFound
from lms.kernel.keys import new_key
from lms.notifications.operations import post_each, post_to
from lms.notifications.rules import Note, Topic
from lms.people.models import Department, Person

PAGE_SIZE = 50


class ReasonMissing(DomainError):
    """Nobody is let off or given time without a reason."""

    code = "reason-missing"


class NotOwed(DomainError):
    """The assignment has been completed or excused already."""

    code = "not-owed"


class DateMissing(DomainError):
    """An extension needs a date."""

    code = "date-missing"


class NotLater(DomainError):
    """The new date is not later than the present one, or has passed. Fact ``due_on``: the present one."""

    code = "not-later"


class AlreadyWaiting(DomainError):
    """Somebody has asked for this assignment already, and it is not decided. Fact ``key``."""

    code = "already-waiting"


class BelongsToChange(DomainError):
    """What a change of policy asks of somebody is excused where the change is."""

    code = "belongs-to-change"


class SamePerson(DomainError):
    """Neither whoever asked decides nor whom it is about."""

    code = "same-person"


class AlreadyDecided(DomainError):
    """Somebody has decided already."""

    code = "already-decided"


@dataclass(frozen=True)
class Request:
    """What was asked for an assignment, and what became of it. Persons are named."""

    key: str
    kind: AdjustmentKind
    state: AdjustmentState
    assignment_id: int
    assignment_key: str
    course: str
    person_key: str
    number: str
    name: str
    department: str
    was_due_on: date
    due_on: date | None
    reason: str
    requested_by: str
    requested_by_id: int
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    note: str


def request(
    assignment_key: str,
    kind: AdjustmentKind,
    *,
    due_on: date | None,
    reason: str,
    actor_id: int,
    at: datetime,
) -> str:
    """Ask for a later date or an excuse; returns the key of the request.

    Raises ``NotFound``, ``ReasonMissing``, ``NotOwed``, ``BelongsToChange``, ``DateMissing``, ``NotLater``
    and ``AlreadyWaiting``.
    """
    duty = _held(assignment_key)
    _check(duty, kind, due_on, reason, china_date(at))
    asked = Adjustment(
        key=new_key(),
        assignment_id=duty.id,
        kind=kind,
        due_on=due_on if kind is AdjustmentKind.EXTENSION else None,
        was_due_on=duty.due_on,
        reason=reason.strip(),
        requested_by=actor_id,
        requested_at=at,
    )
    session().add(asked)
    session().flush()
    record("adjustment.requested", duty.key, actor_id=actor_id, at=at, kind=kind.value, request=asked.key)
    return asked.key


def _held(assignment_key: str) -> Duty:
    """The assignment, held until the transaction ends: two requests at once would both find none waiting."""
    session().execute(select(Assignment.id).where(Assignment.key == assignment_key).with_for_update())
    return duty_by_key(assignment_key)


def _check(duty: Duty, kind: AdjustmentKind, due_on: date | None, reason: str, today: date) -> None:
    if not reason.strip():
        raise ReasonMissing
    if not duty.is_owed:
        raise NotOwed(assignment=duty.key)
    if kind is AdjustmentKind.EXCUSE and duty.cause is Cause.ROLLOUT:
        raise BelongsToChange(assignment=duty.key)
    if kind is AdjustmentKind.EXTENSION:
        if due_on is None:
            raise DateMissing
        if due_on <= max(duty.due_on, today):
            raise NotLater(due_on=duty.due_on)
    waiting = select(Adjustment.key).where(
        Adjustment.assignment_id == duty.id, Adjustment.state == AdjustmentState.WAITING
    )
    if key := session().scalar(waiting.limit(1)):
        raise AlreadyWaiting(key=key)


def ask_deciders(key: str, deciders: Select[int], *, title: str, at: datetime) -> int:
    """Tell those who may decide, but not who asked, that a request waits; returns how many were told."""
    asked = adjustment(key)
    people = deciders.subquery().c[0]
    others = select(people).where(people != asked.requested_by_id)
    return post_to(others, topic=Topic.ADJUSTMENT_REQUESTED, subject=key, facts=_facts(asked, title), at=at)


def decide(key: str, *, granted: bool, note: str, title: str, actor_id: int, at: datetime) -> None:
    """Grant or refuse a request; the learner and who asked are told. *title* is that of the course.

    Raises ``NotFound``, ``SamePerson``, ``AlreadyDecided``, ``NotOwed``, and ``NotLater`` for a date that has
    passed, or that the present one has overtaken, since it was asked for.
    """
    asked = adjustment(key)
    duty = _held(asked.assignment_key)
    if actor_id in {asked.requested_by_id, duty.person_id}:
        raise SamePerson(key=key)
    if granted:
        _check_still(asked, duty, china_date(at))
    state = AdjustmentState.GRANTED if granted else AdjustmentState.REFUSED
    values = {"state": state, "decided_by": actor_id, "decided_at": at, "note": note.strip()}
    waiting = update(Adjustment).where(Adjustment.key == key, Adjustment.state == AdjustmentState.WAITING)
    if session().connection().execute(waiting.values(**values)).rowcount == 0:
        raise AlreadyDecided(key=key)
    if granted:
        _grant(asked, at)
    record(f"adjustment.{state.value}", asked.assignment_key, actor_id=actor_id, at=at, request=key)
    decided = {**_facts(asked, title), "granted": granted, "note": note.strip()}
    _tell(asked, duty.person_id, decided, at=at)


def _check_still(asked: Request, duty: Duty, today: date) -> None:
    if not duty.is_owed:
        raise NotOwed(assignment=duty.key)
    if asked.due_on and (asked.due_on < today or asked.due_on <= duty.due_on):
        raise NotLater(due_on=duty.due_on)


def _grant(asked: Request, at: datetime) -> None:
    given: dict[str, Any] = (
        {"due_on": asked.due_on} if asked.kind is AdjustmentKind.EXTENSION else {"excused_at": at}
    )
    session().execute(
        update(Assignment)
        .where(Assignment.id == asked.assignment_id)
        .values(**given)
        .execution_options(synchronize_session=False)
    )


def _facts(asked: Request, title: str) -> dict[str, Any]:
    due_on = asked.due_on.isoformat() if asked.due_on else ""
    return {"adjustment": asked.key, "kind": asked.kind.value, "title": title, "due_on": due_on}


def _tell(asked: Request, learner_id: int, facts: Mapping[str, Any], *, at: datetime) -> None:
    notes = [Note(learner_id, asked.key, {**facts, "mine": True})]
    if asked.requested_by_id != learner_id:
        notes.append(Note(asked.requested_by_id, asked.key, {**facts, "mine": False}))
    post_each(notes, topic=Topic.ADJUSTMENT_DECIDED, at=at)


# -- reading ----------------------------------------------------------------------------------------------


def _requests(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    asker, decider = aliased(Person), aliased(Person)
    return (
        select(
            Adjustment.key,
            Adjustment.kind,
            Adjustment.state,
            Assignment.id,
            Assignment.key,
            Assignment.course,
            Person.key,
            Person.number,
            Person.name,
            Department.name,
            Adjustment.was_due_on,
            Adjustment.due_on,
            Adjustment.reason,
            asker.name,
            Adjustment.requested_by,
            Adjustment.requested_at,
            decider.name,
            Adjustment.decided_at,
            Adjustment.note,
        )
        .select_from(Adjustment)
        .join(Assignment, Assignment.id == Adjustment.assignment_id)
        .join(Person, Person.id == Assignment.person_id)
        .join(Department, Department.id == Person.department_id)
        .join(asker, asker.id == Adjustment.requested_by)
        .outerjoin(decider, decider.id == Adjustment.decided_by)
        .where(*where)
        .order_by(Adjustment.id)
    )


def adjustment(key: str) -> Request:
    """A request by its key. Raises ``NotFound``."""
    row = session().execute(_requests(Adjustment.key == key)).one_or_none()
    if row is None:
        raise NotFound(kind="adjustment", key=key)
    return Request(*row)


def adjustments_page(state: AdjustmentState, *, page: int) -> tuple[list[Request], int]:
    """The requests in a state, the oldest first, and how many there are in all."""
    rows = _requests(Adjustment.state == state).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return [Request(*row) for row in session().execute(rows)], _count(state)


def waiting_adjustments() -> int:
    """How many requests wait for somebody to decide."""
    return _count(AdjustmentState.WAITING)


def _count(state: AdjustmentState) -> int:
    counted = select(func.count()).select_from(Adjustment).where(Adjustment.state == state)
    return session().scalar(counted) or 0


def adjustments_of(assignment_ids: Collection[int]) -> Mapping[int, Sequence[Request]]:
    """Assignment id → what was asked for it, the oldest first; in one statement."""
    found: dict[int, list[Request]] = {}
    for row in session().execute(_requests(Adjustment.assignment_id.in_(assignment_ids))):
        one = Request(*row)
        found.setdefault(one.assignment_id, []).append(one)
    return found
