"""The numbers of a parameter in the draft of a change: new from a day, corrected, or taken back."""

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.policies import editing
from lms.policies.editing import NewValue, Slot
from lms.policies.rules import ANY, Level, Parameter, Value
from lms.publishing.drafts import DraftHasMoved
from lms.web.addresses import url_for
from lms.web.formats import plain
from lms.web.guard import requires
from lms.web.manage.parts import scope, screens, show, today
from lms.web.manage.policy_draft import Workspace, rewrite, stamp, workspace_of
from lms.web.manage.policy_edit import opened
from lms.web.manage.policy_forms import as_choices
from lms.web.manage.policy_new import Page, region_choices
from lms.web.manage.policy_text_forms import ValueForm


@dataclass(frozen=True)
class ValueLine:
    """A value as drafted (empty when it is taken out) beside what is live for the same people and day."""

    slot: str
    scope: str
    since: date | None
    drafted: Value | None
    before: Value | None

    @property
    def differs(self) -> bool:
        """Whether the draft says something else."""
        return self.drafted != self.before


def slot_of(value: Value) -> str:
    """For whom and from when a value holds, as it stands in addresses and forms."""
    return "/".join([value.region, value.status, value.level.value, str(value.since or "")])


def slots_of(parameter: Parameter | None) -> dict[str, Value]:
    """The values of a parameter by their slot."""
    return {slot_of(one): one for one in parameter.values} if parameter else {}


@screens.route("/policy/<key>/value/<name>", methods=["GET", "POST"], endpoint="policy_value")
@requires(Permission.CHANGE_REGISTER)
def value(key: str, name: str) -> Page:
    """All values of the parameter, old beside new, and the form for one of them."""
    workspace = workspace_of(opened(key))
    form = _form(workspace, _parameter(workspace, name))
    if request.method == "GET":
        return _page(form, workspace, name)
    if not _is_right(form, workspace, name):
        return _page(form, workspace, name), 422
    if form.seen.data != _state(workspace, name):
        return _page(form, workspace, name, has_moved=True), 409
    slot, new = _slot(form, workspace), _new(form)
    try:
        path = workspace.path("parameter", name)
        rewrite(key, path, lambda text, _live: editing.set_value(text, name, slot, new))
    except DraftHasMoved:
        return _page(form, workspace_of(workspace.change), name, has_moved=True), 409
    flash(gettext("Saved."))
    return redirect(url_for("manage.policy_value", key=key, name=name), code=303)


def _parameter(workspace: Workspace, name: str) -> Parameter:
    if name not in workspace.drafted.parameters:
        raise NotFound(kind="parameter", key=name)
    return workspace.drafted.parameters[name]


def _state(workspace: Workspace, name: str) -> str:
    return stamp(_parameter(workspace, name).values)


def _form(workspace: Workspace, parameter: Parameter) -> ValueForm:
    asked = slots_of(parameter).get(request.args.get("slot", ""))
    form = ValueForm(request.form, data=_of_value(asked) if asked else _of_document(workspace))
    form.unit = parameter.unit.value
    form.region.choices = region_choices(workspace.live)
    form.clause.choices = as_choices([("", gettext("none")), *_clauses(workspace, asked)])
    if request.method == "GET":
        form.seen.data = stamp(parameter.values)
    return form


def _clauses(workspace: Workspace, asked: Value | None) -> list[tuple[str, str]]:
    found = [(one.key, f"{one.article} {one.title}") for one in workspace.clauses()]
    other = asked.clause if asked else request.form.get("clause", "")
    if other not in workspace.live.clauses:
        return found
    return found if not other or other in dict(found) else [(other, other), *found]


def _of_value(value: Value) -> dict[str, object]:
    return {
        "region": value.region,
        "status": value.status,
        "level": value.level.value,
        "since": value.since,
        "value": plain(value.value),
        "clause": value.clause,
        "source_title": value.source.title,
        "source_number": value.source.number,
        "source_url": value.source.url,
        "mark": value.mark.value,
    }


def _of_document(workspace: Workspace) -> dict[str, object]:
    """What a new value most likely is: for the change's place and day, read in its document."""
    change, document = workspace.change, workspace.document
    return {
        "region": change.region,
        "status": ANY,
        "level": ANY,
        "since": change.effective_on,
        "source_title": document.title,
        "source_number": document.number,
        "source_url": document.source.url,
        "mark": document.mark.value,
    }


def _is_right(form: ValueForm, workspace: Workspace, name: str) -> bool:
    """A value without a first day can only be corrected, not be new."""
    is_right = form.validate()
    chosen = f"{form.region.data}/{form.status.data}/{form.level.data}/"
    if form.since.data is None and not form.since.errors and chosen not in _live_slots(workspace, name):
        form.since.errors = [gettext("Enter the first day on which the number holds")]
        return False
    return is_right


def _live_slots(workspace: Workspace, name: str) -> dict[str, Value]:
    return slots_of(workspace.live.parameters.get(name))


def _slot(form: ValueForm, workspace: Workspace) -> Slot:
    region = workspace.live.regions[form.region.data].name
    return Slot(region, form.status.data, form.level.data, form.since.data)


def _new(form: ValueForm) -> NewValue:
    return NewValue(
        value=form.number,
        clause=form.clause.data or "",
        source_title=form.source_title.data or "",
        source_number=form.source_number.data or "",
        source_url=form.source_url.data or "",
        mark=form.mark.data,
        checked_on=today(),
    )


def _page(form: ValueForm, workspace: Workspace, name: str, *, has_moved: bool = False) -> str:
    if has_moved:
        form.seen.data = _state(workspace, name)
    return show(
        "policy_value",
        form=form,
        change=workspace.change,
        parameter=_parameter(workspace, name),
        lines=_lines(workspace, name),
        has_moved=has_moved,
    )


def _lines(workspace: Workspace, name: str) -> list[ValueLine]:
    """Live values in their order, new ones behind those for the same people."""
    before, drafted = _live_slots(workspace, name), slots_of(_parameter(workspace, name))
    slots = [*drafted, *(slot for slot in before if slot not in drafted)]
    return [_line(workspace, slot, drafted.get(slot), before.get(slot)) for slot in slots]


def _line(workspace: Workspace, slot: str, drafted: Value | None, before: Value | None) -> ValueLine:
    region, status, level, since = slot.split("/")
    whose = scope(workspace.live, region, status, Level(level))
    return ValueLine(slot, whose, date.fromisoformat(since) if since else None, drafted, before)


@screens.post("/policy/<key>/value/<name>/remove", endpoint="policy_value_remove")
@requires(Permission.CHANGE_REGISTER)
def remove(key: str, name: str) -> Response:
    """Take a value out, or put it back as it is live when the draft says something else."""
    workspace = workspace_of(opened(key))
    slot = request.form.get("slot", "")
    before, drafted = _live_slots(workspace, name).get(slot), slots_of(_parameter(workspace, name)).get(slot)
    if before is None and drafted is None:
        raise NotFound(kind="value", key=slot)
    path, where = workspace.path("parameter", name), _named(workspace, drafted or before)
    if before is None or drafted == before:
        rewrite(key, path, lambda text, _live: editing.remove_value(text, name, where))
        flash(gettext("The number is taken out."))
    else:
        rewrite(key, path, lambda text, _live: editing.set_value(text, name, where, _as_live(before)))
        flash(gettext("The number is as it was."))
    return redirect(url_for("manage.policy_value", key=key, name=name), code=303)


def _named(workspace: Workspace, value: Value | None) -> Slot:
    assert value is not None  # noqa: S101 - one of two that are not both empty
    return Slot(workspace.live.regions[value.region].name, value.status, value.level.value, value.since)


def _as_live(value: Value) -> NewValue:
    source = value.source
    return NewValue(
        value.value, value.clause, source.title, source.number, source.url, value.mark.value, value.checked_on
    )
