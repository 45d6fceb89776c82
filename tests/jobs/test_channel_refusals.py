"""HTTP 200 is not success: what a service says is what counts, and what is refused is kept or tried again."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.jobs import gateway
from lms.jobs.robots import send_group_posts
from lms.jobs.rules import Outcome
from lms.kernel.database import unit_of_work
from lms.notifications import group_posts, robots
from lms.notifications.models import DeliveryState
from lms.notifications.robots import RobotKind
from tests.support.gateways import (
    AT,
    Services,
    called_at,
    post,
    posts,
    robot,
    services,
    slow,
)
from tests.support.mail import free_port

QUEUED, SENT, DEAD, SKIPPED = (DeliveryState(one) for one in ("queued", "sent", "dead", "skipped"))


@pytest.fixture
def there(database: Session, app: Flask) -> Iterator[Services]:
    with services(app) as found:
        yield found


# -- HTTP 200 is not success -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "answer", "code"),
    [
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, "wecom-93000"),
        ("dingtalk", {"errcode": 300005, "errmsg": "token is not exist"}, "dingtalk-300005"),
        ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}, "dingtalk-310000-keyword"),
        ("dingtalk", {"errcode": 310000, "errmsg": "invalid timestamp"}, "dingtalk-310000-clock"),
        ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, "dingtalk-310000-sign"),
        ("dingtalk", {"errcode": 310000, "errmsg": "ip 1.2.3.4 not in whitelist"}, "dingtalk-310000-ip"),
        (
            "feishu",
            {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"},
            "feishu-19001",
        ),
        (
            "feishu",
            {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"},
            "feishu-19021",
        ),
        ("feishu", {"code": 19022, "msg": "Ip Not Allowed"}, "feishu-19022"),
        ("feishu", {"code": 19024, "msg": "Key Words Not Found"}, "feishu-19024"),
    ],
)
def test_a_refused_key_stops_the_robot_and_what_waits_is_kept(
    there: Services, kind: str, answer: dict[str, object], code: str
) -> None:
    found = robot(RobotKind(kind))
    there.answers = [answer]
    post("first")
    post("second")
    assert send_group_posts(AT) == Outcome(0, 1)
    assert len(there.sent) == 1
    assert robots.robot(found.key).error == code
    assert [(state, error) for state, _, error in posts()] == [(QUEUED, code), (QUEUED, code)]
    assert send_group_posts(AT + timedelta(hours=1)) == Outcome(0)
    assert len(there.sent) == 1
    said = robots.Said(RobotKind(kind), "总装", "another-token", "", "", "")
    with unit_of_work():
        robots.change(found.key, said)
    assert send_group_posts(AT + timedelta(hours=2)) == Outcome(2)
    assert posts() == [(SENT, 1, ""), (SENT, 1, "")]


@pytest.mark.parametrize(
    ("kind", "answer", "code", "pause"),
    [
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, "wecom-45009", 1),
        ("wecom", {"errcode": -1, "errmsg": "system busy"}, "wecom--1", 0),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, "dingtalk-130101", 10),
        ("dingtalk", {"errcode": 410100, "errmsg": "send too fast"}, "dingtalk-410100", 10),
        ("feishu", {"code": 11232, "msg": "frequency limited"}, "feishu-11232", 1),
        ("wecom", Response("slow down", 429), "http-429", 1),
        ("dingtalk", Response("bad gateway", 502), "http-502", 0),
        ("feishu", Response("<html>", 200), "no-answer", 0),
    ],
)
def test_what_may_pass_is_tried_again_after_a_while(
    there: Services, kind: str, answer: object, code: str, pause: int
) -> None:
    found = robot(RobotKind(kind))
    there.answers = [answer]  # type: ignore[list-item]
    post()
    assert send_group_posts(AT) == Outcome(0, 1)
    assert posts() == [(QUEUED, 1, code)]
    assert robots.robot(found.key).error == ""
    assert send_group_posts(AT + timedelta(seconds=20)) == Outcome(0)
    if pause:
        assert send_group_posts(AT + timedelta(minutes=pause, seconds=-5)) == Outcome(0)
    assert send_group_posts(AT + timedelta(minutes=pause, seconds=40)) == Outcome(1)
    assert len(there.sent) == 2


@pytest.mark.parametrize(
    ("kind", "answer", "code"),
    [
        ("wecom", {"errcode": 40058, "errmsg": "invalid parameter"}, "wecom-40058"),
        ("feishu", {"code": 9499, "msg": "Bad Request"}, "feishu-9499"),
        ("feishu", Response('{"code":9499,"msg":"Bad Request"}', 400), "feishu-9499"),
        ("dingtalk", {"errcode": 430104, "errmsg": "forbidden"}, "dingtalk-430104"),
        ("wecom", Response("gone", 404), "http-404"),
        ("wecom", {"surprise": True}, "wecom-unknown"),
    ],
)
def test_a_post_that_does_not_fit_is_given_up_and_the_robot_goes_on(
    there: Services, kind: str, answer: object, code: str
) -> None:
    robot(RobotKind(kind))
    there.answers = [answer]  # type: ignore[list-item]
    post("first")
    post("second")
    assert send_group_posts(AT) == Outcome(1, 1)
    assert posts() == [(DEAD, 1, code), (SENT, 1, "")]


def test_after_five_tries_it_is_given_up_and_can_be_tried_again_by_hand(there: Services) -> None:
    found = robot()
    there.answers = [{"errcode": -1}] * 5
    post()
    waits = (0, 31, 121, 601, 3601)
    at = AT
    for wait in waits:
        at += timedelta(seconds=wait)
        send_group_posts(at)
    assert posts() == [(DEAD, 5, "wecom--1")]
    assert send_group_posts(at + timedelta(hours=2)) == Outcome(0)
    with unit_of_work():
        assert group_posts.try_again(found.key, at) == 1
    assert send_group_posts(at + timedelta(minutes=9)) == Outcome(1)


def test_a_service_that_is_silent_or_away_costs_a_try(
    there: Services, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "PATIENCE", (1, 0.2))
    robot()
    there.answers = [slow(1)]
    post()
    assert send_group_posts(AT) == Outcome(0, 1)
    assert posts() == [(QUEUED, 1, "timeout")]
    with called_at(app, f"http://127.0.0.1:{free_port()}"):
        assert send_group_posts(AT + timedelta(seconds=31)) == Outcome(0, 1)
    assert posts() == [(QUEUED, 2, "connection")]


@pytest.mark.parametrize(
    "answer",
    [
        Response(b"no gzip at all", headers={"Content-Encoding": "gzip"}),
        Response(b"{}", headers={"Transfer-Encoding": "chunked"}),
    ],
)
def test_an_answer_that_breaks_off_costs_a_try_and_stops_no_other_robot(
    there: Services, answer: Response
) -> None:
    robot()
    robot(RobotKind.FEISHU, name="质量群")
    there.answers = [answer]
    post()
    assert send_group_posts(AT) == Outcome(1, 1)
    assert sorted(posts()) == sorted([(QUEUED, 1, "connection"), (SENT, 1, "")])


def test_an_answer_that_stops_in_the_middle_costs_a_try(
    there: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "PATIENCE", (1, 0.2))
    robot()

    def parts() -> Iterator[bytes]:
        yield b'{"errcode"'
        time.sleep(1)
        yield b": 0}"

    there.answers = [lambda: Response(parts(), content_type="application/json")]
    post()
    assert send_group_posts(AT) == Outcome(0, 1)
    assert posts() == [(QUEUED, 1, "timeout")]


def test_nobody_is_led_elsewhere(there: Services) -> None:
    robot()
    there.answers = [Response("", 302, {"Location": f"{there.base}/elsewhere"})]
    post()
    assert send_group_posts(AT) == Outcome(0, 1)
    assert [one.path for one in there.sent] == ["/cgi-bin/webhook/send"]
