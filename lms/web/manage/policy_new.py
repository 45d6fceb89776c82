"""Beginning a change of policy, and saying differently what it is called, where and from when it holds."""

from flask import flash, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # not yet in the stubs

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.policies import editing
from lms.policies.editing import Heading
from lms.policies.queries import Policies, policies_of
from lms.policies.rules import Mark
from lms.publishing import drafts
from lms.rollouts import registration
from lms.rollouts.models import Change, ChangeState
from lms.rollouts.queries import change as change_by_key
from lms.rollouts.registration import Announcement, ChangeHasMoved
from lms.web.addresses import url_for
from lms.web.citations import place_name
from lms.web.guard import asker, requires
from lms.web.languages import chosen
from lms.web.manage.parts import screens, show, today
from lms.web.manage.policy_forms import ChangeForm, DocumentForm, NewChangeForm, as_choices

Page = str | tuple[str, int] | Response


def region_choices(policies: Policies) -> list[SelectChoice]:
    """Code and name of every region."""
    return as_choices((code, place_name(policies, code)) for code in policies.regions)


def document_choices(policies: Policies) -> list[SelectChoice]:
    """Id and title of every document, behind the choice of a new one."""
    english = chosen() == "en"
    titles = [(one.id, one.title_en if english else one.title) for one in policies.documents.values()]
    return as_choices([("", gettext("A new document")), *titles])


def heading_of(form: NewChangeForm | DocumentForm, policies: Policies) -> Heading:
    """The heading of a document as a form has it; only after validation."""
    return Heading(
        title=form.full_title.data or "",
        short=form.short.data or "",
        title_en=form.title_en.data or "",
        issuer=form.issuer.data or "",
        number=form.number.data or "",
        region=policies.regions[form.region.data].name,
        issued_on=form.issued_on.data,
        effective_on=form.effective_on.data,
        source_title=form.source_title.data or "",
        source_url=form.source_url.data or "",
        mark=form.mark.data,
        checked_on=today(),
    )


@screens.route("/policy/new", methods=["GET", "POST"], endpoint="policy_new")
@requires(Permission.CHANGE_REGISTER)
def new() -> Page:
    """The form; then the draft, with the file of a new document in its workspace."""
    policies = policies_of(asker().release_id)
    form = NewChangeForm(request.form, mark=Mark.SINGLE.value)
    form.region.choices = region_choices(policies)
    form.document.choices = document_choices(policies)
    if request.method == "GET":
        return _new(form)
    is_right = form.validate()
    if form.identity.data in policies.documents and form.describes_document:
        form.identity.errors = [gettext("There is a document “%(key)s” already", key=form.identity.data)]
        is_right = False
    if not is_right:
        return _new(form), 422
    begun = _begin(form, policies)
    flash(gettext("The draft is kept. Now enter what is different."))
    return redirect(url_for("manage.policy_edit", key=begun), code=303)


def _new(form: NewChangeForm) -> str:
    return show("policy_new", form=form)


def _begin(form: NewChangeForm, policies: Policies) -> str:
    identity = str(form.document.data or form.identity.data)
    with unit_of_work():
        at = clock.now()
        begun = registration.begin(_announcement(form, identity), actor_id=asker().id, at=at)
        key = begun.key
        if form.describes_document:
            text = editing.begin_document(identity, heading_of(form, policies))
            path = f"content/policies/{identity}.yaml"
            drafts.save(key, path, text, base="", version=0, author_id=asker().id, at=at)
    return key


def _announcement(form: ChangeForm, document: str) -> Announcement:
    return Announcement(
        document=document,
        title=form.title.data or "",
        region=form.region.data,
        issued_on=form.issued_on.data,
        effective_on=form.effective_on.data,
    )


@screens.route("/policy/<key>/about", methods=["GET", "POST"], endpoint="policy_about")
@requires(Permission.CHANGE_REGISTER)
def about(key: str) -> Page:
    """The same for a draft. A save over what somebody else saved is refused, and both are shown."""
    found = change_by_key(key)
    if found.state is not ChangeState.DRAFT:
        return redirect(url_for("manage.policy_change", key=key), code=303)
    form = ChangeForm(request.form, obj=found, seen=str(found.version))
    form.region.choices = region_choices(policies_of(asker().release_id))
    if request.method == "GET":
        return _about(form, found)
    if not form.validate():
        return _about(form, found), 422
    try:
        _say(form, found)
    except ChangeHasMoved:
        now = change_by_key(key)
        form.seen.data = str(now.version)
        return _about(form, now, has_moved=True), 409
    flash(gettext("Saved."))
    return redirect(url_for("manage.policy_edit", key=key), code=303)


def _about(form: ChangeForm, found: Change, *, has_moved: bool = False) -> str:
    policies = policies_of(asker().release_id)
    return show(
        "policy_about", form=form, change=found, has_moved=has_moved, place=place_name(policies, found.region)
    )


def _say(form: ChangeForm, found: Change) -> None:
    seen = form.seen.data or ""
    version = int(seen) if seen.isdigit() else 0
    announced = _announcement(form, found.document)
    with unit_of_work():
        registration.update(found.key, announced, version=version, actor_id=asker().id, at=clock.now())
