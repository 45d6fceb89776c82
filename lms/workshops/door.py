"""The code at the door: what it is on a day, and what a code that somebody brings is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from lms.kernel.clock import china_date, end_of_day, start_of_day
from lms.kernel.database import session
from lms.kernel.encryption import keyring
from lms.workshops.models import Event
from lms.workshops.rules import LONGEST, OLD_DAYS, DoorCode, EventState, code_from, verdict

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Known:
    """Which event a code belongs to, and whether it is today's."""

    event_key: str
    verdict: DoorCode


def code_of(event_key: str, day: date) -> str:
    """The code of an event on a day. Nothing is stored: who has the keys of the installation can tell."""
    return code_from(keyring().blind_index(f"event-door:{event_key}:{day.isoformat()}"))


def recognise(code: str, at: datetime, event_key: str = "") -> Known:
    """What a code is: of the event that is named, else of any around today."""
    day = china_date(at)
    old = Known(event_key, DoorCode.WRONG)
    for key in [event_key] if event_key else _around(day):
        before = (code_of(key, day - n * _ONE_DAY) for n in range(1, OLD_DAYS + 1))
        found = verdict(code, today=code_of(key, day), before=before)
        if found is DoorCode.RIGHT:
            return Known(key, found)
        if found is DoorCode.OLD:
            old = Known(key, found)
    return old


def _around(day: date) -> list[str]:
    """Events from which somebody may have a code: of the days before, and to come soon."""
    first = start_of_day(day - OLD_DAYS * _ONE_DAY) - LONGEST
    last = end_of_day(day + OLD_DAYS * _ONE_DAY)
    near = select(Event.key).where(Event.state != EventState.DRAFT, Event.starts_at.between(first, last))
    return list(session().scalars(near.order_by(Event.starts_at, Event.id)))
