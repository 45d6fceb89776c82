"""Steering: pause and resume, a newer change, and the end that comes by itself."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.models import Assignment
from lms.jobs.rollouts import deliver_changes, finish_changes
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.library.models import Mark
from lms.rollouts import queries
from lms.rollouts.delivery import Wait, readiness
from lms.rollouts.evidence import changes_between
from lms.rollouts.models import Change, ChangeState, RefreshTask
from lms.rollouts.pauses import clock_of, pauses_of
from lms.rollouts.running import NotRunning, approved_at
from lms.rollouts.steering import (
    NotNewer,
    NotPaused,
    PauseReasonMissing,
    finish_due,
    pause,
    resume,
    supersede,
)
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES, registered, two_admins
from tests.support.library import publish_texts
from tests.support.people import leave, make_person
from tests.support.rollouts import (
    DAY,
    REWORDED,
    approve_units,
    close_tasks,
    complete,
    delivered,
    due_on,
    excused,
    give,
    paths,
    recipient,
    running,
    taught,
)

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def library(database: Session) -> None:
    """Two cities, one course for employees."""
    publish_texts(TWO_CITIES)


def at(day: int) -> datetime:
    return DAY_0 + day * DAY


def actor(change: Change) -> int:
    assert change.approved_by is not None
    return change.approved_by


def paused(change: Change, *, day: int, until: int | None = None) -> Change:
    with unit_of_work():
        pause(change.key, "等主管部门答复", actor_id=actor(change), at=at(day))
    if until is not None:
        with unit_of_work():
            resume(change.key, actor_id=actor(change), at=at(until))
    return queries.change(change.key)


def state_of(change: Change) -> ChangeState:
    return queries.change(change.key).state


def is_finished(change: Change, *, day: int = 3) -> bool:
    finish_changes(at(day))
    return state_of(change) is ChangeState.FINISHED


# -- pause -------------------------------------------------------------------------------------------------


def test_a_pause_moves_every_day_that_hangs_on_the_clocks() -> None:
    passed, middle = taught(), make_person()
    kept = give(middle).due_on
    change = running(CHEAPER_IN_BEIJING)
    close_tasks(change, prefix="basics/")
    approve_units(change)
    close_tasks(change)
    deliver_changes(at(1))
    change = paused(change, day=2, until=7)
    clock = clock_of(change)
    assert (change.state, change.paused_days) == (ChangeState.RUNNING, 5)
    assert (clock.refresh_due, clock.delivery_due) == (at(12).date(), at(19).date())
    assert due_on(change, passed) == at(19).date()
    assert due_on(change, middle) == kept


def test_open_tasks_move_with_the_pause() -> None:
    change = paused(running(CHEAPER_IN_BEIJING), day=2, until=7)
    days = select(RefreshTask.due_on).where(RefreshTask.change_id == change.id).distinct()
    assert session().scalars(days).all() == [at(12).date()]


def test_while_it_is_paused_the_clock_stands_and_nothing_is_delivered() -> None:
    taught()
    change = running(CHEAPER_IN_BEIJING)
    close_tasks(change)
    approve_units(change)
    change = paused(change, day=2)
    assert clock_of(change).day(at(9).date()) == 2
    assert [one.waits_for for one in readiness(change)] == [(Wait.PAUSE,)]
    deliver_changes(at(9))
    assert paths(change) == {}


def test_a_pause_of_no_day_moves_nothing() -> None:
    change = paused(running(CHEAPER_IN_BEIJING), day=2, until=2)
    assert clock_of(change).refresh_due == at(7).date()


def test_a_pause_says_why_and_who() -> None:
    change = paused(running(CHEAPER_IN_BEIJING), day=2, until=7)
    (found,) = pauses_of(change.id)
    assert (found.reason, found.paused_by) == ("等主管部门答复", actor(change))
    assert (found.begun_on, found.ended_on) == (at(2).date(), at(7).date())
    acts = select(Entry.act).where(
        Entry.subject == change.key, Entry.act.in_(["change.paused", "change.resumed"])
    )
    assert session().scalars(acts.order_by(Entry.id)).all() == ["change.paused", "change.resumed"]


def test_what_does_not_run_cannot_be_paused_and_what_is_not_paused_not_resumed() -> None:
    change = running(CHEAPER_IN_BEIJING)
    with pytest.raises(PauseReasonMissing), unit_of_work():
        pause(change.key, " ", actor_id=actor(change), at=at(1))
    with pytest.raises(NotPaused), unit_of_work():
        resume(change.key, actor_id=actor(change), at=at(1))
    paused(change, day=1)
    with pytest.raises(NotRunning), unit_of_work():
        pause(change.key, "再等", actor_id=actor(change), at=at(2))


def test_a_clock_starts_with_registration() -> None:
    admin, _ = two_admins()
    waiting = registered(admin)
    assert clock_of(waiting).day(at(3).date()) == 3
    with pytest.raises(NotRunning):
        approved_at(waiting)
    waiting.registered_on = None
    with pytest.raises(ValueError, match="registration"):
        clock_of(waiting)


# -- a newer change ----------------------------------------------------------------------------------------


def superseded(old: Change, new: Change, *, day: int = 3) -> None:
    with unit_of_work():
        supersede(old.key, new.key, actor_id=actor(new), at=at(day))


def test_open_tasks_and_marks_go_over_to_the_newer_change() -> None:
    old = running(CHEAPER_IN_BEIJING)
    new = running(REWORDED, at=at(2))
    of_old = {(one.kind, one.item) for one in queries.tasks_of(old.id, today=at(2).date())}
    of_new = {(one.kind, one.item) for one in queries.tasks_of(new.id, today=at(2).date())}
    superseded(old, new)
    assert queries.tasks_of(old.id, today=at(3).date()) == []
    moved = {(one.kind, one.item) for one in queries.tasks_of(new.id, today=at(3).date())}
    assert moved == of_old | of_new
    marked = session().execute(select(Mark.kind, Mark.key, Mark.cause)).all()
    assert {(kind, key) for kind, key, _ in marked} == moved
    assert {cause for _, _, cause in marked} == {new.key}
    assert (queries.change(old.key).superseded_by, state_of(old)) == (new.id, ChangeState.SUPERSEDED)


def test_people_keep_what_they_did_and_are_not_asked_for_the_rest() -> None:
    done, begun, idle = taught(), taught(), taught()
    old = delivered(CHEAPER_IN_BEIJING)
    complete(recipient(old, done).assignment_id, at=at(1))
    new = running(REWORDED, at=at(2))
    superseded(old, new)
    assert recipient(old, done).excused_at is None
    assert (recipient(old, idle).excuse, recipient(old, idle).assignment_id) == (new.key, None)
    units = select(Assignment.person_id).where(Assignment.course == f"change-{old.key.lower()}")
    assert set(session().scalars(units)) == {done.id}
    assert begun.id in paths(old)


def test_an_audience_that_was_waiting_is_not_delivered_any_more() -> None:
    taught()
    old = running(CHEAPER_IN_BEIJING)
    approve_units(old)
    superseded(old, running(REWORDED, at=at(2)))
    deliver_changes(at(4))
    assert paths(old) == {}


def test_a_paused_change_can_be_superseded() -> None:
    old = paused(running(CHEAPER_IN_BEIJING), day=1)
    superseded(old, running(REWORDED, at=at(2)))
    assert [one.ended_on for one in pauses_of(old.id)] == [at(3).date()]


def test_days_of_a_pause_are_not_lost_to_tasks_that_go_over() -> None:
    old = paused(running(CHEAPER_IN_BEIJING), day=1)
    new = running(REWORDED, at=at(2))
    own = {(one.kind, one.item) for one in queries.tasks_of(new.id, today=at(2).date())}
    superseded(old, new, day=9)
    moved = [one for one in queries.tasks_of(new.id, today=at(9).date()) if (one.kind, one.item) not in own]
    assert {one.due_on for one in moved} == {at(15).date()}


def test_a_change_that_was_replaced_is_over() -> None:
    old = running(CHEAPER_IN_BEIJING)
    new = running(REWORDED, at=at(2))
    superseded(old, new)
    assert queries.change(old.key).finished_at == at(3)
    assert old in changes_between(at(0).date(), at(90).date())
    assert changes_between(at(4).date(), at(90).date()) == [new]


def test_only_a_newer_change_that_goes_on_takes_the_place() -> None:
    old = running(CHEAPER_IN_BEIJING)
    new = running(REWORDED, at=at(2))
    for first, second in ((old, old), (new, old)):
        with pytest.raises(NotNewer):
            superseded(first, second)
    superseded(old, new)
    with pytest.raises(NotRunning):
        superseded(old, new)
    with pytest.raises(NotNewer):
        superseded(new, old)


# -- the end -----------------------------------------------------------------------------------------------


def test_a_change_is_finished_when_everybody_is_done_or_excused_or_gone() -> None:
    done, away, gone = taught(), taught(), taught()
    change = delivered(CHEAPER_IN_BEIJING)
    assert not is_finished(change)
    complete(recipient(change, done).assignment_id, at=at(1))
    excused(change, away)
    assert not is_finished(change)
    leave(gone)
    assert is_finished(change)
    assert queries.change(change.key).finished_at == at(3)
    with unit_of_work():
        assert not finish_due(change.id, at(4))


def test_it_is_not_finished_before_its_materials_are() -> None:
    change = running(CHEAPER_IN_BEIJING)
    assert not is_finished(change)
    close_tasks(change)
    approve_units(change)
    assert not is_finished(change)
    deliver_changes(at(1))
    assert is_finished(change)
