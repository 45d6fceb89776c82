"""The courses of a release, kept in memory under its id, and what a person did in them."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, literal, select, union_all

from lms.courses.models import CheckAnswer, PageRead
from lms.courses.rules import (
    Check,
    Course,
    CourseKind,
    Form,
    LearningPath,
    Lesson,
    Option,
    Page,
    PageKind,
    Studied,
)
from lms.kernel.database import read, session
from lms.kernel.errors import NotFound
from lms.library import queries as library

NOTHING = Studied({}, frozenset())
"""Of somebody who has not begun."""


@lru_cache(maxsize=4)
def courses_of(release_id: str) -> Mapping[str, Course]:
    """Course id → course, in the order of the files."""
    stored = library.items(release_id, "course", "lesson", "page")
    pages = {item.key: _page(item) for item in stored if item.kind == "page"}
    lessons = {item.key: _lesson(item, pages) for item in stored if item.kind == "lesson"}
    return {item.key: _course(item, lessons) for item in stored if item.kind == "course"}


def course(release_id: str, name: str) -> Course:
    """One course. Raises ``NotFound``."""
    try:
        return courses_of(release_id)[name]
    except KeyError:
        raise NotFound(kind="course", key=name) from None


@lru_cache(maxsize=4)
def paths_of(release_id: str) -> Mapping[str, LearningPath]:
    """Id of a learning path → the path, in the order of the files."""
    return {
        item.key: LearningPath(
            item.key, item.body["title"], item.body["title_en"], tuple(item.body["courses"])
        )
        for item in library.items(release_id, "path")
    }


def path(release_id: str, name: str) -> LearningPath:
    """One learning path. Raises ``NotFound``."""
    try:
        return paths_of(release_id)[name]
    except KeyError:
        raise NotFound(kind="path", key=name) from None


def lesson(release_id: str, course_name: str, name: str) -> Lesson:
    """One lesson. Raises ``NotFound``."""
    for found in course(release_id, course_name).lessons:
        if found.id == name:
            return found
    raise NotFound(kind="lesson", key=name)


_STUDIED = union_all(
    select(literal("page").label("what"), PageRead.page.label("key"), func.max(PageRead.at).label("at"))
    .where(PageRead.person_id == bindparam("person"), PageRead.course == bindparam("course"))
    .group_by(PageRead.page),
    select(literal("check"), CheckAnswer.check_id, func.max(CheckAnswer.at))
    .where(CheckAnswer.person_id == bindparam("person"), CheckAnswer.course == bindparam("course"))
    .group_by(CheckAnswer.check_id),
)
"""Built once: putting it together takes seven times as long as asking it."""


def studied(person_id: int, course_name: str) -> Studied:
    """What a person did in a course, in one statement."""
    rows = read(_STUDIED, person=person_id, course=course_name).all()
    pages: dict[str, datetime] = {row.key: row.at for row in rows if row.what == "page"}
    return Studied(pages, frozenset(row.key for row in rows if row.what == "check"))


_DONE = union_all(
    select(PageRead.page.label("key"))
    .where(
        PageRead.person_id == bindparam("person"),
        PageRead.course == bindparam("course"),
        func.substr(PageRead.page, 1, bindparam("length")) == bindparam("prefix"),
    )
    .distinct(),
    select(CheckAnswer.check_id)
    .where(
        CheckAnswer.person_id == bindparam("person"),
        CheckAnswer.course == bindparam("course"),
        CheckAnswer.lesson == bindparam("lesson"),
    )
    .distinct(),
).subquery()
_TRACES = select(func.aggregate_strings(_DONE.c.key, "\n"))


def traces(person_id: int, lesson: Lesson) -> frozenset[str]:
    """Keys of the pages read and ids of the checks answered in a lesson: all that a lesson page needs."""
    prefix = f"{lesson.key}#"
    found = read(
        _TRACES,
        person=person_id,
        course=lesson.course,
        lesson=lesson.key,
        prefix=prefix,
        length=len(prefix),
    ).scalar()
    return frozenset(found.split("\n")) if found else frozenset()


def studied_by(person_id: int) -> Mapping[str, Studied]:
    """The same for all courses of a person, in two statements."""
    pages: dict[str, dict[str, datetime]] = {}
    for row in session().execute(
        select(PageRead.course, PageRead.page, func.max(PageRead.at).label("at"))
        .where(PageRead.person_id == person_id)
        .group_by(PageRead.course, PageRead.page)
    ):
        pages.setdefault(row.course, {})[row.page] = row.at
    checks: dict[str, set[str]] = {}
    for answered in session().execute(
        select(CheckAnswer.course, CheckAnswer.check_id).where(CheckAnswer.person_id == person_id).distinct()
    ):
        checks.setdefault(answered.course, set()).add(answered.check_id)
    return {
        name: Studied(pages.get(name, {}), checks.get(name, set())) for name in pages.keys() | checks.keys()
    }


def _page(item: library.StoredItem) -> Page:
    body = item.body
    return Page(
        item.key, body["title"], PageKind(body["kind"]), tuple(body["clauses"]), body["html"], item.edition
    )


def _lesson(item: library.StoredItem, pages: Mapping[str, Page]) -> Lesson:
    body = item.body
    return Lesson(
        key=item.key,
        course=body["course"],
        title=body["title"],
        kind=PageKind(body["kind"]),
        minutes=body["minutes"],
        pages=tuple(pages[key] for key in body["pages"]),
        checks=tuple(_check(check) for check in body["checks"]),
        edition=item.edition,
    )


def _check(body: dict[str, Any]) -> Check:
    options = tuple(Option(option["text"], option["right"], option["because"]) for option in body["options"])
    return Check(body["id"], body["type"], body["stem"], body["page"], options, body["explanation"])


def _course(item: library.StoredItem, lessons: Mapping[str, Lesson]) -> Course:
    body = item.body
    return Course(
        id=item.key,
        title=body["title"],
        title_en=body["title_en"],
        summary=body["summary"],
        audiences=tuple(body["audiences"]),
        kind=CourseKind(body["kind"]),
        form=Form(body["form"]),
        mandatory=body["mandatory"],
        goals=tuple(body["goals"]),
        quiz=body["quiz"],
        lessons=tuple(lessons[key] for key in body["lessons"]),
    )
