"""The sitting seen from the obligation: who may open a paper, and what handing one in leads to.

A course without a quiz is acknowledged instead.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from random import Random
from typing import Any

from sqlalchemy import Insert, Integer, Select, bindparam, select

from lms.assignments.models import Assignment, Completion
from lms.assignments.queries import ground, standing
from lms.assignments.rules import Step, may_open_paper
from lms.courses import queries as courses
from lms.kernel.clock import china_date
from lms.kernel.database import UtcDateTime, is_postgresql, session, upsert
from lms.kernel.errors import DomainError, NotFound
from lms.kernel.keys import new_key
from lms.quizzes import operations as quizzes
from lms.quizzes.models import Attempt
from lms.quizzes.queries import Sitting, quiz
from lms.quizzes.rules import Verdict


class PaperNotOpen(DomainError):
    """A paper may not be opened now; ``facts["step"]`` says what comes first."""

    code = "paper-not-open"


class CannotAcknowledge(DomainError):
    """A page or a check is left, or the course ends with a quiz; ``facts["step"]`` says what comes first."""

    code = "cannot-acknowledge"


def start(person_id: int, name: str, *, release_id: str, random: Random, at: datetime) -> str:
    """Open a paper of quiz *name* for the person's assignment, or go on with the open one; returns its key.

    Raises ``NotFound`` when the course was never assigned, ``PaperNotOpen`` and ``CannotDraw``.
    """
    course = courses.course(release_id, quiz(release_id, name).course)
    found = ground(person_id, course)
    if found is None:
        raise NotFound(kind="assignment", key=course.id)
    duty = found.duty
    step = standing(duty, course, lessons_done=found.lessons_done).step
    if step is Step.CONTINUE_QUIZ:
        return quizzes.open_key(duty.key)
    if not may_open_paper(step):
        raise PaperNotOpen(step=step, quiz=name)
    series = quizzes.Series(person_id, duty.key, attempts=duty.failed)
    return quizzes.start(series, name, release_id=release_id, marks=found.marks, random=random, at=at)


def submit(
    sitting: Sitting,
    answers: Mapping[int, list[str]],
    *,
    known: Mapping[int, int] | None = None,
    at: datetime,
) -> Verdict:
    """Save the answers of the form, close the attempt, judge it; a passed one completes the assignment.

    *known* are the sequence numbers of the form's answers, as in ``quizzes.operations.save_all``.
    The attempt, its answers and the completion are themselves the record of what happened: rows that
    are only ever added or closed once. Raises what saving and closing raise.
    """
    values = quizzes.save_all(sitting, answers, known=known, at=at)
    verdict = quizzes.submit(sitting, values, at=at)
    if verdict.passed:
        complete(sitting.series, sitting.id, at=at)
    return verdict


def complete(series: str, attempt_id: int, *, at: datetime) -> None:
    """The assignment that a series is made for is fulfilled by one of its attempts. Once is enough.

    Marking anew may have fulfilled it while another paper was still open.
    """
    session().connection().execute(
        _completion(is_postgresql()),
        {"series": series, "attempt": attempt_id, "at": at, "number": certificate_number(at)},
    )


@cache
def _completion(_postgresql: bool) -> Insert:
    """By the name of the series, which spares reading the assignment first; built once.

    A paper that was answered with help completes with help.
    """
    fulfilled: Select[*tuple[Any, ...]] = select(
        Assignment.id,
        bindparam("attempt", type_=Integer),
        bindparam("at", type_=UtcDateTime),
        bindparam("number"),
        select(Attempt.assistance_id).where(Attempt.id == bindparam("attempt")).scalar_subquery(),
    ).where(Assignment.key == bindparam("series"))
    columns = ["assignment_id", "attempt_id", "completed_at", "certificate", "assistance_id"]
    row = upsert(Completion).from_select(columns, fulfilled)
    return row.on_conflict_do_nothing(index_elements=["assignment_id"])


def acknowledge(
    person_id: int, name: str, *, release_id: str, assistance_id: int | None = None, at: datetime
) -> None:
    """The person confirms having understood course *name*, which has no quiz: that completes the assignment.

    The completion names the release that was acknowledged, and with whose help. Once is enough; a second
    time changes nothing.
    Raises ``NotFound`` when the course was never assigned, and ``CannotAcknowledge``.
    """
    course = courses.course(release_id, name)
    found = ground(person_id, course)
    if found is None:
        raise NotFound(kind="assignment", key=name)
    step = standing(found.duty, course, lessons_done=found.lessons_done).step
    if step is Step.DONE:
        return
    if step is not Step.ACKNOWLEDGE:
        raise CannotAcknowledge(step=step, course=name)
    row = upsert(Completion).values(
        assignment_id=found.duty.id,
        release_id=release_id,
        completed_at=at,
        certificate=certificate_number(at),
        assistance_id=assistance_id,
    )
    session().execute(row.on_conflict_do_nothing(index_elements=["assignment_id"]))


def certificate_number(at: datetime) -> str:
    """Year in China and ten random characters: unguessable, and short enough to be read aloud."""
    return f"{china_date(at).year}-{new_key(5)}-{new_key(5)}"
