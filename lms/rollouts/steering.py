"""Steering a change: pause, resume, replace by a newer one, and the end that comes by itself."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, String, delete, exists, func, select, type_coerce, update
from sqlalchemy.orm import aliased

from lms.assignments.models import Assignment, Cause, Completion
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import is_postgresql, session
from lms.kernel.errors import DomainError
from lms.library import marks
from lms.library.models import Mark
from lms.people.models import Person
from lms.rollouts import queries, refresh
from lms.rollouts.excusing import take_back
from lms.rollouts.models import (
    Change,
    ChangeState,
    Delivery,
    Pause,
    Recipient,
    RefreshTask,
    TaskState,
)
from lms.rollouts.pauses import present_pause
from lms.rollouts.recipients import is_done, is_waited_for
from lms.rollouts.running import UNDER_WAY, NotRunning, approved_at


class PauseReasonMissing(DomainError):
    """Clocks are not stopped without a reason."""

    code = "reason-missing"


class NotPaused(DomainError):
    """The clocks of the change do not stand still. Fact ``state``."""

    code = "change-not-paused"


class NotNewer(DomainError):
    """A change is replaced by one that was registered later and goes on. Fact ``state``."""

    code = "not-a-newer-change"


def pause(change_key: str, reason: str, *, actor_id: int, at: datetime) -> None:
    """Let both clocks of a running change stand still from today on.

    Raises ``PauseReasonMissing`` and ``NotRunning``.
    """
    if not reason.strip():
        raise PauseReasonMissing
    change = _move(change_key, ChangeState.RUNNING, ChangeState.PAUSED)
    if change is None:
        raise NotRunning(state=queries.change(change_key).state.value)
    today = china_date(at)
    session().add(Pause(change_id=change.id, begun_on=today, reason=reason.strip(), paused_by=actor_id))
    record("change.paused", change_key, actor_id=actor_id, at=at)


def resume(change_key: str, *, actor_id: int, at: datetime) -> None:
    """Let the clocks go on; every due date that hangs on them moves by the days of the pause.

    Raises ``NotPaused``.
    """
    change = _move(change_key, ChangeState.PAUSED, ChangeState.RUNNING)
    found = present_pause(change.id) if change else None
    if change is None or found is None:
        raise NotPaused(state=queries.change(change_key).state.value)
    days = _end(found, change, at)
    record("change.resumed", change_key, actor_id=actor_id, at=at, days=days)


def _end(found: Pause, change: Change, at: datetime) -> int:
    """End a pause; returns by how many days the due dates have moved."""
    found.ended_on = china_date(at)
    days = (found.ended_on - found.begun_on).days
    change.paused_days += days
    session().flush()
    if days:
        refresh.postpone(change.id, days)
        _postpone_learning(change, days)
    return days


def _move(change_key: str, before: ChangeState, after: ChangeState, **values: object) -> Change | None:
    """The change in its new state; ``None`` when it was not in the old one."""
    moved = session().execute(
        update(Change)
        .where(Change.key == change_key, Change.state == before)
        .values(state=after, version=Change.version + 1, **values)
        .returning(Change.id)
        .execution_options(synchronize_session=False)
    )
    return None if moved.one_or_none() is None else queries.change(change_key)


def _postpone_learning(change: Change, days: int) -> None:
    """What people were given for the change and have not completed."""
    given = select(Recipient.assignment_id).where(Recipient.change_id == change.id)
    completed = exists().where(Completion.assignment_id == Assignment.id)
    session().execute(
        update(Assignment)
        .where(Assignment.id.in_(given), Assignment.cause == Cause.ROLLOUT, ~completed)
        .values(due_on=_days_later(Assignment.due_on, days))
        .execution_options(synchronize_session=False)
    )


def _days_later(day: ColumnElement[date] | object, days: int) -> ColumnElement[date]:
    if is_postgresql():
        return type_coerce(day + days, Date)  # type: ignore[operator]
    return type_coerce(func.date(day, f"+{days} days", type_=String), Date)


def supersede(change_key: str, by_key: str, *, actor_id: int, at: datetime) -> None:
    """Let a newer change take the place of one that is under way.

    Open tasks move to it; audiences that have not been delivered are not any more; whoever has not done
    what they were given is excused, and units that nobody has begun are taken off the lists.
    Raises ``NotNewer`` and ``NotRunning``.
    """
    old, new = queries.change(change_key), queries.change(by_key)
    if new.state not in UNDER_WAY or old.id == new.id or new.approved_at is None:
        raise NotNewer(state=new.state.value)
    if old.approved_at is not None and new.approved_at < old.approved_at:
        raise NotNewer(state=new.state.value)
    over = {"superseded_by": new.id, "finished_at": at}
    if not any(_move(change_key, before, ChangeState.SUPERSEDED, **over) for before in UNDER_WAY):
        raise NotRunning(state=old.state.value)
    pause_left = present_pause(old.id)
    if pause_left:
        _end(pause_left, old, at)
    moved = _move_tasks(old, new)
    _excuse_all(old, new, actor_id, at)
    take_back(old.id, Recipient.excused_at == at)
    record("change.superseded", change_key, actor_id=actor_id, at=at, by=by_key, tasks=moved)


def _move_tasks(old: Change, new: Change) -> int:
    """Open tasks go over with their marks; where the newer change has one for the item, that one stays."""
    other = aliased(RefreshTask)
    has_one = exists().where(
        other.change_id == new.id, other.kind == RefreshTask.kind, other.item == RefreshTask.item
    )
    mine = (RefreshTask.change_id == old.id, RefreshTask.state == TaskState.OPEN)
    unsynchronised = {"synchronize_session": False}
    moved = session().scalars(
        update(RefreshTask)
        .where(*mine, ~has_one)
        .values(change_id=new.id, version=RefreshTask.version + 1)
        .returning(RefreshTask.id),
        execution_options=unsynchronised,
    )
    count = len(moved.all())
    session().execute(delete(RefreshTask).where(*mine), execution_options=unsynchronised)
    _move_marks(old, new)
    return count


def _move_marks(old: Change, new: Change) -> None:
    """The marks of open tasks; the newer change's own stay where it has them."""
    rows = session().execute(
        select(Mark.kind, Mark.key, Mark.since, Mark.withheld).where(Mark.cause == old.key)
    )
    stale = [marks.Stale(*row) for row in rows]
    for one in stale:
        marks.unmark(old.key, one.kind, one.key)
    open_ones = select(RefreshTask.kind, RefreshTask.item).where(
        RefreshTask.change_id == new.id, RefreshTask.state == TaskState.OPEN
    )
    still = {(row.kind, row.item) for row in session().execute(open_ones)}
    own = session().execute(select(Mark.kind, Mark.key).where(Mark.cause == new.key))
    still -= {(row.kind, row.key) for row in own}
    marks.mark_all(new.key, [one for one in stale if (one.kind, one.key) in still])


def _excuse_all(old: Change, new: Change, actor_id: int, at: datetime) -> None:
    """Everybody who has not done it is excused by the newer change, whose key is the reason."""
    done = (
        exists()
        .where(Completion.assignment_id == Recipient.assignment_id, is_done(approved_at(old)))
        .correlate(Recipient)
    )
    session().execute(
        update(Recipient)
        .where(Recipient.change_id == old.id, Recipient.excused_at.is_(None), ~done)
        .values(excused_by=actor_id, excused_at=at, excuse=new.key)
        .execution_options(synchronize_session=False)
    )


def finish_due(change_id: int, now: datetime) -> bool:
    """Finish a running change when every task is closed and nobody is waited for; whether it was finished.

    People who have left are not waited for.
    """
    change = session().get_one(Change, change_id, populate_existing=True)
    if change.state is not ChangeState.RUNNING:
        return False
    finished = session().execute(
        update(Change)
        .where(Change.id == change_id, Change.state == ChangeState.RUNNING, *_nothing_is_open(change))
        .values(state=ChangeState.FINISHED, finished_at=now, version=Change.version + 1)
        .returning(Change.id)
        .execution_options(synchronize_session=False)
    )
    if finished.one_or_none() is None:
        return False
    record("change.finished", change.key, actor_id=None, at=now)
    return True


def _nothing_is_open(change: Change) -> tuple[ColumnElement[bool], ...]:
    waited_for = (
        select(Recipient.person_id)
        .join(Person, Person.id == Recipient.person_id)
        .outerjoin(Completion, Completion.assignment_id == Recipient.assignment_id)
        .where(Recipient.change_id == change.id, is_waited_for(approved_at(change)))
    )
    return (
        ~exists().where(RefreshTask.change_id == change.id, RefreshTask.state == TaskState.OPEN),
        ~exists().where(Delivery.change_id == change.id, Delivery.delivered_at.is_(None)),
        ~waited_for.exists(),
    )
