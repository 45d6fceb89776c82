"""One question of a draft: to write it, change it, move it, or take it out. A form for each, no script."""

import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form, HiddenField
from wtforms.validators import DataRequired

from lms.courses.questionnaires import (
    CHOICES,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    Option,
    Question,
    QuestionKind,
)
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.surveys import queries
from lms.surveys.models import Survey
from lms.web.addresses import url_for
from lms.web.guard import requires
from lms.web.manage.assign_forms import boxes, typed
from lms.web.manage.parts import screens, show
from lms.web.manage.policy_forms import line, one_of, words
from lms.web.manage.surveys_build import draft_of, look_again, only_draft, saved, to_builder
from lms.web.manage.surveys_words import ORDER, QUESTION_KINDS
from lms.web.manage.words import AUDIENCES

Page = str | tuple[str, int] | Response
_LONGEST_LIST = 2 * MOST_OPTIONS * (LONGEST_OPTION + 4)
_BETWEEN = "|"
"""What stands between the Chinese and the English words of an answer."""


class QuestionForm(Form):
    """What is asked, how it is answered, and by whom."""

    seen = HiddenField()
    kind = one_of(
        lazy_gettext("How is it answered?"), lazy_gettext("Choose how it is answered"), QUESTION_KINDS
    )
    text = line(
        lazy_gettext("What is asked?"),
        DataRequired(lazy_gettext("Enter what is asked")),
        most=LONGEST_QUESTION,
    )
    text_en = line(lazy_gettext("What is asked, in English?"), most=LONGEST_QUESTION)
    options = words(lazy_gettext("Answers to choose from"), most=_LONGEST_LIST)
    audiences = boxes(lazy_gettext("Who is asked this?"), [(one.value, AUDIENCES[one]) for one in ORDER])
    required = BooleanField(lazy_gettext("It has to be answered"))

    def validate(self, extra_validators: Mapping[str, Sequence[object]] | None = None) -> bool:
        """What is chosen from needs its answers, each once."""
        is_right = bool(super().validate(extra_validators))
        trouble = self._trouble()
        if trouble:
            self.options.errors = [trouble]
        return is_right and not trouble

    def _trouble(self) -> str:
        if self.kind.data not in CHOICES:
            return ""
        given = [text for text, _english in pairs_in(self.options.data)]
        if len(given) < 2:
            return str(gettext("Enter at least two answers, one a line"))
        if len(given) > MOST_OPTIONS:
            return str(gettext("Enter %(count)s answers at most", count=MOST_OPTIONS))
        if len(set(given)) < len(given):
            return str(gettext("One answer is there twice. Take one of them out."))
        if any(len(text) > LONGEST_OPTION for text in given):
            return str(gettext("Shorten each answer to %(count)s characters at most", count=LONGEST_OPTION))
        return ""


def pairs_in(text: str | None) -> list[tuple[str, str]]:
    """Answers as typed, one a line: Chinese words, and English ones behind a stroke."""
    lines = [one.replace("｜", _BETWEEN).partition(_BETWEEN) for one in (text or "").splitlines()]
    return [(chinese.strip(), english.strip()) for chinese, _, english in lines if chinese.strip()]


@screens.route("/surveys/<key>/questions/new", methods=["GET", "POST"], endpoint="survey_question_new")
@requires(Permission.SURVEY_EDIT)
def add(key: str) -> Page:
    """A new question, which comes last."""
    return _question(key, None)


@screens.route("/surveys/<key>/questions/<name>", methods=["GET", "POST"], endpoint="survey_question")
@requires(Permission.SURVEY_EDIT)
def change(key: str, name: str) -> Page:
    """A question that is there."""
    return _question(key, name)


def _question(key: str, name: str | None) -> Page:
    survey = only_draft(key)
    if survey is None:
        return redirect(url_for("manage.survey", key=key), code=303)
    questions = queries.questions(survey)
    if name is None and len(questions) >= MOST_QUESTIONS:
        flash(gettext("A survey has %(count)s questions at most. Remove one first.", count=MOST_QUESTIONS))
        return to_builder(key, "#questions")
    one = questions[_place(questions, name)] if name is not None else None
    form = QuestionForm(typed(), data={**_stored(one), "seen": str(survey.version)})
    if request.method == "GET":
        return _page(survey, one, form)
    if not form.validate():
        return _page(survey, one, form), 422
    made = _made(form, one, questions)
    several = [made if each.id == made.id else each for each in questions]
    if not _keep(survey, several if one else [*several, made]):
        look_again(form, key)
        return _page(survey, one, form), 409
    flash(gettext("The question is kept."))
    return to_builder(key, "#questions")


def _stored(one: Question | None) -> dict[str, Any]:
    if one is None:
        return {"kind": QuestionKind.SINGLE.value, "required": True, "audiences": []}
    lines = [f"{each.text} {_BETWEEN} {each.text_en}" if each.text_en else each.text for each in one.options]
    return {
        "kind": one.kind.value,
        "text": one.text,
        "text_en": one.text_en,
        "options": "\n".join(lines),
        "audiences": list(one.audiences),
        "required": one.required,
    }


def _page(survey: Survey, one: Question | None, form: QuestionForm) -> str:
    return show("survey_question", survey=survey, one=one, form=form, most=MOST_OPTIONS)


def _made(form: QuestionForm, before: Question | None, questions: Sequence[Question]) -> Question:
    kind = QuestionKind(form.kind.data)
    pairs = pairs_in(form.options.data) if kind in CHOICES else []
    return Question(
        id=before.id if before else _free_id(questions),
        kind=kind,
        text=form.text.data or "",
        text_en=form.text_en.data or "",
        options=tuple(_options(pairs, before)),
        audiences=tuple(form.audiences.data or ()),
        required=bool(form.required.data),
    )


def _free_id(questions: Sequence[Question]) -> str:
    taken = {one.id for one in questions}
    return next(f"q{n}" for n in range(1, MOST_QUESTIONS + 2) if f"q{n}" not in taken)


def _options(pairs: Sequence[tuple[str, str]], before: Question | None) -> Iterator[Option]:
    """Answers with their ids: an answer whose words have stayed keeps its own."""
    known = {one.text: one.id for one in before.options} if before else {}
    free = (letter for letter in string.ascii_lowercase if letter not in known.values())
    for text, english in pairs:
        yield Option(id=known.get(text) or next(free), text=text, text_en=english)


# -- order -------------------------------------------------------------------------------------------------


@screens.post("/surveys/<key>/questions/<name>/move", endpoint="survey_question_move")
@requires(Permission.SURVEY_EDIT)
def move(key: str, name: str) -> Response:
    """One place up, or one down."""
    survey = only_draft(key)
    if survey is None:
        return redirect(url_for("manage.survey", key=key), code=303)
    several = list(queries.questions(survey))
    place = _place(several, name)
    to = place - 1 if request.form.get("to") == "up" else place + 1
    if 0 <= to < len(several):
        several[place], several[to] = several[to], several[place]
        _keep(survey, several)
    return to_builder(key, "#questions")


@screens.post("/surveys/<key>/questions/<name>/remove", endpoint="survey_question_remove")
@requires(Permission.SURVEY_EDIT)
def remove(key: str, name: str) -> Response:
    """Take it out."""
    survey = only_draft(key)
    if survey is None:
        return redirect(url_for("manage.survey", key=key), code=303)
    several = list(queries.questions(survey))
    del several[_place(several, name)]
    if _keep(survey, several):
        flash(gettext("The question was removed."))
    return to_builder(key, "#questions")


def _place(questions: Sequence[Question], name: str | None) -> int:
    for place, one in enumerate(questions):
        if one.id == name:
            return place
    raise NotFound(kind="question", key=str(name))


def _keep(survey: Survey, questions: Sequence[Question]) -> bool:
    return saved(survey.key, replace(draft_of(survey), questions=tuple(questions)))
