"""A change that is being rolled out: the day, what holds it up, who is late, and steering it."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.rollouts.models import ChangeState, TaskState
from lms.rollouts.queries import change, tasks_of
from lms.rollouts.steering import finish_due
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TODAY, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import leave
from tests.support.policy_desk import Desk, desk, save
from tests.support.rollouts import (
    DAY,
    approve_units,
    close_tasks,
    complete,
    delivered,
    recipient,
    running,
    taught,
)


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(TWO_CITIES)


def going_on(app: Flask) -> tuple[Desk, str]:
    """A change that was approved today, and the admin who registered it, signed in."""
    at = desk(app)
    other = desk(app, name="莫云帆", role=Role.LEAD)
    taught()
    return at, running(CHEAPER_IN_BEIJING, admins=(at.person, other.person)).key


def first_task(key: str) -> str:
    return tasks_of(change(key).id, today=TODAY)[0].key


# -- where it stands ------------------------------------------------------------------------------------


def test_on_day_0_the_audience_waits_for_material_and_approval(app: Flask) -> None:
    at, key = going_on(app)
    page = at.get(f"/manage/policy/{key}")
    for said in (
        "Day 0: 14 days left until everybody has to know it",
        "Today, day 0",
        "Employees, 1 person: cannot be delivered yet",
        "Nobody has approved yet what this audience will be given.",
        "waits for materials",
        "1800 yuan a year",
        "1500 yuan a year",
        "门诊规定",
        "No forecast yet",
        "莫云帆",
    ):
        assert said in page
    assert "overdue" not in page


def test_the_seventh_day_turns_red_by_itself(app: Flask, clock: time_machine.Traveller) -> None:
    at, key = going_on(app)
    page = at.later(clock, DAY_0 + 9 * DAY).get(f"/manage/policy/{key}")
    assert "Day 9: 5 days left" in page
    assert "clock__node late" in page
    assert "2 days overdue" in page
    assert "note--bad" in page
    assert "叶文瑾" in at.get("/manage/policy")
    assert "overdue for revision" in at.get("/manage")


def test_due_soon_is_seen_on_the_workbench(app: Flask, clock: time_machine.Traveller) -> None:
    at, _key = going_on(app)
    assert "to be revised soon" not in at.get("/manage")
    page = at.later(clock, DAY_0 + 5 * DAY).get("/manage")
    assert "to be revised soon" in page
    assert "Today, day 5" in page


def test_after_the_fourteenth_day_the_page_says_that_it_is_late(
    app: Flask, clock: time_machine.Traveller
) -> None:
    at, key = going_on(app)
    close_tasks(change(key))
    approve_units(change(key))
    page = at.later(clock, DAY_0 + 16 * DAY).get(f"/manage/policy/{key}")
    assert "Day 16: 2 days overdue, not everybody knows it yet" in page
    assert "does not know a policy change in time" in at.get("/manage")


def test_once_delivered_the_table_counts_and_a_finished_change_is_early(
    app: Flask, clock: time_machine.Traveller
) -> None:
    at = desk(app, role=Role.HR)
    person = taught()
    found = delivered(CHEAPER_IN_BEIJING, library=TWO_CITIES)
    page = at.get(f"/manage/policy/{found.key}")
    assert "delivered to 1 of 1 people" in page
    assert "cannot be delivered yet" not in page
    complete(recipient(found, person).assignment_id, at=DAY_0 + DAY)
    at.later(clock, DAY_0 + 2 * DAY)
    assert "Everybody who was given it has learned it." in at.get(f"/manage/policy/{found.key}")
    with unit_of_work():
        assert finish_due(found.id, DAY_0 + 2 * DAY)
    page = at.get(f"/manage/policy/{found.key}")
    assert "Everybody knows it, 12 days early" in page
    assert "not needed" in page


def test_hr_sees_no_button_that_steers(app: Flask) -> None:
    _at, key = going_on(app)
    page = desk(app, name="董雪晴", role=Role.HR).get(f"/manage/policy/{key}")
    for act in ("pause", "excuse", "supersede", "unit/employee"):
        assert f"/manage/policy/{key}/{act}" not in page


# -- steering -------------------------------------------------------------------------------------------


def test_a_pause_has_a_reason_and_ends(app: Flask) -> None:
    at, key = going_on(app)
    assert save(at, f"/manage/policy/{key}/pause", {"reason": ""}).status_code == 422
    assert save(at, f"/manage/policy/{key}/pause", {"reason": "等参保地答复"}).status_code == 303
    page = at.get(f"/manage/policy/{key}")
    assert "both clocks are paused" in page
    assert "等参保地答复" in page
    assert at.post(f"/manage/policy/{key}/resume").status_code == 303
    assert change(key).state is ChangeState.RUNNING


def test_a_newer_change_takes_over(app: Flask) -> None:
    at, key = going_on(app)
    assert "No other change is being rolled out" in at.get(f"/manage/policy/{key}/supersede")
    path, text = next(iter(CHEAPER_IN_BEIJING.items()))
    other = desk(app, name="何书航")
    third = desk(app, name="董雪晴", role=Role.LEAD)
    newer = running({path: text.replace("1500", "1400")}, admins=(other.person, third.person)).key
    assert at.post(f"/manage/policy/{key}/supersede", {"newer": "NOSUCH"}).status_code == 422
    assert at.post(f"/manage/policy/{key}/supersede", {"newer": newer}).status_code == 303
    page = at.get(f"/manage/policy/{key}")
    assert "A newer change has taken over" in page
    assert f"/manage/policy/{newer}" in page


def test_somebody_is_excused_by_number_with_a_reason(app: Flask) -> None:
    at = desk(app)
    person = taught()
    key = delivered(CHEAPER_IN_BEIJING).key
    address = f"/manage/policy/{key}/excuse"
    wrong = at.post(address, {"number": "NOSUCH", "reason": "外派"})
    assert wrong.status_code == 422
    assert wrong.text.count("The change was not given to anybody with this number") == 2
    assert "外派" in wrong.text
    assert at.post(address, {"number": person.number, "reason": "外派至四月"}).status_code == 303
    assert "1 excused" in at.get(f"/manage/policy/{key}")
    again = at.post(address, {"number": person.number, "reason": "外派至四月"})
    assert "This person is excused already" in again.text


def test_the_unit_is_approved_for_its_audience(app: Flask) -> None:
    at, key = going_on(app)
    page = at.get(f"/manage/policy/{key}")
    assert f"/manage/content/content/courses/change-{key.lower()}/course.yaml" in page
    assert at.post(f"/manage/policy/{key}/unit/employee").status_code == 303
    page = at.get(f"/manage/policy/{key}")
    assert "Nobody has approved yet" not in page
    assert at.post(f"/manage/policy/{key}/unit/nobody").status_code == 404


# -- tasks ----------------------------------------------------------------------------------------------


def test_a_task_is_closed_by_name_with_a_note(app: Flask) -> None:
    at, key = going_on(app)
    task = first_task(key)
    address = f"/manage/policy/{key}/task/{task}"
    form = {"close-seen": "1", "close-state": "confirmed", "close-note": ""}
    refused = at.post(f"{address}/close", form)
    assert refused.status_code == 422
    assert refused.text.count("Say why it is still right") == 2
    assert at.post(f"{address}/close", {**form, "close-note": "引用的是参数"}).status_code == 303
    page = at.get(address)
    for said in ("Checked, still right", "叶文瑾", "引用的是参数"):
        assert said in page
    again = at.post(f"{address}/close", {**form, "close-note": "再来一次"})
    assert again.status_code == 409
    assert "Somebody has closed this task already." in again.text


def test_a_text_that_nobody_revised_is_not_closed_as_revised(app: Flask) -> None:
    at, key = going_on(app)
    task = first_task(key)
    response = at.post(
        f"/manage/policy/{key}/task/{task}/close", {"close-seen": "1", "close-state": "revised"}
    )
    assert response.status_code == 422
    assert "revise it first" in response.text


def test_a_task_is_reassigned_to_somebody_who_is_told(app: Flask) -> None:
    at, key = going_on(app)
    other = desk(app, name="何书航", role=Role.HR)
    gone = desk(app, name="离职者", role=Role.HR).person
    leave(gone)
    address = f"/manage/policy/{key}/task/{first_task(key)}/reassign"
    form = {"reassign-seen": "1", "reassign-number": gone.number, "reassign-reason": "分工"}
    refused = at.post(address, form)
    assert refused.status_code == 422
    assert "Nobody with the company has this number" in refused.text
    assert "分工" in refused.text
    assert at.post(address, {**form, "reassign-number": other.person.number}).status_code == 303
    assert "何书航" in at.get(f"/manage/policy/{key}")
    assert other.post(address, form).status_code == 403


def test_a_task_is_extended_to_a_later_day(app: Flask) -> None:
    at, key = going_on(app)
    address = f"/manage/policy/{key}/task/{first_task(key)}/extend"
    due = china_date(DAY_0) + timedelta(days=7)
    form = {"extend-seen": "1", "extend-due_on": due.isoformat(), "extend-reason": "等原文"}
    refused = at.post(address, form)
    assert refused.status_code == 422
    assert "Enter a day after the present due date" in refused.text
    later = due + timedelta(days=2)
    assert at.post(address, {**form, "extend-due_on": later.isoformat()}).status_code == 303
    found = tasks_of(change(key).id, today=TODAY)
    assert later in {one.due_on for one in found}
    assert all(one.state is TaskState.OPEN for one in found)


def test_a_task_of_another_change_is_not_found(app: Flask) -> None:
    at, key = going_on(app)
    assert at.client.get(f"/manage/policy/{key}/task/NOSUCH").status_code == 404


# -- people ---------------------------------------------------------------------------------------------


def test_the_list_of_people_says_who_is_late_and_reminds_once_a_day(
    app: Flask, clock: time_machine.Traveller
) -> None:
    at = desk(app)
    person = taught()
    key = delivered(CHEAPER_IN_BEIJING).key
    page = at.get(f"/manage/policy/{key}/people")
    assert person.number in page
    assert "only what changed" in page
    assert "Nobody matches these filters" in at.get(f"/manage/policy/{key}/people?outcome=done")
    assert at.client.get(f"/manage/policy/{key}/people?outcome=asleep").status_code == 404
    assert at.post(f"/manage/policy/{key}/remind").status_code == 303
    assert "1 person was reminded." in at.get(f"/manage/policy/{key}")
    at.post(f"/manage/policy/{key}/remind")
    assert "Already reminded at 09:00" in at.get(f"/manage/policy/{key}")
    at.later(clock, DAY_0 + 16 * DAY)
    assert "2 days overdue" in at.get(f"/manage/policy/{key}/people?outcome=late")


def test_before_delivery_the_list_is_empty(app: Flask) -> None:
    at, key = going_on(app)
    assert "It has been given to nobody yet" in at.get(f"/manage/policy/{key}/people")
