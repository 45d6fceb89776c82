"""The typed difference between a checked library and the live release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.library import queries as library
from lms.library.faults import Item
from lms.library.operations import edition_of, manifest_of
from lms.publishing.differences import Change, ValueChange, changes, proof_changes, value_changes

Name = tuple[str, str]
"""Kind and key of an item."""


@dataclass(frozen=True)
class Difference:
    """What publishing would change, each group in the order of the library."""

    added: tuple[Name, ...]
    removed: tuple[Name, ...]
    values: tuple[ValueChange, ...]
    changed: tuple[Change, ...]

    @property
    def is_empty(self) -> bool:
        """True when the items are those of the live release."""
        return not (self.added or self.removed or self.values or self.changed)


_TELLS = ("title", "article", "mark")
"""Fields of a clause that say where it stands and how sure we are, not what it says."""


def policy_changes(found: Difference) -> tuple[Name, ...]:
    """Clauses and parameters that are live and would say something else: a change of policy.

    It needs registering, so that whoever was taught the old text or number learns of it. New documents,
    clauses and parameters are none; neither is another source or mark of the same number.
    """
    values = [("parameter", one.parameter) for one in found.values]
    clauses = [
        (one.kind, one.key)
        for one in found.changed
        if one.kind == "clause" and one.where.partition("[")[0].partition(".")[0] not in _TELLS
    ]
    gone = [name for name in found.removed if name[0] in {"clause", "parameter"}]
    return tuple(dict.fromkeys([*clauses, *values, *gone]))


def is_live(files: Mapping[str, bytes]) -> bool:
    """True when exactly these files are the live release."""
    live = library.live_release_id()
    return live is not None and library.release(live).manifest == manifest_of(files)


def difference(items: Sequence[Item]) -> Difference:
    """What publishing these items would change in the live release; all of them are new when none is live."""
    live = library.live_release_id()
    before = library.editions_by_key(live) if live else {}
    after = {(item.kind, item.key): item for item in items}
    others = [
        (name, item) for name, item in after.items() if before.get(name, "") not in {"", edition_of(item)}
    ]
    bodies = library.bodies([before[name] for name, _ in others])
    values: list[ValueChange] = []
    changed: list[Change] = []
    for (kind, key), item in others:
        old = bodies[before[kind, key]]
        changed += changes(kind, key, old, item.body)
        if kind == "parameter":
            values += value_changes(key, old, item.body)
            changed += proof_changes(key, old, item.body)
    return Difference(
        added=tuple(name for name in after if name not in before),
        removed=tuple(name for name in before if name not in after),
        values=tuple(values),
        changed=tuple(changed),
    )
