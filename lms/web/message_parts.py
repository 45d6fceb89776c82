"""What the words of messages are put together from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from lms.web.formats import week_day

Facts: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """A message as it is read. ``link`` is where one can act on it: a path of this site."""

    title: str
    text: str
    link: str


def due_words(facts: Facts) -> str:
    """The due date with its weekday."""
    return week_day(date.fromisoformat(facts["due_on"]))


def course_link(facts: Facts) -> str:
    """To the course that the message is about, or to all of one's own when there are several."""
    return f"/course/{facts['course']}" if facts.get("course") else "/my"
