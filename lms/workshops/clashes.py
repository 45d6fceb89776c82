"""What else somebody has at the same time."""

from datetime import datetime

from sqlalchemy import or_, select

from lms.kernel.database import session
from lms.workshops.models import Event as Row
from lms.workshops.models import Seat
from lms.workshops.queries import Event, as_event, event, events
from lms.workshops.rules import EventState, SeatState

_HOLDS = Seat.state.in_([SeatState.SIGNED, SeatState.WAITING])


def overlapping(event_key: str, person_id: int) -> list[Event]:
    """Other events that somebody has a seat in, waits for or holds at the same time."""
    this = event(event_key)
    return at_same_time(person_id, this.starts_at, this.ends_at, but=this.id)


def at_same_time(person_id: int, starts_at: datetime, ends_at: datetime, *, but: int = 0) -> list[Event]:
    """Events of somebody within a span, apart from the one whose id is *but*."""
    joined = select(Seat.event_id).where(Seat.person_id == person_id, _HOLDS)
    live = Row.state.in_([EventState.DRAFT, EventState.PUBLISHED])
    theirs = or_((Row.state == EventState.PUBLISHED) & Row.id.in_(joined), Row.host_id == person_id)
    span = (Row.starts_at < ends_at, Row.ends_at > starts_at)
    rows = session().execute(events().where(Row.id != but, live, theirs, *span).order_by(Row.starts_at))
    return [as_event(row) for row in rows]
