"""Signing in and out, the first password, and the way to one's own home."""

import unicodedata
from datetime import datetime, timedelta
from math import ceil

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired

from lms.access import operations
from lms.access.operations import Claim
from lms.access.queries import Asker
from lms.access.rules import LOCKED_FOR, NAME_LIMIT, SHORTEST_PASSWORD, safe_return
from lms.kernel import clock
from lms.kernel.clock import CHINA
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.web import shells
from lms.web.context import settings
from lms.web.guard import asker, asker_or_none, let_in, let_out, open_to_all, requires
from lms.web.identity import own_facts
from lms.web.passwords import FirstPassword, take_over

screens = Blueprint("access", __name__)
TO_NEXT_MINUTE = timedelta(seconds=59, microseconds=999_999)


def _as_stored(number: str | None) -> str:
    """Full-width characters of a Chinese keyboard as plain ones; nothing that cannot be seen."""
    plain = unicodedata.normalize("NFKC", number or "")
    return "".join(character for character in plain if character.isprintable()).strip()


class EnterForm(Form):
    """Who one is, and where one was going."""

    number = StringField(
        lazy_gettext("Employee number"),
        [DataRequired(lazy_gettext("Enter your employee number"))],
        filters=[_as_stored],
    )
    password = PasswordField(lazy_gettext("Password"), [InputRequired(lazy_gettext("Enter your password"))])
    next = HiddenField(filters=[lambda address: safe_return(address or "/")])


@screens.get("/")
@open_to_all
def start() -> AnyResponse:
    """The home of whoever asks."""
    here = asker_or_none()
    return redirect(_home(here) if here else url_for("access.enter"))


def _home(here: Asker) -> str:
    if here.is_staff:
        return url_for("manage.workbench")
    return shells.home()


@screens.get("/enter")
@open_to_all
def enter() -> str | AnyResponse:
    """The sign-in page; whoever is signed in is taken to where they were going."""
    form = EnterForm(next=request.args.get("next"))
    if asker_or_none() is not None:
        return redirect(form.next.data or "/")
    return _sign_in_page(form)


@screens.post("/enter")
@open_to_all
def sign_in() -> tuple[str, int] | Response | AnyResponse:
    """Compare the password; count a failure, or begin a new session."""
    form = EnterForm(request.form)
    if not form.validate():
        return _sign_in_page(form), 422
    verified = operations.verify(_claim(form))
    at = clock.now()
    with unit_of_work():
        result = operations.sign_in(verified, at=at)
    if result.locked_until is not None:
        return _locked(form, result.locked_until, at)
    if result.account_id is None:
        return _sign_in_page(form, refusal=_wrong()), 422
    session.clear()
    here = let_in(result.account_id, result.stamp)
    return redirect(_after_sign_in(here, form.next.data or "/"), code=303)


def _claim(form: EnterForm) -> Claim:
    return Claim(
        number=form.number.data or "",
        password=form.password.data or "",
        address=request.remote_addr or "",
        secret=settings().secret_key,
    )


def _after_sign_in(here: Asker | None, back: str) -> str:
    if here is not None and here.must_change:
        return url_for("access.welcome", next=back)
    return back


def _sign_in_page(form: EnterForm, *, refusal: str = "", locked: str = "") -> str:
    return render_template("access/enter.html", form=form, refusal=refusal, locked=locked)


def _wrong() -> str:
    sentence: str = gettext(
        "The employee number or the password is not right. After %(count)s failures in a row, signing in is "
        "locked for %(minutes)s minutes.",
        count=NAME_LIMIT,
        minutes=int(LOCKED_FOR.total_seconds() // 60),
    )
    return sentence


def _locked(form: EnterForm, until: datetime, at: datetime) -> Response:
    """The page of somebody who has to wait: how long, until when, and the same for machines."""
    seconds = ceil((until - at).total_seconds())
    sentence = ngettext(
        "You can try again in %(num)s minute, from %(time)s on.",
        "You can try again in %(num)s minutes, from %(time)s on.",
        ceil(seconds / 60),
        time=f"{(until + TO_NEXT_MINUTE).astimezone(CHINA):%H:%M}",
    )
    response = make_response(_sign_in_page(form, locked=sentence), 429)
    response.headers["Retry-After"] = str(seconds)
    return response


@screens.post("/leave")
@requires(Permission.OWN_ACCOUNT_EDIT)
def leave() -> AnyResponse:
    """End this session."""
    let_out()
    session.clear()
    flash(gettext("You have signed out."))
    return redirect(url_for("access.enter"), code=303)


@screens.route("/welcome", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT_EDIT)
def welcome() -> str | tuple[str, int] | AnyResponse:
    """First sign-in: who one is, and a password of one's own."""
    here = asker()
    back = safe_return(request.values.get("next", "/"))
    if not here.must_change:
        return redirect(back)
    form = FirstPassword(request.form)
    if request.method == "POST" and take_over(form, here):
        return redirect(back, code=303)
    page = render_template(
        "access/welcome.html", form=form, facts=own_facts(here), back=back, least=SHORTEST_PASSWORD
    )
    return page, 422 if form.errors else 200
