"""Events as learners are told of them: when, what is left, how they stand towards one."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from lms.kernel.clock import CHINA, china_date
from lms.web.event_words import when
from lms.web.formats import day
from lms.workshops.queries import Event, Mine
from lms.workshops.rules import EventState, Level, SeatState

ATTENDED: Mapping[Level, LazyString] = {
    Level.NONE: lazy_gettext("You were not there"),
    Level.PART: lazy_gettext("You were there for a part"),
    Level.FULL: lazy_gettext("You were there throughout"),
}
_STANDINGS: Mapping[SeatState, LazyString] = {
    SeatState.SUGGESTED: lazy_gettext("Proposed to you"),
    SeatState.SIGNED: lazy_gettext("Signed up"),
}


def long_when(event: Event) -> str:
    """When, with the year: for paper, and for what is over."""
    year = event.starts_at.astimezone(CHINA).year
    return str(gettext("%(year)s, %(when)s", year=year, when=when(event)))


def start(event: Event) -> str:
    """12月30日 14:00: short, for a sentence and for large type."""
    return f"{day(china_date(event.starts_at))} {clock_time(event.starts_at)}"


def clock_time(at: datetime) -> str:
    """14:00, in China."""
    return f"{at.astimezone(CHINA):%H:%M}"


def places_left(event: Event) -> str:
    """How many can still sign up."""
    if event.free:
        return str(ngettext("%(num)s place left", "%(num)s places left", event.free))
    if 0 < event.waiting < event.waiting_most:
        waiting = ngettext("%(num)s waits", "%(num)s wait", event.waiting)
        return str(gettext("All places are taken, %(waiting)s", waiting=waiting))
    return str(gettext("All places are taken"))


def standing(mine: Mine) -> str:
    """How somebody stands towards an event that is to come, or was to."""
    if mine.event.state is EventState.CANCELLED:
        return str(gettext("Does not take place"))
    if mine.state is SeatState.WAITING:
        return str(gettext("Number %(place)s in line", place=mine.place))
    return str(_STANDINGS[mine.state])
