"""Codes of events and seats in words."""

from collections.abc import Mapping

from flask_babel import LazyString, gettext, lazy_gettext

from lms.kernel.clock import CHINA
from lms.web.formats import week_day
from lms.workshops.queries import Event
from lms.workshops.rules import Counts, EventKind, EventState, How, Level, SeatState

KINDS: Mapping[EventKind, LazyString] = {
    EventKind.LECTURE: lazy_gettext("Lecture"),
    EventKind.WORKSHOP: lazy_gettext("Workshop"),
    EventKind.HR_CLASS: lazy_gettext("Class for HR"),
    EventKind.LUNCH: lazy_gettext("Lunchtime class"),
    EventKind.HOME_VISIT: lazy_gettext("Home visit"),
}
EVENTS: Mapping[EventState, LazyString] = {
    EventState.DRAFT: lazy_gettext("Draft"),
    EventState.PUBLISHED: lazy_gettext("Published"),
    EventState.CANCELLED: lazy_gettext("Cancelled"),
    EventState.HELD: lazy_gettext("Held"),
}
SEATS: Mapping[SeatState, LazyString] = {
    SeatState.SUGGESTED: lazy_gettext("Suggested"),
    SeatState.SIGNED: lazy_gettext("Has a seat"),
    SeatState.WAITING: lazy_gettext("Waiting line"),
    SeatState.WITHDRAWN: lazy_gettext("Has withdrawn"),
    SeatState.REMOVED: lazy_gettext("Taken off by HR"),
}
LEVELS: Mapping[Level, LazyString] = {
    Level.FULL: lazy_gettext("All of it"),
    Level.PART: lazy_gettext("Part of it"),
    Level.NONE: lazy_gettext("Was not there"),
}
HOWS: Mapping[How, LazyString] = {
    How.CODE: lazy_gettext("with the code at the door"),
    How.SHEET: lazy_gettext("signed on the sheet"),
    How.DESK: lazy_gettext("noted by a colleague"),
}
COUNTS: Mapping[Counts, LazyString] = {
    Counts.NOTHING: lazy_gettext("Nothing more: it is an offer"),
    Counts.HELP: lazy_gettext("Help after two failed papers: a new paper opens"),
    Counts.COURSE: lazy_gettext("The course itself, where it has no quiz"),
}


def when(one: Event) -> str:
    """Day and times in China, with both days where it goes over midnight."""
    begins, ends = one.starts_at.astimezone(CHINA), one.ends_at.astimezone(CHINA)
    first, last = f"{week_day(begins.date())} {begins:%H:%M}", f"{ends:%H:%M}"
    if ends.date() != begins.date():
        last = f"{week_day(ends.date())} {last}"
    return str(gettext("%(first)s to %(last)s", first=first, last=last))
