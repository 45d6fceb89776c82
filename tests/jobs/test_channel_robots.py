"""Robots speak no faster than they may, not at the full hour, and each post once, whoever works."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.jobs import limits
from lms.jobs.robots import send_group_posts, try_robot
from lms.jobs.rules import Outcome
from lms.kernel.database import session, unit_of_work
from lms.notifications import group_posts, robots
from lms.notifications.models import DeliveryState
from lms.notifications.robots import RobotKind
from tests.support.gateways import (
    AT,
    Services,
    post,
    posts,
    robot,
    services,
)
from tests.support.people import make_department

QUEUED, SENT, DEAD, SKIPPED = (DeliveryState(one) for one in ("queued", "sent", "dead", "skipped"))


@pytest.fixture
def there(database: Session, app: Flask) -> Iterator[Services]:
    with services(app) as found:
        yield found


# -- not too fast, not at the full hour, once --------------------------------------------------------------


def test_no_robot_speaks_at_the_full_or_half_hour(there: Services) -> None:
    found = robot()
    for minute in (0, 30):
        assert send_group_posts(AT.replace(minute=minute)) == Outcome(0)
    for at in (AT.replace(minute=0), AT.replace(minute=29, second=59), AT.replace(minute=30)):
        moved = group_posts.out_of_rush(at, found.key)
        assert timedelta(minutes=2) <= moved - at <= timedelta(minutes=7)
        assert not group_posts.is_rush(moved)
    assert group_posts.out_of_rush(AT, found.key) == AT


def test_a_group_gets_a_post_about_a_subject_once(there: Services) -> None:
    robot()
    assert (post(), post()) == (1, 0)
    assert send_group_posts(AT) == Outcome(1)
    assert post(at=AT + timedelta(days=1)) == 0


def test_a_post_concerns_the_groups_of_departments_and_of_those_above(there: Services) -> None:
    top = make_department(name="生产制造部")
    shop = make_department(name="总装车间", parent=top)
    other = make_department(name="研发中心")
    robot(token="everybodys-token")
    robot(token="production-token", department=top.key)
    robot(token="research-token-1", department=other.key)
    robot(token="removed-department", department="GONE2345")
    assert post(departments=[shop.id]) == 2
    send_group_posts(AT)
    assert sorted(one.params["key"] for one in there.sent) == ["everybodys-token", "production-token"]
    assert post("another", departments=None) == 4


def test_what_waited_for_three_days_is_left_out(there: Services) -> None:
    robot()
    post()
    assert send_group_posts(AT + timedelta(days=3)) == Outcome(0)
    assert posts() == [(SKIPPED, 0, "too-late")]


def test_a_robot_that_is_switched_off_posts_nothing(there: Services) -> None:
    found = robot()
    post()
    with unit_of_work():
        robots.switch(found.key, AT, on=False)
    assert (send_group_posts(AT), post("other")) == (Outcome(0), 0)
    assert posts() == [(SKIPPED, 0, "channel-off")]


def test_four_workers_keep_the_pace_of_a_robot_and_post_nothing_twice(there: Services, app: Flask) -> None:
    robot()
    for number in range(30):
        post(f"subject-{number}")
    session().commit()

    def work(at: datetime) -> int:
        with app.app_context():
            return send_group_posts(at).count

    instants = [AT + timedelta(seconds=5 * step) for step in range(13)]
    with ThreadPoolExecutor(4) as threads:
        counts = [sum(threads.map(work, [at] * 4)) for at in instants]
    assert counts[0] == limits.ROBOTS[RobotKind.WECOM].burst
    assert sum(counts) == len(there.sent) <= 20
    assert sum(counts) >= 15
    bodies = [one.body["markdown"]["content"] for one in there.sent]
    assert [state for state, _, _ in posts()].count(SENT) == len(bodies)


def test_two_workers_never_hold_the_same_post(there: Services, app: Flask) -> None:
    for number in range(12):
        robot(token=f"token-{number:04}")
    post()
    session().commit()

    def work(_number: int) -> int:
        with app.app_context():
            return send_group_posts(AT).count

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(work, range(2))) == 12
    assert len({one.params["key"] for one in there.sent}) == len(there.sent) == 12


def test_what_a_worker_died_over_is_taken_up_after_its_hold(there: Services) -> None:
    robot()
    post()
    with unit_of_work():
        assert len(group_posts.claim_due(AT, limit=9)) == 1
    assert send_group_posts(AT + timedelta(minutes=9)) == Outcome(0)
    assert send_group_posts(AT + timedelta(minutes=11)) == Outcome(1)


# -- secrets -----------------------------------------------------------------------------------------------


def test_secrets_are_neither_readable_in_the_database_nor_logged(
    there: Services, database: Session, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found = robot(RobotKind.DINGTALK, token="very-secret-token", secret="SECvery-secret")
    there.answers = [{"errcode": 300005, "errmsg": "token very-secret-token is not exist"}]
    post()
    send_group_posts(AT)
    access = group_posts.access(found.key)
    assert access is not None
    assert "very-secret" not in repr(access)
    rows = database.execute(text("SELECT token, secret FROM notifications_robots")).all()
    assert "very-secret" not in str(rows)
    said = "\n".join(
        one.getMessage() for one in caplog.records if one.name.partition(".")[0] in {"lms", "urllib3"}
    )
    assert "dingtalk-300005" in said
    assert "very-secret" not in said


def test_a_test_goes_at_once_and_its_answer_is_on_record(there: Services) -> None:
    found = robot()
    access = group_posts.access(found.key)
    assert access is not None
    there.answers = [{"errcode": 93000}]
    assert try_robot(access, AT.replace(minute=0)) == "wecom-93000"
    assert robots.robot(found.key).error == "wecom-93000"
    assert try_robot(access, AT.replace(minute=0, second=1)) == ""
    session().rollback()
    assert robots.robot(found.key).error == ""
    assert [try_robot(access, AT.replace(minute=0, second=2)) for _ in range(6)][-1] == "own-limit"
