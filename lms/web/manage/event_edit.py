"""Planning an event, changing it, publishing it, calling it off."""

from datetime import datetime

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response
from wtforms import Form

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError
from lms.kernel.permissions import Permission
from lms.people.queries import number_of
from lms.web.addresses import url_for
from lms.web.event_words import when
from lms.web.guard import asker, requires
from lms.web.manage.assign_selection import folded, is_right, offer_people
from lms.web.manage.event_form import EventForm, form_of
from lms.web.manage.event_refusals import refusal
from lms.web.manage.parts import screens, show, today
from lms.web.manage.policy_forms import words
from lms.workshops import arranging
from lms.workshops.arranging import Draft
from lms.workshops.clashes import at_same_time
from lms.workshops.counting import refuse_quiz
from lms.workshops.queries import Event, event
from lms.workshops.refusals import CourseHasQuiz, ReasonMissing
from lms.workshops.rules import faults

Page = str | tuple[str, int] | Response


class CancelForm(Form):
    """Why it does not take place; people read it."""

    reason = words(lazy_gettext("Why does it not take place?"), most=300)


@screens.route("/events/new", methods=["GET", "POST"], endpoint="event_new")
@requires(Permission.EVENT_EDIT)
def new() -> Page:
    """An event that nobody else sees yet."""
    form = form_of(None, today())
    if request.method == "GET":
        return _edit(form, None)
    if not _is_right(form):
        return _edit(form, None), 422
    with unit_of_work():
        key = arranging.create(form.as_draft, actor_id=asker().id, at=clock.now())
    flash(gettext("Kept as a draft. Nobody sees it until it is published."))
    _warn_host(form.as_draft, event(key).id)
    return redirect(url_for("manage.event", key=key), code=303)


@screens.route("/events/<key>/edit", methods=["GET", "POST"], endpoint="event_edit")
@requires(Permission.EVENT_EDIT)
def change(key: str) -> Page:
    """The same for an event that there is; who has a seat is told of another time or place."""
    found = event(key)
    form = form_of(found, today(), number_of(found.host_id))
    if request.method == "GET":
        return _edit(form, found)
    if not _is_right(form):
        return _edit(form, found), 422
    try:
        with unit_of_work():
            told = arranging.edit(key, form.as_draft, actor_id=asker().id, at=clock.now())
    except DomainError as error:
        return _edit(form, found, refusal(error)), 409
    _tell_saved(told)
    _warn_host(form.as_draft, found.id)
    return redirect(url_for("manage.event", key=key), code=303)


def _is_right(form: EventForm) -> bool:
    """Whether the event can be like that; if not, the form says everything that is wrong, and where."""
    is_shaped, plan = is_right(form), form.plan
    form.tell(faults(plan))
    try:
        refuse_quiz(plan.course, plan.counts, release_id=asker().release_id)
    except CourseHasQuiz as error:
        form.counts.errors = [refusal(error)]
    return is_shaped and not form.errors


def _tell_saved(told: int) -> None:
    if told:
        flash(
            ngettext(
                "Saved. %(num)s person is told of the new time or place.",
                "Saved. %(num)s people are told of the new time or place.",
                told,
            )
        )
    else:
        flash(gettext("Saved."))


def _warn_host(draft: Draft, event_id: int) -> None:
    """Who holds two things at once is told so; it is not forbidden."""
    if draft.host_id is None:
        return
    for one in at_same_time(draft.host_id, draft.starts_at, draft.ends_at, but=event_id)[:1]:
        said = gettext(
            "Who holds it has something else then: %(title)s, %(when)s", title=one.title, when=when(one)
        )
        flash(said, "warn")


def _edit(form: EventForm, found: Event | None, refused: str = "") -> str:
    return show(
        "event_edit",
        form=form,
        event=found,
        refused=refused,
        depths=offer_people(form),
        used=folded(form),
    )


@screens.post("/events/<key>/publish", endpoint="event_publish")
@requires(Permission.EVENT_EDIT)
def publish(key: str) -> Response:
    """People see it from now on."""
    try:
        with unit_of_work():
            arranging.publish(key, actor_id=asker().id, at=clock.now())
    except DomainError as error:
        flash(refusal(error), "warn")
    else:
        flash(gettext("Published. Whoever it is meant for can sign up now."))
    return redirect(url_for("manage.event", key=key), code=303)


@screens.route("/events/<key>/cancel", methods=["GET", "POST"], endpoint="event_cancel")
@requires(Permission.EVENT_EDIT)
def cancel(key: str) -> Page:
    """Ask for the reason, say who is told, call it off."""
    found, form = event(key), CancelForm(request.form)
    if request.method == "GET":
        return show("event_cancel", event=found, form=form, when=when)
    try:
        if not form.validate():
            return show("event_cancel", event=found, form=form, when=when), 422
        told = _call_off(key, form.reason.data or "", clock.now())
    except ReasonMissing as error:
        form.reason.errors = [refusal(error)]
        return show("event_cancel", event=found, form=form, when=when), 422
    except DomainError as error:
        flash(refusal(error), "warn")
    else:
        flash(ngettext("Cancelled. %(num)s person is told.", "Cancelled. %(num)s people are told.", told))
    return redirect(url_for("manage.event", key=key), code=303)


def _call_off(key: str, reason: str, at: datetime) -> int:
    with unit_of_work():
        return arranging.cancel(key, reason, actor_id=asker().id, at=at)


@screens.post("/events/<key>/discard", endpoint="event_discard")
@requires(Permission.EVENT_EDIT)
def discard(key: str) -> Response:
    """Throw a draft away."""
    try:
        with unit_of_work():
            arranging.discard(key, actor_id=asker().id, at=clock.now())
    except DomainError as error:
        flash(refusal(error), "warn")
        return redirect(url_for("manage.event", key=key), code=303)
    flash(gettext("The draft is thrown away."))
    return redirect(url_for("manage.events"), code=303)
