"""What is done with a report: counting anew, writing, setting its date, signing, correcting."""

from collections.abc import Sequence
from datetime import date

from flask import Flask, current_app, flash, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form, HiddenField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from lms.jobs.soon import soon
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import snapshot, unit_of_work
from lms.kernel.permissions import Permission
from lms.kernel.quarters import Quarter
from lms.planning.budgets import heads_now
from lms.quarterly import operations, queries
from lms.quarterly.gathering import gather
from lms.quarterly.models import Report
from lms.quarterly.operations import Act, ChangedMeanwhile, NoDraft, OtherWords, QuarterNotOver
from lms.quarterly.rules import digest
from lms.quarterly.shapes import Step, Wording
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage import report_content as content
from lms.web.manage import report_words as words
from lms.web.manage.helping import Day
from lms.web.manage.parts import screens, show
from lms.web.manage.policy_forms import line
from lms.web.manage.policy_forms import words as words_field
from lms.web.manage.policy_new import Page
from lms.web.manage.reports import named

AT_ONCE = 5000
"""Over more people than this numbers are gathered in the background."""
STEPS = 5
LONGEST_SENTENCE, LONGEST_STEP = 200, 120


class WordsForm(Form):
    """The sentence; the steps are read by hand, for there are as many as one likes."""

    sentence = words_field(
        lazy_gettext("The report in one sentence"),
        DataRequired(lazy_gettext("Write the sentence that stands at the top")),
        most=LONGEST_SENTENCE,
    )
    seen = HiddenField()


class DueForm(Form):
    """The day by which it is due."""

    due_on = Day(lazy_gettext("Due on"), [InputRequired(lazy_gettext("Enter the day by which it is due"))])
    last: date

    def validate_due_on(self, field: Day) -> None:
        """It lies after the quarter."""
        if field.data and field.data <= self.last:
            raise ValidationError(gettext("Enter a day after the end of the quarter"))


class SignForm(Form):
    """The fingerprint of what was looked at."""

    seen = HiddenField()


class ReasonForm(Form):
    """Why another edition is needed."""

    reason = line(
        lazy_gettext("What has to be corrected?"),
        DataRequired(lazy_gettext("Say what has to be corrected")),
        most=300,
    )


def _act() -> Act:
    return Act(asker().id, clock.now())


def _back(quarter: Quarter) -> Response:
    return redirect(url_for("manage.report", quarter=str(quarter)), code=303)


@screens.post("/reports/<quarter>/count", endpoint="report_count")
@requires(Permission.REPORT_EDIT)
def count(quarter: str) -> Response:
    """Gather the numbers anew; begins the draft where there is none."""
    found, act = named(quarter), _act()
    if found.first > china_date(act.at):
        raise NoDraft(quarter=quarter)
    if heads_now() > AT_ONCE and queries.draft(found) is not None:
        with unit_of_work():
            operations.want(found, act)
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - for a thread
        soon(app, "count-reports")
        flash(gettext("The numbers are being counted. Look again in a minute."))
        return _back(found)
    with snapshot():
        figures = gather(found, act.at, queries.signed_before(found))
    with unit_of_work():
        operations.put(found, figures, act)
    flash(gettext("The numbers are as of now."))
    return _back(found)


@screens.route("/reports/<quarter>/words", methods=["GET", "POST"], endpoint="report_words")
@requires(Permission.REPORT_EDIT)
def write(quarter: str) -> Page:
    """The sentence and the steps, as they are or as the numbers give them."""
    found = named(quarter)
    draft = _draft(found)
    wording = words.wording_of(draft)
    form = WordsForm(request.form, sentence=wording.sentence)
    if request.method == "GET":
        form.seen.data = operations.written(draft)
        return _words_page(found, draft, form, wording.steps)
    if request.form.get("as_drafted"):
        return _as_drafted(found, form.seen.data or "")
    steps = _typed_steps()
    if not form.validate():
        return _words_page(found, draft, form, steps), 422
    try:
        with unit_of_work():
            operations.write(found, form.sentence.data or "", steps, _act(), seen=form.seen.data or "")
    except OtherWords:
        return _both_words(found, form, steps), 409
    flash(gettext("Saved. Sentence and steps stay as you wrote them when the numbers change."))
    return _back(found)


def _as_drafted(quarter: Quarter, seen: str) -> Response:
    try:
        with unit_of_work():
            operations.write(quarter, "", None, _act(), seen=seen)
    except OtherWords:
        flash(gettext("Somebody else has written other words meanwhile. Nothing was changed: look at them."))
        return redirect(url_for("manage.report_words", quarter=str(quarter)), code=303)
    flash(gettext("Sentence and steps follow the numbers again."))
    return _back(quarter)


def _both_words(quarter: Quarter, form: WordsForm, steps: Sequence[Step]) -> str:
    """What was typed, and what somebody else has saved meanwhile; saving again replaces that."""
    draft = _draft(quarter)
    form.seen.data = operations.written(draft)
    return _words_page(quarter, draft, form, steps, theirs=words.wording_of(draft))


def _typed_steps() -> list[Step]:
    """What stands in the fields, empty ones left out."""
    typed = (
        (
            request.form.get(f"title-{number}", "").strip()[:LONGEST_STEP],
            request.form.get(f"text-{number}", "").strip()[:LONGEST_STEP],
        )
        for number in range(STEPS)
    )
    return [Step(title=title or text, text=text if title else "") for title, text in typed if title or text]


def _words_page(
    quarter: Quarter, draft: Report, form: WordsForm, steps: Sequence[Step], *, theirs: Wording | None = None
) -> str:
    blank = [Step(title="")] * (STEPS - len(steps))
    return show(
        "report_words",
        quarter=quarter,
        title=words.title_of(quarter),
        form=form,
        theirs=theirs,
        steps=[*steps[:STEPS], *blank],
        is_written=bool(draft.sentence or draft.next_steps is not None),
        longest=LONGEST_STEP,
    )


@screens.route("/reports/<quarter>/due", methods=["GET", "POST"], endpoint="report_due")
@requires(Permission.REPORT_EDIT)
def set_due(quarter: str) -> Page:
    """The day by which it is to be handed in."""
    found = named(quarter)
    draft = _draft(found)
    form = DueForm(request.form, due_on=draft.due_on)
    form.last = found.last
    if request.method == "POST" and form.validate() and form.due_on.data:
        with unit_of_work():
            operations.set_due(found, form.due_on.data, _act())
        return _back(found)
    page = show("report_due", quarter=found, title=words.title_of(found), form=form)
    return (page, 422) if form.errors else page


@screens.route("/reports/<quarter>/sign", methods=["GET", "POST"], endpoint="report_sign")
@requires(Permission.REPORT_SIGN)
def sign(quarter: str) -> Page:
    """What is to be signed, and signing it."""
    found = named(quarter)
    draft = _draft(found)
    if request.method == "GET":
        return _sign_page(found, draft)
    try:
        with unit_of_work():
            held = operations.held(found)
            told = words.in_every_language(held)
            seen = SignForm(request.form).seen.data or ""
            operations.sign(found, told, seen=seen, act=_act())
    except ChangedMeanwhile:
        problem = gettext("The draft was changed after you opened this page. Look at it again, then sign.")
        return _sign_page(found, _draft(found), problem), 409
    except QuarterNotOver as refused:
        return _sign_page(found, _draft(found), _not_over(refused)), 409
    flash(gettext("Signed. This edition stays as it is from now on."))
    return _back(found)


def _not_over(refused: QuarterNotOver) -> str:
    last = refused.facts["last"]
    assert isinstance(last, date)  # noqa: S101 - the type of the fact is fixed
    return str(
        gettext(
            "The numbers were counted before the quarter was over. Count them anew, then sign.", last=last
        )
    )


def _sign_page(quarter: Quarter, draft: Report, problem: str = "") -> str:
    told = words.in_every_language(draft)
    return show(
        "report_sign",
        quarter=quarter,
        report=draft,
        title=words.title_of(quarter),
        wording=words.wording_of(draft),
        stats=content.stats(queries.figures_of(draft)),
        sha256=digest(operations.content(draft, told)),
        is_counted=china_date(draft.data_until) > quarter.last,
        problem=problem,
    )


@screens.route("/reports/<quarter>/correct", methods=["GET", "POST"], endpoint="report_correct")
@requires(Permission.REPORT_EDIT)
def correct(quarter: str) -> Page:
    """Begin another edition of what was signed."""
    found = named(quarter)
    form = ReasonForm(request.form)
    if request.method == "GET" or not form.validate():
        last = queries.edition(found)
        page = show("report_correct", quarter=found, title=words.title_of(found), form=form, report=last)
        return (page, 422) if form.errors else page
    with unit_of_work():
        operations.correct(found, form.reason.data or "", _act())
    return count(quarter)


@screens.post("/reports/<quarter>/discard", endpoint="report_discard")
@requires(Permission.REPORT_EDIT)
def discard(quarter: str) -> Response:
    """Throw a correction away that has not been signed."""
    found = named(quarter)
    with unit_of_work():
        operations.discard(found, _act())
    flash(gettext("The correction is thrown away; the signed edition stays."))
    return _back(found)


def _draft(quarter: Quarter) -> Report:
    draft = queries.draft(quarter)
    if draft is None:
        raise NoDraft(quarter=str(quarter))
    return draft
