"""Changing what is planned: new entries, other days, done, dropped, planned again."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select, update

from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.planning.models import Entry
from lms.planning.refusals import BadDays, NotPlanned
from lms.planning.rules import EntryKind, EntryState, days_faults
from lms.planning.years import touch


@dataclass(frozen=True)
class Planned:
    """What an entry says. ``course`` and ``note`` may be empty."""

    title: str
    title_en: str
    starts_on: date
    ends_on: date
    course: str = ""
    note: str = ""


def add(year: int, planned: Planned, *, actor_id: int, at: datetime) -> str:
    """Plan something of one's own; returns its key. Raises ``BadDays``, ``NotFound`` for a year not open."""
    touch(year, at)
    _check(planned, year)
    entry = Entry(year=year, kind=EntryKind.OWN, code=None, state=EntryState.PLANNED, **asdict(planned))
    session().add(entry)
    session().flush()
    _record("plan.entry-added", entry, actor_id, at, title=planned.title)
    return entry.key


def change(key: str, planned: Planned, *, actor_id: int, at: datetime) -> None:
    """Other words or days. Raises ``BadDays``, ``NotFound``."""
    entry = _held(key)
    touch(entry.year, at)
    _check(planned, entry.year)
    before = f"{entry.starts_on}–{entry.ends_on}"
    for name, value in asdict(planned).items():
        setattr(entry, name, value)
    session().flush()
    _record("plan.entry-changed", entry, actor_id, at, title=planned.title, before=before)


def _check(planned: Planned, year: int) -> None:
    if found := days_faults(planned.starts_on, planned.ends_on, year):
        raise BadDays(faults=found)


def settle(key: str, state: EntryState, *, reason: str = "", actor_id: int, at: datetime) -> None:
    """Note that it was done today, dropped, or is planned again. Raises ``NotPlanned`` for no change.

    A reason for dropping it is kept with its note. Only dropping, and taking that back, changes what was
    approved.
    """
    entry = _held(key)
    if entry.state is state or EntryState.PLANNED not in {entry.state, state}:
        raise NotPlanned(state=entry.state)
    if EntryState.DROPPED in {entry.state, state}:
        touch(entry.year, at)
    entry.state = state
    entry.done_on = china_date(at) if state is EntryState.DONE else None
    if reason:
        entry.note = f"{entry.note}\n{reason}".strip()
    session().flush()
    _record("plan.entry-settled", entry, actor_id, at, title=entry.title, state=state.value, reason=reason)


def settle_standing(code: str, done_on: date) -> bool:
    """A standing date has been kept; whether it was planned until now. One that nobody planned is no fault.

    The plan that was approved is not changed by what was foreseen in it.
    """
    kept = (
        update(Entry)
        .where(Entry.code == code, Entry.kind == EntryKind.STANDING, Entry.state == EntryState.PLANNED)
        .values(state=EntryState.DONE, done_on=done_on)
        .returning(Entry.id)
    )
    return bool(session().execute(kept).all())


def _held(key: str) -> Entry:
    entry = session().scalar(select(Entry).where(Entry.key == key).with_for_update())
    if entry is None:
        raise NotFound(kind="entry", key=key)
    return entry


def _record(act: str, entry: Entry, actor_id: int, at: datetime, **facts: object) -> None:
    days = f"{entry.starts_on}–{entry.ends_on}"
    record(act, entry.key, actor_id=actor_id, at=at, year=entry.year, days=days, **facts)
