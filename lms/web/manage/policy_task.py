"""One stale text: close its task by name, give it to somebody else, or give it more time."""

from collections.abc import Callable
from datetime import date, datetime

from flask import flash, redirect, request
from flask_babel import LazyString, gettext, lazy_gettext
from wtforms import Form, HiddenField
from wtforms.validators import DataRequired, InputRequired

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError, NotFound
from lms.kernel.permissions import Permission
from lms.people.models import PersonState
from lms.people.queries import persons_by_number
from lms.policies.queries import policies_of
from lms.rollouts import refresh
from lms.rollouts.models import TaskState
from lms.rollouts.queries import TaskLine, tasks_of
from lms.rollouts.queries import change as change_by_key
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.helping import Day
from lms.web.manage.parts import screens, show, today
from lms.web.manage.policy_forms import line, one_of, words
from lms.web.manage.policy_items import readable, target_names
from lms.web.manage.policy_new import Page
from lms.web.manage.policy_words import CLOSINGS, KINDS, TASK_STATES

_MOVED: dict[str, LazyString] = {
    "task-closed": lazy_gettext("Somebody has closed this task already."),
    "task-has-moved": lazy_gettext("Somebody has changed this task since you opened the page."),
}
_REFUSED: dict[str, tuple[str, LazyString]] = {
    "not-revised": (
        "state",
        lazy_gettext("The text is still the one from before the change: revise it first"),
    ),
    "still-live": ("state", lazy_gettext("The text is still in the library: remove it first")),
    "note-missing": ("note", lazy_gettext("Say why it is still right")),
    "not-later": ("due_on", lazy_gettext("Enter a day after the present due date")),
}
"""Code of a refusal → the field it belongs to, and what to say there."""


class CloseForm(Form):
    """What became of the text."""

    seen = HiddenField()
    state = one_of(
        lazy_gettext("What became of it?"), lazy_gettext("Choose what became of the text"), CLOSINGS
    )
    note = words(lazy_gettext("What did you check or change?"), most=500)


class ReassignForm(Form):
    """Who takes over."""

    seen = HiddenField()
    number = line(
        lazy_gettext("Employee number of the new owner"),
        DataRequired(lazy_gettext("Enter the employee number")),
        most=40,
    )
    reason = words(lazy_gettext("Why?"), DataRequired(lazy_gettext("Say why")), most=500)


class ExtendForm(Form):
    """Until when."""

    seen = HiddenField()
    due_on = Day(lazy_gettext("New due date"), [InputRequired(lazy_gettext("Enter the new due date"))])
    reason = words(lazy_gettext("Why?"), DataRequired(lazy_gettext("Say why")), most=500)


Forms = dict[str, Form]


def _line(key: str, task: str) -> TaskLine:
    found = (one for one in tasks_of(change_by_key(key).id, today=today()) if one.key == task)
    return next(found, None) or _missing(task)


def _missing(task: str) -> TaskLine:
    raise NotFound(kind="task", key=task)


@screens.get("/policy/<key>/task/<task>", endpoint="policy_task")
@requires(Permission.TASK_CLOSE)
def task(key: str, task: str) -> str:
    """The text, why it is stale, and what can be done."""
    return _page(key, _line(key, task), {})


def _page(key: str, found: TaskLine, typed: Forms, *, moved: str = "") -> str:
    seen = {"seen": str(found.version)}
    forms: Forms = {
        "close": CloseForm(prefix="close-", data=seen),
        "reassign": ReassignForm(prefix="reassign-", data=seen),
        "extend": ExtendForm(prefix="extend-", data=seen),
    } | typed
    if moved:
        for form in typed.values():
            form["seen"].data = str(found.version)
    return show(
        "policy_task",
        change=change_by_key(key),
        task=found,
        forms=forms,
        tried=next(iter(typed), ""),
        moved=moved,
        kinds=KINDS,
        states=TASK_STATES,
        target=target_names(policies_of(asker().release_id)),
        readable=readable,
        may_steer=asker().may(Permission.CHANGE_STEER),
        may_edit=asker().may(Permission.CONTENT_EDIT),
    )


def _act(key: str, task: str, name: str, form: Form, run: Callable[[int, datetime], object]) -> Page:
    """Validate, do it, and say so; every refusal keeps what was typed."""
    found = _line(key, task)
    if not form.validate():
        return _page(key, found, {name: form}), 422
    seen = str(form["seen"].data or "")
    try:
        with unit_of_work():
            run(int(seen) if seen.isdigit() else 0, clock.now())
    except DomainError as refusal:
        if refusal.code in _MOVED:
            return _page(key, _line(key, task), {name: form}, moved=str(_MOVED[refusal.code])), 409
        if refusal.code not in _REFUSED:
            raise
        field, sentence = _REFUSED[refusal.code]
        form[field].errors = [str(sentence)]
        return _page(key, found, {name: form}), 422
    flash(gettext("Saved."))
    return redirect(url_for("manage.policy_change", key=key) + "#impact", code=303)


@screens.post("/policy/<key>/task/<task>/close", endpoint="policy_task_close")
@requires(Permission.TASK_CLOSE)
def close(key: str, task: str) -> Page:
    """Close it, by name and time."""
    form = CloseForm(request.form, prefix="close-")

    def run(version: int, at: datetime) -> object:
        state, note = TaskState(form.state.data), form.note.data or ""
        return refresh.close(task, state, version=version, note=note, actor_id=asker().id, at=at)

    return _act(key, task, "close", form, run)


@screens.post("/policy/<key>/task/<task>/reassign", endpoint="policy_task_reassign")
@requires(Permission.CHANGE_STEER)
def reassign(key: str, task: str) -> Page:
    """Give it to somebody else, who is told."""
    form = ReassignForm(request.form, prefix="reassign-")
    number = form.number.data or ""
    owner = persons_by_number([number]).get(number)
    if form.validate() and (owner is None or owner.state is not PersonState.ACTIVE):
        form.number.errors = [gettext("Nobody with the company has this number")]
        return _page(key, _line(key, task), {"reassign": form}), 422
    owner_id = owner.id if owner else 0

    def run(version: int, at: datetime) -> object:
        reason = form.reason.data or ""
        return refresh.reassign(task, owner_id, reason=reason, version=version, actor_id=asker().id, at=at)

    return _act(key, task, "reassign", form, run)


@screens.post("/policy/<key>/task/<task>/extend", endpoint="policy_task_extend")
@requires(Permission.CHANGE_STEER)
def extend(key: str, task: str) -> Page:
    """Give it more time."""
    form = ExtendForm(request.form, prefix="extend-")

    def run(version: int, at: datetime) -> object:
        reason, due_on = form.reason.data or "", form.due_on.data or date.min
        return refresh.extend(task, due_on, reason=reason, version=version, actor_id=asker().id, at=at)

    return _act(key, task, "extend", form, run)
