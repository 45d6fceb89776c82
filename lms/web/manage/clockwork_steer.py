"""Running a job of the clockwork now, and skipping its next run with a reason."""

from datetime import datetime

from flask import Flask, current_app, flash, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form, HiddenField
from wtforms.validators import DataRequired

from lms.jobs import steering
from lms.jobs.queries import to_be_skipped
from lms.jobs.rules import Job, next_due
from lms.jobs.soon import soon
from lms.jobs.steering import LONGEST_REASON, NotNext, UnderWay, is_skippable
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.web.addresses import url_for
from lms.web.formats import moment
from lms.web.guard import asker, requires
from lms.web.manage.clockwork import job_named
from lms.web.manage.clockwork_words import JOBS as SAID
from lms.web.manage.parts import screens, show
from lms.web.manage.policy_forms import words

Page = str | tuple[str, int] | Response
_WITH_GET = ["GET", "POST"]


class SkipForm(Form):
    """Why a run is skipped; *due* is the run that the page showed."""

    reason = words(
        lazy_gettext("Why is this run skipped?"),
        DataRequired(lazy_gettext("Enter the reason")),
        most=LONGEST_REASON,
    )
    due = HiddenField()


def _back(name: str) -> Response:
    return redirect(url_for("manage.clockwork_job", name=name), code=303)


@screens.route("/clockwork/<name>/run", methods=_WITH_GET, endpoint="clockwork_run")
@requires(Permission.CLOCKWORK_RUN)
def run(name: str) -> Response:
    """Begin a run beside the calendar; what came of it stands on the page of the job."""
    wanted = job_named(name)
    if request.method == "GET":
        return _back(name)
    try:
        with unit_of_work():
            steering.ask_to_run(wanted, actor_id=asker().id, at=clock.now())
    except UnderWay:
        flash(gettext("It is running at this moment. Nothing was begun a second time."))
        return _back(name)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - for a thread
    soon(app, name)
    flash(gettext("The run has begun. Load this page again to see what came of it."))
    return _back(name)


@screens.route("/clockwork/<name>/skip", methods=_WITH_GET, endpoint="clockwork_skip")
@requires(Permission.CLOCKWORK_RUN)
def skip(name: str) -> Page:
    """Ask for the reason, and skip the run that was shown."""
    wanted, now = job_named(name), clock.now()
    if not is_skippable(wanted) or to_be_skipped(name, now):
        return _back(name)
    form = SkipForm(request.form, due=_next(wanted, now))
    if request.method == "GET":
        return _form(wanted, form, now)
    if not form.validate():
        return _form(wanted, form, now), 422
    try:
        with unit_of_work():
            due = _instant(form.due.data)
            steering.skip(wanted, due, form.reason.data or "", actor_id=asker().id, at=now)
    except NotNext:
        flash(gettext("This run has begun or passed meanwhile. Nothing was skipped."))
    else:
        flash(gettext("The run of %(moment)s will be skipped.", moment=moment(due)))
    return _back(name)


@screens.route("/clockwork/<name>/unskip", methods=_WITH_GET, endpoint="clockwork_unskip")
@requires(Permission.CLOCKWORK_RUN)
def unskip(name: str) -> Response:
    """Put the run back into the calendar."""
    wanted = job_named(name)
    if request.method == "GET":
        return _back(name)
    try:
        with unit_of_work():
            due = _instant(request.form.get("due"))
            steering.unskip(wanted, due, actor_id=asker().id, at=clock.now())
    except NotNext:
        flash(gettext("This run has passed or is not skipped any more."))
    else:
        flash(gettext("The run of %(moment)s takes place again.", moment=moment(due)))
    return _back(name)


def _form(wanted: Job, form: SkipForm, now: datetime) -> str:
    due = next_due(wanted, now)
    after = next_due(wanted, due) if due else None
    return show("clockwork_skip", form=form, name=wanted.name, said=SAID[wanted.name], due=due, after=after)


def _next(wanted: Job, now: datetime) -> str:
    due = next_due(wanted, now)
    return due.isoformat() if due else ""


def _instant(text: str | None) -> datetime:
    """The instant that a form sent. Raises ``NotNext`` for what is none."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        raise NotNext from None
    if found.tzinfo is None:
        raise NotNext
    return found
