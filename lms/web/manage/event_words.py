"""Codes of events as tags and sentences of HR's pages."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from lms.workshops.rules import EventState, SeatState

TAGS: Mapping[EventState, tuple[str, str]] = {
    EventState.DRAFT: ("plain", "edit"),
    EventState.PUBLISHED: ("info", ""),
    EventState.CANCELLED: ("plain", "cross"),
    EventState.HELD: ("done", "done"),
}
"""State → kind and icon of its tag."""
SEAT_TAGS: Mapping[SeatState, tuple[str, str]] = {
    SeatState.SIGNED: ("done", "check"),
    SeatState.WAITING: ("info", "clock"),
    SeatState.SUGGESTED: ("plain", ""),
}
LEFT: Mapping[str, LazyString] = {
    "absent": lazy_gettext("was not there"),
    "not-enough": lazy_gettext("was there for a part only"),
    "unknown": lazy_gettext("attendance not entered"),
    "nothing-open": lazy_gettext("nothing open that it could count for"),
    "own-help": lazy_gettext("would be their own helper; enter who helped them"),
}
"""Why it counts nothing for somebody."""
