"""签到 at the desk: the square for the door, how many have come, and entering somebody by hand."""

from collections.abc import Sequence
from datetime import datetime

import flask
from flask import flash, make_response, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.access.rules import shown_code
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.people.queries import person_by_key, persons_by_number
from lms.web.addresses import url_for
from lms.web.event_texts import clock_time
from lms.web.event_words import when
from lms.web.formats import moment
from lms.web.guard import asker, requires
from lms.web.manage.parts import screens, show
from lms.web.qr import outside_url, qr_code
from lms.workshops import signing
from lms.workshops.door import code_of
from lms.workshops.queries import Event, Seat, event, seats
from lms.workshops.refusals import (
    EventCancelled,
    EventOver,
    NoSeat,
    NotPublished,
    PersonLeft,
    TooEarly,
    TooLate,
)
from lms.workshops.rules import EventState, How, SeatState, window

EVERY = 20
"""Seconds after which the page at the door counts again, unless that is switched off."""
_CLOSED = (EventCancelled, EventOver, NotPublished, TooEarly, TooLate)


@screens.get("/events/<key>/door", endpoint="event_door")
@requires(Permission.EVENT_EDIT)
def door(key: str) -> Response:
    """The square and the code of today, to be shown on the wall; it counts by itself."""
    found, at = event(key), clock.now()
    opens, closes = window(found.starts_at, found.ends_at)
    is_on = found.state is EventState.PUBLISHED and _is_day_of(found, at) and at <= closes
    is_counting = is_on and request.args.get("refresh") != "no"
    listed = seats(key)
    page = show(
        "event_door",
        event=found,
        when=when,
        code=shown_code(code_of(key, china_date(at))) if is_on else "",
        square=_square(key, at) if is_on else "",
        address=outside_url(flask.url_for("event.enter")).split("://")[-1],
        opens=clock_time(opens) if _is_day_of(found, at) else moment(opens),
        closes=clock_time(closes),
        is_early=at < opens,
        is_over=at > closes,
        come=len(_come(listed)),
        signed=found.signed,
        time=clock_time(at),
        every=EVERY,
        is_counting=is_counting,
    )
    response = make_response(page)
    if is_counting:
        response.headers["Refresh"] = str(EVERY)
    return response


def _is_day_of(one: Event, at: datetime) -> bool:
    """Whether today is among the days on which people come."""
    opens, closes = window(one.starts_at, one.ends_at)
    return china_date(opens) <= china_date(at) <= china_date(closes)


def _square(key: str, at: datetime) -> object:
    path = flask.url_for("event.scanned", code=code_of(key, china_date(at)), e=key)
    return qr_code(
        outside_url(path), gettext("Square to say that one has come; the code below does the same")
    )


def _come(listed: Sequence[Seat]) -> list[Seat]:
    return [one for one in listed if one.checked_in_at]


@screens.get("/events/<key>/arrivals", endpoint="event_arrivals")
@requires(Permission.EVENT_EDIT)
def arrivals(key: str) -> str:
    """Everybody who is expected, with a button each; who has come stands below."""
    return _list(key)


def _list(key: str, *, number: str = "", fault: str = "") -> str:
    listed = seats(key, "name")
    text = request.args.get("text", "").strip()
    expected = [one for one in listed if not one.checked_in_at and _fits(one, text)]
    return show(
        "event_arrivals",
        event=event(key),
        when=when,
        expected=[one for one in expected if one.state is SeatState.SIGNED],
        others=[one for one in expected if one.state is not SeatState.SIGNED],
        come=sorted(_come(listed), key=lambda one: str(one.checked_in_at), reverse=True),
        time=clock_time,
        text=text,
        number=number,
        fault=fault,
    )


def _fits(one: Seat, text: str) -> bool:
    return text in one.name or text == one.number


@screens.post("/events/<key>/arrivals", endpoint="event_arrived")
@requires(Permission.EVENT_EDIT)
def arrived(key: str) -> str | tuple[str, int] | Response:
    """Somebody has come: one of the list, or anybody by their number."""
    number = request.form.get("number", "").strip()
    person_id = _meant(number)
    if person_id is None:
        return _list(key, number=number, fault=_unknown(number)), 422
    try:
        with unit_of_work():
            found = signing.check_in(key, person_id, How.DESK, at=clock.now(), actor_id=asker().id)
    except NoSeat:
        return _list(
            key, number=number, fault=gettext("All places are taken. Put the person on the list by hand.")
        ), 409
    except PersonLeft:
        return _list(key, number=number, fault=gettext("This person is not with the company any more.")), 409
    except _CLOSED:
        words = gettext("Entering people works from 30 minutes before the event until it is counted.")
        return _list(key, number=number, fault=words), 409
    flash(gettext("It was on record already.") if found.already else gettext("It is on record."))
    return redirect(url_for("manage.event_arrivals", key=key), code=303)


def _meant(number: str) -> int | None:
    """Whom the form means: the key of a row, or the number that was typed."""
    if person := request.form.get("person", ""):
        return person_by_key(person).id
    found = persons_by_number([number]).get(number) if number else None
    return found.id if found else None


def _unknown(number: str) -> str:
    if not number:
        return str(gettext("Type the employee number"))
    return str(gettext("Nobody has the number %(number)s", number=number))
