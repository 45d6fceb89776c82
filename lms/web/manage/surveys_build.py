"""Building a survey: what it is called, who is asked, its questions in their order, what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form, HiddenField
from wtforms.validators import DataRequired, Optional

from lms.campaigns.selection import Selection
from lms.courses.questionnaires import Question
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.surveys import drafting, queries
from lms.surveys.drafting import Draft, Edit
from lms.surveys.models import Survey
from lms.surveys.refusals import NotADraft, SurveyMoved
from lms.surveys.rules import SurveyState
from lms.web.addresses import url_for
from lms.web.guard import asker, requires
from lms.web.manage.assign_forms import PeopleForm, typed
from lms.web.manage.assign_selection import as_chosen, as_typed, folded, is_right, offer_people
from lms.web.manage.helping import Day
from lms.web.manage.parts import screens, show, today
from lms.web.manage.policy_forms import line, one_of
from lms.web.manage.surveys import detail_words
from lms.web.manage.surveys_words import (
    ORDER,
    QUESTION_KINDS,
    audience_words,
    audiences_words,
    fault_words,
    refusal_words,
)
from lms.web.survey_words import in_words

Page = str | tuple[str, int] | Response
NAMED = {
    "anonymous": lazy_gettext("Anonymous: nobody can find out who answered what"),
    "named": lazy_gettext("With names: HR can look up who answered what; each look stands in the log"),
}


class HeadForm(Form):
    """Everything but the questions and the people."""

    seen = HiddenField()
    title = line(
        lazy_gettext("What is it called?"), DataRequired(lazy_gettext("Enter what it is called")), most=80
    )
    title_en = line(lazy_gettext("What is it called in English?"), most=80)
    names = one_of(
        lazy_gettext("Can HR see who answered?"),
        lazy_gettext("Choose whether HR can see who answered"),
        NAMED,
    )
    closes_on = Day(lazy_gettext("Last day on which it can be answered"), [Optional()])


@dataclass(frozen=True)
class Line:
    """A question in the list of the builder."""

    id: str
    text: str
    lang: str
    kind: str
    options: list[str]
    audiences: str
    required: bool


# -- the draft ---------------------------------------------------------------------------------------------


def draft_of(survey: Survey) -> Draft:
    """What is stored of a draft, to be changed and saved."""
    return Draft(
        kind=survey.kind,
        title=survey.title,
        title_en=survey.title_en,
        quarter=survey.quarter,
        course=survey.course,
        anonymous=survey.anonymous,
        closes_on=survey.closes_on,
        selection=queries.selection(survey),
        questions=queries.questions(survey),
    )


def edit_of(seen: str | None) -> Edit:
    """Who saves what they have seen in which version; 0, which nothing has, where it was left out."""
    version = int(seen) if seen and seen.isdecimal() and len(seen) < 9 else 0
    return Edit(asker().id, clock.now(), version)


def saved(key: str, draft: Draft) -> bool:
    """Whether the draft was kept; if not, a message says why."""
    try:
        with unit_of_work():
            drafting.save(key, draft, edit_of(request.form.get("seen")))
    except (NotADraft, SurveyMoved) as refusal:
        flash(refusal_words(refusal))
        return False
    return True


def look_again(form: Form, key: str) -> None:
    """What was typed is kept, and pressing once more keeps it beside what somebody else has changed."""
    form["seen"].data = str(queries.survey(key).version)


def to_builder(key: str, place: str = "") -> Response:
    """Back to the builder, to one of its parts."""
    return redirect(url_for("manage.survey_edit", key=key) + place, code=303)


def only_draft(key: str) -> Survey | None:
    """The survey while it is a draft; ``None`` once it is none."""
    found = queries.survey(key)
    return found if found.state is SurveyState.DRAFT else None


# -- the builder -------------------------------------------------------------------------------------------


@screens.route("/surveys/<key>/edit", methods=["GET", "POST"], endpoint="survey_edit")
@requires(Permission.SURVEY_EDIT)
def edit(key: str) -> Page:
    """The builder of a draft; what is no draft any more has a page of its own."""
    survey = only_draft(key)
    if survey is None:
        return redirect(url_for("manage.survey", key=key), code=303)
    if request.method == "GET":
        return _builder(survey, _form_of(survey))
    form = HeadForm(request.form)
    if not form.validate():
        return _builder(survey, form), 422
    draft = replace(
        draft_of(survey),
        title=form.title.data or "",
        title_en=form.title_en.data or "",
        anonymous=form.names.data == "anonymous",
        closes_on=form.closes_on.data,
    )
    if not saved(key, draft):
        look_again(form, key)
        return _builder(queries.survey(key), form), 409
    flash(gettext("Kept."))
    return to_builder(key)


def _form_of(survey: Survey) -> HeadForm:
    return HeadForm(
        data={
            "seen": str(survey.version),
            "title": survey.title,
            "title_en": survey.title_en,
            "names": "anonymous" if survey.anonymous else "named",
            "closes_on": survey.closes_on,
        }
    )


def _builder(survey: Survey, form: HeadForm) -> str:
    questions = queries.questions(survey)
    day = today()
    return show(
        "survey_edit",
        survey=survey,
        form=form,
        was_asked=queries.was_asked(survey),
        about=detail_words(survey),
        lines=[_line(one) for one in questions],
        faults=[fault_words(one, questions) for one in drafting.faults_of(survey, day)],
        people=[(audience_words(key), n) for key, n in _in_order(drafting.people_of(survey, day))],
        audiences=[one.value for one in ORDER],
        audience_words=audience_words,
    )


def _in_order(people: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(key, people.get(key, 0)) for key in ("", *(one.value for one in ORDER))]


def _line(one: Question) -> Line:
    text, lang = in_words(one.text, one.text_en)
    return Line(
        id=one.id,
        text=text,
        lang=lang,
        kind=str(QUESTION_KINDS[one.kind]),
        options=[in_words(each.text, each.text_en)[0] for each in one.options],
        audiences=audiences_words(one),
        required=one.required,
    )


@screens.post("/surveys/<key>/discard", endpoint="survey_discard")
@requires(Permission.SURVEY_EDIT)
def discard(key: str) -> Response:
    """Throw a draft away."""
    try:
        with unit_of_work():
            drafting.discard(key, actor_id=asker().id, at=clock.now())
    except NotADraft as refusal:
        flash(refusal_words(refusal))
    else:
        flash(gettext("The draft was thrown away."))
    return redirect(url_for("manage.surveys"), code=303)


# -- who is asked ------------------------------------------------------------------------------------------


@screens.route("/surveys/<key>/people", methods=["GET", "POST"], endpoint="survey_people")
@requires(Permission.SURVEY_EDIT)
def people(key: str) -> Page:
    """Who is asked, chosen as for an assignment."""
    survey = only_draft(key)
    if survey is None:
        return redirect(url_for("manage.survey", key=key), code=303)
    stored = {**as_typed(queries.selection(survey)), "seen": str(survey.version)}
    form = PeopleForm(typed(), data=stored)
    depths = offer_people(form)
    if request.method == "GET":
        return _people_page(survey, form, depths)
    if not is_right(form) or not _is_somebody(form, selection := as_chosen(form)):
        return _people_page(survey, form, depths), 422
    if not saved(key, replace(draft_of(survey), selection=selection)):
        look_again(form, key)
        return _people_page(survey, form, depths), 409
    return to_builder(key, "#who")


def _is_somebody(form: PeopleForm, selection: Selection) -> bool:
    if selection.is_empty:
        form.audiences.errors = [gettext("Choose at least one audience, a department or a person")]
    return not selection.is_empty


def _people_page(survey: Survey, form: PeopleForm, depths: dict[str, int]) -> str:
    return show("survey_people", survey=survey, form=form, depths=depths, used=folded(form))
