"""The easy view: one thing at a time in large type. Nothing in it is ever called overdue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.assignments.queries import duties_of
from lms.assignments.rules import Step
from lms.courses.queries import NOTHING, courses_of, studied_by
from lms.courses.rules import LessonProgress
from lms.kernel.permissions import Permission
from lms.notifications.queries import unread_count
from lms.web import checks, lessons, reading
from lms.web.addresses import url_for
from lms.web.agenda import (
    Agenda,
    action_after,
    agenda,
    agendas,
    course_title,
    next_action,
    own_agenda,
    quiz_title,
)
from lms.web.context import SIZES
from lms.web.guard import asker, requires
from lms.web.lessons import Room

screens = Blueprint("easy", __name__)
A_YEAR = 31_536_000


@screens.before_request
def remember_size() -> Response | None:
    """``?size=xl`` on any easy page: remember, then show the page without it."""
    if request.args.get("size") not in SIZES or request.method != "GET":
        return None
    rest = urlencode([(key, value) for key, value in request.args.items(multi=True) if key != "size"])
    response = redirect(f"{request.path}?{rest}" if rest else request.path)
    response.set_cookie(
        "size", request.args["size"], max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure
    )
    return response


@dataclass(frozen=True)
class BigRow:
    """A big row of the home page: icon, words, address."""

    href: str
    icon: str
    title: str
    text: str


@dataclass(frozen=True)
class Today:
    """The lesson to learn next, or the last one learnt when there is nothing new."""

    plan: Agenda
    progress: LessonProgress

    @property
    def room(self) -> Room:
        """The lesson in the easy view."""
        return self.plan.room(self.progress)

    @property
    def href(self) -> str:
        """Where it begins or goes on."""
        return self.room.resume_url(self.plan.studied)


@screens.get("/easy")
@requires(Permission.OWN_TRAINING_VIEW)
def home() -> str:
    """One lesson, and at most four rows that lead somewhere; a fifth when there is a message to read."""
    plans = _plans()
    today = next((Today(plan, plan.unfinished[0]) for plan in plans if plan.unfinished), None)
    last = _last_learnt(plans) if today is None else None
    return render_template(
        "easy/home.html", today=today, last=last, rows=[*_news(), *_rows(plans, today or last)]
    )


def _plans() -> list[Agenda]:
    """Open assignments first, then the other courses written for the asker."""
    here = asker()
    duties, studies, library = duties_of(here.id), studied_by(here.id), courses_of(here.release_id)
    plans = agendas(duties, library, studies, view=lessons.EASY)
    open_ones = {plan.course.id for plan in plans}
    known = {duty.course: duty for duty in duties}
    own = [one for one in library.values() if lessons.is_for(one) or one.id in known]
    rest = [one for one in own if one.id not in open_ones]
    others = [agenda(known.get(one.id), one, studies.get(one.id, NOTHING), view=lessons.EASY) for one in rest]
    return [*plans, *others]


def _last_learnt(plans: Sequence[Agenda]) -> Today | None:
    done = [(one.finished_at, plan, one) for plan in plans for one in plan.finished if one.finished_at]
    newest = max(done, key=lambda entry: entry[0], default=None)
    return Today(newest[1], newest[2]) if newest else None


def _news() -> Iterator[BigRow]:
    unread = unread_count(asker().id)
    if unread:
        text = ngettext("%(num)s unread message", "%(num)s unread messages", unread)
        yield BigRow(url_for("inbox.page"), "bell", gettext("Messages"), text)


def _rows(plans: Sequence[Agenda], shown: Today | None) -> Iterator[BigRow]:
    count = sum(len(plan.lessons) for plan in plans)
    if count > 1:
        left = sum(len(plan.unfinished) for plan in plans)
        text = ngettext("%(num)s lesson not seen yet", "%(num)s lessons not seen yet", left)
        text = text if left else gettext("all seen")
        yield BigRow(url_for("easy.courses"), "list", gettext("All lessons"), text)
    end = next(filter(None, map(_end_row, plans)), None)
    if end:
        yield end
    if shown:
        href = url_for("easy.sheet", course=shown.plan.course.id, lesson=shown.room.lesson.id)
        yield BigRow(href, "print", gettext("Print to read"), gettext("In large type, one lesson a sheet"))
    yield BigRow(url_for("me.page"), "user", gettext("Me"), gettext("Record and settings"))


def _end_row(plan: Agenda) -> BigRow | None:
    """What ends a course once it is open, without a word about when it was due."""
    if plan.step in {None, Step.STUDY, Step.DONE}:
        return None
    action = next_action(plan)
    title = quiz_title(plan.quiz) if plan.quiz else course_title(plan.course)
    return BigRow(action.href, action.icon, title, action.button) if action else None


@screens.get("/easy/course")
@requires(Permission.COURSE_READ)
def courses() -> str:
    """All lessons of the asker's courses."""
    return render_template("easy/courses.html", plans=_plans(), title=gettext("All lessons"))


@screens.get("/easy/course/<name>")
@requires(Permission.COURSE_READ)
def overview(name: str) -> str:
    """The lessons of one course."""
    course = lessons.open_course(name)
    plan = own_agenda(course, lessons.EASY)
    return render_template("easy/courses.html", plans=[plan], title=course_title(course))


@screens.post("/easy/course/<name>/acknowledge")
@requires(Permission.COURSE_READ)
def acknowledge(name: str) -> Response:
    """Everything is read and understood: that is all a course without a quiz asks for."""
    return redirect(lessons.acknowledge(lessons.EASY, name), code=303)


@screens.get("/easy/lesson/<course>/<lesson>/<int:number>")
@requires(Permission.COURSE_READ)
def lesson(course: str, lesson: str, number: int) -> str:
    """A page of a lesson."""
    room = _room(course, lesson)
    return render_template("easy/lesson.html", here=lessons.page_view(room, number, lessons.traces(room)))


@screens.post("/easy/lesson/<course>/<lesson>/<int:number>")
@requires(Permission.COURSE_READ)
def read(course: str, lesson: str, number: int) -> Response:
    """The page has been read to its end."""
    return redirect(lessons.read_page(_room(course, lesson), number), code=303)


@screens.get("/easy/lesson/<course>/<lesson>/at/<slug>")
@requires(Permission.COURSE_READ)
def at(course: str, lesson: str, slug: str) -> Response:
    """The page under its lasting name; ``?back=`` says where reading it leads."""
    room = _room(course, lesson)
    return redirect(room.page_url(lessons.number_of(room, slug)))


@screens.get("/easy/lesson/<course>/<lesson>/check", defaults={"number": 1})
@screens.get("/easy/lesson/<course>/<lesson>/check/<int:number>")
@requires(Permission.COURSE_READ)
def check(course: str, lesson: str, number: int) -> str:
    """An unscored question; with ``?chosen=`` the reasons."""
    return render_template(
        "easy/check.html", here=checks.check_view(_room(course, lesson), number), lacks=False
    )


@screens.post("/easy/lesson/<course>/<lesson>/check", defaults={"number": 1})
@screens.post("/easy/lesson/<course>/<lesson>/check/<int:number>")
@requires(Permission.COURSE_READ)
def answer(course: str, lesson: str, number: int) -> tuple[str, int] | Response:
    """An answer to the question."""
    room = _room(course, lesson)
    leads_to = checks.answer(room, number)
    if leads_to is None:
        return render_template("easy/check.html", here=checks.check_view(room, number), lacks=True), 422
    return redirect(leads_to, code=303)


@screens.get("/easy/lesson/<course>/<lesson>/done")
@requires(Permission.COURSE_READ)
def done(course: str, lesson: str) -> str:
    """The end of a lesson and what is next, or what of it is still missing."""
    room = _room(course, lesson)
    plan = own_agenda(room.course, lessons.EASY)
    progress = plan.of(room.lesson)
    return render_template(
        "easy/done.html",
        room=room,
        plan=plan,
        progress=progress,
        action=action_after(plan, progress),
        title=course_title(plan.course),
    )


@screens.get("/easy/print/<course>/<lesson>")
@requires(Permission.COURSE_READ)
def sheet(course: str, lesson: str) -> str:
    """All pages of a lesson on one sheet."""
    room, here = _room(course, lesson), asker()
    reader = reading.present_reader()
    pages = [
        (page, reading.page(here.release_id, page.key, reader), lessons.stale_since(room.lesson, page))
        for page in room.lesson.pages
    ]
    return render_template(
        "easy/sheet.html", room=room, pages=pages, version=reading.version(here.release_id)
    )


def _room(course: str, lesson: str) -> Room:
    return lessons.enter(lessons.EASY, course, lesson)
