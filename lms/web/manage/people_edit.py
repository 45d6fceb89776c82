"""One person's entry: how to reach them, numbers shown in full on demand, leaving and coming back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form, RadioField
from wtforms.validators import InputRequired

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.outreach.letters import print_again
from lms.people.models import Person, PersonState, ReachBy
from lms.people.queries import person_by_key
from lms.people.rules import masked_address, masked_id, masked_phone
from lms.reports.records import Subject, subject
from lms.staff import persons
from lms.staff.persons import NEEDS, Contact
from lms.staff.refusals import BadContact, BadDay, Yourself
from lms.web.addresses import url_for
from lms.web.formats import long_day
from lms.web.guard import asker, requires
from lms.web.manage.helping import Day
from lms.web.manage.parts import place, screens, show
from lms.web.manage.people_words import WAYS, fault_words, refused_address
from lms.web.manage.policy_forms import as_choices, line
from lms.web.manage.policy_new import Page
from lms.web.manage.words import AUDIENCES

_CLEARS = "-"
"""Typed into the field of a number that is not shown: take it off the record."""
_MASKED: Mapping[str, Literal["phone", "id_number", "address"]] = {
    "phone": "phone",
    "id_number": "id_number",
    "address": "address",
}
"""What is shown in full only on demand."""


class ContactForm(Form):
    """Where messages go. The number on record is not written into the page: an empty field keeps it."""

    email = line(lazy_gettext("E-mail"), most=254)
    phone = line(lazy_gettext("New mobile number"), most=40)
    wecom_id = line(lazy_gettext("WeCom account"), most=64)
    reach = RadioField(
        lazy_gettext("How is this person told of changes?"),
        choices=as_choices((one.value, text) for one, text in WAYS.items()),
        default=ReachBy.APP.value,
    )
    address = line(lazy_gettext("New postal address"), most=200)


class LeavingForm(Form):
    """The day."""

    on = Day(lazy_gettext("Which was the last day?"), [InputRequired(lazy_gettext("Enter the last day"))])


@dataclass(frozen=True)
class Shown:
    """A number in full, for this one answer."""

    field: str = ""
    text: str = ""


@screens.route("/people/<key>/edit", methods=["GET", "POST"], endpoint="people_edit")
@requires(Permission.PEOPLE_EDIT)
def edit(key: str) -> Page:
    """The entry with the form of addresses."""
    person = person_by_key(key)
    form = _form(person)
    if request.method == "GET":
        return _entry(person, form)
    if not form.validate() or not _save(key, form):
        return _entry(person_by_key(key), form), 422
    flash(gettext("Saved."))
    return redirect(url_for("manage.people_edit", key=key), code=303)


def _form(person: Person) -> ContactForm:
    """What was typed, or what is on record as far as it is shown."""
    typed = request.form if request.endpoint == "manage.people_edit" else None
    return ContactForm(typed, email=person.email, wecom_id=person.wecom_id, reach=person.reach.value)


def _kept_unless(typed: str | None) -> str | None:
    """``None`` keeps what is on record: the field was left empty."""
    return None if not typed else "" if typed == _CLEARS else typed


def _save(key: str, form: ContactForm) -> bool:
    """Whether it was kept; if not, the form says what is wrong. Letters that came back go out again."""
    contact = Contact(
        email=form.email.data or "",
        phone=_kept_unless(form.phone.data),
        wecom_id=form.wecom_id.data or "",
        address=_kept_unless(form.address.data),
        reach=ReachBy(form.reach.data) if form.reach.data else None,
    )
    at = clock.now()
    try:
        with unit_of_work():
            if "address" in persons.change_contact(key, contact, actor_id=asker().id, at=at):
                print_again(key, at=at)
    except BadContact as refusal:
        for name, code in dict(refusal.facts["faults"]).items():  # type: ignore[call-overload]
            form[name].errors = [fault_words(code, {})]
        return False
    return True


def _entry(person: Person, form: ContactForm, shown: Shown | None = None) -> str:
    who = subject(person.key)
    return show(
        "people_edit",
        form=form,
        who=who,
        has_left=person.state is PersonState.LEFT,
        left_on=person.left_on,
        phone=masked_phone(person.phone),
        id_number=masked_id(person.id_number),
        address=masked_address(person.address),
        lacks=_lacks(person),
        email_error=refused_address(person.email_error),
        shown=shown or Shown(),
        facts=_facts(who),
        may_reveal=asker().may(Permission.PEOPLE_REVEAL),
        may_issue=asker().may(Permission.PASSWORD_ISSUE) and person.state is PersonState.ACTIVE,
    )


def _lacks(person: Person) -> str:
    """What is missing for the way that the person asks for: ``phone``, ``address`` or nothing."""
    field = NEEDS.get(person.reach, "")
    return field if field and not getattr(person, field) else ""


def _facts(who: Subject) -> list[tuple[str, str]]:
    return [
        (gettext("Employee number"), who.number),
        (gettext("Department"), who.department),
        (gettext("Insured in"), place(who.region)),
        (gettext("Audience"), str(AUDIENCES[who.audience])),
        (gettext("Hired on"), long_day(who.hired_on)),
    ]


@screens.post("/people/<key>/reveal", endpoint="people_reveal")
@requires(Permission.PEOPLE_REVEAL)
def reveal(key: str) -> str:
    """The entry with one number in full, on a page that is kept nowhere; the journal says who looked."""
    field = _MASKED.get(request.form.get("field", ""))
    if field is None:
        raise NotFound(kind="field", key="")
    with unit_of_work():
        text = persons.reveal(key, field, actor_id=asker().id, at=clock.now())
    person = person_by_key(key)
    return _entry(person, _form(person), Shown(field, text))


@screens.route("/people/<key>/leave", methods=["GET", "POST"], endpoint="people_leave")
@requires(Permission.PEOPLE_EDIT)
def leave(key: str) -> Page:
    """Ask for the last day; from then on signing in is not possible."""
    who, form = subject(key), LeavingForm(request.form)
    if request.method == "GET":
        return _leaving(who, form)
    if not form.validate() or not _end(who, form):
        return _leaving(who, form), 422
    flash(gettext("%(name)s has left. Signing in is not possible now; the records are kept.", name=who.name))
    return redirect(url_for("manage.people_edit", key=key), code=303)


def _end(who: Subject, form: LeavingForm) -> bool:
    """Whether it was entered; if not, the form says why."""
    assert form.on.data is not None  # noqa: S101 - the field is required
    try:
        with unit_of_work():
            persons.leave(who.key, on=form.on.data, actor_id=asker().id, at=clock.now())
    except Yourself:
        form.on.errors = [gettext("Nobody enters their own leaving. Ask a colleague in HR.")]
        return False
    except BadDay:
        form.on.errors = [
            gettext("Enter a day from %(day)s, the first day here, up to today", day=long_day(who.hired_on))
        ]
        return False
    return True


def _leaving(who: Subject, form: LeavingForm) -> str:
    return show(
        "people_act",
        who=who,
        form=form,
        title=gettext("%(name)s leaves the company", name=who.name),
        button=gettext("Enter the leaving"),
        consequences=[
            gettext("Signing in ends at once, on every device."),
            gettext("Records, papers and certificates are kept."),
            gettext("Nothing more is assigned, and no message is sent."),
        ],
    )


@screens.route("/people/<key>/return", methods=["GET", "POST"], endpoint="people_return")
@requires(Permission.PEOPLE_EDIT)
def come_back(key: str) -> str | Response:
    """Ask once more, then let the person in again."""
    who = subject(key)
    if request.method == "GET":
        return show(
            "people_act",
            who=who,
            form=None,
            title=gettext("%(name)s comes back", name=who.name),
            button=gettext("Enter the return"),
            consequences=[
                gettext("The records are as they were; what was not done is owed again."),
                gettext(
                    "The account opens with the password it had. Make a first password if it is forgotten."
                ),
            ],
        )
    with unit_of_work():
        persons.come_back(key, actor_id=asker().id, at=clock.now())
    flash(gettext("%(name)s is back. The account and the records are as they were.", name=who.name))
    return redirect(url_for("manage.people_edit", key=key), code=303)
