"""A session with somebody who learns: explaining what was missed, ending it, and what stays of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from wtforms import Form, IntegerField
from wtforms.validators import DataRequired, InputRequired, NumberRange, ValidationError

from lms.assignments import assistance
from lms.assignments.assistance import AssistanceOver, End, Given, courses_done_in, waiting_for_help
from lms.assignments.models import AssistanceResult
from lms.assignments.operations import NoHelpNeeded
from lms.assignments.queries import Duty, duty_by_key
from lms.courses.queries import courses_of
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.outreach import contacts
from lms.outreach.rules import Outcome, Result
from lms.reports.helplist import missed_topics
from lms.reports.records import Subject, subject_by_id
from lms.web.addresses import below, url_for
from lms.web.guard import asker, requires
from lms.web.manage.assist import CONSENTS, RESULTS, Page
from lms.web.manage.helping import LONGEST_NOTE, topics_of
from lms.web.manage.parts import course_name, screens, show
from lms.web.manage.policy_forms import one_of, words
from lms.web.manage.words import HELP_KINDS

LONGEST_MINUTES = 720
_HELD: Mapping[AssistanceResult, Result] = {
    AssistanceResult.FINISHED: Result.LEARNT,
    AssistanceResult.CALL_BACK: Result.WANTS_CALL,
}
"""What the end of a session means for the contact for which it was opened; any other leaves it open."""


class Minutes(IntegerField):
    """A whole number, asked for again in our own words when it cannot be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Enter the minutes as a number, for example 25")) from None


class EndForm(Form):
    """How it ended, and how long it took."""

    result = one_of(
        lazy_gettext("How did it end?"),
        lazy_gettext("Choose how it ended"),
        {code: text for code, text in RESULTS.items() if code is not AssistanceResult.LAPSED},
    )
    minutes = Minutes(
        lazy_gettext("How many minutes did it take?"),
        [
            InputRequired(lazy_gettext("Enter the minutes as a number, for example 25")),
            NumberRange(1, LONGEST_MINUTES, lazy_gettext("Enter from %(min)s to %(max)s minutes")),
        ],
    )
    note = words(lazy_gettext("What is there to remember?"), most=LONGEST_NOTE)

    def validate_note(self, field: object) -> None:
        """Help that opens a new paper says what was explained."""
        if request.form.getlist("explained") and not self.note.data:
            raise ValidationError(gettext("Write down what was explained"))


class ExplainForm(Form):
    """What was explained before the new paper."""

    note = words(
        lazy_gettext("What was explained?"),
        DataRequired(lazy_gettext("Write down what was explained")),
        most=LONGEST_NOTE,
    )


@dataclass(frozen=True)
class Waiting:
    """A course for which nobody gets a new paper before the missed questions have been explained."""

    duty: Duty
    title: str
    quiz: str
    topics: Sequence[tuple[str, int]]


@screens.route("/assisting/<key>", methods=["GET", "POST"])
@requires(Permission.ASSIST)
def assisting(key: str) -> Page:
    """End the session and put it on record; afterwards, what stands there."""
    found, form = assistance.assistance(key, asker().id), EndForm(request.form)
    if request.method == "GET":
        form.minutes.data = _proposed(found)
        return _session_page(found, form)
    if not form.validate():
        return _session_page(found, form), 422
    try:
        _end(found, form)
    except AssistanceOver:
        return _session_page(assistance.assistance(key, asker().id), form), 409
    flash(gettext("The session is on record."))
    return redirect(url_for("manage.assisting", key=key), code=303)


def _proposed(found: Given) -> int:
    """Minutes by the clock, until now or until the end that is on record."""
    until = found.ended_at or clock.now()
    return min(LONGEST_MINUTES, max(1, round((until - found.begun_at).total_seconds() / 60)))


def _end(found: Given, form: EndForm) -> None:
    result, at = AssistanceResult(form.result.data), clock.now()
    minutes, note = form.minutes.data or 1, form.note.data or ""
    about = End(result, minutes, note, request.form.getlist("explained"))
    with unit_of_work():
        assistance.end(found.key, asker().id, about, at=at)
        if result in _HELD:
            contacts.finish_by_help(found, _HELD[result], Outcome(minutes=minutes, note=note), at=at)


def _session_page(found: Given, form: EndForm) -> str:
    is_recorded = found.ended_at is not None and found.result is not AssistanceResult.LAPSED
    return show(
        "assisting",
        given=found,
        who=subject_by_id(found.person_id),
        form=form,
        is_open=found.is_open(clock.now()),
        is_recorded=is_recorded,
        go_on=below(found.key) + url_for("easy.home"),
        waiting=[] if is_recorded else waiting(found.person_id),
        explained=request.form.getlist("explained"),
        done=[course_name(course) for course in courses_done_in(found.id)],
        kinds=HELP_KINDS,
        consents=CONSENTS,
        results=RESULTS,
        longest=LONGEST_NOTE,
    )


def waiting(person_id: int) -> list[Waiting]:
    """The courses that wait, each with the topics of which most was missed."""
    duties = waiting_for_help(person_id)
    library, missed = courses_of(asker().release_id), missed_topics([duty.key for duty in duties])
    return [
        Waiting(duty, course_name(duty.course), library[duty.course].quiz,
                topics_of(library[duty.course].quiz, missed[duty.key]))
        for duty in duties
        if duty.course in library
    ]  # fmt: skip


@screens.get("/assisting/<key>/explain")
@requires(Permission.ASSIST)
def explain(key: str) -> Page:
    """What was missed, to be explained before a new paper is opened."""
    found = _running(key)
    return _explain_page(found, ExplainForm())


@screens.post("/assisting/<key>/explain/<assignment>")
@requires(Permission.ASSIST)
def explained(key: str, assignment: str) -> Page:
    """It has been explained: that is help on record, and a new paper is open."""
    found, form, duty = _running(key), ExplainForm(request.form), duty_by_key(assignment)
    if not form.validate():
        return _explain_page(found, form, duty), 422
    quiz = _quiz_of(duty)
    try:
        with unit_of_work():
            assistance.explain(found, duty, form.note.data or "", at=clock.now())
    except NoHelpNeeded:
        pass
    return redirect(below(key) + url_for("quiz.intro", name=quiz), code=303)


def _running(key: str) -> Given:
    """The asker's session while it lasts. Raises ``NotFound``."""
    found = assistance.assistance(key, asker().id)
    if not found.is_open(clock.now()):
        raise NotFound(kind="assistance", key=key)
    return found


def _quiz_of(duty: Duty) -> str:
    """The quiz of an assignment's course. Raises ``NotFound``."""
    course = courses_of(asker().release_id).get(duty.course)
    if course is None or not course.quiz:
        raise NotFound(kind="quiz", key=duty.course)
    return course.quiz


def _explain_page(found: Given, form: ExplainForm, at_fault: Duty | None = None) -> str:
    who: Subject = subject_by_id(found.person_id)
    return show(
        "explain",
        given=found,
        who=who,
        form=form,
        at_fault=at_fault.key if at_fault else "",
        waiting=waiting(found.person_id),
        go_on=below(found.key) + url_for("easy.home"),
        beginning=below(found.key),
        longest=LONGEST_NOTE,
    )
