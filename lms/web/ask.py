"""找人帮忙: whom to call, and asking to be called, to be visited, or a question, each with a promised day."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import LazyString, gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response
from wtforms import Form, StringField, TextAreaField
from wtforms.validators import Length

from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.outreach import requests
from lms.outreach.asked import OwnRequest, own_requests
from lms.outreach.hotlines import hotline_of
from lms.outreach.queries import Reach, reach_of
from lms.outreach.refusals import AlreadyAsked, NotOpen, TooManyRequests
from lms.outreach.requests import Asking
from lms.outreach.rules import LONGEST_QUESTION, RequestKind, clean_number, is_number, promised_on, tel
from lms.policies.queries import policies_of
from lms.web.addresses import url_for
from lms.web.citations import tell
from lms.web.formats import day, week_day
from lms.web.guard import asker, requires

screens = Blueprint("help", __name__, url_prefix="/easy/help")
Answer = str | tuple[str, int] | Response
_NUMBERS = "service-phones#numbers"
_LESSON = re.compile(r"[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*")
_CLOSED_SHOWN = 3


@dataclass(frozen=True)
class PublicPhone:
    """A number of a public service, and what it is for, in the words of the source (Chinese)."""

    number: str
    about: str


@dataclass(frozen=True)
class Row:
    """A big row: where it leads, icon, words; ``lang`` of the small words where it is not the page's."""

    href: str
    icon: str
    title: str
    text: str = ""


class AskForm(Form):
    """A number to call, and a text. Which of them a page asks for, and which is needed, the page decides."""

    phone = StringField(
        lazy_gettext("Which number shall we call?"), filters=[lambda text: (text or "").strip()]
    )
    text = TextAreaField(
        validators=[
            Length(
                max=LONGEST_QUESTION,
                message=lazy_gettext("Shorten it to %(max)d characters at most"),
            )
        ],
        filters=[lambda text: (text or "").replace("\r\n", "\n").strip()],
    )


_PROMISES: Mapping[RequestKind, LazyString] = {
    RequestKind.CALL: lazy_gettext("We call you by %(day)s at the latest."),
    RequestKind.VISIT: lazy_gettext("We come to you by %(day)s at the latest. We call before we come."),
    RequestKind.QUESTION: lazy_gettext("You find the answer here by %(day)s at the latest."),
}
_SOON: Mapping[RequestKind, LazyString] = {
    RequestKind.CALL: lazy_gettext("We call you as soon as we can."),
    RequestKind.VISIT: lazy_gettext("We come to you as soon as we can. We call before we come."),
    RequestKind.QUESTION: lazy_gettext("We are still working on the answer."),
}
"""Said once the promised day has gone by: it is our delay, never theirs."""
_TITLES: Mapping[RequestKind, LazyString] = {
    RequestKind.CALL: lazy_gettext("Have us call you"),
    RequestKind.VISIT: lazy_gettext("Have us visit you"),
    RequestKind.QUESTION: lazy_gettext("Write us a question"),
}
_LABELS: Mapping[RequestKind, LazyString] = {
    RequestKind.CALL: lazy_gettext("When does it suit you? You may leave this empty."),
    RequestKind.VISIT: lazy_gettext("Where shall we come to, and when does it suit you?"),
    RequestKind.QUESTION: lazy_gettext("What would you like to know?"),
}
_BUTTONS: Mapping[RequestKind, LazyString] = {
    RequestKind.CALL: lazy_gettext("Please call me"),
    RequestKind.VISIT: lazy_gettext("Please visit me"),
    RequestKind.QUESTION: lazy_gettext("Send the question"),
}


@screens.get("")
@requires(Permission.HELP_ASK)
def page() -> str:
    """The number to call first, then the three things that can be asked for."""
    waiting = [one for one in own_requests(asker().id) if one.is_open]
    return render_template("easy/help.html", rows=list(_rows(waiting)))


def _rows(waiting: list[OwnRequest]) -> Iterator[Row]:
    yield _first_phone()
    lesson = _lesson()
    after = {"lesson": lesson} if lesson else {}
    by_day = {kind: day(promised_on(kind, _today())) for kind in RequestKind}
    call, visit, question = (by_day[kind] for kind in RequestKind)
    yield Row(
        url_for("help.call", **after), "chat", str(_TITLES[RequestKind.CALL]), gettext("By %(day)s", day=call)
    )
    yield Row(
        url_for("help.visit", **after),
        "home",
        str(_TITLES[RequestKind.VISIT]),
        gettext("By %(day)s", day=visit),
    )
    yield Row(
        url_for("help.question", **after),
        "edit",
        str(_TITLES[RequestKind.QUESTION]),
        gettext("Answered by %(day)s", day=question),
    )
    if waiting:
        text = ngettext("%(num)s is being worked on", "%(num)s are being worked on", len(waiting))
        yield Row(url_for("help.mine"), "list", gettext("What I asked for"), text)
    else:
        yield Row(
            url_for("help.phones"), "list", gettext("More numbers"), gettext("Medical insurance, pension")
        )


def _first_phone() -> Row:
    """The company's own number where there is one, else that of medical insurance."""
    here = asker()
    own = hotline_of(here.region)
    if own:
        text = f"{own.phone} · {own.hours}" if own.hours else own.phone
        return Row(tel(own.phone), "phone", gettext("Call somebody now"), text)
    public = public_phones(here.release_id, _today())
    if public:
        return Row(tel(public[0].number), "phone", gettext("Call somebody now"), public[0].number)
    return Row(url_for("help.phones"), "phone", gettext("Numbers to call"))


def public_phones(release_id: str, today: date) -> list[PublicPhone]:
    """The numbers that the published sources name; none when the library says nothing about it."""
    clause = policies_of(release_id).clauses.get(_NUMBERS)
    words = tell(clause, today).words if clause else ""
    parts = re.findall(r"([^，。；]*?)常?用?(\d{5,})", words)
    return [PublicPhone(number, about) for about, number in parts]


@screens.get("/phones")
@requires(Permission.HELP_ASK)
def phones() -> str:
    """Every number that somebody may call."""
    here = asker()
    return render_template(
        "easy/help_phones.html",
        own=hotline_of(here.region),
        public=public_phones(here.release_id, _today()),
        tel=tel,
    )


@screens.route("/call", methods=["GET", "POST"])
@requires(Permission.HELP_ASK)
def call() -> Answer:
    """Be called: at the number on file, or at one that is given."""
    return _ask(RequestKind.CALL)


@screens.route("/visit", methods=["GET", "POST"])
@requires(Permission.HELP_ASK)
def visit() -> Answer:
    """Be visited."""
    return _ask(RequestKind.VISIT)


@screens.route("/question", methods=["GET", "POST"])
@requires(Permission.HELP_ASK)
def question() -> Answer:
    """Have a question answered in writing."""
    return _ask(RequestKind.QUESTION)


def _ask(kind: RequestKind) -> Answer:
    form, reach = AskForm(request.form), reach_of(asker().id)
    form.text.label.text = _LABELS[kind]
    if request.method == "GET":
        return _form(kind, form, reach)
    if not form.validate() or not _is_complete(kind, form, reach):
        return _form(kind, form, reach), 422
    try:
        _put_on_record(kind, form)
    except AlreadyAsked:
        flash(gettext("We have this already. You need not ask again."))
    except TooManyRequests:
        return _form(kind, form, reach, is_too_much=True), 409
    else:
        flash(gettext("We have it. Thank you."))
    return redirect(url_for("help.mine"), code=303)


def _is_complete(kind: RequestKind, form: AskForm, reach: Reach) -> bool:
    """Whether everything is there that keeping the promise needs; if not, the form says what is missing."""
    phone, text = form.phone.data or "", form.text.data or ""
    if kind is RequestKind.QUESTION and not text:
        form.text.errors = [gettext("Write down your question")]
    if kind is RequestKind.VISIT and not text and not reach.has_address:
        form.text.errors = [gettext("Write down where we shall come to")]
    if kind is RequestKind.CALL and not phone and not reach.phone:
        form.phone.errors = [gettext("Write down the number that we shall call")]
    if phone and not is_number(clean_number(phone)):
        form.phone.errors = [gettext("Look at the number again: only digits, for example 13800000013")]
    return not (form.text.errors or form.phone.errors)


def _put_on_record(kind: RequestKind, form: AskForm) -> None:
    phone = clean_number(form.phone.data or "") if kind is RequestKind.CALL else ""
    asking = Asking(kind, text=form.text.data or "", phone=phone, lesson=_lesson())
    with unit_of_work():
        requests.ask(asker().id, asking, actor_id=asker().id, at=clock.now())


def _form(kind: RequestKind, form: AskForm, reach: Reach, *, is_too_much: bool = False) -> str:
    return render_template(
        "easy/help_ask.html",
        kind=kind,
        form=form,
        reach=reach,
        title=str(_TITLES[kind]),
        button=str(_BUTTONS[kind]),
        promise=_PROMISES[kind] % {"day": week_day(promised_on(kind, _today()))},
        longest=LONGEST_QUESTION,
        hotline=hotline_of(asker().region) if is_too_much else None,
        is_too_much=is_too_much,
        tel=tel,
    )


@screens.get("/mine")
@requires(Permission.HELP_ASK)
def mine() -> str:
    """What somebody asked for: what was promised, and what was answered."""
    found = own_requests(asker().id)
    return render_template(
        "easy/help_mine.html",
        waiting=[one for one in found if one.is_open],
        done=[one for one in found if not one.is_open][:_CLOSED_SHOWN],
        promise=_promise,
        titles=_TITLES,
    )


def _promise(one: OwnRequest) -> str:
    if one.promised_on < _today():
        return str(_SOON[one.kind])
    return str(_PROMISES[one.kind] % {"day": week_day(one.promised_on)})


@screens.post("/<key>/withdraw")
@requires(Permission.HELP_ASK)
def withdraw(key: str) -> Response:
    """It is no longer wanted."""
    try:
        with unit_of_work():
            requests.withdraw(asker().id, key, at=clock.now())
    except NotOpen:
        flash(gettext("This has been done already."))
    else:
        flash(gettext("Taken back. You can ask again at any time."))
    return redirect(url_for("help.mine"), code=303)


def _lesson() -> str:
    """``course/lesson`` that the asker comes from, as the address says."""
    given = request.args.get("lesson", "")
    return given if len(given) <= 130 and _LESSON.fullmatch(given) else ""


def _today() -> date:
    return china_date(clock.now())
