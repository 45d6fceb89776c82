"""The first four steps of assigning, each one question. What was answered is kept as a draft."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import Field, Form

from lms.campaigns.drafting import CampaignHasMoved, Edit, faults, new_draft
from lms.campaigns.models import Campaign, CampaignState
from lms.campaigns.preview import preview
from lms.campaigns.queries import campaign as campaign_by_key
from lms.campaigns.rules import Fault, Step
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.assign_check import check
from lms.web.manage.assign_parts import content_of, edit_of, offers, so_far_of
from lms.web.manage.assign_questions import QUESTIONS, people_form
from lms.web.manage.assign_selection import as_chosen, is_right
from lms.web.manage.assign_words import STEPS, fault_words
from lms.web.manage.parts import screens, today

Page = str | tuple[str, int] | Response
_ORDER = tuple(Step)
_FIELDS: Mapping[str, str] = {
    "no-course": "content",
    "unknown-course": "content",
    "unknown-path": "content",
    "cannot-draw": "content",
    "kept-back": "content",
    "nobody": "audiences",
    "unknown-departments": "departments",
    "everybody": "everybody",
    "no-due-date": "due",
    "start-in-past": "starts_on",
    "due-before-start": "due_on",
    "too-soon": "due_on",
}
"""Code of a fault → the field beside which it is told."""


# -- the pages -----------------------------------------------------------------------------------------------


@screens.route("/assign/new", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_SEND)
def assign_new() -> Page:
    """Step 1 of something new; a draft exists from the first answer on."""
    draft = Campaign(key="", title="", path="", courses=[], selection={}, version=1)
    question = QUESTIONS[Step.CONTENT]
    form = question.form(draft)
    if request.method == "GET":
        return _ask(Step.CONTENT, None, form, offers=offers())
    if not question.is_right(form):
        return _ask(Step.CONTENT, None, form, offers=offers()), 422
    with unit_of_work():
        at = clock.now()
        draft.key = new_draft(author_id=asker().id, at=at)
        question.keep(draft, form, Edit(1, asker().id, at))
    return _onward(draft.key, Step.CONTENT)


@screens.route(
    "/assign/<key>/<any(content, people, time, notice, check):step>",
    methods=["GET", "POST"],
    endpoint="assign_step",
)
@requires(Permission.CAMPAIGN_SEND)
def assign_step(key: str, step: str) -> Page:
    """One step of a draft; whatever is no draft any more has a page of its own."""
    draft = campaign_by_key(key)
    if draft.state is not CampaignState.DRAFT:
        return redirect(url_for("manage.assign_page", key=key), code=303)
    if Step(step) is Step.CHECK:
        return check(draft)
    return _answer(draft, Step(step))


def _answer(draft: Campaign, step: Step) -> Page:
    question = QUESTIONS[step]
    form = question.form(draft)
    if request.method == "GET":
        return _again(draft, step, form)
    if not question.is_right(form):
        return _again(draft, step, form), 422
    try:
        with unit_of_work():
            question.keep(draft, form, edit_of(str(form["seen"].data or "")))
    except CampaignHasMoved:
        return _again(campaign_by_key(draft.key), step, form, has_moved=True), 409
    return _kept(draft.key, step, form)


def _kept(key: str, step: Step, form: Form) -> Page:
    """What comes after an answer that was kept: the next question, unless this one is answered wrongly."""
    action = request.form.get("action", "next")
    if action == "keep":
        flash(gettext("The draft is kept."))
        return redirect(url_for("manage.assign"), code=303)
    if action == "count":
        return redirect(url_for("manage.assign_step", key=key, step=step), code=303)
    draft = campaign_by_key(key)
    found = [one for one in faults(draft, today()) if one.step is step and one.blocks]
    if not found:
        return _onward(key, step)
    _tell(form, found)
    return _again(draft, step, form), 422


def _tell(form: Form, found: list[Fault]) -> None:
    """Put each fault beside its field."""
    for fault in found:
        field: Field = form[_FIELDS[fault.code]]
        if field.name == "due_on" and form["due"].data == "after":
            field = form["due_days"]
        field.errors = [*field.errors, fault_words(fault)]


def _onward(key: str, step: Step) -> Response:
    following = _ORDER[_ORDER.index(step) + 1]
    return redirect(url_for("manage.assign_step", key=key, step=following), code=303)


def _again(draft: Campaign, step: Step, form: Form, *, has_moved: bool = False) -> str:
    form["seen"].data = str(draft.version)
    beside = QUESTIONS[step].beside(draft, form)
    return _ask(step, draft, form, content=content_of(draft), has_moved=has_moved, **beside)


def _ask(step: Step, draft: Campaign | None, form: Form, **values: Any) -> str:
    number = _ORDER.index(step)
    return render_template(
        f"manage/assign_{step}.html",
        campaign=draft,
        step=step,
        number=number + 1,
        before=_ORDER[number - 1] if number else None,
        words=STEPS,
        form=form,
        wrong=bool(form.errors),
        today=today(),
        **values,
    )


@screens.post("/assign/<key>/count")
@requires(Permission.CAMPAIGN_SEND)
def assign_count(key: str) -> Page:
    """What the people as typed come to, as a piece of the page; nothing is kept."""
    draft = campaign_by_key(key)
    form = people_form(draft)
    if not is_right(form):
        return "", 422
    typed = Campaign(
        key=key,
        state=CampaignState.DRAFT,
        path=draft.path,
        courses=list(draft.courses),
        selection=as_chosen(form).to_json(),
        everybody=bool(form.everybody.data),
        starts_on=draft.starts_on,
        due_on=draft.due_on,
        due_days=draft.due_days,
    )
    so_far = so_far_of(preview(typed, today()))
    return render_template(
        "manage/assign_count.html", campaign=draft, content=content_of(draft), so_far=so_far
    )
