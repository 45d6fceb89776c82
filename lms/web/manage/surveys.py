"""All surveys: drafts, what is open with how many have answered, what is closed; and beginning a new one."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Form, RadioField, StringField
from wtforms.validators import ValidationError

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.kernel.quarters import Quarter
from lms.surveys import drafting
from lms.surveys.drafting import EVERYBODY, Draft
from lms.surveys.models import Survey
from lms.surveys.queries import Listed, listed
from lms.surveys.rules import SurveyKind, SurveyState
from lms.web.addresses import url_for
from lms.web.formats import day, long_day
from lms.web.guard import asker, requires
from lms.web.manage.parts import course_name, screens, show, today
from lms.web.manage.policy_forms import as_choices, line
from lms.web.manage.surveys_words import KINDS, STATE_TAGS, STATES, quarter_words
from lms.web.survey_words import title_words

Page = str | tuple[str, int] | Response
PAGE = 30
"""Closed surveys on a page."""


@dataclass(frozen=True)
class Line:
    """A survey in a list, in words."""

    key: str
    href: str
    title: str
    lang: str
    detail: str
    when: str
    invited: int
    answered: int
    state: str
    tag: tuple[str, str]


class NewForm(Form):
    """What the new survey begins with."""

    start = RadioField(lazy_gettext("What does it begin with?"), choices=[], validate_choice=False)
    title = line(lazy_gettext("What is it called?"), most=80)

    def validate_start(self, field: RadioField) -> None:
        """One of those offered."""
        if field.data not in {choice[0] for choice in field.iter_choices()}:
            raise ValidationError(gettext("Choose how it begins"))

    def validate_title(self, _field: StringField) -> None:
        """One of our own needs a name from the start; the others have one."""
        if self.start.data == SurveyKind.OWN and not self.title.data:
            raise ValidationError(gettext("Enter what it is called, for example 体检后的报销问题"))


@screens.get("/surveys")
@requires(Permission.SURVEY_VIEW)
def surveys() -> str:
    """All of them, what is being prepared and what is open first."""
    found = listed()
    closed = _of(found, SurveyState.CLOSED)
    pages = max(1, -(-len(closed) // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return show(
        "surveys",
        preparing=[_line(one) for one in _of(found, SurveyState.DRAFT, SurveyState.SCHEDULED)],
        open_ones=[_line(one) for one in _of(found, SurveyState.OPEN)],
        closed=[_line(one) for one in closed[(page - 1) * PAGE : page * PAGE]],
        closed_count=len(closed),
        page=page,
        pages=pages,
        next_quarter=day(Quarter.of(today()).next.first, year=True),
        may_edit=asker().may(Permission.SURVEY_EDIT),
    )


def _of(found: Sequence[Listed], *states: SurveyState) -> list[Listed]:
    return [one for one in found if one.state in states]


def _line(one: Listed) -> Line:
    title, lang = title_words(one)
    is_draft = one.state is SurveyState.DRAFT
    may_edit = asker().may(Permission.SURVEY_EDIT)
    return Line(
        key=one.key,
        href=url_for("manage.survey_edit" if is_draft and may_edit else "manage.survey", key=one.key),
        title=title or gettext("Survey without a title"),
        lang=lang,
        detail=detail_words(one),
        when=_when(one),
        invited=one.invited,
        answered=one.answered,
        state=str(STATES[one.state]),
        tag=STATE_TAGS[one.state],
    )


def detail_words(one: Listed | Survey) -> str:
    """Kind, quarter, course, and whether it is anonymous; without what its title says already."""
    title = title_words(one)[0]
    parts = [str(KINDS[one.kind]), course_name(one.course) if one.course else ""]
    parts = [part for part in parts if part and part not in title]
    parts += [quarter_words(one.quarter)] if one.quarter else []
    parts.append(gettext("anonymous") if one.anonymous else gettext("with names"))
    return " · ".join(parts)


def _when(one: Listed) -> str:
    if one.state is SurveyState.SCHEDULED and one.opens_on:
        return str(gettext("opens %(day)s", day=long_day(one.opens_on)))
    if one.closes_on is None:
        return ""
    if one.state is SurveyState.CLOSED and one.closes_on >= today():
        return str(gettext("closed before its last day"))
    if one.state is SurveyState.CLOSED:
        return str(gettext("closed %(day)s", day=long_day(one.closes_on)))
    return str(gettext("open until %(day)s", day=long_day(one.closes_on)))


# -- a new one ---------------------------------------------------------------------------------------------


@screens.route("/surveys/new", methods=["GET", "POST"], endpoint="survey_new")
@requires(Permission.SURVEY_EDIT)
def new() -> Page:
    """An empty one, or the needs survey of a quarter before the clockwork opens it."""
    form = NewForm(request.form, start=SurveyKind.OWN.value)
    form.start.choices = as_choices(_starts().items())
    if request.method == "GET" or not form.validate():
        return show("survey_new", form=form), 422 if form.errors else 200
    with unit_of_work():
        key = _begin(str(form.start.data), form.title.data or "")
    return redirect(url_for("manage.survey_edit", key=key), code=303)


def _starts() -> dict[str, str]:
    now = Quarter.of(today())
    words = gettext("The needs survey of %(quarter)s, with the usual questions to change")
    found = {SurveyKind.OWN.value: str(gettext("Nothing: our own survey from the first question on"))}
    return found | {str(one): words % {"quarter": quarter_words(str(one))} for one in (now, now.next)}


def _begin(start: str, title: str) -> str:
    at, actor_id = clock.now(), asker().id
    if start != SurveyKind.OWN:
        quarter = Quarter.named(start)
        return drafting.from_template(SurveyKind.NEEDS, quarter, actor_id=actor_id, at=at)
    return drafting.new(Draft(title=title, selection=EVERYBODY), actor_id=actor_id, at=at)


@screens.post("/surveys/<key>/copy", endpoint="survey_copy")
@requires(Permission.SURVEY_EDIT)
def copy(key: str) -> Response:
    """A draft with the same questions."""
    with unit_of_work():
        made = drafting.copy(key, actor_id=asker().id, at=clock.now())
    flash(gettext("Copied. This is the new draft."))
    return redirect(url_for("manage.survey_edit", key=made), code=303)
