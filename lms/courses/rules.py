"""How far somebody has come in a course."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CourseKind(StrEnum):
    """What a course is for. A *delta* unit says what one change is about, to those whom it was assigned."""

    ONBOARDING = "onboarding"
    ANNUAL = "annual"
    TOPIC = "topic"
    DELTA = "delta"


class Form(StrEnum):
    """How a course is written: for everybody, or one short message a page in large type."""

    STANDARD = "standard"
    EASY = "easy"


class PageKind(StrEnum):
    """What a page teaches: the rule, how to do it, or what happened to somebody."""

    POLICY = "policy"
    PRACTICE = "practice"
    CASE = "case"


@dataclass(frozen=True)
class Option:
    """One option of a check."""

    text: str
    right: bool
    because: str


@dataclass(frozen=True)
class Check:
    """An unscored question inside a lesson. ``page`` is the slug of the page that explains it."""

    id: str
    type: str
    stem: str
    page: str
    options: tuple[Option, ...]
    explanation: str

    def is_right(self, chosen: Collection[int]) -> bool:
        """True when exactly the right options are chosen."""
        return set(chosen) == {number for number, option in enumerate(self.options) if option.right}


@dataclass(frozen=True)
class Page:
    """One idea. ``key`` is ``course/lesson#slug``; ``html`` still holds its parameters."""

    key: str
    title: str
    kind: PageKind
    clauses: tuple[str, ...]
    html: str
    edition: str

    @property
    def slug(self) -> str:
        """The part of the key after ``#``."""
        return self.key.partition("#")[2]


@dataclass(frozen=True)
class Lesson:
    """A lesson. ``key`` is ``course/lesson``."""

    key: str
    course: str
    title: str
    kind: PageKind
    minutes: int
    pages: tuple[Page, ...]
    checks: tuple[Check, ...]
    edition: str

    @property
    def id(self) -> str:
        """The part of the key after ``/``."""
        return self.key.partition("/")[2]


@dataclass(frozen=True)
class Course:
    """A course with its lessons in order; ``quiz`` is empty where reading and acknowledging is all."""

    id: str
    title: str
    title_en: str
    summary: str
    audiences: tuple[str, ...]
    kind: CourseKind
    form: Form
    mandatory: bool
    goals: tuple[str, ...]
    quiz: str
    lessons: tuple[Lesson, ...]

    @property
    def minutes(self) -> int:
        """Minutes of all lessons."""
        return sum(lesson.minutes for lesson in self.lessons)


@dataclass(frozen=True)
class LearningPath:
    """Courses that belong together, in their order; each person takes those for their audience."""

    id: str
    title: str
    title_en: str
    courses: tuple[str, ...]


@dataclass(frozen=True)
class Studied:
    """What a person did in a course: page key → when last read, and the ids of checks answered."""

    pages: Mapping[str, datetime]
    checks: Collection[str]


@dataclass(frozen=True)
class LessonProgress:
    """How far a lesson has come. ``next_page`` counts from 1 and points behind the last when all are read."""

    lesson: Lesson
    pages_read: int
    next_page: int
    finished: bool
    finished_at: datetime | None

    @property
    def started(self) -> bool:
        """True once a page has been read."""
        return self.pages_read > 0


def lesson_progress(lesson: Lesson, studied: Studied) -> LessonProgress:
    """A lesson is finished when each of its pages has been read and each check answered."""
    read = [studied.pages.get(page.key) for page in lesson.pages]
    unread = [number for number, at in enumerate(read, 1) if at is None]
    finished = not unread and all(check.id in studied.checks for check in lesson.checks)
    at = max((when for when in read if when), default=None)
    next_page = unread[0] if unread else len(read) + 1
    return LessonProgress(lesson, len(read) - len(unread), next_page, finished, at if finished else None)


def course_progress(course: Course, studied: Studied) -> tuple[LessonProgress, ...]:
    """Progress lesson by lesson."""
    return tuple(lesson_progress(lesson, studied) for lesson in course.lessons)
