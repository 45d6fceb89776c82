"""What the screens of the easy view share: their blueprint, the choice of type size, how the asker stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.assignments.queries import duties_of
from lms.courses.queries import NOTHING, courses_of, studied_by
from lms.courses.rules import Course, Form
from lms.web import lessons
from lms.web.addresses import url_for
from lms.web.agenda import Agenda, agenda, agendas
from lms.web.context import SIZES
from lms.web.guard import asker
from lms.web.lessons import Room
from lms.web.shells import remember

screens = Blueprint("easy", __name__)
MOST_ROWS = 5
"""Rows on one screen; where there are more, the last of them leads on."""


@screens.before_request
def remember_size() -> Response | None:
    """``?size=xl`` on any easy page: remember, then show the page without it."""
    if not request.query_string or request.args.get("size") not in SIZES or request.method != "GET":
        return None
    rest = urlencode([(key, value) for key, value in request.args.items(multi=True) if key != "size"])
    response = redirect(f"{request.path}?{rest}" if rest else request.path)
    return remember(response, "size", request.args["size"])


@dataclass(frozen=True)
class BigRow:
    """A big row: icon, words, address. ``lang`` is the language of the title where it is not the page's."""

    href: str
    icon: str
    title: str
    text: str = ""
    lang: str = ""


def plans_of_asker() -> list[Agenda]:
    """Open assignments by the day they are due, then the other courses written for the asker.

    Of those the mandatory ones come first, and what was begun before what was not.
    """
    here = asker()
    duties, studies, library = duties_of(here.id), studied_by(here.id), courses_of(here.release_id)
    plans = agendas(duties, library, studies, view=lessons.EASY)
    open_ones = {plan.course.id for plan in plans}
    known = {duty.course: duty for duty in duties}
    own = [one for one in library.values() if lessons.is_for(one) or one.id in known]
    rest = [one for one in own if one.id not in open_ones]
    others = [agenda(known.get(one.id), one, studies.get(one.id, NOTHING), view=lessons.EASY) for one in rest]
    return [*plans, *sorted(others, key=_urgency)]


def _urgency(plan: Agenda) -> tuple[bool, bool, bool]:
    return not plan.course.mandatory, not _is_easy(plan.course), not plan.studied.pages


def _is_easy(course: Course) -> bool:
    return course.form is Form.EASY


def lacks_easy_form(room: Room) -> bool:
    """Whether a lesson is only there in the words of the standard version."""
    return not _is_easy(room.course)


def one_screen(rows: Sequence[BigRow], endpoint: str, **values: str) -> list[BigRow]:
    """The rows of the screen that ``?from=`` asks for; the last of too many leads to the rest."""
    start = start_of_screen()
    left = rows[start:]
    if len(left) <= MOST_ROWS:
        return list(left)
    shown = MOST_ROWS - 1
    onward = url_for(endpoint, **values, **{"from": start + shown})
    count = len(left) - shown
    text = ngettext("%(num)s more", "%(num)s more", count)
    return [*left[:shown], BigRow(onward, "list", gettext("Others"), text)]


def start_of_screen() -> int:
    """The first row of the screen asked for, counting from 0."""
    wanted = request.args.get("from", "")
    return int(wanted) if wanted.isdecimal() and len(wanted) < MOST_ROWS else 0


def room_of(course: str, lesson: str) -> Room:
    """A lesson for the asker in the easy view. Raises ``NotFound``."""
    return lessons.enter(lessons.EASY, course, lesson)


def sheet_url(room: Room) -> str:
    """Address of a lesson on paper."""
    return url_for("easy.sheet", course=room.course.id, lesson=room.lesson.id)
