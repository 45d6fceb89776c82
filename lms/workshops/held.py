"""What was held in a span of time: who came, and what it counted for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from lms.kernel.database import session
from lms.workshops.models import Counted, Seat
from lms.workshops.queries import Event, events_between
from lms.workshops.rules import PRESENT, Counts, EventState, Level, SeatState


@dataclass(frozen=True)
class Held:
    """An event whose attendance is closed. ``helps`` and ``completions`` count assignments."""

    event: Event
    came: int
    full: int
    part: int
    helps: int
    completions: int


def held(first: date, last: date) -> list[Held]:
    """Events that began on these days and whose attendance is closed; three statements."""
    events = [one for one in events_between(first, last) if one.state is EventState.HELD]
    levels, counted = _levels([one.id for one in events]), _counted([one.id for one in events])
    found = []
    for one in events:
        full, part = (levels.get((one.id, level), 0) for level in (Level.FULL, Level.PART))
        helps, completions = (counted.get((one.id, kind), 0) for kind in (Counts.HELP, Counts.COURSE))
        found.append(Held(one, full + part, full, part, helps, completions))
    return found


def _levels(ids: list[int]) -> Mapping[tuple[int, Level | None], int]:
    rows = session().execute(
        select(Seat.event_id, Seat.level, func.count())
        .where(Seat.event_id.in_(ids), Seat.state == SeatState.SIGNED, Seat.level.in_(PRESENT))
        .group_by(Seat.event_id, Seat.level)
    )
    return {(event, level): count for event, level, count in rows}


def _counted(ids: list[int]) -> Mapping[tuple[int, Counts], int]:
    rows = session().execute(
        select(Counted.event_id, Counted.counts, func.count())
        .where(Counted.event_id.in_(ids))
        .group_by(Counted.event_id, Counted.counts)
    )
    return {(event, counts): count for event, counts, count in rows}
