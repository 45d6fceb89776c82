"""The company's own telephone numbers, for each place; people see that of the city where they are insured."""

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form
from wtforms.validators import DataRequired

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.outreach import hotlines as operations
from lms.outreach.refusals import BadNumber
from lms.policies.queries import policies_of
from lms.web.addresses import url_for
from lms.web.citations import place_name
from lms.web.guard import asker, requires
from lms.web.manage.parts import screens, show
from lms.web.manage.policy_forms import as_choices, chosen_from, line

Page = str | tuple[str, int] | Response


class HotlineForm(Form):
    """A number, for whom it holds, and when somebody answers."""

    region = chosen_from(lazy_gettext("For people insured in"), lazy_gettext("Choose a place"))
    phone = line(lazy_gettext("Telephone"), DataRequired(lazy_gettext("Enter a number")), most=40)
    hours = line(lazy_gettext("When does somebody answer?"), most=80)


@screens.route("/hotlines", methods=["GET", "POST"], endpoint="hotlines")
@requires(Permission.CONTACT_ASSIGN)
def hotlines() -> Page:
    """All numbers, and the form that sets one."""
    form = HotlineForm(request.form, region=request.args.get("region", ""))
    form.region.choices = as_choices(_places())
    if request.method == "GET":
        return _page(form)
    if not form.validate() or not _save(form):
        return _page(form), 422
    flash(gettext("Saved. It stands on everybody's help page at once."))
    return redirect(url_for("manage.hotlines"), code=303)


def _save(form: HotlineForm) -> bool:
    """Whether it was kept; if not, the form says what is wrong."""
    place, phone, hours = form.region.data or "", form.phone.data or "", form.hours.data or ""
    try:
        with unit_of_work():
            operations.set_hotline(place, phone=phone, hours=hours, actor_id=asker().id, at=clock.now())
    except BadNumber:
        form.phone.errors = [gettext("Look at the number again: digits, hyphens and blanks only")]
        return False
    return True


def _places() -> list[tuple[str, str]]:
    policies = policies_of(asker().release_id)
    return [
        ("", gettext("Everywhere else")),
        *((code, place_name(policies, code)) for code in policies.regions),
    ]


def _page(form: HotlineForm) -> str:
    return show("hotlines", form=form, rows=operations.hotlines(), names=dict(_places()))


@screens.post("/hotlines/remove", endpoint="hotline_remove")
@requires(Permission.CONTACT_ASSIGN)
def remove() -> Response:
    """The place is served by the next nearest number from now on."""
    with unit_of_work():
        operations.remove_hotline(request.form.get("region", ""), actor_id=asker().id, at=clock.now())
    flash(gettext("Removed. The next nearest number holds there now."))
    return redirect(url_for("manage.hotlines"), code=303)
