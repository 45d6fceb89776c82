"""A calendar as a file that calendar programs read again and again: iCalendar, RFC 5545."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from lms.kernel.clock import CHINA, china_date, start_of_day
from lms.kernel.late import library
from lms.web.calendar_items import Item
from lms.web.context import settings
from lms.web.qr import outside_url

_MAKER = "-//Xuanguan//Calendar//ZH"
_AGAIN = timedelta(hours=4)
"""So often programs are asked to look; many look less often."""


def calendar_file(items: Iterable[Item], name: str, at: datetime) -> bytes:
    """The calendar as of a day: the same on every look until something in it changes, or the day."""
    made = library("icalendar").Calendar()
    made.add("prodid", _MAKER)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", CHINA.key)
    made.add("refresh-interval", _AGAIN, {"value": "DURATION"})
    made.add("x-published-ttl", f"PT{_AGAIN // timedelta(hours=1)}H")
    as_of = start_of_day(china_date(at))
    for item in items:
        made.add_component(_entry(item, as_of))
    made.add_missing_timezones()
    found: bytes = made.to_ical()
    return found


def _entry(item: Item, as_of: datetime) -> Any:
    entry = library("icalendar").Event()
    entry.add("uid", f"{item.kind.value}-{item.key}@{urlsplit(settings().address).hostname}")
    entry.add("dtstamp", as_of)
    entry.add("summary", item.title)
    entry.add("url", outside_url(item.href))
    entry.add("status", "CANCELLED" if item.state in {"cancelled", "dropped"} else "CONFIRMED")
    if item.starts_at and item.ends_at:
        entry.add("dtstart", item.starts_at.astimezone(CHINA))
        entry.add("dtend", item.ends_at.astimezone(CHINA))
    else:
        entry.add("dtstart", item.starts_on)
        entry.add("dtend", item.ends_on + timedelta(days=1))
        entry.add("transp", "TRANSPARENT")
    if item.place:
        entry.add("location", item.place)
    return entry
