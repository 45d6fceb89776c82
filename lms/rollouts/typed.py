"""The typed difference between two libraries: clauses and values, each with a proposed severity."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.publishing.differences import value_changes
from lms.rollouts.models import How, Severity
from lms.rollouts.rules import item_key
from lms.rollouts.severity import of_clause, of_title, of_value

CLAUSE, PARAMETER, DOCUMENT = "clause", "parameter", "document"
KINDS = (DOCUMENT, CLAUSE, PARAMETER)
"""Kinds of the library that policy is read from."""
Name = tuple[str, str]
"""Kind and key of an item of the library."""
Bodies = Mapping[Name, Mapping[str, Any]]


@dataclass(frozen=True)
class TypedItem:
    """One difference. ``old`` and ``new`` are words of a clause, or plain numbers of a parameter.

    Of a *reworded* parameter they are its proof (mark and source) or its unit: the numbers stay.
    ``since`` is the first day of what is new, empty when the source does not tell.
    """

    kind: str
    item: str
    region: str
    status: str
    level: str
    since: date | None
    how: How
    old: str
    new: str
    proposed: Severity

    @property
    def key(self) -> str:
        """Names this difference in forms; another one as soon as it says something else."""
        return item_key(
            self.kind,
            self.item,
            self.region,
            self.status,
            self.level,
            self.since,
            self.how,
            self.old,
            self.new,
        )


def typed(before: Bodies, after: Bodies, *, referred: Collection[Name]) -> list[TypedItem]:
    """What policy says differently in *after*, clauses first; *referred* is what some text there uses."""
    old, new = (_policy(bodies) for bodies in (before, after))
    names = [name for name in dict.fromkeys([*new, *old]) if name[0] != DOCUMENT]
    found: list[TypedItem] = []
    for kind, key in sorted(names, key=lambda name: name[0] != CLAUSE):
        used = (kind, key) in referred
        found += _clause(key, old, new, used=used) if kind == CLAUSE else _parameter(key, old, new, used=used)
    return found


def _policy(bodies: Bodies) -> Bodies:
    return {name: body for name, body in bodies.items() if name[0] in KINDS}


def _clause(key: str, old: Bodies, new: Bodies, *, used: bool) -> Iterator[TypedItem]:
    left, right = old.get((CLAUSE, key)), new.get((CLAUSE, key))
    if right is None:
        yield _of_clause(key, How.REPEALED, (str((left or {})["text"]), ""), Severity.SUBSTANTIVE)
    elif left is None:
        severity = of_clause(How.NEW, "", right["text"], used=used)
        yield _of_clause(key, How.NEW, ("", right["text"]), severity, _holds_from(right, new))
    else:
        yield from _rewordings(key, left, right, days=(_holds_from(left, old), _holds_from(right, new)))


def _rewordings(
    key: str, left: Mapping[str, Any], right: Mapping[str, Any], *, days: tuple[date | None, date | None]
) -> Iterator[TypedItem]:
    texts, titles = (left["text"], right["text"]), (left["title"], right["title"])
    ends = right.get("repealed_on")
    if ends and ends != left.get("repealed_on"):
        yield _of_clause(key, How.REPEALED, (texts[1], ""), Severity.SUBSTANTIVE, date.fromisoformat(ends))
    if texts[0] != texts[1]:
        yield _of_clause(key, How.REWORDED, texts, of_clause(How.REWORDED, *texts), days[1])
    elif days[0] != days[1]:
        yield _of_clause(key, How.REWORDED, texts, Severity.SUBSTANTIVE, days[1])
    elif titles[0] != titles[1]:
        yield _of_clause(key, How.REWORDED, titles, of_title(*titles))
    elif _place(left) != _place(right):
        yield _of_clause(key, How.REWORDED, (_place(left), _place(right)), Severity.EDITORIAL)


def _of_clause(
    key: str, how: How, words: tuple[str, str], severity: Severity, since: date | None = None
) -> TypedItem:
    return TypedItem(CLAUSE, key, "", "", "", since, how, *words, severity)


def _place(clause: Mapping[str, Any]) -> str:
    return f"{clause['article']} · {clause['mark']}"


def _holds_from(clause: Mapping[str, Any], bodies: Bodies) -> date | None:
    """First day of the present words: their own, else that of the document."""
    document = bodies.get((DOCUMENT, clause["document"]), {})
    return _day(clause.get("since") or document.get("effective_on"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _parameter(name: str, old: Bodies, new: Bodies, *, used: bool) -> Iterator[TypedItem]:
    left, right = old.get((PARAMETER, name)), new.get((PARAMETER, name))
    empty: dict[str, Any] = {"values": []}
    for change in value_changes(name, left or empty, right or empty):
        how, numbers = How(change.how.value), (change.old, change.new)
        severity = of_value(how, *numbers, used=used or left is not None)
        slot = (change.region, change.status, change.level, _day(change.since))
        yield TypedItem(PARAMETER, name, *slot, how, *numbers, severity)
    if left and right:
        yield from _proofs(name, left, right)


def _proofs(name: str, left: Mapping[str, Any], right: Mapping[str, Any]) -> Iterator[TypedItem]:
    """The unit, and values whose number stays while mark or source differ; not the day of the check."""
    if left["unit"] != right["unit"]:
        units = (left["unit"], right["unit"])
        yield TypedItem(PARAMETER, name, "", "", "", None, How.REWORDED, *units, Severity.SUBSTANTIVE)
    before = {_slot(row): row for row in left["values"]}
    for row in right["values"]:
        same = before.get(_slot(row))
        if same and same["value"] == row["value"] and _proof(same) != _proof(row):
            proofs = (_proof(same), _proof(row))
            yield TypedItem(PARAMETER, name, *_slot(row), How.REWORDED, *proofs, Severity.EDITORIAL)


def _slot(row: Mapping[str, Any]) -> tuple[str, str, str, date | None]:
    return (row["region"], row["status"], row["level"], _day(row["since"]))


def _proof(row: Mapping[str, Any]) -> str:
    source = row["source"]
    said = (source["title"], source["number"], source["url"], row["clause"], row["mark"])
    return " · ".join(part for part in said if part)
