"""Events and seats, made by operations alone. Needs an application context."""

from datetime import datetime, timedelta
from typing import Any

from lms.campaigns.selection import Selection
from lms.kernel.database import unit_of_work
from lms.people.models import Person
from lms.workshops import arranging, attendance, signing
from lms.workshops.arranging import Draft
from lms.workshops.attendance import Mark
from lms.workshops.queries import seats
from lms.workshops.rules import EventKind, Level, SeatState
from tests.support.sittings import AT

STARTS = AT + timedelta(days=3)
ENDS = STARTS + timedelta(hours=2)
EVERYBODY = Selection(audiences=frozenset({"employee", "retiree", "hr"}))


def draft(**more: Any) -> Draft:
    """A workshop for everybody in three days, with two seats and two places to wait."""
    usual: dict[str, Any] = {
        "kind": EventKind.WORKSHOP,
        "title": "报销材料一次备齐",
        "place": "二楼培训室",
        "starts_at": STARTS,
        "ends_at": ENDS,
        "sign_up_until": STARTS - timedelta(days=1),
        "capacity": 2,
        "waiting_most": 2,
        "selection": EVERYBODY,
    }
    return Draft(**{**usual, **more})


def planned(by: Person, *, at: datetime = AT, **more: Any) -> str:
    """The key of a draft."""
    with unit_of_work():
        return arranging.create(draft(**more), actor_id=by.id, at=at)


def published(by: Person, *, at: datetime = AT, **more: Any) -> str:
    """The key of an event that people see."""
    key = planned(by, at=at, **more)
    with unit_of_work():
        arranging.publish(key, actor_id=by.id, at=at)
    return key


def sign_up(key: str, *people: Person, at: datetime = AT) -> list[SeatState]:
    """They sign up one after the other."""
    found = []
    for person in people:
        with unit_of_work():
            found.append(signing.sign_up(key, person.id, at=at))
    return found


def withdraw(key: str, person: Person, *, at: datetime = AT) -> None:
    with unit_of_work():
        signing.withdraw(key, person.id, at=at)


def attended(key: str, by: Person, *people: Person, level: Level = Level.FULL, at: datetime = ENDS) -> None:
    """The sheet says that they were there."""
    with unit_of_work():
        attendance.save(key, {one.key: Mark(level) for one in people}, actor_id=by.id, at=at)


def standing(key: str) -> dict[str, tuple[SeatState, int]]:
    """Name → state and place in the line."""
    return {one.name: (one.state, one.position) for one in seats(key)}


def on_the_desk(by: Person, guest: Person, at: datetime) -> dict[str, str]:
    """What addresses name: an event to come, and one that is over with its attendance noted."""
    day, hour = timedelta(days=1), timedelta(hours=1)
    spans = {"event": at + 7 * day, "over": at - day}
    keys = {}
    for name, starts in spans.items():
        times = {"starts_at": starts, "ends_at": starts + hour, "sign_up_until": starts - hour}
        keys[name] = published(by, at=at - 5 * day, capacity=1, **times)
        sign_up(keys[name], guest, by, at=at - 4 * day)
    attended(keys["over"], by, guest, at=at)
    return keys
