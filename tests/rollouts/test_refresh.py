"""Stale texts are looked at within seven days: revised, confirmed or retired, by name and time."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.kernel.errors import NotFound
from lms.library.models import Mark
from lms.notifications.models import Message
from lms.people.models import Person
from lms.rollouts import queries
from lms.rollouts.models import Change, ChangeState, RefreshTask, TaskState
from lms.rollouts.refresh import (
    NoteMissing,
    NotLater,
    NotRevised,
    StillLive,
    TaskClosed,
    TaskHasMoved,
    close,
    extend,
    postpone,
    reassign,
)
from tests.support.changes import (
    CHEAPER_IN_BEIJING,
    DAY_0,
    REVISED,
    TODAY,
    TWO_CITIES,
    refused,
    running_change,
)
from tests.support.library import publish_texts
from tests.support.people import leave, make_department, make_person
from tests.support.racing import race
from tests.support.small_library import LESSON_PATH, QUIZ_PATH

LIVE = {**TWO_CITIES, **CHEAPER_IN_BEIJING}
PAGE, QUESTION = "basics/outpatient#deductible", "basics-04"
DUE = TODAY + timedelta(days=7)


@pytest.fixture
def running(database: Session) -> tuple[Change, Person, Person]:
    """The change of Beijing is live; who registered and who approved it."""
    return running_change()


def task_of(item: str) -> RefreshTask:
    key = session().execute(select(RefreshTask.key).where(RefreshTask.item == item)).scalar_one()
    return queries.task(key)


def closing(item: str, state: TaskState, who: Person, *, note: str = "") -> RefreshTask:
    task = task_of(item)
    with unit_of_work():
        close(task.key, state, version=task.version, note=note, actor_id=who.id, at=DAY_0)
    return task_of(item)


def marked() -> set[str]:
    return set(session().scalars(select(Mark.key)))


def test_a_task_names_its_owner_its_day_and_why(running: tuple[Change, Person, Person]) -> None:
    change, admin, _ = running
    lines = queries.tasks_of(change.id, today=TODAY)
    assert len(lines) == 4
    line = next(one for one in lines if one.item == PAGE)
    assert (line.change_key, line.title, line.course, line.path) == (
        change.key,
        "先过起付标准",
        "basics",
        LESSON_PATH,
    )
    assert (line.owner_key, line.owner_name, line.due_on) == (admin.key, admin.name, DUE)
    assert line.reasons == [{"kind": "parameter", "item": "outpatient.deductible", "found": ""}]
    assert (line.state, line.closed_by_name, line.days_overdue) == (TaskState.OPEN, "", 0)
    assert queries.open_courses(change.id) == {"basics"}


def test_revised_means_that_another_edition_is_live(running: tuple[Change, Person, Person]) -> None:
    _, admin, _ = running
    task = task_of(PAGE)
    how: Any = {"version": task.version, "note": "", "actor_id": admin.id, "at": DAY_0}
    refused(NotRevised, close, task.key, TaskState.REVISED, **how)
    publish_texts({**LIVE, **REVISED})
    closed = closing(PAGE, TaskState.REVISED, admin)
    assert (closed.state, closed.closed_by, closed.closed_at) == (TaskState.REVISED, admin.id, DAY_0)
    assert PAGE not in marked()
    assert QUESTION in marked()


def test_confirmed_needs_a_reason_why_it_is_still_right(running: tuple[Change, Person, Person]) -> None:
    _, admin, _ = running
    task = task_of(PAGE)
    refused(
        NoteMissing,
        close,
        task.key,
        TaskState.CONFIRMED,
        version=task.version,
        note=" ",
        actor_id=admin.id,
        at=DAY_0,
    )
    closed = closing(PAGE, TaskState.CONFIRMED, admin, note="数字按日期自动更新")
    assert (closed.state, closed.note) == (TaskState.CONFIRMED, "数字按日期自动更新")
    acts = session().execute(select(Entry.act, Entry.facts).where(Entry.subject == closed.key)).all()
    assert [(act, facts["state"]) for act, facts in acts] == [("task.closed", "confirmed")]


def test_retired_means_that_it_is_no_longer_live(running: tuple[Change, Person, Person]) -> None:
    change, admin, _ = running
    task = task_of(QUESTION)
    how: Any = {"version": task.version, "note": "", "actor_id": admin.id, "at": DAY_0}
    refused(StillLive, close, task.key, TaskState.RETIRED, **how)
    publish_texts({**LIVE, QUIZ_PATH: LIVE[QUIZ_PATH].partition("  - id: basics-04")[0]})
    refused(NotRevised, close, task.key, TaskState.REVISED, **how)
    assert closing(QUESTION, TaskState.RETIRED, admin).state is TaskState.RETIRED
    line = next(one for one in queries.tasks_of(change.id, today=TODAY) if one.item == QUESTION)
    assert (line.path, line.closed_by_name, line.closed_at) == ("", admin.name, DAY_0)


def test_a_task_is_closed_once(running: tuple[Change, Person, Person]) -> None:
    _, admin, _ = running
    closed = closing(PAGE, TaskState.CONFIRMED, admin, note="没有变")
    how = {"version": closed.version, "note": "又一次", "actor_id": admin.id, "at": DAY_0}
    refused(TaskClosed, close, closed.key, TaskState.CONFIRMED, **how)
    late = {"reason": "晚了", "version": closed.version, "actor_id": admin.id, "at": DAY_0}
    refused(TaskClosed, extend, closed.key, DUE + timedelta(days=1), **late)
    key = task_of(QUESTION).key
    with pytest.raises(ValueError, match="closed as"):
        close(key, TaskState.OPEN, version=1, note="", actor_id=admin.id, at=DAY_0)


def test_of_two_who_close_a_task_at_the_same_moment_one_does(app: Flask) -> None:
    with app.app_context():
        _, admin, approver = running_change()
        task = task_of(PAGE)
        key, version, ids = task.key, task.version, (admin.id, approver.id)

        def act(who: int) -> object:
            return close(key, TaskState.CONFIRMED, version=version, note="没有变", actor_id=who, at=DAY_0)

        results = race(app, *(lambda who=who: act(who) for who in ids))
        assert [type(one) for one in results if isinstance(one, Exception)] == [TaskClosed]


def test_a_task_is_given_to_somebody_else_who_is_told(running: tuple[Change, Person, Person]) -> None:
    change, admin, approver = running
    task = task_of(PAGE)
    how: Any = {"version": task.version, "actor_id": admin.id, "at": DAY_0}
    refused(NoteMissing, reassign, task.key, approver.id, reason="", **how)
    refused(NotFound, reassign, task.key, 10**6, reason="休假", **how)
    with unit_of_work():
        reassign(task.key, approver.id, reason="休假", **how)
    assert [one.item for one in queries.open_tasks_of(approver.id, today=TODAY)] == [PAGE]
    message = session().scalars(select(Message).where(Message.person_id == approver.id)).one()
    assert (message.topic, message.facts) == (
        "refresh.assigned",
        {"change": change.key, "title": change.title, "count": 1, "due_on": DUE.isoformat()},
    )
    refused(TaskHasMoved, reassign, task.key, admin.id, reason="又回来", **how)


def test_who_is_given_a_task_once_more_is_told_once_more(running: tuple[Change, Person, Person]) -> None:
    _, admin, approver = running
    key, other = task_of(PAGE).key, make_person()
    for number, owner in enumerate((other, approver, other)):
        with unit_of_work():
            reassign(
                key,
                owner.id,
                reason="休假",
                version=queries.task(key).version,
                actor_id=admin.id,
                at=DAY_0 + timedelta(days=number),
            )
    told = select(Message.topic).where(Message.person_id == other.id)
    assert session().scalars(told).all() == ["refresh.assigned", "refresh.assigned"]


def test_nobody_who_has_left_gets_a_task(running: tuple[Change, Person, Person]) -> None:
    _, admin, _ = running
    gone = make_person(name="已离职")
    leave(gone)
    task = task_of(PAGE)
    refused(
        NotFound,
        reassign,
        task.key,
        gone.id,
        reason="休假",
        version=task.version,
        actor_id=admin.id,
        at=DAY_0,
    )


def test_a_task_is_extended_with_a_reason_and_only_to_later(running: tuple[Change, Person, Person]) -> None:
    _, admin, _ = running
    task = task_of(PAGE)
    how: Any = {"version": task.version, "actor_id": admin.id, "at": DAY_0}
    refused(NotLater, extend, task.key, DUE, reason="印刷厂放假", **how)
    refused(NoteMissing, extend, task.key, DUE + timedelta(days=2), reason=" ", **how)
    with unit_of_work():
        extend(task.key, DUE + timedelta(days=2), reason="印刷厂放假", **how)
    assert task_of(PAGE).due_on == DUE + timedelta(days=2)
    facts = session().scalars(select(Entry.facts).where(Entry.act == "task.extended")).one()
    assert facts == {"before": "2026-11-30", "due_on": "2026-12-02", "reason": "印刷厂放假"}


def test_a_pause_moves_every_open_task(running: tuple[Change, Person, Person]) -> None:
    change, admin, _ = running
    closing(PAGE, TaskState.CONFIRMED, admin, note="没有变")
    task = task_of(QUESTION)
    with unit_of_work():
        extend(
            task.key, DUE + timedelta(days=3), reason="晚", version=task.version, actor_id=admin.id, at=DAY_0
        )
        postpone(change.id, 3)
    days = {one.item: one.due_on for one in queries.tasks_of(change.id, today=TODAY)}
    assert days == {
        PAGE: DUE,
        "basics-02": DUE + timedelta(days=3),
        "basics-03": DUE + timedelta(days=3),
        QUESTION: DUE + timedelta(days=6),
    }


@pytest.mark.parametrize(
    ("today", "late"), [(DUE - timedelta(days=3), 0), (DUE, 0), (DUE + timedelta(days=1), 1)]
)
def test_a_task_is_overdue_from_the_day_after_its_last(
    running: tuple[Change, Person, Person], today: date, late: int
) -> None:
    _, admin, _ = running
    assert {one.days_overdue for one in queries.open_tasks_of(admin.id, today=today)} == {late}


def test_what_is_paused_is_not_overdue(running: tuple[Change, Person, Person]) -> None:
    change, admin, _ = running
    with unit_of_work():
        queries.change(change.key).state = ChangeState.PAUSED
    late = DUE + timedelta(days=5)
    assert {one.days_overdue for one in queries.open_tasks_of(admin.id, today=late)} == {0}


def test_lists_of_changes_count_their_open_tasks(running: tuple[Change, Person, Person]) -> None:
    change, admin, _ = running
    closing(PAGE, TaskState.CONFIRMED, admin, note="没有变")
    (line,) = queries.changes()
    assert (line.key, line.tasks, line.open_tasks) == (change.key, 4, 3)
    assert queries.changes(ChangeState.DRAFT) == []


def test_the_head_of_hr_heads_the_topmost_department_of_hr(database: Session) -> None:
    assert queries.head_of_hr() is None
    company = make_department(name="启衡科技", head=make_person(name="沈怀远"))
    _, admin, approver = running_change()
    department = make_department(name="人力资源部", parent=company, head=admin)
    make_department(name="培训组", parent=department, head=approver)
    assert queries.head_of_hr() == admin.id


def test_what_does_not_exist_is_not_found(database: Session) -> None:
    with pytest.raises(NotFound):
        queries.task("NOSUCH")
    with pytest.raises(NotFound):
        queries.change("NOSUCH")
