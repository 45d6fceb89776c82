"""The policies of a release, read once and kept: documents, clauses, parameters, regions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lms.library import queries as library
from lms.library.faults import UNREAD, Item
from lms.policies.rules import (
    Answer,
    Asked,
    Clause,
    Document,
    Level,
    Mark,
    Parameter,
    Region,
    Source,
    Unit,
    Value,
    Wording,
    look_up,
)

KINDS = ("region", "document", "clause", "parameter")


@dataclass(frozen=True)
class Policies:
    """Everything a release says about policy."""

    regions: Mapping[str, Region]
    documents: Mapping[str, Document]
    clauses: Mapping[str, Clause]
    parameters: Mapping[str, Parameter]
    #: What is in files that could not be read: ``region``, ``parameter:outpatient.rate``, ``clause:law#5`` …
    unread: frozenset[str] = frozenset()

    def answer(self, asked: Asked, day: date) -> Answer:
        """Look a parameter up; a day that is asked for goes before *day*.

        Raises ``KeyError`` for a name that the release does not have.
        """
        return look_up(self.parameters[asked.name], self.regions, asked, day)

    def slots(self, name: str) -> str:
        """For whom a parameter has values, as references name them: what would have been right."""
        found = (
            f"region={self.regions[value.region].name} status={value.status}"
            for value in self.parameters[name].values
        )
        return " / ".join(dict.fromkeys(found))

    def regions_by_name(self) -> dict[str, Region]:
        """Regions under the names used in files."""
        return {region.name: region for region in self.regions.values()}


@lru_cache(maxsize=4)
def policies_of(release_id: str) -> Policies:
    """The policies of a release; immutable, so kept in memory under its id."""
    return _assembled((item.kind, item.key, item.body) for item in library.items(release_id, *KINDS))


def policies_from(items: list[Item]) -> Policies:
    """The same, from items that have just been loaded from files, faulty ones among them."""
    policies = _assembled((item.kind, item.key, item.body) for item in items)
    return replace(policies, unread=frozenset(item.key for item in items if item.kind == UNREAD))


def _assembled(rows: Any) -> Policies:
    found: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in KINDS}
    for kind, key, body in rows:
        if kind in found:
            found[kind][key] = body
    documents = {key: _document(key, body) for key, body in found["document"].items()}
    return Policies(
        regions={key: Region(key, **body) for key, body in found["region"].items()},
        documents=documents,
        clauses={key: _clause(key, body, documents) for key, body in found["clause"].items()},
        parameters={key: _parameter(key, body) for key, body in found["parameter"].items()},
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _source(body: dict[str, Any]) -> Source:
    return Source(body["title"], body["number"] or "", body["url"] or "")


def _document(key: str, body: dict[str, Any]) -> Document:
    return Document(
        id=key,
        title=body["title"],
        short=body["short"],
        title_en=body["title_en"],
        issuer=body["issuer"],
        number=body["number"] or "",
        region=body["region"],
        issued_on=_day(body["issued_on"]),
        effective_on=_day(body["effective_on"]),
        source=_source(body["source"]),
        mark=Mark(body["mark"]),
        checked_on=date.fromisoformat(body["checked_on"]),
    )


def _clause(key: str, body: dict[str, Any], documents: Mapping[str, Document]) -> Clause:
    return Clause(
        key=key,
        article=body["article"],
        title=body["title"],
        text=body["text"],
        mark=Mark(body["mark"]),
        document=documents[body["document"]],
        since=_day(body.get("since")),
        earlier=tuple(_wording(one) for one in body.get("earlier", ())),
        repealed_on=_day(body.get("repealed_on")),
    )


def _wording(body: dict[str, Any]) -> Wording:
    return Wording(date.fromisoformat(body["until"]), body["text"])


def _parameter(key: str, body: dict[str, Any]) -> Parameter:
    return Parameter(
        name=key,
        label=body["label"],
        label_en=body["label_en"],
        unit=Unit(body["unit"]),
        explain=body["explain"],
        fallback=body["fallback"],
        values=tuple(_value(value) for value in body["values"]),
    )


def _value(body: dict[str, Any]) -> Value:
    return Value(
        region=body["region"],
        status=body["status"],
        level=Level(body["level"]),
        since=_day(body["since"]),
        value=Decimal(body["value"]),
        clause=body["clause"],
        source=_source(body["source"]),
        mark=Mark(body["mark"]),
        checked_on=date.fromisoformat(body["checked_on"]),
    )
