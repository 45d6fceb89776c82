"""How was this course: the satisfaction survey begun with one press, right after the course."""

from dataclasses import dataclass

from flask import render_template, request
from flask_babel import gettext

from lms.courses.questionnaires import QuestionKind
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.surveys import rolling
from lms.surveys.drafting import template
from lms.surveys.queries import Paper
from lms.surveys.rules import SurveyKind, for_audience
from lms.web import lessons
from lms.web.agenda import Agenda, course_title
from lms.web.guard import asker, requires
from lms.web.shells import form, home, shell
from lms.web.survey_parts import Page, Said, paper_of, said_page, screens, today
from lms.web.survey_sheet import Given, lack, question_sheet
from lms.web.survey_words import Asked, in_page


@dataclass(frozen=True)
class Tap:
    """The first question about a course, answered with one press; ``more``: how many come after it."""

    course: str
    asked: Asked
    more: int
    anonymous: bool


def tap_after(plan: Agenda) -> Tap | None:
    """The one-press question at the end of a course; no question to the database before its end."""
    is_complete = plan.standing is not None and plan.standing.duty.completed_at is not None
    return tap_of(plan.course.id) if is_complete else None


def tap_of(course: str) -> Tap | None:
    """The one-press question about a course that the asker has completed and not yet rated."""
    here = asker()
    usual = template(SurveyKind.SATISFACTION)
    if here.helper or not usual or not rolling.may_rate(here.id, course, here.release_id, today()):
        return None
    found = usual[0]
    questions = for_audience(found.questions, here.audience.value)
    if not questions or questions[0].kind is not QuestionKind.SCALE:
        return None
    return Tap(course, in_page(questions[0]), len(questions) - 1, found.anonymous)


@screens.get("/after/<course>")
@requires(Permission.SURVEY_ANSWER)
def after(course: str) -> Page:
    """How was this course?"""
    title, tap = course_title(lessons.open_course(course)), tap_of(course)
    if tap is None:
        text = gettext("You have rated it already, or it is not finished yet.")
        return said_page(Said("", gettext("There is nothing to rate here now"), (text,)))
    return render_template(
        "survey/after.html", shell=shell("_learner.html"), home=home(), course=title, tap=tap, nav="my"
    )


@screens.post("/after/<course>")
@requires(Permission.SURVEY_ANSWER)
def tapped(course: str) -> Page:
    """The first answer is given; now the others. The invitation may only come into being by this."""
    if asker().helper:
        raise NotFound(kind="survey", key=course)
    with unit_of_work():
        key = rolling.begin(asker().id, course, clock.now())
    paper = paper_of(key)
    first = paper.questions[0].id
    answers = {first: request.form.getlist("answer")[:1]}
    if lack(paper.questions, answers, 1) or len(paper.questions) == 1:
        return _show(paper, 1, answers)
    return _show(paper, 2, answers)


def _show(paper: Paper, number: int, answers: Given) -> str:
    name = form("survey/question.html", "easy/survey_question.html")
    return render_template(name, sheet=question_sheet(paper, number, answers), trouble="")
