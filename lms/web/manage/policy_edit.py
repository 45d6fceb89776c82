"""The draft of a change: the clauses and numbers of its document; forms show old beside new."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import flash, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.kernel.permissions import Permission
from lms.policies import editing
from lms.policies.editing import KeyExists, NewClause
from lms.policies.queries import policies_of
from lms.policies.rules import Clause, Parameter, Value
from lms.publishing import drafts
from lms.publishing.drafts import DraftHasMoved
from lms.rollouts.models import Change, ChangeState
from lms.rollouts.queries import change as change_by_key
from lms.rollouts.registration import NotADraft
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.parts import screens, show
from lms.web.manage.policy_draft import Workspace, rewrite, stamp, wording_of, workspace_of
from lms.web.manage.policy_forms import DocumentForm
from lms.web.manage.policy_new import Page, heading_of, region_choices
from lms.web.manage.policy_text_forms import REPEAL, ClauseForm, NewClauseForm


@dataclass(frozen=True)
class ClauseLine:
    """A clause as drafted, beside what is live; ``before`` is empty for a new one."""

    name: str
    drafted: Clause
    before: Clause | None

    @property
    def differs(self) -> bool:
        """Whether the draft says something else."""
        return self.before is None or wording_of(self.drafted) != wording_of(self.before)


@dataclass(frozen=True)
class ParameterLine:
    """A parameter that cites the document or that the draft changes; ``fresh`` are the drafted values."""

    parameter: Parameter
    fresh: Sequence[Value]


def opened(key: str) -> Change:
    """The change, a draft. Raises ``NotADraft``, whose page says that it can no longer be edited."""
    found = change_by_key(key)
    if found.state is not ChangeState.DRAFT:
        raise NotADraft(state=found.state.value)
    return found


@screens.get("/policy/<key>/edit", endpoint="policy_edit")
@requires(Permission.CHANGE_REGISTER)
def edit(key: str) -> str:
    """Everything that the draft consists of."""
    workspace = workspace_of(opened(key))
    return show(
        "policy_edit",
        change=workspace.change,
        document=workspace.document,
        clauses=_clauses(workspace),
        parameters=_parameters(workspace),
        others=_others(workspace),
        files=[draft.path for draft in drafts.drafts_of(key)],
        moved=drafts.conflicts(key),
    )


def _clauses(workspace: Workspace) -> list[ClauseLine]:
    names = [(one.key.partition("#")[2], one) for one in workspace.clauses()]
    return [ClauseLine(name, one, workspace.live_clause(name)) for name, one in names]


def _parameters(workspace: Workspace) -> list[ParameterLine]:
    mine = f"{workspace.change.document}#"
    lines = []
    for parameter in workspace.drafted.parameters.values():
        before = workspace.live.parameters.get(parameter.name)
        fresh = [one for one in parameter.values if before is None or one not in before.values]
        if fresh or any(one.clause.startswith(mine) for one in parameter.values):
            lines.append(ParameterLine(parameter, fresh))
    return lines


def _others(workspace: Workspace) -> list[Parameter]:
    shown = {line.parameter.name for line in _parameters(workspace)}
    return [one for one in workspace.drafted.parameters.values() if one.name not in shown]


@screens.route("/policy/<key>/document", methods=["GET", "POST"], endpoint="policy_document")
@requires(Permission.CHANGE_REGISTER)
def document(key: str) -> Page:
    """The heading of the document: title, issuer, days, source."""
    workspace = workspace_of(opened(key))
    found = workspace.document
    known = {
        "full_title": found.title,
        "source_title": found.source.title,
        "source_url": found.source.url,
        "mark": found.mark.value,
        "seen": stamp(found),
    }
    form = DocumentForm(request.form, obj=found, data=known)
    form.region.choices = region_choices(workspace.live)
    if request.method == "GET":
        return _document(form, workspace)
    if not form.validate():
        return _document(form, workspace), 422
    return _saved(
        workspace,
        form,
        (stamp(found), workspace.path("document", found.id)),
        lambda text, _live: editing.describe(text, heading_of(form, policies_of(asker().release_id))),
        lambda: _document(form, workspace_of(workspace.change), has_moved=True),
    )


def _document(form: DocumentForm, workspace: Workspace, *, has_moved: bool = False) -> str:
    found = workspace.document
    if has_moved:
        form.seen.data = stamp(found)
    return show("policy_document", form=form, change=workspace.change, document=found, has_moved=has_moved)


def _saved(
    workspace: Workspace,
    form: DocumentForm | ClauseForm,
    place: tuple[str, str],
    edit: Callable[[str, str], str],
    conflict: Callable[[], str],
) -> Page:
    """Save unless somebody else has saved the same part since the form was shown. *place*: state and path."""
    state, path = place
    if form.seen.data != state:
        return conflict(), 409
    try:
        rewrite(workspace.change.key, path, edit)
    except DraftHasMoved:
        return conflict(), 409
    flash(gettext("Saved."))
    return redirect(url_for("manage.policy_edit", key=workspace.change.key), code=303)


@screens.route("/policy/<key>/clause/<name>", methods=["GET", "POST"], endpoint="policy_clause")
@requires(Permission.CHANGE_REGISTER)
def clause(key: str, name: str) -> Page:
    """Other words for a clause, or its end; old words beside the new ones."""
    workspace = workspace_of(opened(key))
    found = workspace.clause(name)
    form = ClauseForm(request.form, data=_known(workspace.change, found, workspace.live_clause(name)))
    if request.method == "GET":
        return _clause(form, workspace, name)
    if not form.validate():
        return _clause(form, workspace, name), 422
    return _saved(
        workspace,
        form,
        (stamp(wording_of(found)), workspace.path("document", workspace.change.document)),
        lambda text, live: _changed(form, text, live, name),
        lambda: _clause(form, workspace_of(workspace.change), name, has_moved=True),
    )


def _known(change: Change, found: Clause, live: Clause | None) -> dict[str, object]:
    """What the form shows first: the draft, and the change's own day where none was drafted."""
    is_drafted = live is None or wording_of(found) != wording_of(live)
    repealed = found.repealed_on if is_drafted else None
    since = (repealed or found.since) if is_drafted else change.effective_on
    action = REPEAL if repealed else "reword"
    return {"action": action, "words": found.text, "since": since, "seen": stamp(wording_of(found))}


def _changed(form: ClauseForm, text: str, live: str, name: str) -> str:
    if form.action.data == REPEAL and form.since.data:
        return editing.repeal(text, name, on=form.since.data, live=live)
    return editing.reword(text, name, form.words.data or "", since=form.since.data, live=live)


def _clause(form: ClauseForm, workspace: Workspace, name: str, *, has_moved: bool = False) -> str:
    found = workspace.clause(name)
    if has_moved:
        form.seen.data = stamp(wording_of(found))
    before = workspace.live_clause(name)
    return show(
        "policy_clause",
        form=form,
        change=workspace.change,
        clause=found,
        name=name,
        before=before,
        differs=before is None or wording_of(found) != wording_of(before),
        has_moved=has_moved,
    )


@screens.post("/policy/<key>/clause/<name>/restore", endpoint="policy_clause_restore")
@requires(Permission.CHANGE_REGISTER)
def restore(key: str, name: str) -> Response:
    """Put a clause back as it is live; take one out that was only drafted."""
    workspace = workspace_of(opened(key))
    workspace.clause(name)
    path = workspace.path("document", workspace.change.document)
    rewrite(key, path, lambda text, live: editing.restore(text, name, live=live))
    flash(gettext("The clause is as it was."))
    return redirect(url_for("manage.policy_edit", key=key), code=303)


@screens.route("/policy/<key>/clause", methods=["GET", "POST"], endpoint="policy_clause_new")
@requires(Permission.CHANGE_REGISTER)
def new_clause(key: str) -> Page:
    """A clause that the document did not have."""
    workspace = workspace_of(opened(key))
    form = NewClauseForm(request.form, since=workspace.change.effective_on)
    if request.method == "GET":
        return show("policy_clause_new", form=form, change=workspace.change)
    if not form.validate():
        return show("policy_clause_new", form=form, change=workspace.change), 422
    try:
        rewrite(
            key, workspace.path("document", workspace.change.document), lambda text, _: _added(form, text)
        )
    except KeyExists:
        form.key.errors = [gettext("The document has a clause “%(key)s” already", key=form.key.data)]
        return show("policy_clause_new", form=form, change=workspace.change), 422
    flash(gettext("The clause is added."))
    return redirect(url_for("manage.policy_edit", key=key), code=303)


def _added(form: NewClauseForm, text: str) -> str:
    key, article, title, words = (one.data or "" for one in (form.key, form.article, form.title, form.words))
    return editing.add_clause(text, NewClause(key, article, title, words, form.since.data))
