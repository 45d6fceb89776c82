"""Marks on items that may be out of date until somebody has looked at them: readers are told, keys not asked.

Of whole libraries few items are marked, and seldom: they are kept in memory under a revision that the
one row of the live release carries, so that a request learns it with what it reads anyway.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from secrets import randbelow

from sqlalchemy import ScalarSelect, delete, select, update

from lms.kernel.database import read, session, upsert
from lms.library.models import Live, Mark

NEVER = 0
"""The revision of a library in which nothing has ever been marked."""
_REVISIONS = 2**31 - 1
Name = tuple[str, str]
"""Kind and key of an item."""


@dataclass(frozen=True)
class Marked:
    """Why an item is marked: the public key of what made it stale, and the day from which rules differ."""

    cause: str
    since: date | None
    withheld: bool


@dataclass(frozen=True)
class Stale:
    """An item to be marked; *withheld* when it may not be asked meanwhile."""

    kind: str
    key: str
    since: date | None
    withheld: bool


def mark(kind: str, key: str, *, cause: str, since: date | None, withheld: bool) -> None:
    """Mark an item, or change its mark of this cause."""
    mark_all(cause, [Stale(kind, key, since, withheld)])


def mark_all(cause: str, stale: Collection[Stale]) -> None:
    """Mark several items in two statements."""
    if not stale:
        return
    _count_up()
    row = upsert(Mark)
    session().execute(
        row.on_conflict_do_update(
            index_elements=["kind", "key", "cause"],
            set_={"since": row.excluded.since, "withheld": row.excluded.withheld},
        ),
        [{**vars(one), "cause": cause} for one in stale],
    )


def unmark(cause: str, kind: str, key: str) -> None:
    """Take a cause's mark off an item; those of other causes stay. None there is no fault."""
    _count_up()
    session().execute(delete(Mark).where(Mark.cause == cause, Mark.kind == kind, Mark.key == key))


def _count_up() -> None:
    """Another revision. Random, so that what a transaction kept that did not come to pass is never met again.

    It comes first, because the row then keeps other writers of marks waiting.
    """
    session().execute(update(Live).values(marks=1 + randbelow(_REVISIONS)))


def revision() -> ScalarSelect[int]:
    """The present revision as a subquery, for statements that need it beside their own columns."""
    return select(Live.marks).scalar_subquery()


_MARKS = select(Mark.kind, Mark.key, Mark.cause, Mark.since, Mark.withheld).order_by(Mark.since, Mark.cause)


@lru_cache(maxsize=8)
def marks(revision: int) -> Mapping[Name, tuple[Marked, ...]]:
    """(kind, key) → its marks. Kept, so that it takes a statement only after something was marked."""
    found: dict[Name, tuple[Marked, ...]] = {}
    if revision == NEVER:
        return found
    for row in read(_MARKS).all():
        name = (row.kind, row.key)
        found[name] = (*found.get(name, ()), Marked(row.cause, row.since, row.withheld))
    return found


def withheld(revision: int, kind: str, day: date) -> frozenset[str]:
    """Keys of the items of a kind that may not be asked on *day*: until rules differ, they still hold."""
    return frozenset(
        key
        for (of_kind, key), several in marks(revision).items()
        if of_kind == kind and any(one.withheld and (one.since or day) <= day for one in several)
    )
