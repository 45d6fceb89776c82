"""Catching up after a failed paper: the plan, and practice on what was wrong until it is right."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from lms.assignments.queries import Duty, ground, standing
from lms.assignments.rules import Step
from lms.courses import queries as courses
from lms.courses.rules import Course
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.quizzes import operations
from lms.quizzes.operations import NotAnAnswer
from lms.quizzes.queries import Sitting, quiz
from lms.quizzes.rules import Quiz, is_right, normal
from lms.web.addresses import url_for
from lms.web.agenda import quiz_title
from lms.web.guard import asker, requires
from lms.web.papertext import Shown, shown, stored
from lms.web.plans import PlanView, page_links, places, plan_view
from lms.web.quiz_parts import Trouble, misshapen
from lms.web.scores import score_of
from lms.web.shells import form, home, shell

screens = Blueprint("catchup", __name__)
Page = str | Response | tuple[str, int]


@dataclass(frozen=True)
class CatchUp:
    """A failed paper that is being made up for."""

    bank: Quiz
    course: Course
    duty: Duty
    step: Step
    plan: PlanView
    paper: Sitting


def _catch_up(name: str) -> CatchUp | None:
    """What the asker has to make up for in a quiz; ``None`` when there is nothing."""
    here = asker()
    bank = quiz(here.release_id, name)
    course = courses.course(here.release_id, bank.course)
    found = ground(here.id, course)
    if found is None:
        raise NotFound(kind="assignment", key=course.id)
    state = standing(found.duty, course, lessons_done=found.lessons_done)
    if state.plan is None or state.failed_paper is None:
        return None
    return CatchUp(bank, course, found.duty, state.step, plan_view(state.plan, course), state.failed_paper)


@screens.get("/catchup/<name>")
@requires(Permission.QUIZ_TAKE)
def plan(name: str) -> Page:
    """The plan with what has been done of it."""
    found = _catch_up(name)
    if found is None:
        return redirect(url_for("quiz.intro", name=name), code=303)
    return render_template(
        form("catchup/plan.html", "easy/catchup.html"),
        shell=shell("_learner.html"),
        home=home(),
        title=quiz_title(found.bank),
        bank=found.bank,
        duty=found.duty,
        step=found.step,
        plan=found.plan,
        paper=found.paper,
        score=score_of(found.paper),
        overdue=found.duty.overdue(china_date(clock.now())) > 0,
    )


@screens.get("/catchup/<name>/practice/<int:position>")
@requires(Permission.QUIZ_TAKE)
def practice(name: str, position: int) -> Page:
    """A missed question again; with what was ``tried`` it says at once whether that is right and why."""
    found = _catch_up(name)
    if found is None:
        return redirect(url_for("quiz.intro", name=name), code=303)
    return _practice_page(found, position, request.args.getlist("tried"))


@screens.post("/catchup/<name>/practice/<int:position>")
@requires(Permission.QUIZ_TAKE)
def practise(name: str, position: int) -> Page:
    """Record a try; never scored."""
    sent = request.form.getlist("answer")
    found = _catch_up(name)
    if found is None or request.form.get("attempt", found.paper.key) != found.paper.key:
        return redirect(url_for("quiz.intro", name=name), code=303)
    one = _missed(found, position)
    try:
        with unit_of_work():
            operations.practise(found.paper, position, stored(one.drawn, sent), at=clock.now())
    except NotAnAnswer:
        return _practice_page(found, position, sent, misshapen(one)), 422
    return redirect(url_for("catchup.practice", name=name, position=position, tried=sent), code=303)


def _missed(found: CatchUp, position: int) -> Shown:
    """A question of the failed paper. Raises ``NotFound`` when it was answered right."""
    if position not in {miss.position for miss in found.plan.practice}:
        raise NotFound(kind="question", key=str(position))
    return shown(found.paper, [position])[0]


def _practice_page(
    found: CatchUp, position: int, tried: Sequence[str], trouble: Trouble | None = None
) -> str:
    one = _missed(found, position)
    value = None if trouble else normal(one.question, one.drawn, stored(one.drawn, tried))
    back = url_for("catchup.practice", name=found.bank.id, position=position)
    return render_template(
        "catchup/practice.html",
        shell=shell("_focus.html"),
        home=home(),
        title=quiz_title(found.bank),
        bank=found.bank,
        paper=found.paper,
        q=one,
        tried=tried,
        trouble=trouble,
        right=None if value is None else is_right(one.question, one.drawn, value),
        pages=page_links(found.course, places(found.course), one.question.pages, back),
        after=_after(found.plan, position),
    )


def _after(plan: PlanView, position: int) -> int | None:
    """The next question to practise, going round; ``None`` when no other is left."""
    left = [miss.position for miss in plan.practice if not miss.practised and miss.position != position]
    return next((one for one in left if one > position), left[0] if left else None)
