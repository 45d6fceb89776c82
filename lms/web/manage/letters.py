"""Letters about changes: what waits to be printed, what to be posted, what came back."""

from flask import flash, redirect, request
from flask_babel import force_locale, gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response
from wtforms import Form
from wtforms.validators import DataRequired, InputRequired

from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.outreach import letter_lists, letters
from lms.outreach.letters import MOST, AlreadyPosted, BadPostingDay, NothingToPrint
from lms.outreach.mailings import Mailing
from lms.people.queries import names_of
from lms.rollouts.models import Change
from lms.rollouts.queries import change as change_by_key
from lms.web.addresses import url_for
from lms.web.formats import long_day
from lms.web.guard import asker, requires
from lms.web.manage.helping import Day
from lms.web.manage.parts import asked_page, place, screens, show, today
from lms.web.manage.people_words import WAYS
from lms.web.manage.policy_forms import words
from lms.web.manage.policy_new import Page

LONGEST_TEXT = 900
"""So long may a covering letter be: it stays on one page with the address."""


class LetterForm(Form):
    """What the covering letter says."""

    text = words(
        lazy_gettext("Covering letter"), DataRequired(lazy_gettext("Write the letter")), most=LONGEST_TEXT
    )


class PostingForm(Form):
    """The day."""

    on = Day(
        lazy_gettext("On which day were the letters handed to the post?"),
        [InputRequired(lazy_gettext("Enter the day on which the letters were posted"))],
    )


@screens.get("/letters", endpoint="letters")
@requires(Permission.LETTER_SEND)
def overview() -> str:
    """Every change with letters or calls, and whom nothing reaches."""
    lacking, count = letter_lists.lacking()
    return show(
        "letters",
        lines=letter_lists.overview(),
        lacking=lacking,
        lacking_count=count,
        ways=WAYS,
        may_edit=asker().may(Permission.PEOPLE_EDIT),
        may_call=asker().may(Permission.CONTACT_WORK),
    )


@screens.route("/letters/<key>", methods=["GET", "POST"], endpoint="letters_change")
@requires(Permission.LETTER_SEND)
def of_change(key: str) -> Page:
    """The letters about one change; printing what waits."""
    change = change_by_key(key)
    form = LetterForm(request.form, text=_proposed(change))
    if request.method == "GET":
        return _of_change(change, form)
    if not form.validate():
        return _of_change(change, form), 422
    try:
        with unit_of_work():
            mailing = letters.print_letters(key, form.text.data or "", actor_id=asker().id, at=clock.now())
    except NothingToPrint:
        flash(gettext("No letter waits to be printed."))
        return redirect(url_for("manage.letters_change", key=key), code=303)
    return redirect(url_for("manage.letters_mailing", key=key, mailing=mailing), code=303)


def _proposed(change: Change) -> str:
    """A letter to begin with, in Chinese whatever the language of the desk: it goes to people here."""
    with force_locale("zh_Hans"):
        text: str = gettext(
            "A rule of medical insurance has changed: %(title)s.\n"
            "The next pages say what has changed and what it means for you, in large type.\n"
            "If something is not clear, or somebody is to explain it to you, call the number on these pages.",
            title=change.title,
        )
        return text


def _of_change(change: Change, form: LetterForm) -> str:
    numbers = next(iter(letter_lists.overview(change.key)), None)
    return show(
        "letters_change",
        change=change,
        numbers=numbers,
        form=form,
        mailings=letter_lists.mailings_of(change.key),
        to_print=letters.how_many_to_print(change.key),
        lacking_count=letter_lists.lacking()[1],
        most=MOST,
        china_day=china_date,
        may_call=asker().may(Permission.CONTACT_WORK),
    )


@screens.get("/letters/<key>/<mailing>", endpoint="letters_mailing")
@requires(Permission.LETTER_SEND)
def of_mailing(key: str, mailing: str) -> str:
    """What was printed together."""
    return _of_mailing(letters.mailing(key, mailing), PostingForm(on=today()))


def _of_mailing(found: Mailing, form: PostingForm) -> str:
    text = request.args.get("text", "").strip()[:80]
    page = asked_page()
    rows, count = letter_lists.letters_of(found.id, text=text, page=page)
    pages = max(1, -(-count // letter_lists.PAGE))
    if page > pages:
        page, (rows, count) = pages, letter_lists.letters_of(found.id, text=text, page=pages)
    return show(
        "letters_mailing",
        change=change_by_key(found.change),
        mailing=found,
        names=names_of(found.printed_by, found.posted_by),
        form=form,
        rows=rows,
        count=count,
        page=page,
        pages=pages,
        text=text,
        place=place,
        printed_on=china_date(found.printed_at),
        may_edit=asker().may(Permission.PEOPLE_EDIT),
    )


@screens.post("/letters/<key>/<mailing>", endpoint="letters_post")
@requires(Permission.LETTER_SEND)
def post(key: str, mailing: str) -> Page:
    """They were handed to the post: the clock of the change counts them from that day."""
    found, form = letters.mailing(key, mailing), PostingForm(request.form)
    if not form.validate() or form.on.data is None:
        return _of_mailing(found, form), 422
    try:
        with unit_of_work():
            count = letters.post(key, mailing, on=form.on.data, actor_id=asker().id, at=clock.now())
        flash(
            ngettext(
                "%(num)s letter counts as delivered from %(day)s.",
                "%(num)s letters count as delivered from %(day)s.",
                count,
                day=long_day(form.on.data),
            )
        )
    except BadPostingDay as refusal:
        form.on.errors = [
            gettext(
                "Enter a day from %(since)s, when they were printed, to %(until)s",
                since=long_day(refusal.since),
                until=long_day(refusal.until),
            )
        ]
        return _of_mailing(letters.mailing(key, mailing), form), 422
    except AlreadyPosted:
        flash(gettext("Somebody has said before when these letters were posted."))
    return redirect(url_for("manage.letters_mailing", key=key, mailing=mailing), code=303)


@screens.post("/letters/<key>/<mailing>/throw-away", endpoint="letters_throw_away")
@requires(Permission.LETTER_SEND)
def throw_away(key: str, mailing: str) -> Response:
    """They are not going to be posted: they wait to be printed anew."""
    try:
        with unit_of_work():
            letters.throw_away(key, mailing, actor_id=asker().id, at=clock.now())
        flash(gettext("Thrown away. The letters wait to be printed again."))
    except AlreadyPosted:
        flash(gettext("These letters were posted; they cannot be thrown away."))
    return redirect(url_for("manage.letters_change", key=key), code=303)


@screens.post("/letters/<key>/<mailing>/returned", endpoint="letters_returned")
@requires(Permission.LETTER_SEND)
def returned(key: str, mailing: str) -> Response:
    """The post has brought a letter back."""
    person = request.form.get("person", "")
    with unit_of_work():
        noted = letters.come_back(key, mailing, person, actor_id=asker().id, at=clock.now())
    if noted:
        flash(gettext("Noted: the letter came back and counts as not delivered. Correct the address now."))
    else:
        flash(gettext("It was noted before that this letter came back."))
    return _back(key, mailing)


@screens.post("/letters/<key>/<mailing>/again", endpoint="letters_again")
@requires(Permission.LETTER_SEND)
def again(key: str, mailing: str) -> Response:
    """A letter that came back is to be printed again."""
    letters.mailing(key, mailing)
    with unit_of_work():
        count = letters.print_again(request.form.get("person", ""), change_key=key, at=clock.now())
    if count:
        flash(gettext("The letter waits to be printed again."))
    return _back(key, mailing)


def _back(key: str, mailing: str) -> Response:
    given = {name: request.form[name] for name in ("text", "page") if request.form.get(name)}
    return redirect(url_for("manage.letters_mailing", key=key, mailing=mailing, **given), code=303)
