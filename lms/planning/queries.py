"""Reads over plans: a year, what stands in it, and what has become of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.kernel.quarters import Quarter
from lms.people.models import Person
from lms.planning import models
from lms.planning.rules import EntryKind, EntryState, days_late


@dataclass(frozen=True)
class Year:
    """A year that has been opened. ``approved_by`` is a name; empty while nobody has approved it."""

    year: int
    note: str
    opened_at: datetime
    approved_at: datetime | None
    approved_by: str
    changed_at: datetime

    @property
    def is_changed(self) -> bool:
        """Whether something was changed after it was approved."""
        return self.approved_at is not None and self.changed_at > self.approved_at


@dataclass(frozen=True)
class Entry:
    """Something planned. ``code`` is empty for one's own, ``course`` where none belongs to it."""

    key: str
    year: int
    kind: EntryKind
    code: str
    title: str
    title_en: str
    starts_on: date
    ends_on: date
    course: str
    note: str
    state: EntryState
    done_on: date | None

    def late(self, today: date) -> int:
        """Days since its last day has passed; 0 when it was done or dropped."""
        return days_late(self.ends_on, self.state, today)


@dataclass(frozen=True)
class PlanFigures:
    """What was planned to end in a quarter. ``planned`` leaves out what was dropped."""

    planned: int
    done: int
    dropped: int
    late: int
    entries: tuple[Entry, ...]


def year_of(year: int) -> Year | None:
    """A year; ``None`` when it was never opened."""
    row = models.Year
    columns: tuple[Any, ...] = (
        row.year, row.note, row.opened_at, row.approved_at, func.coalesce(Person.name, ""), row.changed_at,
    )  # fmt: skip
    found = select(*columns).outerjoin(Person, Person.id == row.approved_by).where(row.year == year)
    opened: Any = session().execute(found).one_or_none()
    return Year(*opened) if opened else None


def years() -> Sequence[int]:
    """The years that were opened, the first one first."""
    return session().scalars(select(models.Year.year).order_by(models.Year.year)).all()


def entries(year: int) -> list[Entry]:
    """What is planned in a year, in the order of its days."""
    return _entries(_entry_rows().where(models.Entry.year == year))


def entries_between(first: date, last: date) -> list[Entry]:
    """What is planned on any of these days."""
    return _entries(_entry_rows().where(models.Entry.starts_on <= last, models.Entry.ends_on >= first))


def entry(key: str) -> Entry:
    """One of them. Raises ``NotFound``."""
    for one in _entries(_entry_rows().where(models.Entry.key == key)):
        return one
    raise NotFound(kind="entry", key=key)


def done(quarter: Quarter, today: date) -> PlanFigures:
    """What was to be finished in a quarter, and how much of it was; nothing at all for a year not opened."""
    mine = _entries(_entry_rows().where(models.Entry.ends_on.between(quarter.first, quarter.last)))
    counted = [one for one in mine if one.state is not EntryState.DROPPED]
    return PlanFigures(
        planned=len(counted),
        done=sum(one.state is EntryState.DONE for one in counted),
        dropped=len(mine) - len(counted),
        late=sum(one.late(today) > 0 for one in counted),
        entries=tuple(mine),
    )


def standing_open(today: date) -> list[str]:
    """Codes of the standing dates that have begun and are not settled."""
    row = models.Entry
    found = select(row.code).where(
        row.kind == EntryKind.STANDING, row.state == EntryState.PLANNED, row.starts_on <= today
    )
    return [code for code in session().scalars(found.order_by(row.id)) if code]


def _entry_rows() -> Select[*tuple[Any, ...]]:
    row = models.Entry
    columns: tuple[Any, ...] = (
        row.key, row.year, row.kind, func.coalesce(row.code, ""), row.title, row.title_en, row.starts_on,
        row.ends_on, row.course, row.note, row.state, row.done_on,
    )  # fmt: skip
    return select(*columns).order_by(row.starts_on, row.ends_on, row.id)


def _entries(found: Select[*tuple[Any, ...]]) -> list[Entry]:
    return [Entry(*row) for row in session().execute(found)]
