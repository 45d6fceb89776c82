"""Refresh tasks: opened with a change, closed by name and time as revised, confirmed or retired."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select, update

from lms.journal.operations import record
from lms.kernel.database import session
from lms.kernel.errors import DomainError, NotFound
from lms.library import marks
from lms.notifications.operations import post_to
from lms.people.models import Person, PersonState
from lms.rollouts import queries
from lms.rollouts.impact import Stale
from lms.rollouts.models import Change, RefreshTask, TaskState
from lms.rollouts.rules import REFRESH_DAYS


class TaskClosed(DomainError):
    """Somebody has closed the task already. Fact ``state``."""

    code = "task-closed"


class TaskHasMoved(DomainError):
    """Somebody reassigned or extended the task since it was looked at."""

    code = "task-has-moved"


class NotRevised(DomainError):
    """What is live is still the edition that the change made stale, or nothing."""

    code = "not-revised"


class StillLive(DomainError):
    """Only what is no longer in the library is retired."""

    code = "still-live"


class NoteMissing(DomainError):
    """Whoever confirms that a text is still right says why; so does who reassigns or extends a task."""

    code = "note-missing"


class NotLater(DomainError):
    """A task is extended to a later day. Fact ``due_on``."""

    code = "not-later"


def open_tasks(change: Change, stale: Sequence[Stale], *, at: datetime) -> None:
    """Open a task a stale item for who registered the change, mark the items, and tell the owner."""
    if not stale or change.registered_by is None or change.registered_on is None:
        return
    due_on = change.registered_on + timedelta(days=REFRESH_DAYS)
    session().execute(insert(RefreshTask), [_row(change, one, change.registered_by, due_on) for one in stale])
    marks.mark_all(
        change.key,
        [marks.Stale(one.kind, one.item, one.since or change.effective_on, one.withheld) for one in stale],
    )
    _tell(change, change.registered_by, change.key, count=len(stale), due_on=due_on, at=at)


def _row(change: Change, one: Stale, owner_id: int, due_on: date) -> dict[str, object]:
    return {
        "change_id": change.id,
        "kind": one.kind,
        "item": one.item,
        "edition": one.edition,
        "reasons": [dict(reason) for reason in one.reasons],
        "owner_id": owner_id,
        "due_on": due_on,
    }


def _tell(change: Change, owner_id: int, subject: str, *, count: int, due_on: date, at: datetime) -> None:
    facts = {"change": change.key, "title": change.title, "count": count, "due_on": due_on.isoformat()}
    owner = select(Person.id).where(Person.id == owner_id)
    post_to(owner, topic="refresh.assigned", subject=subject, facts=facts, at=at)


def close(
    task_key: str, state: TaskState, *, version: int, note: str, actor_id: int, at: datetime
) -> RefreshTask:
    """Close a task and take its mark away.

    *Revised* needs another edition to be live than the one before the change, *retired* none, *confirmed*
    a note. Raises ``NotRevised``, ``StillLive``, ``NoteMissing``, ``TaskClosed`` and ``TaskHasMoved``.
    """
    task = queries.task(task_key)
    _check_closing(task, state, note)
    closing = {"state": state, "note": note.strip(), "closed_by": actor_id, "closed_at": at}
    task = _advance(task_key, version, **closing)
    change = queries.change_of_task(task)
    marks.unmark(change.key, task.kind, task.item)
    facts = {"change": change.key, "kind": task.kind, "item": task.item, "state": state.value}
    record("task.closed", task_key, actor_id=actor_id, at=at, **facts)
    return task


def _check_closing(task: RefreshTask, state: TaskState, note: str) -> None:
    if task.state is not TaskState.OPEN:
        raise TaskClosed(state=task.state.value)
    edition = queries.live_edition(task.kind, task.item)
    if state is TaskState.REVISED and edition in {None, task.edition}:
        raise NotRevised
    if state is TaskState.RETIRED and edition is not None:
        raise StillLive
    if state is TaskState.CONFIRMED and not note.strip():
        raise NoteMissing
    if state is TaskState.OPEN:
        raise ValueError("a task is closed as revised, confirmed or retired")


def _advance(task_key: str, version: int, **values: object) -> RefreshTask:
    """Save an open task when it is still the version that was looked at."""
    moved = session().execute(
        update(RefreshTask)
        .where(
            RefreshTask.key == task_key, RefreshTask.version == version, RefreshTask.state == TaskState.OPEN
        )
        .values(version=version + 1, **values)
        .returning(RefreshTask.id)
        .execution_options(synchronize_session=False)
    )
    gone = moved.one_or_none() is None
    task = queries.task(task_key)
    if gone and task.state is not TaskState.OPEN:
        raise TaskClosed(state=task.state.value)
    if gone:
        raise TaskHasMoved(version=task.version)
    return task


def reassign(
    task_key: str, owner_id: int, *, reason: str, version: int, actor_id: int, at: datetime
) -> RefreshTask:
    """Give an open task to somebody else, who is told. Raises ``NotFound`` for somebody who has left."""
    _need(reason)
    owner = session().get(Person, owner_id)
    if owner is None or owner.state is not PersonState.ACTIVE:
        raise NotFound(kind="person", key=owner_id)
    task = _advance(task_key, version, owner_id=owner_id)
    change = queries.change_of_task(task)
    facts = {"change": change.key, "owner": owner.key, "reason": reason}
    record("task.reassigned", task_key, actor_id=actor_id, at=at, **facts)
    _tell(change, owner_id, f"{task_key}:{task.version}", count=1, due_on=task.due_on, at=at)
    return task


def extend(
    task_key: str, due_on: date, *, reason: str, version: int, actor_id: int, at: datetime
) -> RefreshTask:
    """Give an open task a later due date."""
    _need(reason)
    before = queries.task(task_key).due_on
    if due_on <= before:
        raise NotLater(due_on=before.isoformat())
    task = _advance(task_key, version, due_on=due_on)
    facts = {"before": before.isoformat(), "due_on": due_on.isoformat(), "reason": reason}
    record("task.extended", task_key, actor_id=actor_id, at=at, **facts)
    return task


def postpone(change_id: int, days: int) -> None:
    """Move the due dates of a change's open tasks by the days for which its clocks stood still."""
    mine = (RefreshTask.change_id == change_id, RefreshTask.state == TaskState.OPEN)
    for due_on in sorted(session().scalars(select(RefreshTask.due_on).where(*mine).distinct()), reverse=True):
        later = {"due_on": due_on + timedelta(days=days), "version": RefreshTask.version + 1}
        session().execute(update(RefreshTask).where(*mine, RefreshTask.due_on == due_on).values(later))


def _need(reason: str) -> None:
    if not reason.strip():
        raise NoteMissing
