"""Opening a training year, and approving its plan."""

from datetime import datetime

from sqlalchemy import insert, select, update

from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session, upsert
from lms.kernel.errors import NotFound
from lms.kernel.keys import new_key
from lms.planning.models import Entry, Year
from lms.planning.rules import EntryState, seeds


def open_year(year: int, *, actor_id: int | None, at: datetime) -> int:
    """Open a year with its themes and standing dates; returns how many there are now that were not before.

    One that is open stays as it is: nothing that was dropped comes back.
    """
    row = upsert(Year).values(year=year, note="", opened_at=at, changed_at=at)
    made = row.on_conflict_do_nothing().returning(Year.year)
    if session().execute(made).one_or_none() is None:
        return 0
    found = seeds(year, china_date(at))
    rows = [{**vars(one), "key": new_key(), "year": year, "state": EntryState.PLANNED} for one in found]
    if rows:
        session().execute(insert(Entry), rows)
    record("plan.opened", str(year), actor_id=actor_id, at=at, count=len(rows))
    return len(rows)


def approve(year: int, *, note: str, actor_id: int, at: datetime) -> None:
    """Approve the plan and budget as they are now. Raises ``NotFound`` for a year that was never opened."""
    approved = {"note": note, "approved_at": at, "approved_by": actor_id, "changed_at": at}
    found = update(Year).where(Year.year == year).values(**approved).returning(Year.year)
    if session().execute(found).one_or_none() is None:
        raise NotFound(kind="year", key=str(year))
    record("plan.approved", str(year), actor_id=actor_id, at=at, note=note)


def touch(year: int, at: datetime) -> None:
    """Something that was, or is to be, approved has changed. Raises ``NotFound`` as ``check_open`` does."""
    check_open(year)
    session().execute(update(Year).where(Year.year == year).values(changed_at=at))


def check_open(year: int) -> None:
    """Raises ``NotFound`` for a year that was never opened."""
    if session().scalar(select(Year.year).where(Year.year == year)) is None:
        raise NotFound(kind="year", key=str(year))
