"""The inbox: what one has been told, the way from it to where one can act, and how one wants to be told."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.notifications import queries
from lms.notifications.operations import mark_read
from lms.notifications.queries import Item
from lms.people.models import ReachBy
from lms.people.queries import person_by_key
from lms.staff.persons import choose_way
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.policy_forms import one_of
from lms.web.message_parts import Words
from lms.web.messages import words
from lms.web.shells import EASY, is_easy, may_choose, shell

screens = Blueprint("inbox", __name__)
_COURSE = "/course/"
_WAYS = {
    ReachBy.APP: lazy_gettext("I look on the phone myself"),
    ReachBy.SMS: lazy_gettext("Send me a text message"),
    ReachBy.LETTER: lazy_gettext("Send me a letter in large type"),
    ReachBy.CALL: lazy_gettext("Call me and tell me"),
}


class WayForm(Form):
    """The one question."""

    reach = one_of(
        lazy_gettext("How shall we tell you what is new?"),
        lazy_gettext("Choose one of the four ways"),
        {one.value: text for one, text in _WAYS.items()},
    )


@screens.get("/inbox")
@requires(Permission.INBOX_READ)
def page() -> str:
    """All messages, those not read first."""
    shown = [(item, words(item.topic, item.facts)) for item in queries.inbox(asker().id)]
    unread = [one for one in shown if one[0].read_at is None]
    return render_template(
        "inbox/page.html",
        shell=shell("_learner.html"),
        groups=(unread, shown[len(unread) :]),
        unread=len(unread),
        nav="inbox",
    )


@screens.get("/inbox/<key>")
@requires(Permission.INBOX_READ)
def follow(key: str) -> Response:
    """On to what a message is about. It counts as read then, though this is a GET: letters lead here too."""
    here = asker()
    item = queries.message(here.id, key)
    if item.read_at is None:
        with unit_of_work():
            mark_read(here.id, key, clock.now())
    return redirect(_leads_to(item, words(item.topic, item.facts)))


def _leads_to(item: Item, said: Words) -> str:
    """HR's pages are closed to others, such as heads of other departments: they stay with the message."""
    if said.link.startswith("/manage") and not asker().is_staff:
        return f"{url_for('inbox.page')}#{item.key}"
    return _in_the_easy_view(said.link) if is_easy() else said.link


def _in_the_easy_view(link: str) -> str:
    """Where the same stands there: whoever signed in with a card is let into nothing else."""
    course = link.removeprefix(_COURSE)
    if course != link:
        return url_for("easy.overview", name=course)
    return url_for("easy.home") if link in {"/my", "/team"} and not may_choose() else link


@screens.route("/easy/notices", methods=["GET", "POST"], endpoint="easy_way")
@screens.route("/me/notices", methods=["GET", "POST"], endpoint="way")
@requires(Permission.OWN_ACCOUNT_EDIT)
def way() -> str | tuple[str, int] | Response:
    """How one wants to be told that a rule has changed."""
    here = asker()
    form = WayForm(request.form, reach=person_by_key(here.key).reach.value)
    if request.method == "GET" or not form.validate():
        easy = request.endpoint == "inbox.easy_way"
        page = render_template("inbox/way.html", shell=EASY if easy else shell("_learner.html"), form=form)
        return page, 422 if form.errors else 200
    chosen = ReachBy(form.reach.data)
    with unit_of_work():
        is_there = choose_way(here.key, chosen, actor_id=here.id, at=clock.now())
    flash(_said(chosen, is_there=is_there))
    return redirect(url_for(str(request.endpoint)), code=303)


def _said(chosen: ReachBy, *, is_there: bool) -> str:
    if is_there:
        return str(gettext("Noted. From now on: %(way)s.", way=_WAYS[chosen]))
    if chosen is ReachBy.LETTER:
        return str(gettext("Noted. We do not have your address yet: please tell HR, or ask for help."))
    return str(gettext("Noted. We do not have your telephone number yet: please tell HR, or ask for help."))
