"""The inbox: what one has been told, and the way from a message to where one can act on it."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.notifications import queries
from lms.notifications.operations import mark_read
from lms.notifications.queries import Item
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.message_parts import Words
from lms.web.messages import words
from lms.web.shells import shell

screens = Blueprint("inbox", __name__)


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
    return said.link
