"""What an attempt came to: passed with a certificate, or a plan. The paper is shown as it was."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from lms.assignments.outcomes import Outcome, outcome
from lms.assignments.queries import plan_for
from lms.assignments.rules import PAPERS_BEFORE_HELP, Step, questions_short
from lms.courses import queries as courses
from lms.courses.rules import Course
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.policies.queries import policies_of
from lms.quizzes.queries import Sitting, quiz
from lms.quizzes.rules import by_topic
from lms.web.addresses import url_for
from lms.web.agenda import quiz_title
from lms.web.citations import cite
from lms.web.guard import asker, requires
from lms.web.languages import chosen
from lms.web.papertext import Shown, shown
from lms.web.plans import PageLink, PlanView, page_links, places, plan_view
from lms.web.quiz_parts import screens
from lms.web.regrading import Mark, mark_of, regrading_of
from lms.web.scores import exact_score, score_of
from lms.web.shells import form, home, shell


@dataclass(frozen=True)
class Reviewed:
    """A question of a closed paper with its answer, the pages that explain it, and what it rests on."""

    shown: Shown
    pages: tuple[PageLink, ...]
    basis: str
    mark: Mark


@dataclass(frozen=True)
class TopicBar:
    """Right answers of questions asked in a topic."""

    title: str
    right: int
    asked: int


@screens.get("/quiz/<name>/result/<attempt>")
@requires(Permission.QUIZ_TAKE)
def result(name: str, attempt: str) -> str | Response:
    """The result of one of the asker's own attempts."""
    found = outcome(asker().id, attempt)
    paper, verdict = found.paper, found.paper.verdict
    if paper.quiz != name:
        raise NotFound(kind="attempt", key=attempt)
    if verdict is None:
        return redirect(url_for("quiz.go_on", name=name), code=303)
    bank = quiz(paper.release_id, name)
    course = course_or_none(bank.course)
    plan = _plan(found, course)
    return render_template(
        form("quiz/result.html", "easy/quiz_result.html"),
        shell=shell("_learner.html"),
        home=home(),
        bank=bank,
        title=quiz_title(bank),
        outcome=found,
        paper=paper,
        verdict=verdict,
        score=score_of(paper),
        exact=exact_score(paper),
        regrading=regrading_of(paper),
        short=questions_short(paper.marked(), paper.pass_line),
        questions=reviewed(paper, course, url_for("quiz.result", name=name, attempt=attempt)),
        topics=topic_bars(paper),
        plan=plan,
        step=_step(found, plan),
        overdue=found.excused_at is None and china_date(clock.now()) > found.due_on,
        late="late" in request.args,
    )


def course_or_none(name: str) -> Course | None:
    """The course as it is today; ``None`` when the library no longer has it."""
    return courses.courses_of(asker().release_id).get(name)


def _plan(found: Outcome, course: Course | None) -> PlanView | None:
    """The remedial plan of the latest paper when it was failed."""
    verdict = found.paper.verdict
    if course is None or not course.quiz or verdict is None or verdict.passed or not found.is_latest:
        return None
    return plan_view(plan_for(found.paper, course), course)


def _step(found: Outcome, plan: PlanView | None) -> Step | None:
    """What comes after a failed paper; ``None`` after a pass and where a later paper decides."""
    if plan is None:
        return None
    if found.failed_since_help >= PAPERS_BEFORE_HELP:
        return Step.WAIT_FOR_HELP
    return Step.RETAKE if plan.done or not found.failed_since_help else Step.REMEDIAL


def topic_bars(paper: Sitting) -> list[TopicBar]:
    """Results per topic, in the language of the request."""
    english = chosen() == "en"
    titles = {
        topic.id: topic.title_en if english else topic.title
        for topic in quiz(paper.release_id, paper.quiz).topics
    }
    return [TopicBar(titles.get(one.topic, ""), one.right, one.asked) for one in by_topic(paper.marked())]


def reviewed(paper: Sitting, course: Course | None, back: str) -> list[Reviewed]:
    """Every question of a closed paper as it was, with the pages of today's course that explain it.

    From those pages the way leads *back*.
    """
    day, language = china_date(paper.started_at), chosen()
    where = places(course) if course else {}
    return [
        Reviewed(
            shown=one,
            pages=page_links(course, where, one.question.pages, back) if course else (),
            basis=_basis(paper.release_id, one.question.clauses, day, language),
            mark=mark_of(paper, one),
        )
        for one in shown(paper)
    ]


@lru_cache(maxsize=4096)
def _basis(release_id: str, clauses: tuple[str, ...], day: date, language: str) -> str:
    """The clauses in one line, in the language of the request, which *language* names."""
    lines = [cited.line for cited in cite(policies_of(release_id), clauses, day)]
    return ("; " if language == "en" else "；").join(lines)
