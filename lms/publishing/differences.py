"""What differs between two editions: values of parameters by their day, everything else by field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Body = Mapping[str, Any]
_VALUES = "values"
_IDENTITY = ("region", "status", "level", "since")


@dataclass(frozen=True)
class Change:
    """A field that reads differently. ``where`` names it as a path, for example ``options[2].text``."""

    kind: str
    key: str
    where: str
    old: str
    new: str


class How(StrEnum):
    """How a value of a parameter differs.

    A *new* value starts on a day on which none started before: policy changed. A *corrected* one is another
    number for the same day: we had it wrong. A *withdrawn* one is no longer there.
    """

    NEW = "new"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class ValueChange:
    """A value of a parameter that differs. ``since`` is empty where the first day is not known.

    ``old`` of a new value is what was in force the day before, empty when nothing was.
    """

    parameter: str
    region: str
    status: str
    level: str
    since: str
    how: How
    old: str
    new: str


def changes(kind: str, key: str, old: Body, new: Body) -> list[Change]:
    """Fields in which two editions of an item differ; values of parameters are left to ``value_changes``."""
    before, after = ({**_plain(body), _VALUES: None} for body in (old, new))
    return [Change(kind, key, *part) for part in _parts(before, after, "")]


def value_changes(parameter: str, old: Body, new: Body) -> list[ValueChange]:
    """Values that are new, another number, or gone."""
    before, after = (_by_identity(body) for body in (old, new))
    found: list[ValueChange] = []
    for identity, row in after.items():
        same = before.get(identity)
        if same is None:
            found.append(
                ValueChange(parameter, *identity, How.NEW, _in_force_before(before, row), row["value"])
            )
        elif same["value"] != row["value"]:
            found.append(ValueChange(parameter, *identity, How.CORRECTED, same["value"], row["value"]))
    gone = {identity: row for identity, row in before.items() if identity not in after}
    found += [
        ValueChange(parameter, *identity, How.WITHDRAWN, row["value"], "") for identity, row in gone.items()
    ]
    return found


def proof_changes(parameter: str, old: Body, new: Body) -> list[Change]:
    """Source, mark and the like of values whose number stays."""
    before, after = (_by_identity(body) for body in (old, new))
    return [
        Change("parameter", parameter, *part)
        for identity in sorted(before.keys() & after.keys())
        for part in _parts(
            {**before[identity], "value": ""}, {**after[identity], "value": ""}, " ".join(identity)
        )
    ]


def _plain(body: Body) -> dict[str, Any]:
    """The body as it comes back from the database, so that tuples and lists compare."""
    plain: dict[str, Any] = json.loads(json.dumps(body))
    return plain


def _by_identity(body: Body) -> dict[tuple[str, str, str, str], dict[str, Any]]:
    rows = _plain(body)[_VALUES]
    return {tuple(row[part] or "" for part in _IDENTITY): row for row in rows}  # type: ignore[misc]


def _starts(row: Mapping[str, Any]) -> str:
    return str(row["since"] or row["checked_on"])


def _in_force_before(
    rows: Mapping[tuple[str, str, str, str], Mapping[str, Any]], row: Mapping[str, Any]
) -> str:
    own = tuple(row[part] or "" for part in _IDENTITY[:3])
    earlier = [one for identity, one in rows.items() if identity[:3] == own and _starts(one) < _starts(row)]
    latest = max(earlier, key=_starts, default=None)
    return str(latest["value"]) if latest else ""


def _parts(old: Any, new: Any, where: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _parts(old.get(key), new.get(key), f"{where}.{key}".lstrip("."))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (left, right) in enumerate(zip(old, new, strict=True), 1):
            yield from _parts(left, right, f"{where}[{number}]")
    elif old != new:
        yield (where, _text(old), _text(new))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
