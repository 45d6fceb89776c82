"""Reminding by hand everybody whom the progress list holds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Flask, current_app, flash, redirect, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.campaigns.chasing import Ids, NobodyOwes, Reminded, people_of, remind
from lms.campaigns.models import Campaign
from lms.campaigns.queries import still_owed
from lms.campaigns.reminding import ask
from lms.jobs.soon import soon
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.people.queries import department_tree
from lms.reports.filters import Filters, as_json
from lms.reports.queries import owing
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.exports import without_names
from lms.web.manage.parts import screens
from lms.web.manage.progress import NAMES, filters_of

AT_ONCE = 2000
"""So many people are reminded while somebody waits for the page; more of them, by a job."""
_JOB = "carry-remindings"


@screens.post("/progress/remind")
@requires(Permission.REMINDER_SEND)
def remind_list() -> Response:
    """Everybody who owes something in the list as the form narrows it, at most once a day each."""
    given = {name: value for name in NAMES if (value := request.form.get(name, "").strip()[:80])}
    filters = filters_of(given, department_tree())
    try:
        flash(reminded(filters, without_names(given), clock.now()))
    except NobodyOwes:
        flash(gettext("Nobody in this list has anything left to finish."))
    return redirect(url_for("manage.progress", **given), code=303)


def reminded(filters: Filters, narrowed: Mapping[str, str], at: datetime) -> str:
    """Remind everybody whom the progress list holds, at once or soon; what came of it, in words.

    *narrowed* goes into the journal. Raises ``NobodyOwes``.
    """
    return _reminded(owing(filters, china_date(at)), as_json(filters), narrowed, at)


def reminded_of_campaign(campaign: Campaign, at: datetime) -> str:
    """Remind whoever still owes what a campaign gave, at once or soon. Raises ``NobodyOwes``."""
    named = {"campaign": campaign.key}
    return _reminded(still_owed(campaign.id), named, named, at)


def _reminded(assignments: Ids, kept: Mapping[str, Any], narrowed: Mapping[str, str], at: datetime) -> str:
    if people_of(assignments, most=AT_ONCE) <= AT_ONCE:
        with unit_of_work():
            return _told(remind(assignments, actor_id=asker().id, at=at, filters=narrowed))
    with unit_of_work():
        is_new = ask(kept, narrowed, actor_id=asker().id, at=at)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - for a thread
    soon(app, _JOB)
    if not is_new:
        return str(gettext("This list is being reminded already. Everybody gets one reminder a day at most."))
    sentence = gettext(
        "More than %(count)s people are being reminded now; that takes a few minutes. Who had a reminder"
        " today gets no second one. The journal will say how many were told.",
        count=AT_ONCE,
    )
    return str(sentence)


def _told(done: Reminded) -> str:
    """What a reminder by hand came to, in a sentence or two."""
    first = ngettext("%(num)s person was reminded.", "%(num)s people were reminded.", done.told)
    if not done.had_one:
        return str(first)
    had_one = ngettext(
        "%(num)s person had a reminder today already.",
        "%(num)s people had a reminder today already.",
        done.had_one,
    )
    return f"{first} {had_one}"
