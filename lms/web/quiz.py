"""The way into a quiz: what it asks for, whether it is open, and starting it."""

from random import SystemRandom

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from lms.assignments import attempts
from lms.assignments.attempts import PaperNotOpen
from lms.assignments.queries import attempts_of, duty_for_course
from lms.assignments.rules import Step
from lms.courses import queries as courses
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.quizzes.operations import AlreadySubmitted, CannotDraw
from lms.quizzes.queries import quiz
from lms.quizzes.rules import PASS_LINE
from lms.web import quiz_paper, quiz_reason, quiz_result, quiz_sitting
from lms.web.addresses import url_for
from lms.web.agenda import agenda, next_action, quiz_title
from lms.web.guard import asker, requires
from lms.web.plans import plan_view
from lms.web.quiz_parts import open_or_none, screens
from lms.web.shells import form, home, shell

__all__ = ["quiz_paper", "quiz_reason", "quiz_result", "quiz_sitting", "screens"]


@screens.get("/quiz/<name>")
@requires(Permission.QUIZ_TAKE)
def intro(name: str) -> str:
    """What the quiz asks for, what happens below the pass line, and the one thing that can be done now."""
    here, today = asker(), china_date(clock.now())
    bank = quiz(here.release_id, name)
    course = courses.course(here.release_id, bank.course)
    duty = duty_for_course(here.id, course.id)
    plan = agenda(duty, course, courses.studied(here.id, course.id))
    sitting = open_or_none(name) if plan.step is Step.CONTINUE_QUIZ else None
    past = [one for one in attempts_of([duty])[duty.key] if one.verdict] if duty else []
    remedial = plan.standing.plan if plan.standing else None
    return render_template(
        form("quiz/intro.html", "easy/quiz_intro.html"),
        shell=shell("_learner.html"),
        home=home(),
        title=quiz_title(bank),
        bank=bank,
        asked=len(sitting.paper) if sitting else bank.size,
        pass_line=PASS_LINE,
        step=plan.step,
        duty=duty,
        overdue=plan.overdue(today),
        unfinished=plan.unfinished,
        lesson=next_action(plan) if plan.step in {None, Step.STUDY} else None,
        sitting=sitting,
        remedial=plan_view(remedial, course) if remedial else None,
        passed=next((one for one in past if one.verdict and one.verdict.passed), None),
        past=past,
    )


@screens.post("/quiz/<name>")
@requires(Permission.QUIZ_TAKE)
def start(name: str) -> Response | tuple[str, int]:
    """Open a paper, or go on with the open one, at a question or with all of them on one page.

    While too many questions wait to be looked at after a change of rules, the page says so.
    """
    here = asker()
    try:
        with unit_of_work():
            attempts.start(here.id, name, release_id=here.release_id, random=SystemRandom(), at=clock.now())
    except (AlreadySubmitted, PaperNotOpen):
        return redirect(url_for("quiz.intro", name=name), code=303)
    except CannotDraw as error:
        if not error.facts["withheld"]:
            raise
        title, shown_in = quiz_title(quiz(here.release_id, name)), shell("_learner.html")
        return render_template("quiz/updating.html", shell=shown_in, home=home(), title=title), 503
    view = "quiz.paper" if request.form.get("view") == "paper" else "quiz.go_on"
    return redirect(url_for(view, name=name), code=303)
