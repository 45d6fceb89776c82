"""Courses and their lessons in the standard view: catalogue, course, page by page, check, end."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from lms.assignments.queries import duties_of
from lms.courses.queries import NOTHING, courses_of, studied_by
from lms.courses.rules import Course, CourseKind
from lms.kernel.permissions import Permission
from lms.policies.queries import policies_of
from lms.policies.rules import Document
from lms.web import checks, lessons, reading
from lms.web.addresses import url_for
from lms.web.agenda import action_after, course_title, next_action, own_agenda
from lms.web.guard import asker, requires
from lms.web.kept_lessons import Spot, page_at
from lms.web.lessons import Room, Traces
from lms.web.reading import version
from lms.web.rows import course_kind, course_row, lesson_row, own_end_row
from lms.web.survey_after import tap_after
from lms.web.tokens import form_token

screens = Blueprint("course", __name__)


@screens.get("/course")
@requires(Permission.COURSE_READ)
def catalogue() -> str | Response:
    """The asker's own courses, those that must be taken first; staff see everybody's below.

    Of delta units those that were assigned to the asker.
    """
    if _is_elsewhere():
        return redirect(url_for("easy.courses"))
    here = asker()
    studies = studied_by(here.id)
    library = sorted(courses_of(here.release_id).values(), key=lambda one: not one.mandatory)
    units = {one.id for one in library if one.kind is CourseKind.DELTA}
    own = {one.id for one in library if lessons.is_for(one)} | _assigned(units)
    shown = own | {one.id for one in library if here.is_staff} - units
    rows = {one.id: course_row(one, studies.get(one.id, NOTHING)) for one in library if one.id in shown}
    return render_template(
        "course/catalogue.html",
        own=[row for name, row in rows.items() if name in own],
        others=[row for name, row in rows.items() if name not in own],
        nav="course",
    )


def _assigned(units: set[str]) -> set[str]:
    """Those of the delta units that the asker has or had to take."""
    return units & {duty.course for duty in duties_of(asker().id)} if units else units


@screens.get("/course/<name>")
@requires(Permission.COURSE_READ)
def overview(name: str) -> str | Response:
    """What one will be able to do, the lessons, the quiz, and what all of it rests on."""
    course = lessons.open_course(name)
    if _is_elsewhere():
        return redirect(lessons.overview_url(course))
    plan = own_agenda(course, lessons.STANDARD)
    here = asker()
    return render_template(
        "course/overview.html",
        course=course,
        kind=course_kind(course),
        title=course_title(course),
        action=next_action(plan),
        rows=[*(lesson_row(plan, progress) for progress in plan.lessons), own_end_row(plan)],
        documents=_documents(here.release_id, course),
        version=version(here.release_id),
        nav="course",
    )


def _documents(release_id: str, course: Course) -> list[Document]:
    """What the pages of a course rest on, each once."""
    clauses = policies_of(release_id).clauses
    pages = (page for lesson in course.lessons for page in lesson.pages)
    found = (clauses[key].document for page in pages for key in page.clauses)
    return list({document.id: document for document in found}.values())


@screens.post("/course/<name>/acknowledge")
@requires(Permission.COURSE_READ)
def acknowledge(name: str) -> Response:
    """Everything is read and understood: that is all a course without a quiz asks for."""
    return redirect(lessons.acknowledge(lessons.STANDARD, name), code=303)


@screens.get("/course/<course>/<lesson>/<int:number>")
@requires(Permission.COURSE_READ)
def lesson(course: str, lesson: str, number: int) -> str | bytes | Response:
    """A page of a lesson."""
    room = lessons.enter(lessons.STANDARD, course, lesson)
    if _is_elsewhere():
        return redirect(replace(room, view=lessons.EASY).page_url(number))
    traces = lessons.traces(room)
    if request.args:
        return _page(room, number, traces, form_token())
    here = asker()
    spot = Spot(here.release_id, here.marks, course, lesson, number, reading.present_reader(), traces)
    return page_at(spot, _page_at)


def _page_at(spot: Spot, token: str) -> str:
    room = lessons.enter(lessons.STANDARD, spot.course, spot.lesson)
    return _page(room, spot.number, spot.traces, token)


def _page(room: Room, number: int, traces: Traces, token: str) -> str:
    return render_template("course/lesson.html", here=lessons.page_view(room, number, traces), token=token)


@screens.post("/course/<course>/<lesson>/<int:number>")
@requires(Permission.COURSE_READ)
def read(course: str, lesson: str, number: int) -> Response:
    """The page has been read to its end."""
    return redirect(lessons.read_page(lessons.enter(lessons.STANDARD, course, lesson), number), code=303)


@screens.get("/course/<course>/<lesson>/at/<slug>")
@requires(Permission.COURSE_READ)
def at(course: str, lesson: str, slug: str) -> Response:
    """The page under its lasting name; ``?back=`` says where reading it leads."""
    room = lessons.enter(lessons.STANDARD, course, lesson)
    return redirect(replace(room, view=lessons.view_of()).page_url(lessons.number_of(room, slug)))


@screens.get("/course/<course>/<lesson>/check", defaults={"number": 1})
@screens.get("/course/<course>/<lesson>/check/<int:number>")
@requires(Permission.COURSE_READ)
def check(course: str, lesson: str, number: int) -> str | Response:
    """An unscored question; with ``?chosen=`` the reasons."""
    room = lessons.enter(lessons.STANDARD, course, lesson)
    if _is_elsewhere():
        return redirect(replace(room, view=lessons.EASY).check_url(number))
    return render_template("course/check.html", here=checks.check_view(room, number), lacks=False)


@screens.post("/course/<course>/<lesson>/check", defaults={"number": 1})
@screens.post("/course/<course>/<lesson>/check/<int:number>")
@requires(Permission.COURSE_READ)
def answer(course: str, lesson: str, number: int) -> tuple[str, int] | Response:
    """An answer to the question."""
    room = lessons.enter(lessons.STANDARD, course, lesson)
    leads_to = checks.answer(room, number)
    if leads_to is None:
        return render_template("course/check.html", here=checks.check_view(room, number), lacks=True), 422
    return redirect(leads_to, code=303)


@screens.get("/course/<course>/<lesson>/done")
@requires(Permission.COURSE_READ)
def done(course: str, lesson: str) -> str | Response:
    """The end of a lesson and what is next, or what of it is still missing."""
    room = lessons.enter(lessons.STANDARD, course, lesson)
    if _is_elsewhere():
        return redirect(replace(room, view=lessons.EASY).done_url)
    plan = own_agenda(room.course, lessons.STANDARD)
    progress = plan.of(room.lesson)
    action = action_after(plan, progress)
    return render_template(
        "course/done.html",
        room=room,
        plan=plan,
        progress=progress,
        action=action,
        title=course_title(plan.course),
        tap=tap_after(plan) if progress.finished else None,
    )


def _is_elsewhere() -> bool:
    """Whether the asker reads in the easy view."""
    return lessons.view_of() != lessons.STANDARD
