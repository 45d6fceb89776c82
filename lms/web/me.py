"""One's own page: what is known about one, the training record, password, sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask import Blueprint, flash, redirect, render_template, request, session
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms.access import operations
from lms.access.queries import Asker
from lms.access.rules import SHORTEST_PASSWORD
from lms.assignments.queries import Duty, attempts_of, duties_of
from lms.assignments.rules import PAPERS_BEFORE_HELP
from lms.courses.queries import courses_of
from lms.courses.rules import Course
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.permissions import Permission
from lms.quizzes.queries import PastAttempt
from lms.web import standings
from lms.web.addresses import url_for
from lms.web.agenda import course_title
from lms.web.guard import asker, let_out, requires
from lms.web.identity import own_facts
from lms.web.manage.policy_words import STANDINGS
from lms.web.passwords import ChangedPassword, take_over
from lms.web.rows import certificate_url
from lms.web.scores import exact_score, score_of
from lms.web.shells import is_easy, shell

screens = Blueprint("me", __name__)


class Standing(StrEnum):
    """How an assignment stands, in the words of a record."""

    DONE = "done"
    EXCUSED = "excused"
    HELP = "help"
    OVERDUE = "overdue"
    CATCHING_UP = "catching-up"
    OPEN = "open"


@dataclass(frozen=True)
class Line:
    """One assignment in the record of a person. ``certificate`` is its address, if there is one."""

    title: str
    quiz: str
    has_quiz: bool
    duty: Duty
    attempts: Sequence[PastAttempt]
    certificate: str
    standing: Standing
    days_overdue: int


@screens.get("/me")
@requires(Permission.OWN_TRAINING_VIEW)
def page() -> str | AnyResponse:
    """Facts, record, and everything one can set; in the easy view its own page."""
    if is_easy():
        return redirect(url_for("easy.mine"))
    here = asker()
    today = china_date(clock.now())
    return render_template(
        "me/page.html",
        shell=shell("_learner.html"),
        facts=own_facts(here),
        lines=_record(here, today),
        known=standings.lines(here.id, today),
        standing_words=STANDINGS,
        standing_tags=standings.TAGS,
        score=score_of,
        exact=exact_score,
        nav="me",
    )


def _record(here: Asker, today: date) -> list[Line]:
    duties = duties_of(here.id)
    attempts = attempts_of(duties)
    courses = courses_of(here.release_id)
    return [_line(duty, attempts[duty.key], courses.get(duty.course), today) for duty in duties]


def _line(duty: Duty, attempts: Sequence[PastAttempt], course: Course | None, today: date) -> Line:
    """A course that the library no longer has keeps its line, under its bare name and without links."""
    return Line(
        title=course_title(course) if course else duty.course,
        quiz=course.quiz if course else "",
        has_quiz=course is None or bool(course.quiz),
        duty=duty,
        attempts=attempts,
        certificate=certificate_url(duty, attempts),
        standing=_standing(duty, today),
        days_overdue=duty.overdue(today),
    )


def _standing(duty: Duty, today: date) -> Standing:
    if duty.completed_at:
        return Standing.DONE
    if duty.excused_at:
        return Standing.EXCUSED
    if duty.failed_since_help >= PAPERS_BEFORE_HELP:
        return Standing.HELP
    if duty.overdue(today):
        return Standing.OVERDUE
    return Standing.CATCHING_UP if duty.failed else Standing.OPEN


@screens.route("/me/password", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT_EDIT)
def password() -> str | tuple[str, int] | AnyResponse:
    """Change one's password; every other session ends."""
    form = ChangedPassword(request.form)
    if request.method == "POST" and take_over(form, asker()):
        flash(gettext("Your password has been changed. Other devices have been signed out."))
        return redirect(url_for("me.page"), code=303)
    page = render_template(
        "me/password.html", shell=shell("_learner.html"), form=form, least=SHORTEST_PASSWORD, nav="me"
    )
    return page, 422 if form.errors else 200


@screens.post("/me/sign-out-everywhere")
@requires(Permission.OWN_ACCOUNT_EDIT)
def sign_out_everywhere() -> AnyResponse:
    """End all sessions, this one too."""
    with unit_of_work():
        operations.sign_out_everywhere(asker(), at=clock.now())
    let_out()
    session.clear()
    flash(gettext("You have signed out on every device."))
    return redirect(url_for("access.enter"), code=303)
