"""Lesson pages kept as rendered: most people at a page see the same one, but for the token of its forms."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from lms.web.lessons import UNTOLD, Traces
from lms.web.reading import Reader
from lms.web.tokens import form_token

_STAND_IN = "\0token\0"
"""Stands for the token in a kept page; no text can hold it."""


@dataclass(frozen=True)
class Spot:
    """All that a lesson page without query depends on.

    The standard view shows the asker's ``traces``; ``heard`` and ``size`` are of the easy view.
    """

    release_id: str
    marks: int
    course: str
    lesson: str
    number: int
    reader: Reader
    traces: Traces = UNTOLD
    heard: str = ""
    size: str = ""


Render: TypeAlias = Callable[[Spot, str], str]
"""Makes the page of a spot, with this token in its forms."""


def page_at(spot: Spot, render: Render) -> bytes:
    """The page with the asker's own token."""
    return form_token().encode().join(_parts(spot, render))


@lru_cache(maxsize=1024)
def _parts(spot: Spot, render: Render) -> tuple[bytes, ...]:
    """What stands before, between and after the places of the token."""
    return tuple(render(spot, _STAND_IN).encode().split(_STAND_IN.encode()))
