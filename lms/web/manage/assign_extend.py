"""A later date for everybody who is not done with an assignment."""

from collections.abc import Mapping

from flask import flash, redirect, request
from flask_babel import LazyString, lazy_gettext, ngettext
from werkzeug.wrappers import Response
from wtforms import Form, HiddenField
from wtforms.validators import DataRequired

from lms.campaigns.extending import extend, would_move
from lms.campaigns.models import Campaign
from lms.campaigns.queries import campaign as campaign_by_key
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError
from lms.kernel.permissions import Permission
from lms.web.addresses import url_for
from lms.web.guard import requires
from lms.web.manage.assign_parts import edit_of, name_of
from lms.web.manage.helping import Day
from lms.web.manage.parts import screens, show, today
from lms.web.manage.policy_forms import words

Page = str | tuple[str, int] | Response
LONGEST_REASON = 500
_REFUSALS: Mapping[str, tuple[str, LazyString]] = {
    "date-missing": ("due_on", lazy_gettext("Enter the new date")),
    "not-later": ("due_on", lazy_gettext("Choose a day after today and after the present date")),
    "nobody-left": ("due_on", lazy_gettext("Everybody who is not done has a later date already")),
    "reason-missing": ("reason", lazy_gettext("Say why")),
    "campaign-has-moved": (
        "due_on",
        lazy_gettext("Somebody has changed this meanwhile. Look at the present date, then keep it again"),
    ),
}
"""Code of a refusal → the field beside which it is told, and what is told."""


class ExtendForm(Form):
    """Until when, and why."""

    seen = HiddenField()
    due_on = Day(lazy_gettext("New date"), [DataRequired(lazy_gettext("Enter the new date"))])
    reason = words(lazy_gettext("Why?"), DataRequired(lazy_gettext("Say why")), most=LONGEST_REASON)


@screens.route("/assign/<key>/extend", methods=["GET", "POST"])
@requires(Permission.ADJUSTMENT_DECIDE)
def assign_extend(key: str) -> Page:
    """Ask for the date and the reason; who is done, and who has a later date, is left as they are."""
    found = campaign_by_key(key)
    if found.sent_at is None:
        return redirect(url_for("manage.assign_page", key=key), code=303)
    form = ExtendForm(request.form, seen=str(found.version))
    if request.method == "GET":
        return _page(found, form)
    if not form.validate():
        return _page(found, form), 422
    try:
        with unit_of_work():
            edit = edit_of(form.seen.data or "")
            count = extend(key, edit, form.due_on.data, reason=form.reason.data or "")
    except DomainError as refusal:
        return _refused(key, form, refusal)
    flash(ngettext("%(num)s assignment has the new date.", "%(num)s assignments have the new date.", count))
    return redirect(url_for("manage.assign_page", key=key), code=303)


def _refused(key: str, form: ExtendForm, refusal: DomainError) -> Page:
    if refusal.code not in _REFUSALS:
        raise refusal
    name, sentence = _REFUSALS[refusal.code]
    form[name].errors = [str(sentence)]
    found = campaign_by_key(key)
    form.seen.data = str(found.version)
    return _page(found, form), 422


def _page(found: Campaign, form: ExtendForm) -> str:
    return show(
        "assign_extend",
        campaign=found,
        campaign_title=name_of(found),
        form=form,
        after=max(found.due_on or today(), today()),
        owed=would_move(found),
        longest=LONGEST_REASON,
    )
