"""What the screens of events share: their blueprint, events as lines of a list, and the one named at home."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint
from flask_babel import gettext

from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.web.addresses import url_for
from lms.web.agenda import foreign_title
from lms.web.easy_parts import BigRow
from lms.web.event_texts import ATTENDED, long_when, places_left, standing, start
from lms.web.event_words import KINDS, when
from lms.web.guard import asker
from lms.web.rows import Row
from lms.workshops.queries import Event, Mine, open_to, upcoming
from lms.workshops.rules import EventState, SeatState

screens = Blueprint("event", __name__, url_prefix="/event")
_TAGS: Mapping[SeatState, tuple[str, str]] = {
    SeatState.SUGGESTED: ("info", "flag"),
    SeatState.SIGNED: ("ok", "check"),
    SeatState.WAITING: ("warn", "clock"),
}
"""Colour and icon of how somebody stands."""


@dataclass(frozen=True)
class Notice:
    """One sentence about one event, and what its link says."""

    words: str
    link: str
    href: str


def own_row(mine: Mine) -> Row:
    """Something that somebody is signed up for, waits for, or was proposed."""
    event = mine.event
    kind, icon = _TAGS[mine.state]
    if event.state is EventState.CANCELLED:
        kind, icon = "warn", "alert"
    return _row(event, status=standing(mine), kind=kind, status_icon=icon)


def open_row(event: Event) -> Row:
    """Something that somebody may sign up for."""
    return _row(event, status=places_left(event), kind="" if event.is_full else "info")


def past_row(mine: Mine) -> Row:
    """Something that somebody was signed up for."""
    came = str(ATTENDED[mine.level]) if mine.level else ""
    return _row(mine.event, state="done", status=came, kind="done" if came else "", year=True)


def _row(
    event: Event, *, status: str, kind: str, status_icon: str = "", state: str = "", year: bool = False
) -> Row:
    return Row(
        title=event.title,
        meta=" · ".join(
            filter(None, (str(KINDS[event.kind]), long_when(event) if year else when(event), event.place))
        ),
        icon="cal",
        href=url_for("event.show", key=event.key),
        state=state,
        status=status,
        kind=kind,
        status_icon=status_icon,
        lang=foreign_title(),
    )


def big_row(event: Event, words: str) -> BigRow:
    """The same in large type: when, and one thing more."""
    text = f"{start(event)} · {words}" if words else start(event)
    return BigRow(url_for("event.show", key=event.key), "cal", event.title, text, foreign_title())


def own_events() -> list[Mine]:
    """What the asker has to do with and is not over, the soonest first."""
    return upcoming(asker().id, clock.now())


def event_row(own: Sequence[Mine]) -> BigRow | None:
    """Where somebody has a place today or tomorrow; ``None`` when there is nowhere to go."""
    soon = china_date(clock.now()) + timedelta(days=1)
    for mine in own:
        event = mine.event
        if mine.state is SeatState.SIGNED and china_date(event.starts_at) <= soon:
            return big_row(event, standing(mine) if event.state is EventState.CANCELLED else event.place)
    return None


def next_seat(own: Sequence[Mine]) -> str:
    """When somebody is expected next, in a few words; empty when nowhere."""
    for mine in own:
        if mine.state is SeatState.SIGNED and mine.event.state is EventState.PUBLISHED:
            return str(gettext("You have a place: %(when)s", when=start(mine.event)))
    return ""


def notice(person_id: int, at: datetime) -> Notice | None:
    """The next event of somebody's own, else the first that they may sign up for."""
    own = [one for one in upcoming(person_id, at) if one.event.state is EventState.PUBLISHED]
    if own:
        return _own_notice(own[0])
    found = [one for one in open_to(person_id, at) if not one.is_full]
    return _open_notice(found[0]) if found else None


def _own_notice(mine: Mine) -> Notice:
    event = mine.event
    words = {
        SeatState.SIGNED: gettext(
            '%(when)s: you have a place at "%(title)s", %(place)s.',
            when=start(event),
            title=event.title,
            place=event.place,
        ),
        SeatState.WAITING: gettext(
            '%(when)s, "%(title)s": you are number %(number)s in line.',
            when=start(event),
            title=event.title,
            number=mine.place,
        ),
        SeatState.SUGGESTED: gettext(
            '%(when)s, "%(title)s": HR proposes to you to come.', when=start(event), title=event.title
        ),
    }[mine.state]
    return Notice(words, gettext("See the details"), url_for("event.show", key=event.key))


def _open_notice(event: Event) -> Notice:
    words = gettext(
        '%(when)s, %(kind)s "%(title)s": %(places)s.',
        when=start(event),
        kind=KINDS[event.kind],
        title=event.title,
        places=places_left(event),
    )
    return Notice(words, gettext("Sign up"), url_for("event.show", key=event.key))
