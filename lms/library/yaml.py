"""YAML with positions: every value knows its line and column, every fault is collected, nothing is guessed.

Scalars come as text (``null`` and ``~`` as ``None``); the shape that a file must have turns them into
dates, decimals and truth values, so that ``1800`` never passes through a binary float.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from lms.library.faults import Fault, Place

Path = tuple[str | int, ...]
S = TypeVar("S", bound="Shape")
DEEPEST = 20
"""Lists and mappings within each other; nothing here needs more."""
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_QUOTED = re.compile(r"'([^']*)'")
_EXPECTED = {
    "bool_parsing": "true / false",
    "date_from_datetime_inexact": "2026-01-31",
    "date_from_datetime_parsing": "2026-01-31",
    "date_parsing": "2026-01-31",
    "decimal_parsing": "1800 / 0.5",
    "finite_number": "1800 / 0.5",
    "int_parsing": "10",
    "greater_than_equal": "≥ {ge}",
    "less_than_equal": "≤ {le}",
    "list_type": "- …",
    "string_too_short": "…",
    "string_type": "…",
    "too_short": "≥ {min_length}",
    "model_type": "key: value",
    "dict_type": "key: value",
    "model_attributes_type": "key: value",
}


class Shape(BaseModel):
    """Base of what a file must look like: no unknown keys, frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


@dataclass(frozen=True)
class Document:
    """A parsed file: plain data, the place of every part of it, and the places of the keys of mappings."""

    path: str
    data: Any
    places: Mapping[Path, Place]
    keys: Mapping[Path, Place]

    def at(self, *where: str | int) -> Place:
        """The place of the value under *where*, or of the nearest part of it that exists."""
        parts = (where[:end] for end in range(len(where), -1, -1))
        return next(self.places[part] for part in parts if part in self.places)

    def text(self, *where: str | int) -> str:
        """The text under *where*; empty when there is none, or something else."""
        data = self.data
        for step in where:
            inside = isinstance(data, dict) if isinstance(step, str) else isinstance(data, list)
            data = data[step] if inside and (step in data or not isinstance(step, str)) else None
        return data if isinstance(data, str) else ""

    def key_at(self, *where: str | int) -> Place:
        """The place of the key that the value under *where* stands behind."""
        return self.keys.get(where) or self.at(*where)


def parse(path: str, text: str, faults: list[Fault], *, first_line: int = 1) -> Document | None:
    """Parse one YAML document that begins at *first_line* of its file.

    When it is no YAML, a fault is appended and ``None`` returned.
    """
    reading = _Reading(path, first_line, faults)
    try:
        data = reading.document(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = reading.place(mark) if mark else Place(path, first_line)
        faults.append(place.fault("yaml", found=error.problem or error.context or ""))
        return None
    return Document(path, data, reading.places, reading.keys)


class _Reading:
    """Reads the events of a document one by one; no file can make it call itself deeply."""

    def __init__(self, path: str, first_line: int, faults: list[Fault]) -> None:
        self.path = path
        self.first_line = first_line
        self.faults = faults
        self.places: dict[Path, Place] = {(): Place(path, first_line)}
        self.keys: dict[Path, Place] = {}

    def document(self, text: str) -> Any:
        """The data of the one document in *text*; ``None`` when there is nothing in it."""
        if strange := yaml.reader.Reader.NON_PRINTABLE.search(text):
            raise self._refusal(_mark(text, strange.start()), f"U+{ord(strange[0]):04X}")
        events = yaml.parse(text, Loader=_LOADER)
        starts = (event for event in events if isinstance(event, yaml.DocumentStartEvent))
        if next(starts, None) is None:
            return None
        data = self._value(next(events), events, ())
        if second := next(starts, None):
            raise self._refusal(second.start_mark, "---")
        return data

    def place(self, mark: Any) -> Place:
        """The place of a mark of the parser."""
        return Place(self.path, mark.line + self.first_line, mark.column + 1)

    def _value(self, event: Any, events: Iterator[Any], where: Path) -> Any:
        self.places[where] = self.place(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            raise self._refusal(event.start_mark, f"*{event.anchor}")
        if isinstance(event, yaml.ScalarEvent):
            if event.style in {"'", '"'}:
                self.places[where] = self.place(event.start_mark).behind(1)
            return None if not event.style and event.value in {"", "~", "null"} else event.value
        if len(where) > DEEPEST:
            raise self._refusal(event.start_mark, "[ {")
        if isinstance(event, yaml.SequenceStartEvent):
            within = itertools.takewhile(lambda one: not isinstance(one, yaml.SequenceEndEvent), events)
            return [self._value(one, events, (*where, number)) for number, one in enumerate(within)]
        return self._mapping(events, where)

    def _mapping(self, events: Iterator[Any], where: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refusal(event.start_mark, "? …")
            key = event.value
            if key in found:
                self.faults.append(self.place(event.start_mark).fault("key-twice", found=key))
            self.keys[*where, key] = self.place(event.start_mark)
            found[key] = self._value(next(events), events, (*where, key))
        return found

    @staticmethod
    def _refusal(mark: Any, found: str) -> yaml.MarkedYAMLError:
        return yaml.MarkedYAMLError(problem=found, problem_mark=mark)


def _mark(text: str, offset: int) -> yaml.Mark:
    line, column = text.count("\n", 0, offset), offset - (text.rfind("\n", 0, offset) + 1)
    return yaml.Mark("", offset, line, column, None, 0)


def shaped(shape: type[S], document: Document, faults: list[Fault], *where: str | int) -> S | None:
    """The part of *document* under *where* as *shape*; every misfit is appended to *faults*."""
    data = document.data
    for step in where:
        data = data[step]
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        faults.extend(_fault(shape, document, where, detail) for detail in error.errors(include_url=False))
        return None


def _fault(shape: type[Shape], document: Document, where: Path, detail: ErrorDetails) -> Fault:
    kind, location = detail["type"], (*where, *detail["loc"])
    place = document.at(*location)
    if kind == "missing":
        return place.fault("missing-key", found=location[-1])
    if kind == "extra_forbidden":
        place = document.key_at(*location)
        return place.fault("unknown-key", found=location[-1], right=" / ".join(_keys(shape, detail["loc"])))
    context = detail.get("ctx", {})
    if kind in {"literal_error", "enum"}:
        allowed = _QUOTED.findall(str(context.get("expected", "")))
        return place.fault("not-allowed", found=detail["input"], right=" / ".join(allowed))
    right = _EXPECTED.get(kind, "").format(**context)
    right = right or str(context.get("error") or context.get("pattern") or detail["msg"])
    return place.fault("wrong-value", found=detail["input"], right=right)


def _keys(shape: type[BaseModel], where: Path) -> list[str]:
    """The keys that stand beside the last one of *where* in the shape, as files write them."""
    for step in where[:-1]:
        field = {field.alias or name: field for name, field in shape.model_fields.items()}.get(str(step))
        inner = field and next(_shapes(field.annotation), None)
        shape = inner or shape
    return [field.alias or name for name, field in shape.model_fields.items()]


def _shapes(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _shapes(part)


def entries(document: Document, faults: list[Fault], *where: str | int) -> range:
    """Indexes of the list under *where*; a fault when it is no list."""
    data = document.data
    for step in where:
        data = data[step]
    if isinstance(data, list):
        return range(len(data))
    faults.append(
        document.at(*where).fault("wrong-value", found=type(data).__name__, right=_EXPECTED["list_type"])
    )
    return range(0)
