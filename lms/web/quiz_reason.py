"""Why an answer is right, one question a screen: the easy form of a result. What was wrong comes first."""

from dataclasses import dataclass

from flask import redirect, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.assignments.outcomes import Outcome, outcome
from lms.assignments.rules import PAPERS_BEFORE_HELP
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.quizzes.queries import Sitting, quiz
from lms.web.addresses import url_for
from lms.web.agenda import quiz_title
from lms.web.guard import asker, requires
from lms.web.quiz_parts import screens
from lms.web.quiz_result import Reviewed, course_or_none, reviewed
from lms.web.shells import home


@dataclass(frozen=True)
class Onward:
    """Where it goes on behind the last question that has to be looked at."""

    label: str
    href: str


@screens.get("/quiz/<name>/result/<attempt>/<int:number>")
@requires(Permission.QUIZ_TAKE)
def reason(name: str, attempt: str, number: int) -> str | Response:
    """One question of the asker's own paper with what is right and why, counting from 1."""
    found = outcome(asker().id, attempt)
    paper = found.paper
    if paper.quiz != name:
        raise NotFound(kind="attempt", key=attempt)
    if paper.verdict is None:
        return redirect(url_for("quiz.go_on", name=name), code=303)
    several = _in_order(paper, _address(paper, number))
    if not 1 <= number <= len(several):
        raise NotFound(kind="question", key=str(number))
    return render_template(
        "easy/quiz_reason.html",
        title=quiz_title(quiz(paper.release_id, name)),
        one=several[number - 1],
        result=url_for("quiz.result", name=name, attempt=attempt),
        before=_address(paper, number - 1) if number > 1 else "",
        after=_address(paper, number + 1) if number < _to_be_seen(several) else "",
        onward=_onward(found),
    )


def _address(paper: Sitting, number: int) -> str:
    return url_for("quiz.reason", name=paper.quiz, attempt=paper.key, number=number)


def _in_order(paper: Sitting, back: str) -> list[Reviewed]:
    """The questions that count, those that were not right first; pages lead *back*."""
    questions = reviewed(paper, course_or_none(quiz(paper.release_id, paper.quiz).course), back)
    counted = [one for one in questions if not one.mark.is_withdrawn]
    return sorted(counted, key=lambda one: one.mark.is_right)


def _to_be_seen(several: list[Reviewed]) -> int:
    """How many are shown one after the other: those that were not right; all of them when all were right."""
    return sum(not one.mark.is_right for one in several) or len(several)


def _onward(found: Outcome) -> Onward:
    """After a pass home; after a failed paper the pages that explain, or whoever helps."""
    paper = found.paper
    if paper.verdict is None or paper.verdict.passed:
        return Onward(gettext("Finished; to the home page"), home())
    if not found.is_latest or found.failed_since_help >= PAPERS_BEFORE_HELP:
        return Onward(gettext("Go on"), url_for("quiz.intro", name=paper.quiz))
    return Onward(gettext("Look at the pages again"), url_for("catchup.plan", name=paper.quiz))
