"""What is planned: adding, changing, noting that it was done or dropped."""

from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form
from wtforms.validators import DataRequired, InputRequired

from lms.courses.queries import courses_of
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.planning import entries as operations
from lms.planning.entries import Planned
from lms.planning.queries import Entry, entry, year_of
from lms.planning.refusals import NotPlanned
from lms.planning.rules import EntryState, days_faults
from lms.web.addresses import url_for
from lms.web.agenda import course_title
from lms.web.guard import asker, requires
from lms.web.manage.helping import Day
from lms.web.manage.parts import course_name, screens, show, today
from lms.web.manage.plan import Page, asked_year
from lms.web.manage.plan_words import ENTRIES, STATES
from lms.web.manage.policy_forms import as_choices, chosen_from, line, words

_SETTLED = {
    EntryState.DONE: lazy_gettext("Noted as done."),
    EntryState.DROPPED: lazy_gettext("Dropped. It stays in the plan, crossed out."),
    EntryState.PLANNED: lazy_gettext("Planned again."),
}


class EntryForm(Form):
    """What is planned, from when until when."""

    title = line(lazy_gettext("What is planned?"), DataRequired(lazy_gettext("Enter a title")), most=120)
    title_en = line(lazy_gettext("English title"), most=160)
    starts_on = Day(lazy_gettext("First day"), [InputRequired(lazy_gettext("Enter the first day"))])
    ends_on = Day(lazy_gettext("Last day"), [InputRequired(lazy_gettext("Enter the last day"))])
    course = chosen_from(lazy_gettext("Course that belongs to it"), lazy_gettext("Choose from the list"))
    note = words(lazy_gettext("Note"), most=1000)
    year: int

    def validate(self, extra_validators: Any = None) -> bool:
        """Days in the right order, and in the year of the plan."""
        valid = super().validate(extra_validators)
        starts, ends = self.starts_on.data, self.ends_on.data
        found = days_faults(starts, ends, self.year) if starts and ends else []
        if "ends-before-start" in found:
            self.ends_on.errors = [gettext("The last day is before the first; enter a later one")]
        if "outside-year" in found:
            said = gettext("Enter days in %(year)s, which this plan is for", year=self.year)
            self.starts_on.errors = [said]
        return valid and not found

    @property
    def planned(self) -> Planned:
        """What the form says; only after validation."""
        return Planned(**{name: field.data for name, field in self._fields.items()})


def _form(year: int, **stored: Any) -> EntryForm:
    form = EntryForm(request.form, data=stored)
    form.year = year
    known = courses_of(asker().release_id).values()
    choices = [("", gettext("None")), *((one.id, course_title(one)) for one in known)]
    gone = stored.get("course", "")
    if gone and gone not in dict(choices):
        choices.append((gone, gone))
    form.course.choices = as_choices(choices)
    return form


@screens.route("/plan/new", methods=["GET", "POST"], endpoint="plan_new")
@requires(Permission.PLAN_EDIT)
def add() -> Page:
    """Plan something of one's own."""
    year = asked_year()
    if year_of(year) is None:
        raise NotFound(kind="year", key=str(year))
    form = _form(year)
    if request.method == "GET":
        return _edit(form, year, None)
    if not form.validate():
        return _edit(form, year, None), 422
    with unit_of_work():
        operations.add(year, form.planned, actor_id=asker().id, at=clock.now())
    flash(gettext("Added to the plan."))
    return redirect(url_for("manage.plan", year=year), code=303)


@screens.get("/plan/entries/<key>", endpoint="plan_entry")
@requires(Permission.PLAN_VIEW)
def view(key: str) -> str:
    """An entry, and what has become of it."""
    found = entry(key)
    return show(
        "plan_entry",
        entry=found,
        kinds=ENTRIES,
        states=STATES,
        course=course_name(found.course) if found.course else "",
        late=found.late(today()),
        may_edit=asker().may(Permission.PLAN_EDIT),
    )


@screens.route("/plan/entries/<key>/edit", methods=["GET", "POST"], endpoint="plan_edit")
@requires(Permission.PLAN_EDIT)
def change(key: str) -> Page:
    """Other words or days."""
    found = entry(key)
    form = _form(found.year, **{name: getattr(found, name) for name in EntryForm()._fields})
    if request.method == "GET":
        return _edit(form, found.year, found)
    if not form.validate():
        return _edit(form, found.year, found), 422
    with unit_of_work():
        operations.change(key, form.planned, actor_id=asker().id, at=clock.now())
    flash(gettext("Saved."))
    return redirect(url_for("manage.plan_entry", key=key), code=303)


def _edit(form: EntryForm, year: int, found: Entry | None) -> str:
    return show("plan_edit", form=form, year=year, entry=found)


@screens.post("/plan/entries/<key>/settle", endpoint="plan_settle")
@requires(Permission.PLAN_EDIT)
def settle(key: str) -> Response:
    """Done, dropped, or planned again."""
    given, reason = request.form.get("state", ""), request.form.get("reason", "").strip()[:200]
    if given not in set(EntryState):
        raise NotFound(kind="state", key=given)
    state = EntryState(given)
    try:
        with unit_of_work():
            operations.settle(key, state, reason=reason, actor_id=asker().id, at=clock.now())
    except NotPlanned:
        flash(gettext("Nothing was changed: somebody has noted something else meanwhile."))
    else:
        flash(str(_SETTLED[state]))
    return redirect(url_for("manage.plan_entry", key=key), code=303)
