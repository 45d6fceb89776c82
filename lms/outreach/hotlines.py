"""The company's own telephone numbers, each for people insured in a place or for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from lms.journal.operations import record
from lms.kernel.database import read, session, upsert
from lms.outreach import models
from lms.outreach.refusals import BadNumber
from lms.outreach.rules import clean_number, is_number, places_around


@dataclass(frozen=True)
class Hotline:
    """A number, and when somebody answers; ``region`` is empty where it holds everywhere."""

    region: str
    phone: str
    hours: str


_COLUMNS = select(models.Hotline.region, models.Hotline.phone, models.Hotline.hours)
_AROUND = _COLUMNS.where(models.Hotline.region.in_(bindparam("places", expanding=True)))


def hotlines() -> list[Hotline]:
    """All of them, that for everywhere first."""
    return [Hotline(*row) for row in session().execute(_COLUMNS.order_by(models.Hotline.region))]


def hotline_of(region: str) -> Hotline | None:
    """The number for people insured in a place: its own, its province's, or the one for everywhere."""
    places = places_around(region)
    rows: Sequence[Any] = read(_AROUND, places=list(places)).all()
    found = {row[0]: Hotline(*row) for row in rows}
    return next((found[place] for place in places if place in found), None)


def set_hotline(region: str, *, phone: str, hours: str, actor_id: int, at: datetime) -> None:
    """Put the number of a place on record, in place of the one it had. Raises ``BadNumber``."""
    number = clean_number(phone)
    if not is_number(number):
        raise BadNumber(phone=phone)
    row = upsert(models.Hotline).values(region=region, phone=number, hours=hours)
    told = {"phone": row.excluded.phone, "hours": row.excluded.hours}
    session().execute(row.on_conflict_do_update(index_elements=["region"], set_=told))
    record("hotline.set", region or "all", actor_id=actor_id, at=at, phone=number, hours=hours)


def remove_hotline(region: str, *, actor_id: int, at: datetime) -> None:
    """From now on the next nearest number serves the place. One that is not there stays so."""
    gone = delete(models.Hotline).where(models.Hotline.region == region).returning(models.Hotline.region)
    if session().execute(gone).one_or_none() is not None:
        record("hotline.removed", region or "all", actor_id=actor_id, at=at)
