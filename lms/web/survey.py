"""Answering surveys: what is open, one question a page, a look at all of it, and only then it is sent."""

from flask import redirect, render_template, request
from flask_babel import gettext

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.surveys import answering
from lms.surveys.queries import Paper
from lms.surveys.refusals import AlreadyAnswered, AnswersRefused
from lms.web import survey_after
from lms.web.addresses import url_for
from lms.web.easy_parts import one_screen, start_of_screen
from lms.web.guard import asker, requires
from lms.web.shells import form, is_easy
from lms.web.survey_parts import Changed, Page, Said, paper_of, said_page, screens
from lms.web.survey_rows import big_row, open_surveys, row_of
from lms.web.survey_sheet import Given, edition, given, lack, question_sheet, review_sheet
from lms.web.survey_words import KINDS, title_words

__all__ = ["screens", "survey_after"]


# -- what is open ------------------------------------------------------------------------------------------


@screens.get("")
@requires(Permission.SURVEY_ANSWER)
def page() -> str:
    """What the asker is asked to answer."""
    found = open_surveys()
    if is_easy():
        rows = [big_row(one) for one in found]
        return render_template(
            "easy/rows.html",
            rows=one_screen(rows, "survey.page"),
            title=gettext("Surveys"),
            empty=gettext("No survey is open for you now. When one opens, you get a message."),
            back=url_for("survey.page") if start_of_screen() else "",
        )
    return render_template("survey/list.html", rows=[row_of(one) for one in found], nav="my")


# -- one survey --------------------------------------------------------------------------------------------


@screens.get("/<key>")
@requires(Permission.SURVEY_ANSWER)
def intro(key: str) -> Page:
    """What it is about, how long it takes, and whether anybody sees who answered."""
    paper = paper_of(key)
    title, lang = title_words(paper)
    return render_template(
        form("survey/intro.html", "easy/survey_intro.html"),
        survey=paper,
        title=title,
        title_lang=lang,
        kind_words=KINDS[paper.kind],
        total=len(paper.questions),
        minutes=paper.minutes,
        nav="my",
    )


@screens.route("/<key>/<int:number>", methods=["GET", "POST"])
@requires(Permission.SURVEY_ANSWER)
def question(key: str, number: int) -> Page:
    """A question; answers before it come in the form, so that only the first can be opened directly."""
    paper = paper_of(key)
    if not 1 <= number <= len(paper.questions):
        raise NotFound(kind="question", key=str(number))
    if request.method == "GET":
        return _show(paper, 1, {}) if number == 1 else redirect(url_for("survey.intro", key=key))
    answers, at = _answers(paper), request.form.get("at", 0, type=int)
    if 1 <= at < number and (trouble := lack(paper.questions, answers, at)):
        return _show(paper, at, answers, trouble), 422
    return _show(paper, number, answers)


@screens.route("/<key>/review", methods=["GET", "POST"])
@requires(Permission.SURVEY_ANSWER)
def review(key: str) -> Page:
    """All answers, to look at before they are sent."""
    paper = paper_of(key)
    if request.method == "GET":
        return redirect(url_for("survey.intro", key=key))
    answers = _answers(paper)
    for number in range(1, len(paper.questions) + 1):
        if trouble := lack(paper.questions, answers, number):
            return _show(paper, number, answers, trouble), 422
    return _review(paper, answers)


@screens.post("/<key>/send")
@requires(Permission.SURVEY_ANSWER)
def send(key: str) -> Page:
    """Store the answers, once and as a whole."""
    paper = paper_of(key)
    answers = _answers(paper)
    try:
        with unit_of_work():
            answering.submit(key, asker().id, answers, at=clock.now())
    except AnswersRefused as refusal:
        numbers = [n for n, one in enumerate(paper.questions, 1) if one.id in refusal.faults]
        first = numbers[0] if numbers else 1
        return _show(paper, first, answers, lack(paper.questions, answers, first)), 422
    return redirect(url_for("survey.thanks", key=key), code=303)


@screens.get("/<key>/thanks")
@requires(Permission.SURVEY_ANSWER)
def thanks(key: str) -> Page:
    """That it has arrived, and what becomes of it."""
    try:
        paper_of(key)
    except AlreadyAnswered:
        return said_page(
            Said(
                "ok",
                gettext("Thank you. Your answers have arrived."),
                (
                    gettext("What most people need becomes a lesson, a workshop or a better explanation."),
                    gettext("The next quarterly report says what became of it."),
                ),
                more=gettext("Other surveys") if open_surveys() else "",
            )
        )
    return redirect(url_for("survey.intro", key=key))


def _answers(paper: Paper) -> Given:
    """The answers in the form. Raises ``Changed`` when they were given to other questions."""
    if request.form.get("edition") != edition(paper.questions):
        raise Changed(key=paper.key)
    return given(paper.questions)


def _show(paper: Paper, number: int, answers: Given, trouble: str = "") -> str:
    name = form("survey/question.html", "easy/survey_question.html")
    return render_template(name, sheet=question_sheet(paper, number, answers), trouble=trouble)


def _review(paper: Paper, answers: Given) -> str:
    name = form("survey/review.html", "easy/survey_review.html")
    return render_template(name, sheet=review_sheet(paper, answers))
