"""One event: who has a seat, who waits, who was suggested one; seating people and moving them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.access.roster import StaffFilters, StaffLine, staff_page
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError, NotFound
from lms.kernel.permissions import Permission
from lms.people.models import PersonState, ReachBy
from lms.reports.helplist import waiting_people
from lms.web.addresses import url_for
from lms.web.event_words import COUNTS, EVENTS, HOWS, KINDS, LEVELS, SEATS, when
from lms.web.guard import asker, requires
from lms.web.manage.assign_parts import selection_words
from lms.web.manage.event_refusals import refusal
from lms.web.manage.event_words import SEAT_TAGS, TAGS
from lms.web.manage.parts import course_name, place, screens, show
from lms.web.manage.people_words import WAYS
from lms.workshops import seating
from lms.workshops.counting import counted_for
from lms.workshops.queries import Event, Seat, event, seats
from lms.workshops.rules import Counts, EventState, SeatState, window

MOST_FOUND = 10
"""So many people are shown whom a name fits; who is not among them is looked for by number."""
_LISTS = (SeatState.SIGNED, SeatState.WAITING, SeatState.SUGGESTED)


@screens.get("/events/<key>", endpoint="event")
@requires(Permission.EVENT_VIEW)
def page(key: str) -> str:
    """Everything about it."""
    found, at = event(key), clock.now()
    listed = seats(key)
    text = request.args.get("text", "").strip()[:80]
    opens, _ = window(found.starts_at, found.ends_at)
    is_live = found.state in {EventState.DRAFT, EventState.PUBLISHED}
    return show(
        "event",
        event=found,
        lists=[(one, [seat for seat in listed if seat.state is one]) for one in _LISTS],
        found=_found(text, listed) if text else [],
        text=text,
        now=at,
        may_seat=is_live and at < found.ends_at and asker().may(Permission.EVENT_EDIT),
        may_edit=is_live and asker().may(Permission.EVENT_EDIT),
        takes_marks=found.state is EventState.PUBLISHED and at >= opens,
        is_ended=found.is_over(at),
        suggestable=_suggestable(found, china_date(at)) if is_live and at < found.starts_at else 0,
        counted=len(counted_for(key)) if found.state is EventState.HELD else 0,
        meant=selection_words(found.selection) if not found.selection.is_empty else "",
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "kinds": KINDS,
        "states": EVENTS,
        "tags": TAGS,
        "seat_words": SEATS,
        "seat_tags": SEAT_TAGS,
        "levels": LEVELS,
        "hows": HOWS,
        "counts_words": COUNTS,
        "ways": WAYS,
        "app": ReachBy.APP,
        "when": when,
        "course_name": course_name,
        "place": place,
    }


def _found(text: str, listed: list[Seat]) -> list[tuple[StaffLine, SeatState | None]]:
    """People whom a name or number fits, each with how they stand to the event already."""
    states = {one.person: one.state for one in listed}
    rows = staff_page(StaffFilters(text=text, state=PersonState.ACTIVE.value), page=1).rows[:MOST_FOUND]
    return [(one, states.get(one.key)) for one in rows]


def _suggestable(found: Event, today: date) -> int:
    """The help list matters only to what counts as help."""
    if found.counts is not Counts.HELP:
        return 0
    return seating.suggestable(found.key, waiting_people(found.course), today)


@screens.post("/events/<key>/suggest", endpoint="event_suggest")
@requires(Permission.EVENT_EDIT)
def suggest(key: str) -> Response:
    """A seat is suggested to everybody on the help list, of the event's course if it has one."""
    found = event(key)
    if found.counts is not Counts.HELP:
        raise NotFound(kind="event", key=key)
    try:
        with unit_of_work():
            count = seating.suggest(key, waiting_people(found.course), actor_id=asker().id, at=clock.now())
    except DomainError as error:
        flash(refusal(error), "warn")
    else:
        flash(ngettext("Suggested to %(num)s person.", "Suggested to %(num)s people.", count))
    return _back(key)


@screens.post("/events/<key>/seats", endpoint="event_add")
@requires(Permission.EVENT_EDIT)
def add(key: str) -> Response:
    """Seat somebody; at the end of the line when all seats are taken."""
    try:
        with unit_of_work():
            state = seating.add(key, request.form.get("person", ""), actor_id=asker().id, at=clock.now())
    except DomainError as error:
        flash(refusal(error), "warn")
    else:
        waits = state is SeatState.WAITING
        flash(gettext("All seats are taken: put in the waiting line.") if waits else gettext("Seat given."))
    return _back(key)


@screens.post("/events/<key>/seats/<person>/give", endpoint="event_give")
@requires(Permission.EVENT_EDIT)
def give(key: str, person: str) -> Response:
    """A free seat for somebody who waits or was suggested, before all others."""
    return _move(lambda: seating.give_seat(key, person, actor_id=asker().id, at=clock.now()), key)


@screens.post("/events/<key>/seats/<person>/up", endpoint="event_up")
@requires(Permission.EVENT_EDIT)
def up(key: str, person: str) -> Response:
    """One place forward in the waiting line."""
    return _move(lambda: seating.move_up(key, person, actor_id=asker().id, at=clock.now()), key)


@screens.post("/events/<key>/seats/<person>/back", endpoint="event_back")
@requires(Permission.EVENT_EDIT)
def back(key: str, person: str) -> Response:
    """Off the list; the next one gets the seat."""
    return _move(lambda: seating.take_back(key, person, actor_id=asker().id, at=clock.now()), key)


def _move(act: Callable[[], None], key: str) -> Response:
    try:
        with unit_of_work():
            act()
    except DomainError as error:
        flash(refusal(error), "warn")
    else:
        flash(gettext("Saved."))
    return _back(key)


def _back(key: str) -> Response:
    return redirect(url_for("manage.event", key=key, _anchor="seats"), code=303)
