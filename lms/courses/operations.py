"""Recording what somebody read and answered."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert

from lms.courses.models import CheckAnswer, PageRead
from lms.courses.rules import Check, Lesson, Page
from lms.kernel.database import session


def mark_read(person_id: int, lesson: Lesson, page: Page, *, release_id: str, at: datetime) -> None:
    """Record that the page, in the edition of this release, was read to the end."""
    session().execute(
        insert(PageRead).values(
            person_id=person_id,
            course=lesson.course,
            page=page.key,
            release_id=release_id,
            edition=page.edition,
            at=at,
        )
    )


def answer_check(
    person_id: int, lesson: Lesson, check: Check, *, chosen: Collection[int], at: datetime
) -> bool:
    """Record an answer to an in-lesson check; returns whether it is right."""
    right = check.is_right(chosen)
    session().execute(
        insert(CheckAnswer).values(
            person_id=person_id,
            course=lesson.course,
            lesson=lesson.key,
            check_id=check.id,
            edition=lesson.edition,
            chosen=",".join(str(number) for number in sorted(chosen)),
            right=right,
            at=at,
        )
    )
    return right
