"""签到: saying at the door that one has come, by the square or by typing the code of the day.

Every refusal says why and what to do; the list that is signed by hand is always open.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import cast

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form, HiddenField, StringField
from wtforms.validators import DataRequired, ValidationError

from lms.access.rules import card_code, card_code_fault
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError, NotFound
from lms.kernel.permissions import Permission
from lms.web.addresses import url_for
from lms.web.agenda import foreign_title
from lms.web.event_parts import screens
from lms.web.event_texts import clock_time
from lms.web.event_words import when
from lms.web.formats import moment
from lms.web.guard import asker, requires
from lms.web.shells import shell
from lms.workshops import signing
from lms.workshops.door import Known, recognise
from lms.workshops.queries import event, seat_of
from lms.workshops.refusals import (
    EventCancelled,
    EventOver,
    NoSeat,
    NotPublished,
    TakenOff,
    TooEarly,
    TooLate,
)
from lms.workshops.rules import DoorCode, How

Answer = str | tuple[str, int] | Response
_WRONG = lazy_gettext("This code does not open any event of today. Look at the door once more.")
_OLD = lazy_gettext(
    "This is the code of an earlier day. It changes every day: take the one that hangs at the door now."
)
_SHAPE = lazy_gettext("The code has 8 letters and digits. Look at the door once more.")


class CodeForm(Form):
    """What stands at the door."""

    code = StringField(
        lazy_gettext("Code at the door"),
        [DataRequired(lazy_gettext("Type the code that hangs at the door"))],
        filters=[lambda text: card_code(text or "")],
    )
    e = HiddenField()

    def validate_code(self, field: StringField) -> None:
        """Its shape alone."""
        if card_code_fault(field.data or ""):
            raise ValidationError(str(_SHAPE))


@screens.get("/in")
@requires(Permission.EVENT_JOIN)
def enter() -> str:
    """Type the code."""
    return _typed(CodeForm())


def _typed(form: CodeForm) -> str:
    return render_template("event/enter.html", shell=shell("_learner.html"), form=form, nav="my")


@screens.get("/in/<code>")
@requires(Permission.EVENT_JOIN)
def scanned(code: str) -> Answer:
    """What the square at the door leads to: one button."""
    known = recognise(card_code(code), clock.now(), request.args.get("e", ""))
    if known.verdict is not DoorCode.RIGHT:
        return _refused(_unknown(known))
    return render_template(
        "event/here.html",
        shell=shell("_learner.html"),
        event=event(known.event_key),
        code=card_code(code),
        when=when,
        title_lang=foreign_title(),
        nav="my",
    )


@screens.post("/in")
@requires(Permission.EVENT_JOIN)
def take() -> Answer:
    """I am here."""
    form = CodeForm(request.form)
    if not form.validate():
        return _typed(form), 422
    at = clock.now()
    known = recognise(form.code.data or "", at, form.e.data or "")
    if known.verdict is not DoorCode.RIGHT:
        return _refused(_unknown(known))
    return _check_in(known.event_key, at)


def _check_in(key: str, at: datetime) -> Answer:
    try:
        with unit_of_work():
            found = signing.check_in(key, asker().id, How.CODE, at=at)
    except tuple(_SAID) as error:
        return _refused(_SAID[type(error)](error), key)
    if found.walked_in:
        flash(gettext("You had not signed up; there was a place left, and it is yours."))
    return redirect(url_for("event.arrived", key=key), code=303)


def _unknown(known: Known) -> str:
    return str(_OLD if known.verdict is DoorCode.OLD else _WRONG)


def _early(error: DomainError) -> str:
    opens = cast(datetime, error.facts["opens"])
    if china_date(opens) == china_date(clock.now()):
        return str(
            gettext(
                "It is early still. From %(time)s on you can say here that you have come.",
                time=clock_time(opens),
            )
        )
    return str(
        gettext(
            "It is early still. You can say here that you have come from %(moment)s on.", moment=moment(opens)
        )
    )


def _late(error: DomainError) -> str:
    closed = cast(datetime, error.facts["closed"])
    return str(gettext("It was possible until %(moment)s.", moment=moment(closed)))


def _called_off(error: DomainError) -> str:
    reason = str(error.facts.get("reason", ""))
    words = gettext("This event does not take place.")
    return str(gettext("%(words)s The reason: %(reason)s", words=words, reason=reason) if reason else words)


_SAID: Mapping[type[DomainError], Callable[[DomainError], str]] = {
    TooEarly: _early,
    TooLate: _late,
    EventOver: lambda _: gettext("This event is over."),
    EventCancelled: _called_off,
    NotPublished: lambda _: str(_WRONG),
    NotFound: lambda _: gettext("This event is meant for others, and you have no place at it."),
    TakenOff: lambda _: gettext(
        "HR has taken you off the list of this event. Ask them if you would like to come all the same."
    ),
    NoSeat: lambda _: gettext("You had not signed up, and all places are taken."),
}
"""Refusal → words about it."""


def _refused(words: str, key: str = "") -> tuple[str, int]:
    page = render_template("event/not_in.html", shell=shell("_learner.html"), words=words, key=key, nav="my")
    return page, 422


@screens.get("/<key>/arrived")
@requires(Permission.EVENT_JOIN)
def arrived(key: str) -> Answer:
    """It is on record that one has come."""
    mine = seat_of(key, asker().id)
    if mine is None or mine.checked_in_at is None:
        return redirect(url_for("event.show", key=key))
    return render_template(
        "event/arrived.html",
        shell=shell("_learner.html"),
        mine=mine,
        event=mine.event,
        time=clock_time(mine.checked_in_at),
        when=when,
        title_lang=foreign_title(),
        nav="my",
    )
