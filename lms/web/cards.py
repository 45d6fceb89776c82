"""Signing in with a printed card: the code on it, then the last four digits of the number kept on file.

The code never stands in an address that stays: scanning a card leads on at once. It is kept in the session
until the person is in, which begins a new one.
"""

from datetime import datetime
from math import ceil
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext, lazy_gettext
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, StringField
from wtforms.validators import DataRequired, ValidationError

from lms.access import card_entry
from lms.access.card_entry import CardClaim, CardEntry
from lms.access.rules import (
    PHONE_DIGITS,
    CardState,
    card_code,
    card_code_fault,
    phone_end,
    safe_return,
    shown_code,
)
from lms.kernel import clock
from lms.kernel.clock import CHINA
from lms.kernel.database import unit_of_work
from lms.outreach.hotlines import Hotline, hotline_of
from lms.outreach.rules import tel
from lms.web.access import TO_NEXT_MINUTE
from lms.web.context import settings
from lms.web.easy_parts import remember_size
from lms.web.formats import long_day
from lms.web.guard import OPEN_TO_CARDS, let_in, open_to_all
from lms.web.shells import remember_view

screens = Blueprint("cards", __name__)
screens.before_request(remember_size)
_KEPT = "card"
"""What the session keeps between the two questions."""
_WANTED = "card_next"
"""Beside it: where the holder was going."""
_FAULTS = {
    "bad-card-length": lazy_gettext("The number on the card has 8 letters and digits; look once more"),
    "bad-card-characters": lazy_gettext(
        "Look once more: there is no digit 0 or 1 on a card, and no letter I, L, O or U"
    ),
}
_WRONG = lazy_gettext("The number on the card and the end of your mobile number do not fit together.")
_STATES = {
    CardState.REVOKED: lazy_gettext("This card is no longer in use. If you have a newer one, take that."),
    CardState.USED_UP: lazy_gettext("This card was for one time, and it has been used. You need a new one."),
}
"""What is said to those alone who had the digits right."""


class CodeForm(Form):
    """What stands on the card."""

    code = StringField(
        lazy_gettext("Number on the card"),
        [DataRequired(lazy_gettext("Enter the number on the card"))],
        filters=[lambda text: card_code(text or "")],
    )

    def validate_code(self, field: StringField) -> None:
        """Its shape alone."""
        fault = card_code_fault(field.data or "")
        if fault:
            raise ValidationError(str(_FAULTS[fault]))


class DigitsForm(Form):
    """What the holder knows."""

    digits = StringField(
        lazy_gettext("Last four digits of your mobile number"),
        [DataRequired(lazy_gettext("Enter the last four digits of your mobile number"))],
        filters=[lambda text: phone_end(text or "")],
    )

    def validate_digits(self, field: StringField) -> None:
        """Four of them."""
        if len(field.data or "") != PHONE_DIGITS:
            raise ValidationError(gettext("Enter four digits, only the last four of the number"))


@screens.get("/card")
@open_to_all
def code() -> str:
    """Ask what stands on the card; ``?next=`` is the page to see then, if a card opens it."""
    wanted = safe_return(request.args.get("next", "/"))
    if _is_opened(wanted):
        session[_WANTED] = wanted
    return render_template("cards/code.html", form=CodeForm())


def _is_opened(address: str) -> bool:
    """Whether a session that a card has opened is let into a page of this site."""
    adapter = current_app.create_url_adapter(request)
    try:
        found = adapter.match(urlsplit(address).path, method="GET") if adapter else None
    except HTTPException:
        return False
    return found is not None and found[0].partition(".")[0] in OPEN_TO_CARDS


@screens.post("/card")
@open_to_all
def take_code() -> tuple[str, int] | AnyResponse:
    """Any code that looks like one leads to the question; whether it is on a card, nobody is told."""
    form = CodeForm(request.form)
    if not form.validate():
        return render_template("cards/code.html", form=form), 422
    session[_KEPT] = form.code.data
    return redirect(url_for("cards.digits"), code=303)


@screens.get("/card/<code>")
@open_to_all
def scanned(code: str) -> AnyResponse:
    """What the square on the card leads to."""
    known = card_code(code)
    if card_code_fault(known):
        return redirect(url_for("cards.code"))
    session[_KEPT] = known
    return redirect(url_for("cards.digits"))


@screens.get("/card/digits")
@open_to_all
def digits() -> str | AnyResponse:
    """The one question."""
    if _KEPT not in session:
        return redirect(url_for("cards.code"))
    return _question(DigitsForm())


@screens.post("/card/digits")
@open_to_all
def enter() -> tuple[str, int] | Response | AnyResponse:
    """Let the holder in, to the easy view; or say kindly what can be done."""
    if _KEPT not in session:
        return redirect(url_for("cards.code"), code=303)
    form = DigitsForm(request.form)
    if not form.validate():
        return _question(form), 422
    at = clock.now()
    with unit_of_work():
        entry = card_entry.enter(_claim(form), at=at)
    if entry.account_id is None:
        return _refused(entry, at)
    wanted = session.get(_WANTED) or url_for("easy.home")
    session.clear()
    let_in(entry.account_id, entry.stamp, entry.card)
    return remember_view(redirect(wanted, code=303), "easy")


def _question(form: DigitsForm) -> str:
    return render_template("cards/digits.html", form=form, code=shown_code(session[_KEPT]))


def _claim(form: DigitsForm) -> CardClaim:
    return CardClaim(
        code=session[_KEPT],
        digits=form.digits.data or "",
        address=request.remote_addr or "",
        secret=settings().secret_key,
    )


def _refused(entry: CardEntry, at: datetime) -> Response:
    """One page for all that can be wrong; only who had the digits right is told what it is."""
    hotline = hotline_of("")
    page = render_template(
        "cards/refused.html",
        what=_what(entry),
        may_retry=entry.state is None and entry.locked_until is None,
        hotline=hotline,
        call=_call(hotline),
    )
    response = make_response(page, 422)
    if entry.locked_until is not None:
        response.status_code = 429
        response.headers["Retry-After"] = str(ceil((entry.locked_until - at).total_seconds()))
    return response


def _call(hotline: Hotline | None) -> str:
    return tel(hotline.phone) if hotline else ""


def _what(entry: CardEntry) -> str:
    if entry.locked_until is not None:
        time = f"{(entry.locked_until + TO_NEXT_MINUTE).astimezone(CHINA):%H:%M}"
        return str(
            gettext(
                "It did not fit several times in a row. Have a rest; from %(time)s on you can try again.",
                time=time,
            )
        )
    if entry.state is CardState.EXPIRED and entry.expires_on is not None:
        until = long_day(entry.expires_on)
        return str(gettext("This card was good until %(day)s. You need a new one.", day=until))
    return str(_STATES[entry.state] if entry.state else _WRONG)
