"""Reads over changes: lists, one change with its differences and tasks, and who answers for HR."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.library import queries as library
from lms.library.models import Edition, ReleaseItem
from lms.people.models import Audience, Department, Person, PersonState
from lms.people.queries import department_tree
from lms.rollouts.materials import MATERIALS
from lms.rollouts.models import Change, ChangeItem, ChangeState, RefreshTask, TaskState

DUE_SOON_DAYS = 2
"""A task is due soon when so many days or fewer are left."""
_OPEN = RefreshTask.state == TaskState.OPEN


@dataclass(frozen=True)
class ChangeLine:
    """A change in a list, with how many of its tasks are still open."""

    key: str
    title: str
    document: str
    region: str
    state: ChangeState
    effective_on: date | None
    registered_on: date | None
    created_at: datetime
    tasks: int
    open_tasks: int


@dataclass(frozen=True)
class TaskLine:
    """A task with names for people and its item as readers know it now; once retired, as they did before.

    ``path`` and ``line`` say where it stands in the live release, and are empty and 0 once it is retired.
    ``days_overdue`` is 0 for what is closed, and while the change is paused.
    """

    key: str
    change_key: str
    change_title: str
    kind: str
    item: str
    title: str
    course: str
    path: str
    line: int
    reasons: Sequence[Mapping[str, str]]
    owner_key: str
    owner_name: str
    due_on: date
    state: TaskState
    closed_by_name: str
    closed_at: datetime | None
    note: str
    version: int
    days_overdue: int


def change(key: str) -> Change:
    """A change as it is in the database now. Raises ``NotFound``."""
    statement = select(Change).where(Change.key == key)
    found = session().scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(kind="change", key=key)
    return found


def change_of_task(task: RefreshTask) -> Change:
    """The change that a task belongs to."""
    return session().get_one(Change, task.change_id)


def task(key: str) -> RefreshTask:
    """A task as it is in the database now. Raises ``NotFound``."""
    statement = select(RefreshTask).where(RefreshTask.key == key)
    found = session().scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(kind="task", key=key)
    return found


def items_of(change_id: int) -> list[ChangeItem]:
    """The stored differences of a change in their order."""
    rows = select(ChangeItem).where(ChangeItem.change_id == change_id).order_by(ChangeItem.position)
    return list(session().scalars(rows).all())


def changes(*states: ChangeState) -> list[ChangeLine]:
    """Changes in these states, or all, the newest first."""
    return _lines(Change.state.in_(states or tuple(ChangeState)))


def waiting_for_approval(person_id: int) -> list[ChangeLine]:
    """Registered changes that this person may approve: those that somebody else registered."""
    return _lines(Change.state == ChangeState.REGISTERED, Change.registered_by != person_id)


def _lines(*conditions: ColumnElement[bool]) -> list[ChangeLine]:
    rows: Sequence[Any] = (
        session()
        .execute(
            select(
                Change.key,
                Change.title,
                Change.document,
                Change.region,
                Change.state,
                Change.effective_on,
                Change.registered_on,
                Change.created_at,
                func.count(RefreshTask.id),
                func.count(RefreshTask.id).filter(_OPEN),
            )
            .outerjoin(RefreshTask, RefreshTask.change_id == Change.id)
            .where(*conditions)
            .group_by(Change.id)
            .order_by(Change.created_at.desc(), Change.id.desc())
        )
        .all()
    )
    return [ChangeLine(*row) for row in rows]


def tasks_of(change_id: int, *, today: date) -> list[TaskLine]:
    """All tasks of a change: open ones first, by due date."""
    return _tasks(_task_rows().where(Change.id == change_id), today)


def open_tasks_of(person_id: int, *, today: date) -> list[TaskLine]:
    """Open tasks of an owner in changes that go on."""
    going_on = Change.state.in_((ChangeState.RUNNING, ChangeState.PAUSED))
    return _tasks(_task_rows().where(RefreshTask.owner_id == person_id, _OPEN, going_on), today)


_OWNER, _CLOSER = aliased(Person), aliased(Person)
_TaskRows = Select[RefreshTask, str, str, ChangeState, str, str, str, str, int, str]


def _task_rows() -> _TaskRows:
    return (
        select(
            RefreshTask,
            Change.key,
            Change.title,
            Change.state,
            _OWNER.key,
            _OWNER.name,
            _CLOSER.name,
            ReleaseItem.path,
            ReleaseItem.line,
            ReleaseItem.edition,
        )
        .join(Change, Change.id == RefreshTask.change_id)
        .join(_OWNER, _OWNER.id == RefreshTask.owner_id)
        .outerjoin(_CLOSER, _CLOSER.id == RefreshTask.closed_by)
        .outerjoin(
            ReleaseItem,
            (ReleaseItem.release_id == library.live_release())
            & (ReleaseItem.kind == RefreshTask.kind)
            & (ReleaseItem.key == RefreshTask.item),
        )
        .order_by(~_OPEN, RefreshTask.due_on, RefreshTask.id)
        .execution_options(populate_existing=True)
    )


def _tasks(statement: _TaskRows, today: date) -> list[TaskLine]:
    """Three statements whatever the number: tasks, the editions that titles stand in, courses of quizzes."""
    rows = session().execute(statement).all()
    bodies = library.bodies({edition for row in rows for edition in (row[0].edition, row[-1]) if edition})
    live = library.live_release_id()
    quizzes = library.items(live, "quiz") if live and rows else []
    courses = {quiz.key: str(quiz.body["course"]) for quiz in quizzes}
    return [_task_line(row, bodies, courses, today) for row in rows]


def _task_line(
    row: Sequence[Any], bodies: Mapping[str, Mapping[str, Any]], courses: Mapping[str, str], today: date
) -> TaskLine:
    one, change_key, change_title, state, owner_key, owner_name, closed_by_name, path, line, live = row
    material = MATERIALS[one.kind]
    late = one.state is TaskState.OPEN and state is ChangeState.RUNNING
    return TaskLine(
        key=one.key,
        change_key=change_key,
        change_title=change_title,
        kind=one.kind,
        item=one.item,
        title=material.title(bodies[live or one.edition]),
        course=material.course(one.item, bodies[one.edition], courses),
        path=path or "",
        line=line or 0,
        reasons=one.reasons,
        owner_key=owner_key,
        owner_name=owner_name,
        due_on=one.due_on,
        state=one.state,
        closed_by_name=closed_by_name or "",
        closed_at=one.closed_at,
        note=one.note,
        version=one.version,
        days_overdue=max(0, (today - one.due_on).days) if late else 0,
    )


def open_courses(change_id: int) -> set[str]:
    """Courses with a text or question whose task is still open: their audiences wait."""
    rows = session().execute(
        select(RefreshTask.kind, RefreshTask.item, Edition.body)
        .join(Edition, Edition.sha256 == RefreshTask.edition)
        .where(RefreshTask.change_id == change_id, _OPEN)
    )
    live = library.live_release_id()
    quizzes = library.items(live, "quiz") if live else []
    courses = {quiz.key: str(quiz.body["course"]) for quiz in quizzes}
    return {MATERIALS[row.kind].course(row.item, row.body, courses) for row in rows}


def live_edition(kind: str, key: str) -> str | None:
    """The edition of an item that is live; ``None`` when the live release does not have it."""
    return session().scalar(
        select(ReleaseItem.edition).where(
            ReleaseItem.release_id == library.live_release(), ReleaseItem.kind == kind, ReleaseItem.key == key
        )
    )


def head_of_hr() -> int | None:
    """The head of the topmost department whose head belongs to HR; ``None`` when no department has one."""
    depths = {node.id: node.depth for node in department_tree()}
    rows = session().execute(
        select(Department.id, Person.id)
        .join(Person, Person.id == Department.head_id)
        .where(Person.audience == Audience.HR, Person.state == PersonState.ACTIVE)
    )
    heads = [(depths[department], department, person) for department, person in rows]
    return min(heads)[2] if heads else None
