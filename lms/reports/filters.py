"""What a list of obligations is narrowed to."""

from dataclasses import dataclass

from lms.people.models import Audience
from lms.reports.rules import Due, State


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the ledger is narrowed to; nothing given means everything.

    ``department`` is a key and includes all departments below it; ``text`` is part of a name or number.
    """

    states: frozenset[State] = frozenset()
    course: str = ""
    department: str = ""
    region: str = ""
    audience: Audience | None = None
    due: Due | None = None
    text: str = ""
