"""A remedial plan as a person follows it: lessons with the pages to read again, practice, retest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from lms.assignments.rules import Miss, Plan, PlanPage
from lms.courses.rules import Course, Lesson, Page
from lms.web.addresses import url_for
from lms.web.lessons import view_of

PRACTICE_MINUTES = 1
"""What one question takes to practise."""


@dataclass(frozen=True)
class PageLink:
    """A page of a lesson to read again; ``done`` when it has been."""

    title: str
    href: str
    positions: tuple[int, ...] = ()
    done: bool = False


@dataclass(frozen=True)
class Reading:
    """The pages of one lesson to read again, and the questions that they answer."""

    title: str
    minutes: int
    pages: tuple[PageLink, ...]

    @property
    def done(self) -> bool:
        """True when all of them have been read."""
        return all(page.done for page in self.pages)

    @property
    def positions(self) -> Sequence[int]:
        """Questions of the paper that these pages answer."""
        return sorted({position for page in self.pages for position in page.positions})

    @property
    def next_page(self) -> PageLink:
        """The first page that is still to be read; the first one when all have been."""
        return next((page for page in self.pages if not page.done), self.pages[0])


@dataclass(frozen=True)
class PlanView:
    """The plan, step by step. ``practice`` are the missed questions in the order of the paper."""

    readings: tuple[Reading, ...]
    practice: tuple[Miss, ...]
    topics: int

    @property
    def practice_done(self) -> bool:
        """True when every missed question has been answered right in practice."""
        return all(miss.practised for miss in self.practice)

    @property
    def unread(self) -> tuple[PageLink, ...]:
        """The pages still to be read again, in their order."""
        return tuple(page for reading in self.readings for page in reading.pages if not page.done)

    @property
    def done(self) -> bool:
        """True when nothing is left to do before the retest."""
        return self.practice_done and all(reading.done for reading in self.readings)

    @property
    def next_practice(self) -> int:
        """The question to practise next; the first one when all have been."""
        return next(
            (miss.position for miss in self.practice if not miss.practised), self.practice[0].position
        )

    @property
    def now(self) -> int:
        """The step to take, counting from 1: readings, practice, retest."""
        finished = [*(reading.done for reading in self.readings), self.practice_done]
        return next((number for number, done in enumerate(finished, 1) if not done), len(finished) + 1)

    @property
    def practice_minutes(self) -> int:
        """What the questions not yet practised take."""
        return PRACTICE_MINUTES * sum(not miss.practised for miss in self.practice)

    @property
    def minutes(self) -> int:
        """What is left of all steps before the retest takes."""
        return self.practice_minutes + sum(reading.minutes for reading in self.readings if not reading.done)


Places = Mapping[str, tuple[Lesson, Page]]
"""Page key → where it stands today."""


def places(course: Course) -> Places:
    """The pages that a course has."""
    return {page.key: (lesson, page) for lesson in course.lessons for page in lesson.pages}


def plan_view(plan: Plan, course: Course) -> PlanView:
    """The plan with the course's lessons and addresses; every page leads back to the plan."""
    wanted = {page.page: page for page in plan.pages}
    lessons = dict.fromkeys(lesson.key for key, (lesson, _) in places(course).items() if key in wanted)
    readings = (_reading(course, lesson, wanted) for lesson in course.lessons if lesson.key in lessons)
    return PlanView(tuple(readings), plan.misses, len(plan.topics))


def _reading(course: Course, lesson: Lesson, wanted: Mapping[str, PlanPage]) -> Reading:
    pages = [(page, wanted[page.key]) for page in lesson.pages if page.key in wanted]
    back = url_for("catchup.plan", name=course.quiz)
    left = sum(one.read_at is None for _, one in pages) or len(pages)
    return Reading(
        title=lesson.title,
        minutes=ceil(lesson.minutes * left / len(lesson.pages)),
        pages=tuple(
            PageLink(page.title, _address(course, lesson, page, back), one.positions, one.read_at is not None)
            for page, one in pages
        ),
    )


def _address(course: Course, lesson: Lesson, page: Page, back: str) -> str:
    """Of a page under its stable name, in the asker's view; *back* is where having read it leads."""
    where = url_for(f"{view_of()}.at", course=course.id, lesson=lesson.id, slug=page.slug)
    return f"{where}?back={back}"


def page_links(course: Course, where: Places, keys: Sequence[str], back: str) -> tuple[PageLink, ...]:
    """Those of the pages under *keys* that the course still has."""
    found = [where[key] for key in keys if key in where]
    return tuple(PageLink(page.title, _address(course, lesson, page, back)) for lesson, page in found)
