"""What a list of obligations is narrowed to."""

from dataclasses import dataclass

from lms.people.models import Audience
from lms.reports.rules import Due, State
from lms.rollouts.standing import Standing


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the ledger is narrowed to; nothing given means everything.

    ``department`` is a key and includes all departments below it; ``text`` is part of a name or number.
    ``policy`` is a document: only people whom it concerns, and of those the ones who stand towards it as
    ``standing`` says, which means nothing without a policy.
    """

    states: frozenset[State] = frozenset()
    course: str = ""
    department: str = ""
    region: str = ""
    audience: Audience | None = None
    due: Due | None = None
    text: str = ""
    policy: str = ""
    standing: Standing | None = None
