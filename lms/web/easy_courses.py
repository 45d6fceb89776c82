"""The easy view's lists: the asker's courses, and the lessons of one of them. A few big rows a screen."""

from collections.abc import Iterator

from flask import redirect, render_template
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.assignments.rules import Step
from lms.courses.rules import LessonProgress
from lms.kernel.permissions import Permission
from lms.web import formats, lessons
from lms.web.addresses import url_for
from lms.web.agenda import Agenda, course_title, foreign_title, next_action, own_agenda
from lms.web.easy_parts import BigRow, one_screen, plans_of_asker, screens, start_of_screen
from lms.web.guard import requires


@screens.get("/easy/course")
@requires(Permission.COURSE_READ)
def courses() -> str:
    """The asker's courses, a row each."""
    rows = [_course_row(plan) for plan in plans_of_asker()]
    return render_template(
        "easy/rows.html",
        rows=one_screen(rows, "easy.courses"),
        title=gettext("All lessons"),
        back=url_for("easy.courses") if start_of_screen() else "",
    )


def _course_row(plan: Agenda) -> BigRow:
    left, total = len(plan.unfinished), len(plan.lessons)
    if left == total:
        text = ngettext("%(num)s lesson", "%(num)s lessons", total)
    elif left:
        text = ngettext("%(num)s lesson not seen yet", "%(num)s lessons not seen yet", left)
    else:
        text = gettext("all seen")
    href = url_for("easy.overview", name=plan.course.id)
    return BigRow(href, "book" if left else "done", course_title(plan.course), text)


@screens.get("/easy/course/<name>")
@requires(Permission.COURSE_READ)
def overview(name: str) -> str:
    """The lessons of one course, and what ends it once that is open."""
    course = lessons.open_course(name)
    plan = own_agenda(course, lessons.EASY)
    return render_template(
        "easy/rows.html",
        rows=one_screen([*_end_row(plan), *_lesson_rows(plan)], "easy.overview", name=name),
        title=course_title(course),
        back=url_for("easy.overview", name=name) if start_of_screen() else url_for("easy.courses"),
    )


def _end_row(plan: Agenda) -> Iterator[BigRow]:
    """What ends a course once it is open, without a word about when it was due."""
    if plan.step in {None, Step.STUDY, Step.DONE}:
        return
    action = next_action(plan)
    if action:
        yield BigRow(action.href, action.icon, action.title, action.button)


def _lesson_rows(plan: Agenda) -> Iterator[BigRow]:
    for progress in plan.lessons:
        href = plan.room(progress).resume_url(plan.studied)
        icon = "done" if progress.finished else "book"
        yield BigRow(href, icon, progress.lesson.title, _how_far(progress), foreign_title())


def _how_far(progress: LessonProgress) -> str:
    if progress.finished:
        return str(gettext("Seen; you can see it again"))
    if progress.started:
        page = min(progress.next_page, len(progress.lesson.pages))
        return str(gettext("Begun, page %(page)s is next", page=page))
    return str(gettext("Not seen yet, about %(minutes)s", minutes=formats.minutes(progress.lesson.minutes)))


@screens.post("/easy/course/<name>/acknowledge")
@requires(Permission.COURSE_READ)
def acknowledge(name: str) -> Response:
    """Everything is read and understood: that is all a course without a quiz asks for."""
    return redirect(lessons.acknowledge(lessons.EASY, name), code=303)
