"""One's own lessons on paper: each on a sheet, a course as a booklet."""

from collections.abc import Iterator

from flask import Blueprint, render_template
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.courses.rules import Course
from lms.kernel.permissions import Permission
from lms.printing.typesetting import pdf
from lms.web import lessons, sheets
from lms.web.addresses import url_for
from lms.web.agenda import course_title, foreign_title
from lms.web.easy_parts import BigRow, one_screen, plans_of_asker, room_of, start_of_screen
from lms.web.guard import asker, requires
from lms.web.reading import present_reader

screens = Blueprint("sheets", __name__)


@screens.get("/easy/print")
@requires(Permission.COURSE_READ)
def centre() -> str:
    """The asker's courses, a row each."""
    rows = [_course_row(plan.course) for plan in plans_of_asker()]
    return render_template(
        "easy/rows.html",
        rows=one_screen(rows, "sheets.centre"),
        title=gettext("Print to read"),
        back=url_for("sheets.centre") if start_of_screen() else "",
    )


def _course_row(course: Course) -> BigRow:
    count = len(course.lessons)
    text = ngettext("%(num)s lesson", "%(num)s lessons", count)
    return BigRow(url_for("sheets.course", course=course.id), "print", course_title(course), text)


@screens.get("/easy/print/<course>")
@requires(Permission.COURSE_READ)
def course(course: str) -> str:
    """What there is to print of a course."""
    found = lessons.open_course(course)
    return render_template(
        "easy/rows.html",
        rows=one_screen([*_files(found)], "sheets.course", course=course),
        title=gettext("Print: %(title)s", title=course_title(found)),
        back=url_for("sheets.course", course=course) if start_of_screen() else url_for("sheets.centre"),
    )


def _files(course: Course) -> Iterator[BigRow]:
    yield BigRow(
        url_for("sheets.booklet_pdf", course=course.id),
        "book",
        gettext("The whole course"),
        gettext("A booklet"),
    )
    for lesson in course.lessons:
        href = url_for("sheets.sheet_pdf", course=course.id, lesson=lesson.id)
        yield BigRow(href, "print", lesson.title, gettext("One sheet of paper"), foreign_title())


@screens.get("/easy/print/<course>/<lesson>.pdf")
@requires(Permission.COURSE_READ)
def sheet_pdf(course: str, lesson: str) -> Response:
    """A lesson on a sheet of A4."""
    room = room_of(course, lesson)
    found = sheets.lesson_sheet(asker().release_id, room.course, room.lesson, present_reader())
    return sheets.pdf_response(pdf(sheets.paper(room.lesson.title, [found])), f"{course}-{lesson}")


@screens.get("/easy/print/<course>.pdf")
@requires(Permission.COURSE_READ)
def booklet_pdf(course: str) -> Response:
    """A course as a booklet."""
    found = lessons.open_course(course)
    made = sheets.booklet(asker().release_id, found, present_reader())
    return sheets.pdf_response(pdf(sheets.paper(found.title, [made])), course)
