"""Lessons in the easy view: a message a page, the quick check, the end, what goes to the family or paper."""

from urllib.parse import quote

from flask import redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.assignments.rules import Step
from lms.kernel.permissions import Permission
from lms.web import checks, lessons, reading, sheets
from lms.web.agenda import course_title, own_agenda
from lms.web.context import type_size
from lms.web.easy_cards import lesson_card, next_card
from lms.web.easy_parts import lacks_easy_form, room_of, screens
from lms.web.guard import asker, requires
from lms.web.kept_lessons import Spot, page_at
from lms.web.lessons import Room
from lms.web.reading import Reader
from lms.web.shells import may_choose
from lms.web.spoken import audio_url
from lms.web.survey_after import tap_after
from lms.web.tokens import form_token


@screens.get("/easy/lesson/<course>/<lesson>/<int:number>")
@requires(Permission.COURSE_READ)
def lesson(course: str, lesson: str, number: int) -> str | bytes:
    """A page of a lesson."""
    room, here, reader = room_of(course, lesson), asker(), reading.present_reader()
    heard = _heard(room, number, here.release_id, reader)
    if request.query_string or not may_choose():
        return _page(room, number, heard, form_token())
    spot = Spot(here.release_id, here.marks, course, lesson, number, reader, heard=heard, size=type_size())
    return page_at(spot, _page_at)


def _page_at(spot: Spot, token: str) -> str:
    return _page(room_of(spot.course, spot.lesson), spot.number, spot.heard, token)


def _page(room: Room, number: int, heard: str, token: str) -> str:
    return render_template(
        "easy/lesson.html",
        here=lessons.page_view(room, number),
        heard=heard,
        csrf_token=lambda: token,
        is_zoomed=lacks_easy_form(room),
    )


def _heard(room: Room, number: int, release_id: str, reader: Reader) -> str:
    """Address of the file in which the page is read aloud; empty when there is none."""
    pages = room.lesson.pages
    return audio_url(release_id, pages[number - 1].key, reader) if 1 <= number <= len(pages) else ""


@screens.post("/easy/lesson/<course>/<lesson>/<int:number>")
@requires(Permission.COURSE_READ)
def read(course: str, lesson: str, number: int) -> Response:
    """The page has been read to its end."""
    return redirect(lessons.read_page(room_of(course, lesson), number), code=303)


@screens.get("/easy/lesson/<course>/<lesson>/at/<slug>")
@requires(Permission.COURSE_READ)
def at(course: str, lesson: str, slug: str) -> Response:
    """The page under its lasting name; ``?back=`` says where reading it leads."""
    room = room_of(course, lesson)
    return redirect(room.page_url(lessons.number_of(room, slug)))


@screens.get("/easy/lesson/<course>/<lesson>/check", defaults={"number": 1})
@screens.get("/easy/lesson/<course>/<lesson>/check/<int:number>")
@requires(Permission.COURSE_READ)
def check(course: str, lesson: str, number: int) -> str:
    """An unscored question; with ``?chosen=`` the reasons."""
    here = checks.check_view(room_of(course, lesson), number)
    return render_template("easy/check.html", here=here, lacks=False)


@screens.post("/easy/lesson/<course>/<lesson>/check", defaults={"number": 1})
@screens.post("/easy/lesson/<course>/<lesson>/check/<int:number>")
@requires(Permission.COURSE_READ)
def answer(course: str, lesson: str, number: int) -> tuple[str, int] | Response:
    """An answer to the question."""
    room = room_of(course, lesson)
    leads_to = checks.answer(room, number)
    if leads_to is None:
        return render_template("easy/check.html", here=checks.check_view(room, number), lacks=True), 422
    return redirect(leads_to, code=303)


@screens.get("/easy/lesson/<course>/<lesson>/done")
@requires(Permission.COURSE_READ)
def done(course: str, lesson: str) -> str:
    """The end of a lesson and what is next, or what of it is still missing."""
    room = room_of(course, lesson)
    plan = own_agenda(room.course, lessons.EASY)
    progress = plan.of(room.lesson)
    return render_template(
        "easy/done.html",
        room=room,
        plan=plan,
        progress=progress,
        card=next_card(plan) if progress.finished else lesson_card(plan, progress),
        waits=plan.step is Step.WAIT_FOR_HELP,
        tap=tap_after(plan) if progress.finished else None,
        title=course_title(plan.course),
    )


@screens.get("/easy/lesson/<course>/<lesson>/family")
@requires(Permission.COURSE_READ)
def family(course: str, lesson: str) -> str:
    """A few words about a lesson for the family, to be sent as a text message or copied."""
    room = room_of(course, lesson)
    words = _words_for_the_family(room)
    return render_template("easy/family.html", room=room, words=words, sms=f"sms:?&body={quote(words)}")


def _words_for_the_family(room: Room) -> str:
    """What the lesson says, a line a page, and where it is to be found; nothing about person or helper."""
    lesson = room.lesson
    address = sheets.lesson_url(room.course, lesson)
    learnt = gettext('I have just learnt "%(title)s".', title=lesson.title)
    where = gettext("Read it here: %(address)s", address=address)
    return "\n".join([learnt, *(f"· {page.title}" for page in lesson.pages), where])


@screens.get("/easy/print/<course>/<lesson>")
@requires(Permission.COURSE_READ)
def sheet(course: str, lesson: str) -> str:
    """All pages of a lesson on one sheet."""
    room, here = room_of(course, lesson), asker()
    reader = reading.present_reader()
    pages = [
        (page, reading.page(here.release_id, page.key, reader), lessons.stale_since(room.lesson, page))
        for page in room.lesson.pages
    ]
    return render_template(
        "easy/sheet.html", room=room, pages=pages, version=reading.version(here.release_id)
    )
