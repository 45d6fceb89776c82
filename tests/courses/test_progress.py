"""How far somebody has come in a course."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.courses.rules import (
    Check,
    Course,
    CourseKind,
    Form,
    Lesson,
    LessonProgress,
    Option,
    Page,
    PageKind,
    Studied,
    course_progress,
    lesson_progress,
)

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LATER = MORNING + timedelta(minutes=5)


def make_check(name: str, *, right: Collection[int] = (0,)) -> Check:
    options = tuple(Option(f"option {number}", number in right, "because") for number in range(3))
    return Check(name, "multiple", "……", "one", options, "the explanation")


def make_lesson(name: str = "outpatient", *, pages: int = 2, checks: int = 1) -> Lesson:
    return Lesson(
        key=f"basics/{name}",
        course="basics",
        title="门诊怎么报",
        kind=PageKind.POLICY,
        minutes=4,
        pages=tuple(
            Page(f"basics/{name}#p{number}", "……", PageKind.POLICY, (), "", "edition")
            for number in range(1, pages + 1)
        ),
        checks=tuple(make_check(f"{name}-c{number}") for number in range(1, checks + 1)),
        edition="edition",
    )


def make_course(*lessons: Lesson) -> Course:
    return Course(
        id="basics",
        title="入门",
        title_en="Basics",
        summary="",
        audiences=("employee",),
        kind=CourseKind.ONBOARDING,
        form=Form.STANDARD,
        mandatory=True,
        goals=(),
        quiz="basics",
        lessons=lessons,
    )


def progress(*, read: Mapping[str, datetime] | None = None, checks: Collection[str] = ()) -> LessonProgress:
    pages = {f"basics/outpatient#{slug}": at for slug, at in (read or {}).items()}
    return lesson_progress(make_lesson(), Studied(pages, checks))


def test_a_lesson_that_was_not_begun() -> None:
    found = progress()
    assert (found.pages_read, found.next_page, found.started, found.finished) == (0, 1, False, False)


def test_the_next_page_is_the_first_unread_one() -> None:
    found = progress(read={"p2": MORNING})
    assert (found.pages_read, found.next_page, found.started) == (1, 1, True)


def test_behind_the_last_page_come_the_checks() -> None:
    found = progress(read={"p1": MORNING, "p2": MORNING})
    assert (found.next_page, found.finished, found.finished_at) == (3, False, None)


def test_checks_alone_finish_nothing() -> None:
    assert not progress(read={"p1": MORNING}, checks={"outpatient-c1"}).finished


def test_a_lesson_is_finished_when_every_page_was_read_and_every_check_answered() -> None:
    found = progress(read={"p1": LATER, "p2": MORNING}, checks={"outpatient-c1"})
    assert (found.finished, found.finished_at) == (True, LATER)


def test_pages_and_checks_of_other_lessons_and_earlier_releases_do_not_count() -> None:
    found = progress(read={"gone": MORNING}, checks={"rate-c1"})
    assert (found.pages_read, found.finished) == (0, False)


def test_a_course_is_followed_lesson_by_lesson() -> None:
    first, second = make_lesson("first", pages=1, checks=0), make_lesson("second", pages=1)
    course = make_course(first, second)
    found = course_progress(course, Studied({"basics/first#p1": MORNING}, set()))
    assert [(one.lesson.id, one.finished) for one in found] == [("first", True), ("second", False)]
    assert course.minutes == 8


@given(st.integers(1, 5), st.integers(0, 2), st.sets(st.integers(1, 5)), st.booleans())
def test_pages_read_and_pages_left_add_up(pages: int, checks: int, read: set[int], answered: bool) -> None:
    lesson = make_lesson(pages=pages, checks=checks)
    seen = {f"basics/outpatient#p{number}": MORNING for number in read}
    answers = {check.id for check in lesson.checks} if answered else set[str]()
    found = lesson_progress(lesson, Studied(seen, answers))
    assert 0 <= found.pages_read <= pages
    assert (found.next_page == pages + 1) == (found.pages_read == pages)
    assert found.finished == (found.pages_read == pages and (answered or checks == 0))


@pytest.mark.parametrize(
    ("chosen", "right"), [([0, 2], True), ([2, 0], True), ([0], False), ([0, 1, 2], False), ([], False)]
)
def test_a_check_is_right_when_exactly_the_right_options_are_chosen(chosen: list[int], right: bool) -> None:
    assert make_check("c", right=[0, 2]).is_right(chosen) is right


def test_keys_name_lesson_and_page() -> None:
    lesson = make_lesson()
    assert (lesson.id, lesson.pages[1].slug) == ("outpatient", "p2")
