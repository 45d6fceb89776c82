"""The sitting seen from the obligation: who may open a paper, and what handing one in leads to."""

from collections.abc import Mapping
from datetime import datetime
from random import Random

from sqlalchemy import Integer, bindparam, insert, select

from lms.assignments.models import Assignment, Completion
from lms.assignments.queries import ground, standing
from lms.assignments.rules import Step, may_open_paper
from lms.courses import queries as courses
from lms.kernel.clock import china_date
from lms.kernel.database import UtcDateTime, session
from lms.kernel.errors import DomainError, NotFound
from lms.kernel.keys import new_key
from lms.quizzes import operations as quizzes
from lms.quizzes.queries import Sitting, quiz
from lms.quizzes.rules import Verdict


class PaperNotOpen(DomainError):
    """A paper may not be opened now; ``facts["step"]`` says what comes first."""

    code = "paper-not-open"


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
    return quizzes.start(series, name, release_id=release_id, random=random, at=at)


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
        session().connection().execute(
            _COMPLETION,
            {"series": sitting.series, "attempt": sitting.id, "at": at, "number": _certificate_number(at)},
        )
    return verdict


_COMPLETION = insert(Completion).from_select(
    ["assignment_id", "attempt_id", "completed_at", "certificate"],
    select(
        Assignment.id,
        bindparam("attempt", type_=Integer),
        bindparam("at", type_=UtcDateTime),
        bindparam("number"),
    ).where(Assignment.key == bindparam("series")),
)
"""By the name of the series, which spares reading the assignment first."""


def _certificate_number(at: datetime) -> str:
    """Year in China and ten random characters: unguessable, and short enough to be read aloud."""
    return f"{china_date(at).year}-{new_key(5)}-{new_key(5)}"
