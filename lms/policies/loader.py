"""Reads ``content/regions.yaml``, ``content/policies/*.yaml`` and ``content/parameters/*.yaml``."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from lms.library.faults import UNREAD, Fault, Item, Place, unread
from lms.library.yaml import Document, entries, parse, shaped
from lms.policies import checks
from lms.policies.rules import NATION
from lms.policies.shapes import ClauseShape, DocumentShape, ParameterShape, RegionShape, ValueShape

REGIONS_PATH = "content/regions.yaml"
_RANKS = ("nation", "province", "city")


class _Loading:
    """Regions and keys met so far; items found; faults collected."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.items: list[Item] = []
        self.codes: dict[str, str] = {}
        self.seen: dict[tuple[str, str], Place] = {}

    def unread(self, key: str, place: Place) -> None:
        self.items.append(unread(key, place))

    def is_unread(self, *keys: str) -> bool:
        return any(item.kind == UNREAD and item.key in keys for item in self.items)

    def code(self, name: str, place: Place) -> str:
        if name not in self.codes:
            if self.is_unread("region"):
                return NATION
            self.faults.append(place.fault("no-such-region", found=name, right=" / ".join(self.codes)))
            return NATION
        return self.codes[name]

    def add(self, item: Item) -> None:
        if self.name_once(item.kind, item.key, item.place):
            self.items.append(item)

    def name_once(self, kind: str, key: str, place: Place) -> bool:
        before = self.seen.setdefault((kind, key), place)
        if before is not place:
            self.faults.append(place.fault("key-exists", found=key, right=f"{before.path}:{before.line}"))
        return before is place


def load(texts: Mapping[str, str], faults: list[Fault]) -> list[Item]:
    """Items of kind ``region``, ``document``, ``clause`` and ``parameter``; faults go to *faults*."""
    loading = _Loading(faults)
    _regions(texts, loading)
    for path in _matching(texts, "content/policies/*.yaml"):
        _policy(path, parse(path, texts[path], faults), loading)
    for path in _matching(texts, "content/parameters/*.yaml"):
        _parameters(path, parse(path, texts[path], faults), loading)
    return loading.items


def _matching(texts: Mapping[str, str], pattern: str) -> list[str]:
    return sorted(path for path in texts if PurePosixPath(path).match(pattern))


def _regions(texts: Mapping[str, str], loading: _Loading) -> None:
    if REGIONS_PATH not in texts:
        loading.faults.append(Place(REGIONS_PATH).fault("missing-file", found=REGIONS_PATH))
    document = parse(REGIONS_PATH, texts.get(REGIONS_PATH, ""), loading.faults)
    if document is None or REGIONS_PATH not in texts:
        loading.unread("region", Place(REGIONS_PATH))
        return
    numbers = entries(document, loading.faults)
    read = ((number, shaped(RegionShape, document, loading.faults, number)) for number in numbers)
    shapes = {number: shape for number, shape in read if shape}
    if len(shapes) < len(numbers) or not shapes:
        loading.unread("region", document.at())
    loading.codes = {shape.name: shape.code for shape in shapes.values()}
    ranks = {shape.name: _RANKS.index(shape.level) for shape in shapes.values()}
    for number, shape in shapes.items():
        loading.name_once("region's name", shape.name, document.at(number, "name"))
        parent = loading.code(shape.parent, document.at(number, "parent")) if shape.parent else None
        higher = [name for name, rank in ranks.items() if rank < ranks[shape.name]]
        if shape.parent in ranks and shape.parent not in higher:
            place = document.at(number, "parent")
            loading.faults.append(place.fault("not-allowed", found=shape.parent, right=" / ".join(higher)))
        body: dict[str, object] = {"name": shape.name, "name_en": shape.name_en, "parent": parent}
        loading.add(Item("region", shape.code, body, document.at(number, "code")))


def _policy(path: str, document: Document | None, loading: _Loading) -> None:
    shape = shaped(DocumentShape, document, loading.faults) if document else None
    if document is None or shape is None:
        loading.unread(f"clause:{PurePosixPath(path).stem}", Place(path))
        return
    loading.faults += checks.of_document(shape, document)
    body = shape.model_dump(mode="json", exclude={"id", "clauses", "region"})
    body["region"] = loading.code(shape.region, document.at("region"))
    loading.add(Item("document", shape.id, body, document.at("id")))
    for number in entries(document, loading.faults, "clauses"):
        clause = shaped(ClauseShape, document, loading.faults, "clauses", number)
        if clause is None:
            key = document.text("clauses", number, "key")
            loading.unread(f"clause:{shape.id}#{key}".rstrip("#"), document.at("clauses", number))
            continue
        loading.faults += checks.of_clause(checks.Reading(clause, shape, document, number))
        place = document.at("clauses", number, "key")
        loading.add(Item("clause", f"{shape.id}#{clause.key}", _clause(clause, shape), place))


def _clause(clause: ClauseShape, within: DocumentShape) -> dict[str, object]:
    """What is compiled of a clause. Days and wordings that it does not have are left out."""
    body: dict[str, object] = clause.model_dump(mode="json", exclude={"key", "mark"})
    body |= {"mark": (clause.mark or within.mark).value, "document": within.id}
    return {name: value for name, value in body.items() if value not in (None, [])}


def _parameters(path: str, document: Document | None, loading: _Loading) -> None:
    if document is None:
        loading.unread("parameter", Place(path))
        return
    for number in entries(document, loading.faults):
        before = len(loading.faults)
        item = _parameter(document, number, loading)
        if item and len(loading.faults) == before:
            loading.add(item)
        else:
            loading.unread(f"parameter:{document.text(number, 'name')}", document.at(number))


def _parameter(document: Document, number: int, loading: _Loading) -> Item | None:
    shape = shaped(ParameterShape, document, loading.faults, number)
    if shape is None:
        return None
    values = []
    references: set[tuple[str, str]] = set()
    met: dict[tuple[str, ...], Place] = {}
    for row in entries(document, loading.faults, number, "values"):
        value = shaped(ValueShape, document, loading.faults, number, "values", row)
        if value is None:
            continue
        place = document.at(number, "values", row)
        number_at = document.at(number, "values", row, "value")
        loading.faults += checks.of_number(value.value, shape.unit, shape.at_most, number_at)
        _check_clause(value.clause or "", document.at(number, "values", row, "clause"), loading)
        same = (value.region, value.status, value.level.value, str(value.since or value.checked_on))
        if met.setdefault(same, place) is not place:
            loading.faults.append(place.fault("value-twice", found=" ".join(same), right=f"{met[same].line}"))
        body = value.model_dump(mode="json")
        body |= {
            "region": loading.code(value.region, document.at(number, "values", row, "region")),
            "value": str(value.value),
            "clause": value.clause or "",
        }
        values.append(body)
        if value.clause:
            references.add(("clause", value.clause))
    described: dict[str, object] = shape.model_dump(mode="json", exclude={"name", "at_most", "values"})
    place = document.at(number, "name")
    return Item("parameter", shape.name, described | {"values": values}, place, frozenset(references))


def _check_clause(key: str, place: Place, loading: _Loading) -> None:
    is_there = ("clause", key) in loading.seen
    is_there = is_there or loading.is_unread(f"clause:{key}", f"clause:{key.split('#')[0]}")
    if key and not is_there:
        loading.faults.append(place.fault("no-such-clause", found=key, right=nearest(key, loading.seen)))


def nearest(key: str, seen: Mapping[tuple[str, str], Place]) -> str:
    """Clauses of the same document, or the documents, as a hint for a mistyped key."""
    clauses = [found for kind, found in seen if kind == "clause"]
    same = [found for found in clauses if found.split("#")[0] == key.split("#")[0]]
    return " / ".join(same or sorted({found.split("#")[0] for found in clauses}))
