"""What a change says and brings about: from its drafts before approval, from its two releases afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from lms.library.faults import Fault
from lms.library.queries import live_release_id
from lms.publishing.drafts import merged
from lms.publishing.operations import Checked, HasFaults, check
from lms.publishing.orphans import orphaned
from lms.rollouts.impact import (
    Reach,
    Shelf,
    Stale,
    Weighed,
    materials,
    reaches,
    shelf_from,
    shelf_of,
    weighed,
)
from lms.rollouts.materials import MATERIALS
from lms.rollouts.models import Change, ChangeState, Severity
from lms.rollouts.queries import items_of
from lms.rollouts.typed import TypedItem, typed

EMPTY = Shelf({}, {}, {})
"""Of an installation on which nothing is live yet."""


@dataclass(frozen=True)
class Proposed:
    """A difference and what somebody decided about it, the severity being empty until then."""

    item: TypedItem
    severity: Severity | None = None
    reason: str = ""

    @property
    def weighed(self) -> Weighed:
        """With the severity that counts as long as nobody says otherwise."""
        return Weighed(self.item, self.severity or self.item.proposed)


@dataclass(frozen=True)
class Impact:
    """What follows from a change: stale texts and the audiences that it reaches."""

    stale: Sequence[Stale]
    reaches: Sequence[Reach]


@dataclass(frozen=True)
class Proposal:
    """A change before approval; with faults there is nothing else."""

    items: Sequence[Proposed]
    faults: Sequence[Fault]
    impact: Impact


def proposal(change: Change, *, day: date) -> Proposal:
    """What the drafts of a change say, with the decisions made so far."""
    checked = checked_drafts(change, day=day)
    if checked.faults:
        return Proposal((), checked.faults, Impact((), ()))
    before, after = live_shelf(), shelf_from(checked.items)
    decided = {weighed(row).item.key: row for row in items_of(change.id)}
    items = [
        Proposed(item, row.severity, row.reason) if (row := decided.get(item.key)) else Proposed(item)
        for item in differences(before, after)
    ]
    return Proposal(items, (), impact([one.weighed for one in items], before, after))


def drafted(change: Change, *, day: date) -> tuple[Shelf, Shelf]:
    """The shelves of what is live and of what the drafts would make of it. Raises ``HasFaults``."""
    checked = checked_drafts(change, day=day)
    if checked.faults:
        raise HasFaults(checked.faults)
    return live_shelf(), shelf_from(checked.items)


def impact_of(change: Change, *, day: date) -> Impact:
    """What follows from a change, whatever its state."""
    if change.state in {ChangeState.DRAFT, ChangeState.REGISTERED, ChangeState.WITHDRAWN}:
        return proposal(change, day=day).impact
    return _approved(change.id, change.release_before, change.release_after)


@lru_cache(maxsize=16)
def _approved(change_id: int, before: str | None, after: str | None) -> Impact:
    """Kept in memory: neither releases nor the differences of an approved change ever differ again."""
    changes = [weighed(row) for row in items_of(change_id)]
    return impact(changes, *(shelf_of(one) if one else EMPTY for one in (before, after)))


def impact(changes: Sequence[Weighed], before: Shelf, after: Shelf) -> Impact:
    """Stale texts and reached audiences."""
    return Impact(materials(changes, before, after), reaches(changes, before, after))


def differences(before: Shelf, after: Shelf) -> list[TypedItem]:
    """The typed difference of two libraries."""
    referred = {
        target for target, users in after.users.items() if any(kind in MATERIALS for kind, _ in users)
    }
    return typed(before.bodies, after.bodies, referred=referred)


def checked_drafts(change: Change, *, day: date) -> Checked:
    """The live files with the drafts of a change, checked as of *day* as publishing checks them."""
    checked = check(merged(change.key), day=day)
    return checked if checked.faults else replace(checked, faults=orphaned(checked.items))


def live_shelf() -> Shelf:
    """The shelf of what is live."""
    live = live_release_id()
    return shelf_of(live) if live else EMPTY


def shelves(change: Change) -> tuple[Shelf, Shelf]:
    """The shelves before and after an approved change."""
    before = shelf_of(change.release_before) if change.release_before else EMPTY
    return before, shelf_of(change.release_after) if change.release_after else EMPTY
