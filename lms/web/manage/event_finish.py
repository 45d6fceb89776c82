"""Closing the attendance of an event: for whom it counts is shown first, and happens once."""

from flask import flash, redirect, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError
from lms.kernel.permissions import Permission
from lms.web.addresses import url_for
from lms.web.event_words import COUNTS, LEVELS, when
from lms.web.guard import asker, requires
from lms.web.manage.event_refusals import refusal
from lms.web.manage.event_words import LEFT
from lms.web.manage.parts import course_name, screens, show
from lms.workshops import counting
from lms.workshops.counting import Counter
from lms.workshops.queries import event, seats
from lms.workshops.rules import PRESENT, Counts, EventState, SeatState

Page = str | tuple[str, int] | Response


@screens.route("/events/<key>/finish", methods=["GET", "POST"], endpoint="event_finish")
@requires(Permission.EVENT_EDIT)
def finish(key: str) -> Page:
    """What closing would put on record; then it does."""
    if request.method == "GET":
        return _page(key)
    try:
        with unit_of_work():
            found = counting.close(key, _counter(), release_id=asker().release_id, at=clock.now())
    except DomainError as error:
        return _page(key, refusal(error)), 409
    if found.lines:
        count = found.people
        flash(
            ngettext("Closed. It counts for %(num)s person.", "Closed. It counts for %(num)s people.", count)
        )
    else:
        flash(gettext("Closed. The attendance is on record."))
    return redirect(url_for("manage.event", key=key), code=303)


def _counter() -> Counter:
    return Counter(asker().id, asker().name)


def _page(key: str, refused: str = "") -> str:
    found = event(key)
    at = clock.now()
    signed = [one for one in seats(key, "name") if one.state is SeatState.SIGNED]
    unknown = sum(one.level is None for one in signed)
    return show(
        "event_finish",
        event=found,
        found=counting.reckon(key, _counter()),
        came=sum(one.level in PRESENT for one in signed),
        unknown=unknown,
        signed=len(signed),
        refused=refused,
        is_ended=found.is_over(at),
        may_close=found.state is EventState.PUBLISHED and found.is_over(at) and not unknown,
        nothing=Counts.NOTHING,
        is_help=found.counts is Counts.HELP,
        counts_words=COUNTS,
        levels=LEVELS,
        reasons=LEFT,
        course_name=course_name,
        when=when,
    )
