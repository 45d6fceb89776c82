"""More time, or being let off: asked for with a reason by one person, decided by another."""

from collections.abc import Mapping

from flask import flash, redirect
from flask import request as asked
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form, TextAreaField
from wtforms.validators import DataRequired, Optional, ValidationError

from lms.access.queries import persons_who_may
from lms.assignments import adjustments as operations
from lms.assignments.adjustments import Request, adjustment, adjustments_page
from lms.assignments.models import AdjustmentKind, AdjustmentState
from lms.assignments.queries import Duty, duty_by_key
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError
from lms.kernel.permissions import Permission
from lms.reports.records import subject_of
from lms.web.addresses import url_for
from lms.web.formats import long_day
from lms.web.guard import asker, requires
from lms.web.manage.assign import page_and_pages, waiting
from lms.web.manage.helping import Day
from lms.web.manage.parts import asked_page, course_name, screens, show, today
from lms.web.manage.policy_forms import one_of, words
from lms.web.manage.progress import code_of

Page = str | tuple[str, int] | Response
LONGEST_REASON = 500
KINDS: Mapping[AdjustmentKind, LazyString] = {
    AdjustmentKind.EXTENSION: lazy_gettext("More time"),
    AdjustmentKind.EXCUSE: lazy_gettext("Excuse: it is no longer owed"),
}
KIND_TAGS: Mapping[AdjustmentKind, LazyString] = {
    AdjustmentKind.EXTENSION: lazy_gettext("More time"),
    AdjustmentKind.EXCUSE: lazy_gettext("Excuse"),
}
STATES: Mapping[AdjustmentState, LazyString] = {
    AdjustmentState.WAITING: lazy_gettext("To decide"),
    AdjustmentState.GRANTED: lazy_gettext("Granted"),
    AdjustmentState.REFUSED: lazy_gettext("Refused"),
}
STATE_TAGS: Mapping[AdjustmentState, tuple[str, str]] = {
    AdjustmentState.WAITING: ("warn", "clock"),
    AdjustmentState.GRANTED: ("done", "done"),
    AdjustmentState.REFUSED: ("", "cross"),
}
ANSWERS: Mapping[str, LazyString] = {
    "granted": lazy_gettext("Grant it"),
    "refused": lazy_gettext("Refuse it"),
}
_REFUSALS: Mapping[str, tuple[str, LazyString]] = {
    "date-missing": ("due_on", lazy_gettext("Enter the new date")),
    "not-later": ("due_on", lazy_gettext("Choose a day after today and after the present date")),
    "not-owed": ("reason", lazy_gettext("It has been completed or excused already")),
    "already-waiting": (
        "reason",
        lazy_gettext("Somebody has asked for this already; it waits for a decision"),
    ),
    "belongs-to-change": (
        "kind",
        lazy_gettext("This was given by a change of policy. Excuse the person on the page of the change"),
    ),
}
"""Code of a refusal → the field beside which it is told, and what is told."""
_DECISION_REFUSALS: Mapping[str, tuple[str, LazyString]] = {
    code: ("answer", sentence)
    for code, sentence in {
        "same-person": lazy_gettext("Neither whoever asked decides nor whom it is about. Ask somebody else"),
        "already-decided": lazy_gettext("Somebody has decided this already"),
        "not-owed": lazy_gettext("It has been completed or excused already"),
        "not-later": lazy_gettext(
            "The date asked for has passed, or is not later than the present one. Refuse it, and ask anew"
        ),
    }.items()
}


class RequestForm(Form):
    """What is asked for, and why."""

    kind = one_of(lazy_gettext("What is asked for?"), lazy_gettext("Choose what is asked for"), KINDS)
    due_on = Day(lazy_gettext("New date"), [Optional()])
    reason = words(lazy_gettext("Why?"), DataRequired(lazy_gettext("Say why")), most=LONGEST_REASON)


class AnswerForm(Form):
    """The decision."""

    answer = one_of(lazy_gettext("Your decision"), lazy_gettext("Choose your decision"), ANSWERS)
    note = words(lazy_gettext("Why? The person and who asked will read it"), most=LONGEST_REASON)

    def validate_note(self, field: TextAreaField) -> None:
        """Nobody is refused without a word."""
        if self.answer.data == "refused" and not field.data:
            raise ValidationError(gettext("Say why it is refused"))


# -- asking --------------------------------------------------------------------------------------------------


@screens.route("/adjust/<assignment>", methods=["GET", "POST"])
@requires(Permission.ADJUSTMENT_REQUEST)
def adjust(assignment: str) -> Page:
    """Ask for more time or an excuse for one assignment of one person."""
    duty = duty_by_key(assignment)
    form = RequestForm(asked.form, kind=asked.args.get("kind", AdjustmentKind.EXTENSION.value))
    if asked.method == "GET":
        return _form(duty, form)
    if not form.validate():
        return _form(duty, form), 422
    try:
        with unit_of_work():
            key = _request(duty, form)
    except DomainError as refusal:
        _tell(form, refusal, _REFUSALS)
        return _form(duty, form), 422
    flash(gettext("Asked for. Somebody else decides; you will find the answer under Messages."))
    return redirect(url_for("manage.adjustment", key=key), code=303)


def _request(duty: Duty, form: RequestForm) -> str:
    """Ask, and tell those who may decide; returns the key."""
    kind, at = AdjustmentKind(form.kind.data), clock.now()
    due_on = form.due_on.data if kind is AdjustmentKind.EXTENSION else None
    reason = form.reason.data or ""
    key = operations.request(duty.key, kind, due_on=due_on, reason=reason, actor_id=asker().id, at=at)
    deciders = persons_who_may(Permission.ADJUSTMENT_DECIDE)
    operations.ask_deciders(key, deciders, title=course_name(duty.course), at=at)
    return key


def _tell(form: Form, refusal: DomainError, known: Mapping[str, tuple[str, LazyString]]) -> None:
    """Put the refusal beside its field; one that belongs to no field is not ours to tell."""
    if refusal.code not in known:
        raise refusal
    name, sentence = known[refusal.code]
    form[name].errors = [str(sentence)]


def _form(duty: Duty, form: RequestForm) -> str:
    who = subject_of(duty)
    return show(
        "adjust",
        form=form,
        duty=duty,
        who=who,
        course=course_name(duty.course),
        longest=LONGEST_REASON,
    )


# -- deciding ------------------------------------------------------------------------------------------------


@screens.get("/adjustments")
@requires(Permission.ADJUSTMENT_REQUEST)
def adjustments() -> str:
    """What was asked for, the oldest waiting first."""
    state = code_of(AdjustmentState, asked.args.get("state", "")) or AdjustmentState.WAITING
    rows, total = adjustments_page(state, page=asked_page())
    page, pages = page_and_pages(total)
    return show(
        "adjustments",
        rows=rows,
        total=total,
        page=page,
        pages=pages,
        state=state,
        states=STATES,
        tags=STATE_TAGS,
        kinds=KIND_TAGS,
        course_name=course_name,
        waiting=waiting(),
    )


@screens.get("/adjustments/<key>", endpoint="adjustment")
@requires(Permission.ADJUSTMENT_REQUEST)
def one(key: str) -> str:
    """One request, with the form for whoever may decide it."""
    return _one(adjustment(key), AnswerForm())


@screens.route("/adjustments/<key>/decide", methods=["GET", "POST"], endpoint="adjustment_decide")
@requires(Permission.ADJUSTMENT_DECIDE)
def decide(key: str) -> Page:
    """Grant or refuse it. What was wrong stands at this address: asked for again, it is the request."""
    if asked.method == "GET":
        return redirect(url_for("manage.adjustment", key=key), code=303)
    form = AnswerForm(asked.form)
    if not form.validate():
        return _one(adjustment(key), form), 422
    granted = form.answer.data == "granted"
    try:
        with unit_of_work():
            _decide(key, form, granted=granted)
    except DomainError as refusal:
        _tell(form, refusal, _DECISION_REFUSALS)
        return _one(adjustment(key), form), 409
    flash(gettext("Granted.") if granted else gettext("Refused."))
    return redirect(url_for("manage.adjustments"), code=303)


def _decide(key: str, form: AnswerForm, *, granted: bool) -> None:
    operations.decide(
        key,
        granted=granted,
        note=form.note.data or "",
        title=course_name(adjustment(key).course),
        actor_id=asker().id,
        at=clock.now(),
    )


def _one(found: Request, form: AnswerForm) -> str:
    is_waiting = found.state is AdjustmentState.WAITING
    mine = found.person_key == asker().key
    own = mine or found.requested_by_id == asker().id
    return show(
        "adjustment",
        found=found,
        form=form,
        course=course_name(found.course),
        kinds=KIND_TAGS,
        states=STATES,
        tags=STATE_TAGS,
        effect=_effect(found),
        may_decide=is_waiting and not own and asker().may(Permission.ADJUSTMENT_DECIDE),
        is_own=is_waiting and own,
        is_mine=mine,
        is_late=found.was_due_on < today(),
    )


def _effect(found: Request) -> str:
    if found.due_on is None:
        return str(gettext("It would no longer be owed, and no longer count as unfinished."))
    facts = {"had": long_day(found.was_due_on), "new": long_day(found.due_on)}
    return str(gettext("Due on %(new)s instead of %(had)s.", **facts))
