"""What is late goes up the ladder: person, head of department, head of HR, each rung once."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs.rollouts import climb_ladder, deliver_changes
from lms.kernel.database import session, unit_of_work
from lms.notifications.models import Message
from lms.people.models import Audience, Department, Person
from lms.rollouts import queries
from lms.rollouts.ladder import climb, rungs
from lms.rollouts.models import Change, RefreshTask, Step
from lms.rollouts.refresh import extend
from lms.rollouts.steering import pause, resume
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import leave, make_department, make_person
from tests.support.racing import race
from tests.support.rollouts import (
    DAY,
    HR_COURSE,
    REWORDED,
    WITH_HR,
    approve_units,
    close_tasks,
    complete,
    delivered,
    recipient,
    running,
    taught,
    told,
)

REFRESH, DELIVERY = "refresh.", "change.reminder"


@pytest.fixture
def company(database: Session) -> dict[str, Person]:
    """HR at the top with its head; production below with its head; an admin of HR and an approver."""
    publish_texts(TWO_CITIES)
    top = make_department(name="人力资源部")
    production = make_department(name="生产制造部", parent=top)
    people = {
        "head_of_hr": make_person(name="周敏", audience=Audience.HR, department=top),
        "admin": make_person(name="叶文瑾", audience=Audience.HR, department=top),
        "approver": make_person(name="莫云帆", audience=Audience.HR, department=production),
        "foreman": make_person(name="钱立", department=production, region="310000"),
    }
    _lead(top, people["head_of_hr"])
    _lead(production, people["foreman"])
    return people


def _lead(department: Department, head: Person) -> None:
    department.head_id = head.id
    session().commit()


def at(day: int) -> datetime:
    return DAY_0 + day * DAY


def change_of(company: dict[str, Person]) -> Change:
    return running(CHEAPER_IN_BEIJING, admins=(company["admin"], company["approver"]))


def delivered_change(company: dict[str, Person]) -> Change:
    return delivered(CHEAPER_IN_BEIJING, admins=(company["admin"], company["approver"]))


def worker(company: dict[str, Person]) -> Person:
    """Somebody of production in Beijing who passed the basics long ago."""
    person = taught()
    person.department_id = company["foreman"].department_id
    session().commit()
    return person


def facts(person: Person, topic: str) -> dict[str, object]:
    found = select(Message.facts).where(Message.person_id == person.id, Message.topic == topic)
    return dict(session().scalars(found).one())


# -- materials ---------------------------------------------------------------------------------------------


def test_the_owner_is_told_two_days_before(company: dict[str, Person]) -> None:
    change = change_of(company)
    assert climb_ladder(at(4)).count == 0
    assert climb_ladder(at(5)).count == 1
    assert told(company["admin"], REFRESH) == ["refresh.assigned", "refresh.due-soon"]
    due_soon = facts(company["admin"], "refresh.due-soon")
    assert (due_soon["change"], due_soon["count"], due_soon["due_on"]) == (change.key, 4, "2026-11-30")


def test_overdue_goes_to_the_owner_and_the_head_then_to_the_head_of_hr(company: dict[str, Person]) -> None:
    production = company["foreman"].department_id
    company["admin"].department_id = production
    session().commit()
    change_of(company)
    climb_ladder(at(5))
    climb_ladder(at(8))
    assert told(company["admin"], "refresh.overdue") == ["refresh.overdue"]
    assert told(company["foreman"], REFRESH) == ["refresh.overdue"]
    assert told(company["head_of_hr"], REFRESH) == []
    climb_ladder(at(10))
    assert told(company["head_of_hr"], REFRESH) == ["refresh.overdue"]


def test_after_days_of_standstill_every_rung_is_taken_once(company: dict[str, Person]) -> None:
    change = change_of(company)
    climb_ladder(at(11))
    climb_ladder(at(11))
    climb_ladder(at(12))
    steps = select(Step.clock, Step.rung, Step.told).where(Step.change_id == change.id).order_by(Step.id)
    assert [tuple(step) for step in session().execute(steps)] == [
        ("refresh", "person", 0),
        ("refresh", "department-head", 2),
        ("refresh", "head-of-hr", 0),
    ]
    assert told(company["admin"], REFRESH) == ["refresh.assigned", "refresh.overdue"]


def test_nobody_is_told_about_tasks_that_are_closed(company: dict[str, Person]) -> None:
    change = change_of(company)
    close_tasks(change)
    assert climb_ladder(at(12)).count == 0
    assert [line.taken_at for line in rungs(change) if line.clock == "refresh"] == [None] * 3


def test_a_task_that_was_given_more_time_climbs_later(company: dict[str, Person]) -> None:
    change = change_of(company)
    task = session().scalars(select(RefreshTask).order_by(RefreshTask.id)).first()
    assert task is not None
    later, version, actor = task.due_on + timedelta(days=5), task.version, company["admin"].id
    with unit_of_work():
        extend(task.key, later, reason="等参保地答复", version=version, actor_id=actor, at=DAY_0)
    climb_ladder(at(8))
    assert facts(company["admin"], "refresh.overdue")["count"] == 3
    for open_one in session().scalars(select(RefreshTask).where(RefreshTask.id != task.id)).all():
        assert open_one.due_on == at(7).date()
    climb_ladder(at(13))
    found = select(Step.clock, Step.rung).where(
        Step.change_id == change.id, Step.clock.startswith("refresh+")
    )
    assert [tuple(step) for step in session().execute(found.order_by(Step.id))] == [
        ("refresh+5", "person"),
        ("refresh+5", "department-head"),
    ]
    assert len(told(company["admin"], "refresh.overdue")) == 2


# -- people ------------------------------------------------------------------------------------------------


def test_who_is_not_done_is_reminded_on_day_10(company: dict[str, Person]) -> None:
    slow, quick = worker(company), worker(company)
    change = delivered_change(company)
    complete(recipient(change, quick).assignment_id, at=at(2))
    climb_ladder(at(9))
    assert told(slow, DELIVERY) == []
    climb_ladder(at(10))
    assert (told(slow, DELIVERY), told(quick, DELIVERY)) == ([DELIVERY], [])
    reminder = facts(slow, DELIVERY)
    assert reminder["course"] == f"change-{change.key.lower()}"


def test_heads_hear_how_many_of_theirs_are_not_done(company: dict[str, Person]) -> None:
    for _ in range(3):
        worker(company)
    delivered_change(company)
    climb_ladder(at(12))
    assert facts(company["foreman"], "change.department")["count"] == 3
    assert told(company["head_of_hr"], "change.head-of-hr") == []


def test_a_department_without_a_head_is_answered_for_above(company: dict[str, Person]) -> None:
    line = make_department(name="总装线", parent=session().get(Department, company["foreman"].department_id))
    leave(company["foreman"])
    person = taught()
    person.department_id = line.id
    session().commit()
    delivered_change(company)
    climb_ladder(at(12))
    assert facts(company["head_of_hr"], "change.department")["count"] == 1


def test_where_nobody_is_the_head_nobody_is_told(company: dict[str, Person]) -> None:
    taught()
    change = delivered_change(company)
    climb_ladder(at(12))
    taken = select(Step.told).where(Step.change_id == change.id, Step.rung == "department-head")
    assert session().scalars(taken).all() == [0]


def test_on_day_15_the_head_of_hr_hears_of_everybody_who_is_late(company: dict[str, Person]) -> None:
    worker(company)
    worker(company)
    delivered_change(company)
    climb_ladder(at(14))
    assert told(company["head_of_hr"], "change.head-of-hr") == []
    climb_ladder(at(15))
    assert facts(company["head_of_hr"], "change.head-of-hr")["count"] == 2


def test_the_head_of_hr_hears_of_an_audience_that_was_never_delivered(company: dict[str, Person]) -> None:
    worker(company)
    change_of(company)
    climb_ladder(at(15))
    assert facts(company["head_of_hr"], "change.head-of-hr")["count"] == 1


def test_who_is_through_is_nobody_s_business(company: dict[str, Person]) -> None:
    person = worker(company)
    change = delivered_change(company)
    complete(recipient(change, person).assignment_id, at=at(2))
    climb_ladder(at(20))
    assert told(company["head_of_hr"], "change.head-of-hr") == []
    assert told(company["foreman"], "change.department") == []


def test_a_newcomer_is_not_reminded_of_a_day_that_is_not_theirs(company: dict[str, Person]) -> None:
    delivered_change(company)
    newcomer = make_person()
    deliver_changes(at(9))
    climb_ladder(at(10))
    assert told(newcomer) == ["change.course"]


def test_an_audience_that_was_late_climbs_for_itself(database: Session) -> None:
    publish_texts(WITH_HR)
    clerk, hr = taught(), taught(audience=Audience.HR, name=HR_COURSE)
    change = running(REWORDED)
    close_tasks(change)
    approve_units(change, Audience.EMPLOYEE)
    deliver_changes(at(1))
    climb_ladder(at(10))
    assert (told(clerk, DELIVERY), told(hr, DELIVERY)) == ([DELIVERY], [])
    approve_units(change, Audience.HR, at=at(11))
    deliver_changes(at(11))
    climb_ladder(at(11))
    assert (told(clerk, DELIVERY), told(hr, DELIVERY)) == ([DELIVERY], [DELIVERY])


def test_a_reminder_says_the_day_on_which_it_is_due_for_the_reader(company: dict[str, Person]) -> None:
    person, change = worker(company), change_of(company)
    close_tasks(change)
    approve_units(change)
    deliver_changes(at(16))
    climb_ladder(at(16))
    assert facts(person, DELIVERY)["due_on"] == at(19).date().isoformat()


def test_a_pause_holds_the_ladder(company: dict[str, Person]) -> None:
    change = change_of(company)
    with unit_of_work():
        pause(change.key, "等主管部门答复", actor_id=company["admin"].id, at=at(3))
    assert climb_ladder(at(9)).count == 0
    with unit_of_work():
        assert climb(change.id, at(9)) == 0
    with unit_of_work():
        resume(change.key, actor_id=company["admin"].id, at=at(9))
    assert climb_ladder(at(10)).count == 0
    assert climb_ladder(at(11)).count == 1
    assert [line.falls_on for line in rungs(queries.change(change.key))][:1] == [at(11).date()]


def test_two_workers_tell_once(app: Flask, company: dict[str, Person]) -> None:
    change_id = change_of(company).id
    moment = at(5)
    counts = race(app, lambda: climb(change_id, moment), lambda: climb(change_id, moment))
    assert sorted(count for count in counts if isinstance(count, int)) == [0, 1]


def test_the_ladder_shows_what_was_taken_and_what_is_to_come(company: dict[str, Person]) -> None:
    change = change_of(company)
    climb_ladder(at(5))
    lines = rungs(change)
    assert [(line.clock, line.name, line.day) for line in lines] == [
        ("refresh", "person", 5),
        ("refresh", "department-head", 8),
        ("refresh", "head-of-hr", 10),
        ("delivery", "person", 10),
        ("delivery", "department-head", 12),
        ("delivery", "head-of-hr", 15),
    ]
    assert [(line.taken_at, line.told) for line in lines[:2]] == [(at(5), 1), (None, 0)]
