"""A change of policy as the days go by: what turns red, who is told once, and the day on which it holds."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.assignments import attempts
from lms.jobs.runner import run_due
from lms.jobs.timetable import JOBS
from lms.kernel.clock import CHINA, now
from lms.kernel.database import session, unit_of_work
from lms.library.queries import live_release_id
from lms.quizzes.queries import open_sitting
from lms.rollouts.models import Step
from lms.rollouts.queries import change
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES
from tests.support.learning import assign, finish, learner, lessons_of
from tests.support.library import publish_texts
from tests.support.people import make_person, sign_in
from tests.support.policy_desk import Desk, desk
from tests.support.rollouts import DAY, close_tasks, running, taught, told
from tests.support.small_library import QUIZ, QUIZ_PATH

MIDNIGHT = datetime(2027, 1, 1, tzinfo=CHINA)
MINUTE = timedelta(minutes=1)
_NUMERIC = QUIZ[QUIZ.index("  - id: basics-02") :]
ONLY_NUMBERS: Mapping[str, str] = {
    **TWO_CITIES,
    QUIZ_PATH: QUIZ[: QUIZ.index("  - id: basics-01")]
    + _NUMERIC.replace("basics-02", "basics-01").replace("小李", "老王")
    + _NUMERIC,
}
"""The two cities with a quiz of nothing but 5000 less the deductible."""
STALE = "The rules change from 1 Jan 2027; this page is being checked and updated."
NODE = re.compile(r'class="clock__node ?(\w*)"')


@pytest.fixture
def admin(app: Flask, database: Session) -> Desk:
    """Who registers the change, signed in; the two cities are live."""
    publish_texts(ONLY_NUMBERS)
    return desk(app)


def begun(admin: Desk) -> str:
    """A change whose day 0 is today, approved by a second person; one learner is concerned."""
    taught()
    other = desk(admin.client.application, name="莫云帆", role=Role.LEAD)
    return running(CHEAPER_IN_BEIJING, admins=(admin.person, other.person)).key


def nodes(admin: Desk, key: str, clock: time_machine.Traveller, at: datetime) -> list[str]:
    """How the page draws days 0, 7 and 14."""
    return NODE.findall(admin.later(clock, at).get(f"/manage/policy/{key}"))


def tick(clock: time_machine.Traveller, at: datetime) -> None:
    """What the clockwork does when it wakes up then."""
    clock.move_to(at)
    run_due(now(), "a worker", JOBS)


def steps(key: str) -> list[tuple[str, str]]:
    """Rungs that were taken, in order."""
    session().rollback()
    found = select(Step.clock, Step.rung).where(Step.change_id == change(key).id).order_by(Step.id)
    return [(one.clock, one.rung) for one in session().execute(found)]


# -- red by itself --------------------------------------------------------------------------------------


def test_day_7_and_day_14_turn_red_by_themselves_at_midnight_in_china(
    admin: Desk, clock: time_machine.Traveller
) -> None:
    key = begun(admin)
    for day, before, after in (
        (8, ["on", "", ""], ["on", "late", ""]),
        (15, ["on", "late", ""], ["on", "late", "late"]),
    ):
        midnight = datetime(2026, 11, 23, tzinfo=CHINA) + day * DAY
        assert nodes(admin, key, clock, midnight - MINUTE) == before
        assert nodes(admin, key, clock, midnight) == after


def test_day_7_is_ticked_once_the_last_text_is_done(admin: Desk, clock: time_machine.Traveller) -> None:
    key = begun(admin)
    assert nodes(admin, key, clock, DAY_0 + 9 * DAY) == ["on", "late", ""]
    close_tasks(change(key), at=DAY_0 + 9 * DAY)
    assert nodes(admin, key, clock, DAY_0 + 9 * DAY) == ["on", "on", ""]
    assert "overdue for revision" not in admin.get("/manage")


# -- the ladder -----------------------------------------------------------------------------------------


def test_each_rung_is_taken_once_on_its_day_however_often_the_clockwork_wakes_up(
    admin: Desk, clock: time_machine.Traveller
) -> None:
    key, on = begun(admin), {}
    for hour in range(0, 11 * 24, 12):
        tick(clock, DAY_0 + timedelta(hours=hour))
        for step in steps(key)[len(on) :]:
            on[step] = (now() - DAY_0).days
    assert list(on) == steps(key)
    assert {rung: day for (which, rung), day in on.items() if which == "refresh"} == {
        "person": 5,
        "department-head": 8,
        "head-of-hr": 10,
    }
    assert told(admin.person, "refresh.due-soon") == ["refresh.due-soon"]
    assert told(admin.person, "refresh.overdue") == ["refresh.overdue"]


def test_after_days_of_downtime_each_rung_is_taken_once(admin: Desk, clock: time_machine.Traveller) -> None:
    key = begun(admin)
    tick(clock, DAY_0 + 4 * DAY)
    assert steps(key) == []
    for _ in range(2):
        tick(clock, DAY_0 + 11 * DAY)
    refresh = [step for step in steps(key) if step[0] == "refresh"]
    assert refresh == [("refresh", rung) for rung in ("person", "department-head", "head-of-hr")]
    assert told(admin.person, "refresh.overdue") == ["refresh.overdue"]


# -- the day on which it holds --------------------------------------------------------------------------


def test_the_number_turns_over_at_midnight_in_china_on_pages_and_on_papers(
    admin: Desk, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    found = change(begun(admin))
    somebody = learner(client)

    def lesson(at: datetime) -> str:
        clock.move_to(at)
        sign_in(client, number=somebody.number)
        return client.get("/course/basics/outpatient/1").text

    assert STALE in lesson(DAY_0)
    close_tasks(found)
    assert STALE not in lesson(DAY_0)
    until = lesson(MIDNIGHT - MINUTE)
    assert all(said in until for said in ("1800元", "1500元 from 1 Jan 2027"))
    assert asked("赵一") == "3200"
    since = lesson(MIDNIGHT)
    assert "1500元" in since
    assert "1800元" not in since
    assert asked("钱二") == "3500"


def asked(name: str) -> str:
    """The right answer on a paper that a newcomer opens now."""
    person = make_person(name=name)
    assign(person, "basics")
    finish(person, *lessons_of("basics"))
    with unit_of_work():
        attempts.start(person.id, "basics", release_id=str(live_release_id()), random=Random(1), at=now())
    return open_sitting(person.id, "basics").paper[0].outcome[0]
