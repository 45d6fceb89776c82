"""YAML with positions: every value knows its line and column, every fault is collected, nothing is guessed.

Scalars come as text (``null`` and ``~`` as ``None``); the shape that a file must have turns them into
dates, decimals and truth values, so that ``1800`` never passes through a binary float.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from lms.library.faults import Fault, Place

Path = tuple[str | int, ...]
S = TypeVar("S", bound="Shape")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_EXPECTED = {
    "bool_parsing": "true / false",
    "date_from_datetime_parsing": "2026-01-31",
    "date_parsing": "2026-01-31",
    "decimal_parsing": "1800 / 0.5",
    "int_parsing": "10",
    "list_type": "- …",
    "model_type": "key: value",
    "dict_type": "key: value",
    "model_attributes_type": "key: value",
}


class Shape(BaseModel):
    """Base of what a file must look like: no unknown keys, frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


@dataclass(frozen=True)
class Document:
    """A parsed file: plain data and the place of every part of it."""

    path: str
    data: Any
    places: Mapping[Path, Place]

    def at(self, *where: str | int) -> Place:
        """The place of the value under *where*, or of the nearest part of it that exists."""
        for end in range(len(where), -1, -1):
            if where[:end] in self.places:
                return self.places[where[:end]]
        return Place(self.path)


def parse(path: str, text: str, faults: list[Fault], *, first_line: int = 1) -> Document | None:
    """Parse one YAML document that begins at *first_line* of its file; a fault is appended and ``None`` returned."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        faults.append(Fault(path, line, column, "yaml", str(error.problem or error.context or "")))
        return None
    except yaml.YAMLError as error:
        faults.append(Fault(path, first_line, 1, "yaml", str(error)))
        return None
    places: dict[Path, Place] = {(): Place(path, first_line, 1)}
    data = _plain(node, (), places, _Reading(path, first_line, faults)) if node else None
    return Document(path, data, places)


@dataclass(frozen=True)
class _Reading:
    path: str
    first_line: int
    faults: list[Fault]

    def place(self, node: Any) -> Place:
        return Place(self.path, node.start_mark.line + self.first_line, node.start_mark.column + 1)


def _plain(node: Any, where: Path, places: dict[Path, Place], reading: _Reading) -> Any:
    places[where] = reading.place(node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*where, number), places, reading) for number, child in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return None if not node.style and node.value in {"", "~", "null"} else node.value
    found: dict[str, Any] = {}
    for key_node, child in node.value:
        key = str(key_node.value)
        if key in found:
            reading.faults.append(reading.place(key_node).fault("key-twice", found=key))
        found[key] = _plain(child, (*where, key), places, reading)
    return found


def shaped(shape: type[S], document: Document, faults: list[Fault], *where: str | int) -> S | None:
    """The part of *document* under *where* as *shape*; every misfit is appended to *faults*."""
    data = document.data
    for step in where:
        data = data[step]
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        faults.extend(_fault(document, where, detail) for detail in error.errors(include_url=False))
        return None


def _fault(document: Document, where: Path, detail: ErrorDetails) -> Fault:
    kind, location = detail["type"], (*where, *detail["loc"])
    place = document.at(*location)
    if kind == "missing":
        return place.fault("missing-key", found=location[-1])
    if kind == "extra_forbidden":
        return place.fault("unknown-key", found=location[-1])
    context = detail.get("ctx", {})
    if kind in {"literal_error", "enum"}:
        return place.fault("not-allowed", found=detail["input"], right=str(context.get("expected", "")))
    right = _EXPECTED.get(kind) or str(context.get("error") or context.get("pattern") or detail["msg"])
    return place.fault("wrong-value", found=detail["input"], right=right)


def entries(document: Document, faults: list[Fault], *where: str | int) -> range:
    """Indexes of the list under *where*; a fault when it is no list."""
    data = document.data
    for step in where:
        data = data[step]
    if isinstance(data, list):
        return range(len(data))
    faults.append(document.at(*where).fault("wrong-value", found=type(data).__name__, right=_EXPECTED["list_type"]))
    return range(0)
