"""One person's contacts so far, and who of the family may help."""

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form
from wtforms.validators import DataRequired, InputRequired

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.outreach import family
from lms.outreach.asked import own_requests
from lms.outreach.family import Named, family_of
from lms.outreach.queries import contacts_of, held_by
from lms.outreach.refusals import BadDay, BadNumber
from lms.people.queries import person_by_key
from lms.reports.records import subject
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.contact_words import KINDS, REQUESTS, RESULTS
from lms.web.manage.helping import Day
from lms.web.manage.parts import screens, show, today
from lms.web.manage.policy_forms import line

Page = str | tuple[str, int] | Response


class RelativeForm(Form):
    """Whom the person names, and when they agreed."""

    name = line(lazy_gettext("Name"), DataRequired(lazy_gettext("Enter the name")), most=80)
    relation = line(
        lazy_gettext("Who is it?"),
        DataRequired(lazy_gettext("Enter who it is, for example daughter")),
        most=40,
    )
    phone = line(lazy_gettext("Telephone"), most=40)
    consent_on = Day(
        lazy_gettext("When did the person agree?"), [InputRequired(lazy_gettext("Enter the day"))]
    )


@screens.route("/contacts/person/<key>", methods=["GET", "POST"], endpoint="contact_person")
@requires(Permission.CONTACT_WORK)
def contact_person(key: str) -> Page:
    """History, and the form that names a relative."""
    sent = request.form if request.method == "POST" else None
    form = RelativeForm(sent, consent_on=today())
    if request.method == "GET":
        return _page(key, form)
    if not form.validate() or not _save(key, form):
        return _page(key, form), 422
    flash(gettext("%(name)s is on record.", name=form.name.data))
    return redirect(url_for("manage.contact_person", key=key), code=303)


def _save(key: str, form: RelativeForm) -> bool:
    """Whether it was kept; if not, the form says what is wrong."""
    named = Named(
        form.name.data or "", form.relation.data or "", form.phone.data or "", form.consent_on.data or today()
    )
    try:
        with unit_of_work():
            family.name_relative(person_by_key(key).id, named, actor_id=asker().id, at=clock.now())
    except BadNumber:
        form.phone.errors = [gettext("Look at the number again: digits, hyphens and blanks only")]
        return False
    except BadDay:
        form.consent_on.errors = [gettext("Enter a day up to today")]
        return False
    return True


def _page(key: str, form: RelativeForm) -> str:
    person = person_by_key(key)
    return show(
        "contact_person",
        who=subject(key),
        form=form,
        family=family_of(person.id),
        holders=held_by(person.id),
        past=contacts_of(person.id),
        asked=own_requests(person.id),
        kinds=KINDS,
        requests=REQUESTS,
        results=RESULTS,
    )


@screens.post("/contacts/person/<key>/family/<relative>/end", endpoint="family_end")
@requires(Permission.CONTACT_WORK)
def family_end(key: str, relative: str) -> Response:
    """This relative no longer helps; what was done together stays on record."""
    with unit_of_work():
        family.end_relative(person_by_key(key).id, relative, actor_id=asker().id, at=clock.now())
    flash(gettext("Taken off. What was done together stays on record."))
    return redirect(url_for("manage.contact_person", key=key), code=303)
