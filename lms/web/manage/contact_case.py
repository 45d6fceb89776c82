"""One contact: why, whom, the number in full for whom it is assigned to, and what came of it."""

from dataclasses import dataclass

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form, IntegerField, RadioField
from wtforms.validators import AnyOf, InputRequired, NumberRange, Optional

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.outreach import contacts as operations
from lms.outreach.family import family_of
from lms.outreach.queries import Case, contact_by_key, contacts_of
from lms.outreach.refusals import AlreadyVisited, BadDay, NotAssigned, NotOpen
from lms.outreach.rules import LONGEST_CONTACT, LONGEST_NOTE, ContactState, Outcome, Result, tel
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.contact_words import (
    KINDS,
    REASON_TAGS,
    REASONS,
    RESULTS,
    day_words,
    refusal_words,
    results_of,
)
from lms.web.manage.contacts import MINE
from lms.web.manage.helping import Day
from lms.web.manage.parts import place, screens, show, today
from lms.web.manage.policy_forms import as_choices, words

Page = str | tuple[str, int] | Response
_SAID = (NotAssigned, NotOpen, AlreadyVisited)


class Minutes(IntegerField):
    """A number, asked for again in our own words when it cannot be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Enter whole minutes, for example 15")) from None


class ResultForm(Form):
    """What came of it, when, how long it took."""

    result = RadioField(
        lazy_gettext("What came of it?"),
        [AnyOf(list(Result), lazy_gettext("Choose what came of it"))],
        validate_choice=False,
    )
    done_on = Day(lazy_gettext("On which day?"), [InputRequired(lazy_gettext("Enter the day"))])
    minutes = Minutes(
        lazy_gettext("How many minutes?"),
        [
            Optional(),
            NumberRange(0, LONGEST_CONTACT, lazy_gettext("Enter at most %(max)d minutes")),
        ],
    )
    next_on = Day(lazy_gettext("When is it tried again?"), [Optional()])
    note = words(lazy_gettext("What should a colleague know?"), most=LONGEST_NOTE)


@dataclass(frozen=True)
class Shown:
    """What is shown in full, for this one answer."""

    field: str = ""
    text: str = ""


@screens.route("/contacts/<key>", methods=["GET", "POST"], endpoint="contact")
@requires(Permission.CONTACT_WORK)
def contact(key: str) -> Page:
    """The contact with the form of its result; what cannot be recorded is refused in words."""
    found = contact_by_key(key)
    form = _form(found)
    if request.method == "GET":
        return _page(found, form)
    if not form.validate():
        return _page(found, form), 422
    try:
        _record(key, form)
    except BadDay as refusal:
        name, text = day_words(refusal)
        form[name].errors = [text]
        return _page(found, form), 422
    except _SAID as refusal:
        return _page(contact_by_key(key), form, refusal=refusal), 409
    flash(gettext("The result for %(name)s is on record.", name=found.name))
    return redirect(url_for("manage.contacts", list=MINE), code=303)


def _form(found: Case) -> ResultForm:
    sent = request.form if "result" in request.form or "done_on" in request.form else None
    form = ResultForm(sent, done_on=today())
    form.result.choices = as_choices((one.value, text) for one, text in results_of(found.kind).items())
    return form


def _record(key: str, form: ResultForm) -> None:
    outcome = Outcome(
        minutes=form.minutes.data or 0,
        note=form.note.data or "",
        done_on=form.done_on.data,
        next_on=form.next_on.data,
    )
    with unit_of_work():
        operations.put_on_record(key, Result(form.result.data), outcome, actor_id=asker().id, at=clock.now())


def _page(
    found: Case, form: ResultForm, *, shown: Shown | None = None, refusal: Exception | None = None
) -> str:
    is_open = found.state is ContactState.OPEN
    past = contacts_of(found.person_id)
    return show(
        "contact",
        one=found,
        form=form,
        is_open=is_open,
        is_mine=found.holder_id == asker().id,
        ended=next((entry for entry in past if entry.key == found.key and not is_open), None),
        past=[entry for entry in past if entry.key != found.key],
        family=family_of(found.person_id),
        shown=shown or Shown(),
        refused=refusal_words(refusal) if refusal else None,
        kinds=KINDS,
        reasons=REASONS,
        tags=REASON_TAGS,
        results=RESULTS,
        place=place,
        longest=LONGEST_NOTE,
        tel=tel,
        may_assist=asker().may(Permission.ASSIST),
        may_edit=asker().may(Permission.PEOPLE_EDIT),
    )


@screens.post("/contacts/<key>/show", endpoint="contact_show")
@requires(Permission.CONTACT_WORK)
def show_in_full(key: str) -> Page:
    """One thing in full, on a page that is kept nowhere; the journal says who looked."""
    field = request.form.get("field", "")
    try:
        with unit_of_work():
            text = operations.reveal(key, field, actor_id=asker().id, at=clock.now())
    except (NotAssigned, NotOpen) as refusal:
        found = contact_by_key(key)
        return _page(found, _form(found), refusal=refusal), 409
    found = contact_by_key(key)
    return _page(found, _form(found), shown=Shown(field, text))


@screens.post("/contacts/<key>/take-over", endpoint="contact_take_over")
@requires(Permission.CONTACT_ASSIGN)
def take_over(key: str) -> Response:
    """From now on it is the asker's."""
    here = asker().id
    with unit_of_work():
        count = operations.assign([key], to=here, actor_id=here, at=clock.now())
    flash(gettext("It is yours now.") if count else gettext("This is closed already, or yours."))
    return redirect(url_for("manage.contact", key=key), code=303)


@screens.post("/contacts/<key>/put-back", endpoint="contact_put_back")
@requires(Permission.CONTACT_WORK)
def put_back(key: str) -> Page:
    """It is nobody's; the person is on the list again."""
    found = contact_by_key(key)
    try:
        with unit_of_work():
            operations.put_back(key, actor_id=asker().id, at=clock.now())
    except (NotAssigned, NotOpen) as refusal:
        return _page(contact_by_key(key), _form(found), refusal=refusal), 409
    flash(gettext("%(name)s is on the list again.", name=found.name))
    return redirect(url_for("manage.contacts", list=found.kind.value), code=303)
