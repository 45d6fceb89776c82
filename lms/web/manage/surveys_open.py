"""Opening a survey now or on a day, reminding, giving more time, closing."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response
from wtforms import Form, HiddenField
from wtforms.validators import InputRequired, Optional

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError
from lms.kernel.permissions import Permission
from lms.surveys import drafting, opening, queries, reminding
from lms.surveys.models import Survey
from lms.surveys.refusals import HasFaults, SurveyMoved
from lms.surveys.rules import SurveyState
from lms.web.addresses import url_for
from lms.web.formats import long_day
from lms.web.guard import asker, requires
from lms.web.manage.helping import Day
from lms.web.manage.parts import screens, show, today
from lms.web.manage.policy_forms import one_of
from lms.web.manage.surveys_build import edit_of, only_draft, to_builder
from lms.web.manage.surveys_words import ORDER, audience_words, fault_words, refusal_words
from lms.web.survey_words import title_words

Page = str | tuple[str, int] | Response
_WHENS = {
    "now": lazy_gettext("Now: everybody counted above is told at once"),
    "on": lazy_gettext("By itself in the morning of a day"),
}


class OpenForm(Form):
    """When it opens."""

    seen = HiddenField()
    when = one_of(lazy_gettext("When does it open?"), lazy_gettext("Choose when it opens"), _WHENS)
    opens_on = Day(lazy_gettext("First day"), [Optional()])

    def validate(self, extra_validators: Mapping[str, Sequence[object]] | None = None) -> bool:
        """A day belongs to the second choice, and one to come."""
        is_right = bool(super().validate(extra_validators))
        if self.when.data != "on" or self.opens_on.errors:
            return is_right
        if self.opens_on.data is None or self.opens_on.data <= today():
            self.opens_on.errors = [gettext("Enter a day after today")]
            return False
        return is_right


class UntilForm(Form):
    """The new last day."""

    closes_on = Day(lazy_gettext("New last day"), [InputRequired(lazy_gettext("Enter the new last day"))])


# -- opening -----------------------------------------------------------------------------------------------


@screens.route("/surveys/<key>/open", methods=["GET", "POST"], endpoint="survey_open")
@requires(Permission.SURVEY_EDIT)
def open_it(key: str) -> Page:
    """How many people it goes to, and whether now or on a day."""
    survey = only_draft(key)
    if survey is None:
        return redirect(url_for("manage.survey", key=key), code=303)
    form = OpenForm(request.form, seen=str(survey.version), when="now")
    if request.method == "GET":
        return _page(survey, form)
    if not form.validate():
        return _page(survey, form), 422
    try:
        flash(_opened(survey, form))
    except HasFaults as refusal:
        return _page(survey, form, refusal), 422
    except DomainError as refusal:
        flash(refusal_words(refusal))
        return to_builder(key)
    return redirect(url_for("manage.survey", key=key), code=303)


def _opened(survey: Survey, form: OpenForm) -> str:
    """Open it as it was seen; returns what was done, in words."""
    edit = edit_of(form.seen.data)
    if edit.version != survey.version:
        raise SurveyMoved(key=survey.key)
    if form.when.data == "on" and form.opens_on.data:
        with unit_of_work():
            drafting.schedule(survey.key, form.opens_on.data, edit)
        return str(gettext("It opens by itself on %(day)s.", day=long_day(form.opens_on.data)))
    with unit_of_work():
        count = opening.open_now(survey.key, actor_id=edit.actor_id, at=edit.at)
    return str(ngettext("It is open. %(num)s person is told.", "It is open. %(num)s people are told.", count))


def _page(survey: Survey, form: OpenForm, refusal: HasFaults | None = None) -> str:
    questions = queries.questions(survey)
    faults = refusal.faults if refusal else drafting.faults_of(survey, today())
    people = drafting.people_of(survey, today())
    return show(
        "survey_open",
        survey=survey,
        title_shown=title_words(survey),
        form=form,
        faults=[fault_words(one, questions) for one in faults],
        total=people.get("", 0),
        people=[(audience_words(one.value), people.get(one.value, 0)) for one in ORDER],
        count=len(questions),
    )


@screens.post("/surveys/<key>/unschedule", endpoint="survey_unschedule")
@requires(Permission.SURVEY_EDIT)
def unschedule(key: str) -> Response:
    """It does not open by itself any more and can be changed again."""
    try:
        with unit_of_work():
            drafting.unschedule(key, edit_of(request.form.get("seen")))
    except DomainError as refusal:
        _tell(refusal)
        return redirect(url_for("manage.survey", key=key), code=303)
    flash(gettext("It is a draft again and opens no more by itself."))
    return to_builder(key)


# -- while it is open --------------------------------------------------------------------------------------


@screens.post("/surveys/<key>/remind", endpoint="survey_remind")
@requires(Permission.SURVEY_EDIT)
def remind(key: str) -> Response:
    """Remind whoever has not answered."""
    try:
        with unit_of_work():
            count = reminding.remind(key, actor_id=asker().id, at=clock.now())
    except DomainError as refusal:
        _tell(refusal)
    else:
        flash(
            ngettext(
                "%(num)s person who has not answered was reminded.",
                "%(num)s people who have not answered were reminded.",
                count,
            )
        )
    return redirect(url_for("manage.survey", key=key), code=303)


@screens.route("/surveys/<key>/extend", methods=["GET", "POST"], endpoint="survey_extend")
@requires(Permission.SURVEY_EDIT)
def extend(key: str) -> Page:
    """A later last day."""
    survey = queries.survey(key)
    if survey.state is not SurveyState.OPEN or survey.closes_on is None:
        return redirect(url_for("manage.survey", key=key), code=303)
    form = UntilForm(request.form, closes_on=survey.closes_on + timedelta(days=7))
    if request.method == "GET" or not form.validate() or form.closes_on.data is None:
        return _extend_page(survey, form), 422 if form.errors else 200
    try:
        with unit_of_work():
            opening.extend(key, form.closes_on.data, actor_id=asker().id, at=clock.now())
    except DomainError as refusal:
        form.closes_on.errors = [refusal_words(refusal)]
        return _extend_page(survey, form), 422
    flash(gettext("It can be answered until %(day)s now.", day=long_day(form.closes_on.data)))
    return redirect(url_for("manage.survey", key=key), code=303)


def _extend_page(survey: Survey, form: UntilForm) -> str:
    return show("survey_extend", survey=survey, title_shown=title_words(survey), form=form)


@screens.route("/surveys/<key>/close", methods=["GET", "POST"], endpoint="survey_close")
@requires(Permission.SURVEY_EDIT)
def close(key: str) -> Page:
    """Close it before its time, after asking."""
    survey = queries.survey(key)
    if survey.state is not SurveyState.OPEN:
        return redirect(url_for("manage.survey", key=key), code=303)
    if request.method == "GET":
        turnout = queries.turnout(key).get("")
        return show("survey_close", survey=survey, title_shown=title_words(survey), turnout=turnout)
    try:
        with unit_of_work():
            opening.close(key, actor_id=asker().id, at=clock.now())
    except DomainError as refusal:
        _tell(refusal)
    else:
        flash(gettext("The survey is closed. The results are below."))
    return redirect(url_for("manage.survey", key=key), code=303)


def _tell(refusal: DomainError) -> None:
    if refusal.code == "not-found":
        raise refusal
    flash(refusal_words(refusal))
