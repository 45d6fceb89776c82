"""An event as an iCalendar file, RFC 5545, for the calendar of a telephone."""

from datetime import datetime
from urllib.parse import urlsplit

import flask

from lms.kernel.clock import CHINA
from lms.kernel.late import library
from lms.web.context import settings
from lms.web.qr import outside_url
from lms.workshops.queries import Event
from lms.workshops.rules import EventState

_MAKER = "-//Xuanguan//Events//ZH"


def event_uid(key: str) -> str:
    """What stays the same however often the event is moved, and wherever it is told of."""
    return f"event-{key}@{urlsplit(settings().address).hostname}"


def calendar_file(event: Event, at: datetime) -> bytes:
    """The file of one event, as of this instant; its clock is that of China wherever it is opened."""
    made = library("icalendar").Calendar()
    made.add("prodid", _MAKER)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add_component(_entry(event, at))
    made.add_missing_timezones()
    found: bytes = made.to_ical()
    return found


def _entry(event: Event, at: datetime) -> object:
    entry = library("icalendar").Event()
    entry.add("uid", event_uid(event.key))
    entry.add("dtstamp", at)
    entry.add("dtstart", event.starts_at.astimezone(CHINA))
    entry.add("dtend", event.ends_at.astimezone(CHINA))
    entry.add("summary", event.title)
    entry.add("location", event.place)
    entry.add("url", outside_url(flask.url_for("event.show", key=event.key)))
    entry.add("status", "CANCELLED" if event.state is EventState.CANCELLED else "CONFIRMED")
    if event.about:
        entry.add("description", event.about)
    return entry
