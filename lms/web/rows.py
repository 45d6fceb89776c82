"""Lessons and quizzes as lines of a list: done, under way, to come, or locked with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from lms.assignments.queries import Duty, attempts_of
from lms.assignments.rules import Step
from lms.courses.rules import Course, CourseKind, LessonProgress, Studied, course_progress
from lms.kernel.clock import china_date
from lms.quizzes.queries import PastAttempt
from lms.quizzes.rules import PASS_LINE
from lms.web import formats
from lms.web.addresses import url_for
from lms.web.agenda import Agenda, course_title, foreign_title, lesson_meta, next_action, quiz_title
from lms.web.lessons import overview_url


@dataclass(frozen=True)
class Row:
    """A line of a list, as the ``task`` macro takes it."""

    title: str
    meta: str
    icon: str
    href: str = ""
    state: str = ""
    status: str = ""
    kind: str = ""
    status_icon: str = ""
    lang: str = ""


def lesson_row(plan: Agenda, progress: LessonProgress) -> Row:
    """A lesson of a course."""
    running = progress.started and not progress.finished
    return Row(
        title=progress.lesson.title,
        meta=lesson_meta(progress),
        icon="play",
        href=plan.room(progress).resume_url(plan.studied),
        state="done" if progress.finished else "now" if running else "",
        status=gettext("Under way") if running else "",
        kind="info",
        lang=foreign_title(),
    )


def end_row(plan: Agenda, certificate: str = "") -> Row:
    """What ends a course: its quiz, or its acknowledgement; *certificate* is the address of its one."""
    if plan.step in {None, Step.STUDY}:
        return _locked(plan)
    if plan.step is Step.DONE and plan.standing:
        return _done(plan, plan.standing.duty, certificate)
    action = next_action(plan)
    if action is None:
        return _locked(plan)
    status, kind = _status(plan.step)
    title = action.title if plan.quiz else _end_title(plan)
    return Row(title, action.meta, action.icon, action.href, "now", status, kind)


def own_end_row(plan: Agenda) -> Row:
    """The same with the certificate looked up where there is one."""
    if plan.standing is None or plan.step is not Step.DONE:
        return end_row(plan)
    duty = plan.standing.duty
    return end_row(plan, certificate_url(duty, attempts_of([duty])[duty.key]))


def certificate_url(duty: Duty, attempts: Iterable[PastAttempt]) -> str:
    """Address of the asker's certificate for a completed assignment; empty when there is none."""
    if duty.acknowledged:
        return url_for("certificate.acknowledged", number=duty.certificate)
    passed = next((one.key for one in attempts if one.verdict and one.verdict.passed), "")
    return url_for("certificate.own", attempt=passed) if passed else ""


def course_row(course: Course, done: Studied) -> Row:
    """A course in the catalogue."""
    progress = course_progress(course, done)
    is_finished, is_begun = all(one.finished for one in progress), any(one.started for one in progress)
    count = ngettext("%(num)s lesson", "%(num)s lessons", len(course.lessons))
    return Row(
        title=course_title(course),
        meta=" · ".join((course_kind(course), count, formats.minutes(course.minutes))),
        icon="book",
        href=overview_url(course),
        state="done" if is_finished else "now" if is_begun else "",
        status=gettext("All lessons read") if is_finished else gettext("Under way") if is_begun else "",
        kind="done" if is_finished else "info",
        status_icon="done" if is_finished else "",
    )


def course_kind(course: Course) -> str:
    """Whether a course must be taken, or what else it is for."""
    if course.kind is CourseKind.DELTA:
        return str(gettext("Change of rules"))
    return str(gettext("Required") if course.mandatory else gettext("Elective"))


def _done(plan: Agenda, duty: Duty, certificate: str) -> Row:
    day = formats.day(china_date(duty.completed_at)) if duty.completed_at else ""
    meta = gettext("Passed %(day)s · certificate", day=day)
    if duty.acknowledged:
        meta = gettext("Confirmed %(day)s · certificate", day=day)
    return Row(_end_title(plan), meta, _end_icon(plan), certificate, "done")


def _locked(plan: Agenda) -> Row:
    left = len(plan.unfinished)
    reason = ngettext("Opens after %(num)s more lesson", "Opens after %(num)s more lessons", left)
    if plan.step is None:
        reason = gettext("Not assigned to you; the lessons are open all the same")
    title = _end_title(plan)
    if plan.quiz:
        size = ngettext("%(num)s question", "%(num)s questions", plan.quiz.size)
        title = gettext("%(quiz)s (%(size)s, %(line)s to pass)", quiz=title, size=size, line=PASS_LINE)
    return Row(title, reason, _end_icon(plan), state="locked")


def _end_title(plan: Agenda) -> str:
    return quiz_title(plan.quiz) if plan.quiz else str(gettext("Confirm that you have understood it"))


def _end_icon(plan: Agenda) -> str:
    return "quiz" if plan.quiz else "check"


def _status(step: Step | None) -> tuple[str, str]:
    """Word of a status and kind of its tag."""
    if step is Step.CONTINUE_QUIZ:
        return gettext("Under way"), "info"
    if step is Step.REMEDIAL:
        return gettext("Catching up"), "warn"
    if step is Step.WAIT_FOR_HELP:
        return gettext("Waiting for HR"), "warn"
    return gettext("Ready for you"), "info"


def completed_row(plan: Agenda, certificate: str) -> Row:
    """A completed course as a whole."""
    row = end_row(plan, certificate)
    return Row(course_title(plan.course), row.meta, row.icon, row.href, "done")
