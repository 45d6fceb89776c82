"""What a list of obligations is narrowed to."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lms.people.models import Audience
from lms.reports.rules import Due, Papers, State
from lms.rollouts.standing import Standing


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the ledger is narrowed to; nothing given means everything.

    ``department`` is a key and includes all departments below it; ``text`` is part of a name or number.
    ``policy`` is a document: only people whom it concerns, and of those the ones who stand towards it as
    ``standing`` says, which means nothing without a policy. ``head`` is a person who answers for departments:
    those, and all below them.
    """

    states: frozenset[State] = frozenset()
    course: str = ""
    department: str = ""
    region: str = ""
    audience: Audience | None = None
    due: Due | None = None
    papers: Papers | None = None
    text: str = ""
    policy: str = ""
    standing: Standing | None = None
    head: int | None = None


def as_json(filters: Filters) -> dict[str, Any]:
    """Filters to be kept; ``from_json`` reads them."""
    return {**asdict(filters), "states": sorted(filters.states)}


def from_json(kept: Mapping[str, Any]) -> Filters:
    """Filters that ``as_json`` wrote. Raises ``ValueError`` for a code that there is no more."""
    kinds = {"audience": Audience, "due": Due, "papers": Papers, "standing": Standing}
    codes = {name: kind(kept[name]) if kept[name] else None for name, kind in kinds.items()}
    return Filters(**{**kept, **codes, "states": frozenset(map(State, kept["states"]))})
