"""Services that take messages, on this machine: they listen to real calls and answer as they are told."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from flask import Flask
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from werkzeug.wrappers import Request, Response

from lms.kernel.database import session, unit_of_work
from lms.kernel.settings import Gateways
from lms.notifications import group_posts
from lms.notifications.models import DeliveryState
from lms.notifications.robots import Robot, RobotKind, RobotPost, Said, add
from lms.people.models import Person
from tests.support.people import make_person

Answer = dict[str, Any] | Response | Callable[[], Response]
OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok", "code": "ok"}


@dataclass(frozen=True)
class Heard:
    """One call: path, what stood in the address, headers, and the body as it was read."""

    path: str
    query: str
    params: dict[str, str]
    headers: dict[str, str]
    size: int
    body: Any
    at: float


@dataclass
class Services:
    """All services at once: what they heard, and what is answered, one answer a call and then *OK*."""

    base: str
    heard: list[Heard] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    tokens: list[Answer] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def answer(self, request: Request) -> Response:
        """What is said to a call; calls for a token are answered apart."""
        raw = request.get_data()
        headers = dict(request.headers)
        params = dict(request.args)
        body = json.loads(raw) if raw else None
        query = request.query_string.decode()
        with self._lock:
            heard = Heard(request.path, query, params, headers, len(raw), body, time.monotonic())
            self.heard.append(heard)
            if request.path == "/cgi-bin/gettoken":
                count = sum(one.path == request.path for one in self.heard)
                usual: Answer = {**OK, "access_token": f"token-{count}", "expires_in": 7200}
                said = self.tokens.pop(0) if self.tokens else usual
            else:
                said = self.answers.pop(0) if self.answers else self.usual(request)
        if isinstance(said, Response):
            return said
        return said() if callable(said) else Response(json.dumps(said), content_type="application/json")

    @staticmethod
    def usual(request: Request) -> Answer:
        """Feishu calls the code of an answer otherwise than the gateway for text messages."""
        return {"code": 0, "msg": "success"} if "/hook/" in request.path else OK

    @property
    def sent(self) -> list[Heard]:
        """All calls but those for a token."""
        return [one for one in self.heard if one.path != "/cgi-bin/gettoken"]


@contextmanager
def services(app: Flask) -> Iterator[Services]:
    """The services, and the program set up to call them."""
    kept = app.extensions["xuanguan.settings"]
    with HTTPServer(threaded=True) as server:
        base = server.url_for("").rstrip("/")
        found = Services(base)
        server.expect_request(re.compile(".*")).respond_with_handler(found.answer)
        with called_at(app, base):
            yield found
    app.extensions["xuanguan.settings"] = kept


@contextmanager
def called_at(app: Flask, base: str) -> Iterator[None]:
    """The program set up to call all services at one address, whoever listens there."""
    kept = app.extensions["xuanguan.settings"]
    gateways = Gateways(wecom=base, dingtalk=base, feishu=base, sms=base)
    app.extensions["xuanguan.settings"] = replace(
        kept, gateways=gateways, address="https://learn.example.org"
    )
    try:
        yield
    finally:
        app.extensions["xuanguan.settings"] = kept


def robot(
    kind: RobotKind = RobotKind.WECOM,
    *,
    name: str = "总装早班群",
    token: str = "robot-token-0001",
    secret: str = "",
    keyword: str = "",
    department: str = "",
) -> Robot:
    """A robot that is on."""
    with unit_of_work():
        return add(Said(kind, name, token, secret, keyword, department))


def known_at(name: str = "林晓", *, wecom_id: str = "", phone: str = "", email: str = "") -> Person:
    """Somebody with these addresses."""
    person = make_person(name=name)
    person.wecom_id, person.phone, person.email = wecom_id, phone, email
    session().commit()
    return person


def slow(seconds: float) -> Callable[[], Response]:
    """An answer that comes late."""

    def answer() -> Response:
        time.sleep(seconds)
        return Response(json.dumps(OK), content_type="application/json")

    return answer


AT = datetime(2026, 11, 23, 1, 7, tzinfo=UTC)
STARTS = {"title": "门诊起付线调整", "due_on": "2026-12-07", "count": 23, "page": "/course/onboarding"}


def post(subject: str = "K7M2QX9A", at: datetime = AT, departments: list[int] | None = None) -> int:
    """Queue a post for the groups that it concerns; returns for how many."""
    with unit_of_work():
        return group_posts.post("group.starts", subject, STARTS, at=at, departments=departments)


def posts() -> list[tuple[DeliveryState, int, str]]:
    """State, tries and error of every post, in the order of queueing."""
    session().rollback()
    rows = session().scalars(select(RobotPost).order_by(RobotPost.id))
    return [(one.state, one.tries, one.error) for one in rows]
