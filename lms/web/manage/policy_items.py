"""Typed differences as their pages show them: a heading, old beside new word by word, and for whom."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext, ngettext

from lms.people.models import Audience
from lms.policies.queries import Policies
from lms.policies.rules import Level
from lms.publishing.history import word_diff
from lms.rollouts.impact import Stale
from lms.rollouts.models import How
from lms.rollouts.people import Count
from lms.rollouts.typed import TypedItem
from lms.web.formats import quantity
from lms.web.languages import chosen
from lms.web.manage.parts import scope

Part = tuple[str, str]
_BLANK = re.compile(r"\[\[[^\]]*\]\]|\{[^}]*\}")


@dataclass(frozen=True)
class Shown:
    """A difference in words. ``old`` and ``new`` are parts of the word diff: ``same``, ``del`` or ``ins``."""

    key: str
    heading: str
    detail: str
    how: How
    since: date | None
    old: Sequence[Part]
    new: Sequence[Part]
    item: TypedItem
    used: str = ""

    @property
    def is_number(self) -> bool:
        """Whether numbers are compared, not words."""
        return self.item.kind == "parameter"


@dataclass(frozen=True)
class Line:
    """People of an audience in a city, by what they were taught."""

    audience: Audience
    place: str
    count: Count


def shown(item: TypedItem, policies: Policies, stale: Sequence[Stale] = ()) -> Shown:
    """One difference; *stale* are the materials of the change, of which those that rest on it are counted."""
    heading, detail, words = _clause(item, policies) if item.kind == "clause" else _value(item, policies)
    parts = word_diff(item.old, item.new) if words is None else [("del", words[0]), ("ins", words[1])]
    return Shown(
        key=item.key,
        heading=heading,
        detail=detail,
        how=item.how,
        since=item.since,
        old=[one for one in parts if one[0] != "ins" and one[1]],
        new=[one for one in parts if one[0] != "del" and one[1]],
        item=item,
        used=_used(item, stale),
    )


def _clause(item: TypedItem, policies: Policies) -> tuple[str, str, tuple[str, str] | None]:
    clause = policies.clauses.get(item.item)
    if clause is None:
        return item.item, "", None
    return clause.title, f"{clause.document.short} {clause.article}", None


def _value(item: TypedItem, policies: Policies) -> tuple[str, str, tuple[str, str] | None]:
    parameter = policies.parameters.get(item.item)
    if parameter is None:
        return item.item, "", (item.old, item.new)
    label = parameter.label_en if chosen() == "en" else parameter.label
    whose = scope(policies, item.region, item.status, Level(item.level)) if item.region else ""
    if item.how is How.REWORDED:
        return label, whose, None
    return label, whose, (_number(item.old, parameter.unit.value), _number(item.new, parameter.unit.value))


def _number(text: str, unit: str) -> str:
    return quantity(Decimal(text), unit) if text else ""


def _used(item: TypedItem, stale: Sequence[Stale]) -> str:
    """How many texts rest on it: 3 pages, 2 questions."""
    mine = [one for one in stale if any(row["item"] == item.item for row in one.reasons)]
    pages = sum(one.kind != "question" for one in mine)
    questions = len(mine) - pages
    words = [ngettext("%(num)s lesson page", "%(num)s lesson pages", pages)] if pages else []
    words += [ngettext("%(num)s question", "%(num)s questions", questions)] if questions else []
    return (", " if chosen() == "en" else "、").join(words) or gettext("no text of the library uses it")


def target_names(policies: Policies) -> Callable[[str], str]:
    """Names a clause or a parameter by its key, as texts refer to it."""

    def name(key: str) -> str:
        if key in policies.clauses:
            clause = policies.clauses[key]
            return f"{clause.document.short} {clause.article}"
        parameter = policies.parameters.get(key)
        if parameter is None:
            return key
        return parameter.label_en if chosen() == "en" else parameter.label

    return name


def readable(title: str) -> str:
    """A question without the names of numbers that a paper fills in."""
    return _BLANK.sub("…", title)


def lines(counts: Sequence[Count], name: Callable[[str], str]) -> list[Line]:
    """Counts with the names of their places."""
    return [Line(one.audience, name(one.region), one) for one in counts]
