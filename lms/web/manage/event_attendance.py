"""Attendance of an event from the signed sheet: how much of it, and who helped whom, saved together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.access.queries import persons_who_may
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError
from lms.kernel.permissions import Permission
from lms.people.models import Person, PersonState
from lms.people.queries import persons_by_number
from lms.web.addresses import url_for
from lms.web.event_words import HOWS, LEVELS, when
from lms.web.guard import asker, requires
from lms.web.manage.event_refusals import refusal
from lms.web.manage.parts import asked_page, screens, show
from lms.workshops import attendance, signing
from lms.workshops.attendance import Mark, possible_helpers
from lms.workshops.queries import Event, Seat, event, seats
from lms.workshops.rules import EventState, How, Level, SeatState, window

Page = str | tuple[str, int] | Response
PAGE = 100
"""So many people are saved together."""


@dataclass(frozen=True)
class Row:
    """Somebody on the sheet with what was chosen so far, or is likely; ``error`` about who helped them."""

    seat: Seat
    level: str
    helper: str
    error: str = ""


@screens.route("/events/<key>/attendance", methods=["GET", "POST"], endpoint="event_attendance")
@requires(Permission.EVENT_EDIT)
def sheet(key: str) -> Page:
    """A page of the people with a seat, by name; each page is saved for itself.

    Of who came in after the page was opened it says nothing, and nothing is put on record.
    """
    found, listed, page = event(key), _listed(key), asked_page()
    shown = listed[(page - 1) * PAGE : page * PAGE]
    if request.method == "GET":
        return _page(found, [_row(one) for one in shown], listed, page)
    sent = [one for one in listed if f"level-{one.person}" in request.form]
    helpers = persons_by_number([number for one in sent if (number := _typed(one, "helper"))])
    judged = {one.person: _judged(one, helpers) for one in sent}
    rows = [judged.get(one.person) or _row(one) for one in listed if one in shown or one in sent]
    if any(row.error for row in rows):
        return _page(found, rows, listed, page), 422
    marks = _marks(list(judged.values()), helpers)
    try:
        with unit_of_work():
            count = attendance.save(key, marks, actor_id=asker().id, at=clock.now())
    except DomainError as error:
        return _page(found, rows, listed, page, refusal(error)), 409
    flash(ngettext("Saved for %(num)s person.", "Saved for %(num)s people.", count))
    return redirect(url_for("manage.event_attendance", key=key, page=page), code=303)


def _listed(key: str) -> list[Seat]:
    return [one for one in seats(key, "name") if one.state is SeatState.SIGNED]


def _row(seat: Seat) -> Row:
    """Who has checked in was there, as long as nobody says otherwise."""
    likely = Level.FULL if seat.checked_in_at else Level.NONE
    return Row(seat, (seat.level or likely).value, seat.helper_number)


def _typed(seat: Seat, name: str) -> str:
    return request.form.get(f"{name}-{seat.person}", "").strip()[:40]


def _judged(seat: Seat, helpers: Mapping[str, Person]) -> Row:
    level, number = _typed(seat, "level"), _typed(seat, "helper")
    error = ""
    if number and number not in helpers:
        error = gettext("Nobody with the company has this number.")
    elif number and number == seat.number:
        error = gettext("Nobody is their own helper. Enter somebody else.")
    return Row(seat, level if level in list(Level) else Level.NONE.value, number, error)


def _marks(rows: Sequence[Row], helpers: Mapping[str, Person]) -> dict[str, Mark]:
    found = {}
    for row in rows:
        helper = helpers.get(row.helper)
        found[row.seat.person] = Mark(Level(row.level), helper.id if helper else None)
    return found


def _page(found: Event, rows: Sequence[Row], listed: Sequence[Seat], page: int, refused: str = "") -> str:
    opens, _ = window(found.starts_at, found.ends_at)
    return show(
        "event_attendance",
        event=found,
        rows=rows,
        total=len(listed),
        entered=sum(one.level is not None for one in listed),
        page=page,
        pages=max(1, -(-len(listed) // PAGE)),
        refused=refused,
        may_mark=found.state is EventState.PUBLISHED and clock.now() >= opens,
        is_ended=found.is_over(clock.now()),
        opens=opens,
        helpers=possible_helpers(persons_who_may(Permission.ASSIST)),
        levels=LEVELS,
        hows=HOWS,
        when=when,
    )


@screens.post("/events/<key>/attendance/add", endpoint="event_attended")
@requires(Permission.EVENT_EDIT)
def attended(key: str) -> Response:
    """Somebody stands on the sheet who had not signed up: they were there, and get a line."""
    number = request.form.get("number", "").strip()[:40]
    person = persons_by_number([number]).get(number)
    if person is None or person.state is PersonState.LEFT:
        flash(gettext("Nobody with the company has the number %(number)s.", number=number), "warn")
        return redirect(url_for("manage.event_attendance", key=key), code=303)
    name = person.name
    try:
        with unit_of_work():
            signing.check_in(key, person.id, How.SHEET, at=clock.now(), actor_id=asker().id)
    except DomainError as error:
        flash(refusal(error), "warn")
    else:
        flash(gettext("%(name)s stands on the sheet now.", name=name))
    return redirect(url_for("manage.event_attendance", key=key), code=303)
