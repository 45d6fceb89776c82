"""Somebody of HR who goes through the steps of assigning in a browser without windows."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from werkzeug.test import TestResponse

from tests.support.policy_desk import Desk, seen

CONTENT = {"content": "course:basics", "title": "年度必修"}
PEOPLE = {"audiences": "employee"}
TIME = {"starts": "now", "due": "on", "due_on": "2026-12-07"}
NOTICE = {
    "channels": ["email", "wecom"],
    "reminders": ["-3", "0"],
    "quiet_from": "22:00",
    "quiet_to": "08:00",
}
Typed: TypeAlias = Mapping[str, str | Sequence[str]]


def begin(at: Desk, **typed: str) -> str:
    """Answer step 1; returns the key of the draft."""
    response = at.post("/manage/assign/new", {**CONTENT, **typed})
    assert response.status_code == 303, response.text
    return str(response.location).split("/")[-2]


def answer(at: Desk, key: str, step: str, typed: Typed, *, action: str = "next") -> TestResponse:
    """Open a step and hand its form in."""
    address = f"/manage/assign/{key}/{step}"
    data = {**typed, "seen": seen(at.get(address)), "action": action}
    return at.client.post(address, data=data)


def drafted(at: Desk, *, people: Typed | None = None, time: Typed | None = None) -> str:
    """A draft with its four steps answered, whatever is wrong with them; returns its key."""
    key = begin(at)
    answer(at, key, "people", people or PEOPLE)
    answer(at, key, "time", time or TIME)
    answer(at, key, "notice", NOTICE)
    return key


def sent(at: Desk, key: str) -> TestResponse:
    """Press the button of the last step."""
    page = at.get(f"/manage/assign/{key}/check")
    return at.post(f"/manage/assign/{key}/check", {"seen": seen(page)})
