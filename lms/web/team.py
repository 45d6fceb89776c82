"""A department head's own view: who is done, who is not, who is overdue; and the button that reminds them."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.campaigns.chasing import NobodyOwes
from lms.courses.queries import courses_of
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.permissions import Permission
from lms.notifications.queries import unread_count
from lms.reports.team import counted, filters_of, members, team
from lms.web.addresses import url_for
from lms.web.agenda import course_title
from lms.web.freshness import bring_up_to_date, freshness
from lms.web.guard import asker, requires
from lms.web.manage.reminding import reminded

screens = Blueprint("team", __name__)
LISTS = ("unfinished", "overdue", "done")
"""Which of the three lists is shown, in the address."""


@screens.get("/team")
@requires(Permission.TEAM_VIEW)
def page() -> str:
    """Numbers of the own tree and one of its three lists. Whoever heads nothing finds nothing here."""
    here, today, which = _head(), china_date(clock.now()), _which(request.args.get("list", ""))
    bring_up_to_date()
    filters = filters_of(here, done=which == "done", overdue=which == "overdue")
    found = counted(filters, today)
    number = min(max(1, request.args.get("page", 1, type=int)), found.pages)
    return render_template(
        "team/page.html",
        team=team(here, today),
        which=which,
        rows=members(filters, today, page=number),
        found=found,
        late=counted(filters_of(here, done=False, overdue=True), today).rows,
        page=number,
        today=today,
        freshness=freshness(),
        course_name=_course_name,
        unread=unread_count(here),
    )


@screens.post("/team/remind")
@requires(Permission.TEAM_VIEW)
def remind_team() -> Response:
    """Remind everybody on the list that is shown, at most once a day each."""
    here, which = _head(), _which(request.form.get("list", ""))
    filters = filters_of(here, done=False, overdue=which == "overdue")
    try:
        flash(reminded(filters, {"team": "own", "list": which}, clock.now()))
    except NobodyOwes:
        flash(gettext("Nobody in this list has anything left to finish."))
    return redirect(url_for("team.page", list=which), code=303)


def _head() -> int:
    if not asker().heads:
        abort(404)
    return asker().id


def _which(asked: str) -> str:
    return asked if asked in LISTS else LISTS[0]


def _course_name(course: str) -> str:
    found = courses_of(asker().release_id).get(course)
    return course_title(found) if found else course
