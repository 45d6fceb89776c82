"""The typed difference between a checked library and the live release."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.library import queries as library
from lms.library.faults import Item
from lms.library.operations import edition_of, manifest_of

@dataclass(frozen=True)
class Change:
    """One difference. ``kind`` and ``key`` name the item, ``where`` the part of it; old or new is empty at an end."""

    kind: str
    key: str
    where: str
    old: str
    new: str


def is_live(files: Mapping[str, bytes]) -> bool:
    """True when exactly these files are the live release."""
    live = library.live_release_id()
    return live is not None and library.release(live).manifest == manifest_of(files)


def difference(items: Sequence[Item]) -> list[Change]:
    """What publishing these items would change, item by item and field by field."""
    live = library.live_release_id()
    before = library.editions_by_key(live) if live else {}
    after = {(item.kind, item.key): item for item in items}
    changes = [Change(kind, key, "", key, "") for kind, key in before if (kind, key) not in after]
    changes += [Change(kind, key, "", "", key) for kind, key in after if (kind, key) not in before]
    reworded = [item for item in items if before.get((item.kind, item.key), edition_of(item)) != edition_of(item)]
    bodies = library.bodies([before[item.kind, item.key] for item in reworded])
    for item in reworded:
        old = bodies[before[item.kind, item.key]]
        changes += [Change(item.kind, item.key, *part) for part in _parts(old, item.body, "")]
    return sorted(changes, key=lambda change: (change.kind, change.key, change.where))


def _parts(old: Any, new: Any, where: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _parts(old.get(key), new.get(key), f"{where}.{key}".lstrip("."))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (left, right) in enumerate(zip(old, new, strict=True), 1):
            yield from _parts(left, right, f"{where}[{number}]")
    elif old != new:
        yield (where, _short(old), _short(new))


def _short(value: Any) -> str:
    return "" if value is None else str(value)
