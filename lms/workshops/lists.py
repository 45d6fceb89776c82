"""HR's lists of events: what is to come, what waits for its attendance, what is over."""

from datetime import datetime

from sqlalchemy import or_

from lms.kernel.database import session
from lms.workshops.models import Event as Row
from lms.workshops.queries import Event, as_event, events
from lms.workshops.rules import EventState


def coming_events(at: datetime, *, limit: int = 200) -> list[Event]:
    """What has not ended and was not cancelled, drafts as well, the earliest first."""
    live = Row.state.in_([EventState.DRAFT, EventState.PUBLISHED])
    rows = session().execute(events().where(live, Row.ends_at > at).order_by(Row.starts_at, Row.id))
    return [as_event(row) for row in rows.fetchmany(limit)]


def unfinished_events(at: datetime, *, limit: int = 50) -> list[Event]:
    """What has ended and has no attendance on record yet, the oldest first."""
    left = (Row.state == EventState.PUBLISHED, Row.ends_at <= at)
    rows = session().execute(events().where(*left).order_by(Row.starts_at, Row.id).limit(limit))
    return [as_event(row) for row in rows]


def past_events(at: datetime, *, limit: int = 50) -> list[Event]:
    """What was held or cancelled, and drafts whose day has gone by; the newest first."""
    over = or_(
        Row.state.in_([EventState.HELD, EventState.CANCELLED]),
        (Row.state == EventState.DRAFT) & (Row.ends_at <= at),
    )
    rows = session().execute(events().where(over).order_by(Row.starts_at.desc(), Row.id).limit(limit))
    return [as_event(row) for row in rows]
