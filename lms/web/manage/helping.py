"""The help list, and recording the help that was given; a new paper is then open."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import DateField, Form, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # not yet in the stubs
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from lms.assignments.models import HelpKind
from lms.assignments.operations import HelpInFuture, NoHelpNeeded, record_help
from lms.assignments.queries import attempts_of, duty_by_key
from lms.assignments.records import helps_of
from lms.courses.queries import courses_of
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.quizzes.queries import quizzes_of
from lms.reports.helplist import PAGE_SIZE, Stuck, missed_topics, stuck, stuck_count
from lms.reports.records import Subject, entry_state, subject_of
from lms.reports.rules import State
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.languages import chosen
from lms.web.manage.parts import course_name, screens, show
from lms.web.manage.words import HELP_KINDS, STATES
from lms.web.scores import exact_score, score_of

LONGEST_NOTE = 500
"""Characters of a note. It says what was explained, never why somebody was ill or absent."""


class Day(DateField):
    """A day, asked for again in our own words when it cannot be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Enter the day as in 2026-03-02")) from None


class HelpForm(Form):
    """How somebody was helped, when, and what it was about."""

    kind = RadioField(
        lazy_gettext("How was the help given?"),
        [AnyOf([kind.value for kind in HelpKind], lazy_gettext("Choose how the help was given"))],
        choices=[SelectChoice(kind.value, words) for kind, words in HELP_KINDS.items()],
        validate_choice=False,
    )
    helped_on = Day(lazy_gettext("On which day?"), [InputRequired(lazy_gettext("Enter the day of the help"))])
    note = TextAreaField(
        lazy_gettext("What was explained?"),
        [
            DataRequired(lazy_gettext("Write down what was explained")),
            Length(max=LONGEST_NOTE, message=lazy_gettext("Shorten the note to %(max)d characters at most")),
        ],
        filters=[lambda text: (text or "").replace("\r\n", "\n").strip()],
    )


@dataclass(frozen=True)
class Line:
    """Somebody who waits, with the topics of which most was missed."""

    stuck: Stuck
    topics: Sequence[tuple[str, int]]


@screens.get("/catchup")
@requires(Permission.HELP_RECORD)
def catchup() -> str:
    """Who waits for help, who has waited longest first."""
    count = stuck_count()
    pages = max(1, -(-count // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    found = stuck(page=page)
    missed = missed_topics([one.assignment for one in found])
    lines = [Line(one, topics_of(one.quiz, missed[one.assignment])) for one in found]
    return show("catchup", lines=lines, count=count, page=page, pages=pages, course_name=course_name)


def topics_of(name: str, missed: Counter[str]) -> list[tuple[str, int]]:
    """Pairs of topic and missed questions, most missed first, in the language of the page."""
    bank = quizzes_of(asker().release_id).get(name)
    english = chosen() == "en"
    titles = {one.id: one.title_en if english else one.title for one in bank.topics} if bank else {}
    return [(titles.get(topic, topic), count) for topic, count in missed.most_common()]


@screens.route("/catchup/<key>", methods=["GET", "POST"], endpoint="help")
@requires(Permission.HELP_RECORD)
def give_help(key: str) -> str | tuple[str, int] | Response:
    """One person's case with the form; help that somebody else has recorded meanwhile is shown instead."""
    form = HelpForm(request.form)
    if request.method == "GET":
        return _case(key, form)
    if not form.validate():
        return _case(key, form), 422
    try:
        who = _record(key, form)
    except HelpInFuture:
        form.helped_on.errors = [
            gettext("Enter a day that is not after today; help is recorded once it was given")
        ]
        return _case(key, form), 422
    except NoHelpNeeded:
        return _case(key, form), 409
    flash(gettext("The help for %(name)s is on record. A new paper is open now.", name=who.name))
    return redirect(url_for("manage.catchup"), code=303)


def _record(key: str, form: HelpForm) -> Subject:
    with unit_of_work():
        duty = duty_by_key(key)
        who = subject_of(duty)
        record_help(
            duty,
            helper_id=asker().id,
            kind=HelpKind(form.kind.data),
            helped_on=form.helped_on.data or date.min,
            note=form.note.data or "",
            at=clock.now(),
        )
    return who


def _case(key: str, form: HelpForm) -> str:
    duty = duty_by_key(key)
    course = courses_of(asker().release_id).get(duty.course)
    state = entry_state(duty, begun=True)
    return show(
        "help",
        form=form,
        duty=duty,
        who=subject_of(duty),
        course=course_name(duty.course),
        waits=state is State.WAITING_FOR_HELP and duty.person_id != asker().id,
        is_own_case=duty.person_id == asker().id,
        state=STATES[state],
        papers=attempts_of([duty])[duty.key],
        helps=helps_of([duty.id]).get(duty.id, []),
        topics=topics_of(course.quiz if course else "", missed_topics([duty.key])[duty.key]),
        help_kinds=HELP_KINDS,
        longest=LONGEST_NOTE,
        score_of=score_of,
        exact_score=exact_score,
    )
