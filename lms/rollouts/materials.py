"""Kinds of text that can become stale; a new kind registers itself in ``MATERIALS`` and nowhere else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Material:
    """What has to be known of a kind of text: how an item is called, its course, and whether it is scored.

    ``course`` gives the id of the course by the item's key and body and the courses of the quizzes.
    ``scored`` is true for what may decide a result and whose right answer is written, not computed.
    """

    title: Callable[[Body], str]
    course: Callable[[str, Body, Mapping[str, str]], str]
    scored: Callable[[Body], bool] = lambda _body: False


def _titled(body: Body) -> str:
    return str(body["title"])


def _first_part(key: str, _body: Body, _quizzes: Mapping[str, str]) -> str:
    return key.partition("/")[0]


MATERIALS: Mapping[str, Material] = {
    "page": Material(title=_titled, course=_first_part),
    "lesson": Material(title=_titled, course=_first_part),
    "question": Material(
        title=lambda body: str(body["stem"]),
        course=lambda _key, body, quizzes: quizzes.get(body["quiz"], ""),
        scored=lambda body: body["type"] != "numeric",
    ),
}
"""Kind in the library → what is known of it, in the order in which lists show them."""
