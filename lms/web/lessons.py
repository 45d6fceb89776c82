"""Being in a lesson: what the standard and the easy view of it have in common."""

from dataclasses import dataclass
from datetime import date
from math import ceil

from flask import request
from flask_babel import gettext

from lms.access.rules import safe_return
from lms.assignments import attempts
from lms.assignments.queries import duty_for_course
from lms.courses import operations, queries
from lms.courses.rules import Course, CourseKind, Form, Lesson, Page, Studied, lesson_progress
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import DomainError, NotFound
from lms.library.marks import marks
from lms.web import reading
from lms.web.addresses import url_for
from lms.web.guard import asker
from lms.web.reading import Reading, present_reader
from lms.web.shells import is_easy

STANDARD, EASY = "course", "easy"
"""The two views, named as their blueprints."""
CATCH_UP = "catchup"
"""What stands in ``?back=`` of links from a remedial plan."""


class NoEasyForm(DomainError):
    """What is read out by a helper is written in the easy form; this lesson is not."""

    code = "no-easy-form"


def open_course(name: str) -> Course:
    """A course that the asker may read: written for them, assigned to them; any for staff.

    Raises ``NotFound``.
    """
    here = asker()
    course = queries.course(here.release_id, name)
    if not (is_for(course) or here.is_staff or duty_for_course(here.id, name)):
        raise NotFound(kind="course", key=name)
    return course


def is_for(course: Course) -> bool:
    """Whether a course is offered to the asker's audience; a delta unit is only ever assigned."""
    return asker().audience.value in course.audiences and course.kind is not CourseKind.DELTA


def view_of() -> str:
    """The view in which the asker's links lead into a course: the one they chose."""
    return EASY if is_easy() else STANDARD


def overview_url(course: Course) -> str:
    """Address of a course's own page in the asker's view."""
    return url_for(f"{view_of()}.overview", name=course.id)


@dataclass(frozen=True)
class Room:
    """A lesson that the asker may read, and the addresses in it.

    ``back`` is where a page that has been read leads, when the link to it says so.
    """

    view: str
    course: Course
    lesson: Lesson
    back: str = ""

    @property
    def steps(self) -> int:
        """Pages and checks together."""
        return len(self.lesson.pages) + len(self.lesson.checks)

    def page_url(self, number: int, *, has_changed: bool = False) -> str:
        """Address of a page, counting from 1; it may have to say that the page has just changed."""
        back = request.args.get("back") if self.back else None
        return self._url("lesson", number=number, back=back, changed=1 if has_changed else None)

    def check_url(self, number: int, chosen: str | None = None) -> str:
        """Address of a check, counting from 1; with what was *chosen* it shows the reasons."""
        return self._url("check", number=number, chosen=chosen)

    @property
    def done_url(self) -> str:
        """Address of the end of the lesson."""
        return self._url("done")

    def after_page(self, number: int) -> str:
        """Where a page that has been read leads."""
        if self.back:
            return self.back
        return self.page_url(number + 1) if number < len(self.lesson.pages) else self.after_check(0)

    def after_check(self, number: int) -> str:
        """Where a check that has been answered leads; 0 stands for the last page."""
        return self.check_url(number + 1) if number < len(self.lesson.checks) else self.done_url

    def resume_url(self, studied: Studied) -> str:
        """The first page not yet read, the first check not yet answered, or the beginning again."""
        progress = lesson_progress(self.lesson, studied)
        if progress.next_page <= len(self.lesson.pages):
            return self.page_url(progress.next_page)
        open_checks = (n for n, check in enumerate(self.lesson.checks, 1) if check.id not in studied.checks)
        number = next(open_checks, None)
        return self.page_url(1) if number is None else self.check_url(number)

    def _url(self, endpoint: str, **values: object) -> str:
        return url_for(f"{self.view}.{endpoint}", course=self.course.id, lesson=self.lesson.id, **values)


def enter(view: str, name: str, lesson: str) -> Room:
    """A lesson for the asker. Raises ``NotFound``, and ``NoEasyForm`` while somebody helps them."""
    course = open_course(name)
    if asker().helper and course.form is not Form.EASY:
        raise NoEasyForm(course=name)
    return Room(view, course, queries.lesson(asker().release_id, name, lesson), _way_back(course))


def _way_back(course: Course) -> str:
    wanted = request.args.get("back", "")
    if wanted == CATCH_UP and course.quiz:
        return url_for("catchup.plan", name=course.quiz)
    address = safe_return(wanted)
    return "" if address == "/" else address


def acknowledge(view: str, name: str) -> str:
    """The asker confirms having understood a course; returns where the last lesson says so.

    Raises ``CannotAcknowledge`` while something of it is left.
    """
    course, here = open_course(name), asker()
    with unit_of_work():
        beside = here.helper.assistance_id if here.helper else None
        attempts.acknowledge(here.id, name, release_id=here.release_id, assistance_id=beside, at=clock.now())
    return Room(view, course, course.lessons[-1]).done_url


def number_of(room: Room, slug: str) -> int:
    """The number of a page under its slug. Raises ``NotFound``."""
    for number, page in enumerate(room.lesson.pages, 1):
        if page.slug == slug:
            return number
    raise NotFound(kind="page", key=slug)


@dataclass(frozen=True)
class Traces:
    """What the asker has done of a lesson: pages read, checks answered, each in its order."""

    read: tuple[bool, ...]
    answered: tuple[bool, ...]

    @property
    def complete(self) -> bool:
        """True when nothing is missing."""
        return all(self.read) and all(self.answered)


UNTOLD = Traces((), ())
"""Of a page that does not show them."""


def traces(room: Room) -> Traces:
    """The asker's traces in a lesson, in one statement."""
    lesson = room.lesson
    done = queries.traces(asker().id, lesson)
    return Traces(
        read=tuple(page.key in done for page in lesson.pages),
        answered=tuple(check.id in done for check in lesson.checks),
    )


def stale_since(lesson: Lesson, page: Page) -> tuple[date | None, ...]:
    """The days from which the rules behind a marked page differ, ``None`` for one that is not known.

    Empty for a page that is up to date, as nearly all are; marks of its lesson count.
    """
    known = marks(asker().marks)
    found = (*known.get(("page", page.key), ()), *known.get(("lesson", lesson.key), ()))
    return tuple(dict.fromkeys(one.since for one in found))


@dataclass(frozen=True)
class PageView:
    """A page of a lesson as it is shown; ``stale`` as ``stale_since`` tells."""

    room: Room
    number: int
    page: Page
    reading: Reading
    traces: Traces
    stale: tuple[date | None, ...]

    @property
    def minutes_left(self) -> int:
        """Minutes from here on, rounded up."""
        return ceil(self.room.lesson.minutes * (self.room.steps - self.number + 1) / self.room.steps)

    @property
    def next_label(self) -> str:
        """Words of the button that marks the page as read."""
        if self.room.back:
            return str(gettext("Read; go back"))
        if self.number < len(self.room.lesson.pages):
            return str(gettext("Next page"))
        return str(
            gettext("Go to the quick check") if self.room.lesson.checks else gettext("Finish the lesson")
        )

    @property
    def has_changed(self) -> bool:
        """True when it became another while it was being read, and is therefore shown again."""
        return "changed" in request.args


def page_view(room: Room, number: int, found: Traces = UNTOLD) -> PageView:
    """A page for the asker. Raises ``NotFound``."""
    page = _numbered(room, number)
    read = reading.page(asker().release_id, page.key, present_reader())
    return PageView(room, number, page, read, found, stale_since(room.lesson, page))


def read_page(room: Room, number: int) -> str:
    """Record that the asker read a page; returns where it leads.

    The form says which edition was on the screen: one that has changed meanwhile is shown again instead.
    """
    page = _numbered(room, number)
    if request.form.get("edition", page.edition) != page.edition:
        return room.page_url(number, has_changed=True)
    here = asker()
    with unit_of_work():
        operations.mark_read(here.id, room.lesson, page, release_id=here.release_id, at=clock.now())
    return room.after_page(number)


def _numbered(room: Room, number: int) -> Page:
    if not 1 <= number <= len(room.lesson.pages):
        raise NotFound(kind="page", key=f"{room.lesson.key}/{number}")
    return room.lesson.pages[number - 1]
