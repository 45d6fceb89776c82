"""Cases in which somebody decides instead of an assignment: too little time, or another date already."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, redirect, request
from flask_babel import LazyString, gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form, SelectMultipleField
from wtforms.validators import Length, Optional, ValidationError

from lms.campaigns.cases import CaseLine, Decision, OwnCase, cases_page, decide
from lms.campaigns.models import CaseState, Reason
from lms.campaigns.queries import campaign as campaign_by_key
from lms.campaigns.rules import LEAST_DAYS
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.web.addresses import url_for
from lms.web.formats import long_day, moment
from lms.web.guard import asker, requires
from lms.web.manage.assign import PAGE_SIZE, page_and_pages, waiting
from lms.web.manage.assign_parts import name_of
from lms.web.manage.assign_words import CASE_STATES, CASE_TAGS, REASONS
from lms.web.manage.helping import Day
from lms.web.manage.parts import asked_page, course_name, screens, show, today
from lms.web.manage.policy_forms import line, one_of
from lms.web.manage.progress import code_of

Page = str | tuple[str, int] | Response
DECISIONS: Mapping[CaseState, LazyString] = {
    CaseState.GIVEN: lazy_gettext("Give it with the new date"),
    CaseState.KEPT: lazy_gettext("Leave the date they have"),
    CaseState.SKIPPED: lazy_gettext("Do not give it to them"),
}


class DecisionForm(Form):
    """Which cases, and what becomes of them."""

    #: Keys of the cases that the page showed.
    shown = SelectMultipleField(validators=[Length(max=PAGE_SIZE)], validate_choice=False)
    case = SelectMultipleField(validate_choice=False)
    every = BooleanField(lazy_gettext("Everybody on this page"))
    decision = one_of(
        lazy_gettext("What is to be done?"), lazy_gettext("Choose what is to be done"), DECISIONS
    )
    due_on = Day(lazy_gettext("New date"), [Optional()])
    note = line(lazy_gettext("Note"), most=200)

    def validate_case(self, field: SelectMultipleField) -> None:
        """Somebody has to be decided about."""
        if not self.keys:
            raise ValidationError(gettext("Tick whom you decide about"))

    @property
    def keys(self) -> list[str]:
        """The cases that are decided: those ticked, or all that the page showed."""
        shown, ticked = list(self.shown.data or ()), list(self.case.data or ())
        return shown if self.every.data else ticked[:PAGE_SIZE]

    @property
    def choice(self) -> Decision:
        """The decision; only after validation."""
        state = CaseState(self.decision.data)
        due_on = self.due_on.data if state is CaseState.GIVEN else None
        return Decision(state, due_on, self.note.data or "")


@dataclass(frozen=True)
class Case:
    """A case in words: what was wrong, what is there, what the assignment would give."""

    line: CaseLine
    course: str
    campaign: str
    reason: str
    dates: str
    decided: str


@screens.route("/exceptions", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_SEND)
def exceptions() -> Page:
    """The list with its boxes, and deciding about those that were ticked."""
    form = DecisionForm(request.form)
    if request.method == "GET":
        return _list(form)
    if not (form.validate() and _has_good_date(form)):
        return _list(form), 422
    try:
        with unit_of_work():
            decided = decide(form.keys, form.choice, actor_id=asker().id, at=clock.now())
    except OwnCase:
        form.case.errors = [gettext("One of them is you. Leave yourself out: somebody else decides about it")]
        return _list(form), 422
    flash(ngettext("Decided for %(num)s person.", "Decided for %(num)s people.", decided))
    given = {"campaign": request.args["campaign"]} if request.args.get("campaign") else {}
    return redirect(url_for("manage.exceptions", **given), code=303)


def _has_good_date(form: DecisionForm) -> bool:
    """A date that is typed leaves some time from today."""
    day = form.choice.due_on
    if day and day <= today():
        form.due_on.errors = [gettext("%(day)s is not after today. Choose a later day", day=long_day(day))]
        return False
    return True


def _list(form: DecisionForm) -> str:
    state = code_of(CaseState, request.args.get("state", "")) or CaseState.WAITING
    key = request.args.get("campaign", "").strip()
    only = campaign_by_key(key) if key else None
    rows, total = cases_page(state, page=asked_page(), campaign_key=key)
    page, pages = page_and_pages(total)
    return show(
        "exceptions",
        form=form,
        cases=[_case(one) for one in rows],
        total=total,
        page=page,
        pages=pages,
        state=state,
        states=CASE_STATES,
        tags=CASE_TAGS,
        given={"state": state.value, "campaign": key or None},
        only=name_of(only) if only else "",
        least_days=LEAST_DAYS,
        waiting=waiting(),
        may_decide=state is CaseState.WAITING,
        ticked=set(form.case.data or ()),
    )


def _case(one: CaseLine) -> Case:
    title = one.campaign_title or gettext("See the assignment")
    return Case(one, course_name(one.course), title, str(REASONS[one.reason]), _dates(one), _decided(one))


def _dates(one: CaseLine) -> str:
    if one.reason is Reason.TOO_LITTLE_TIME or one.has_due_on is None:
        return str(gettext("would be due on %(day)s", day=long_day(one.due_on)))
    facts = {"had": long_day(one.has_due_on), "new": long_day(one.due_on)}
    return str(gettext("due on %(had)s now, would be due on %(new)s", **facts))


def _decided(one: CaseLine) -> str:
    if one.decided_at is None:
        return ""
    said = gettext("%(name)s on %(moment)s", name=one.decided_by or "—", moment=moment(one.decided_at))
    return f"{said}: {one.note}" if one.note else said
