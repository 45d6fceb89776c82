"""What a closed attempt led to."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased

from lms.assignments.models import Assignment, Completion, Help
from lms.quizzes import queries as quizzes
from lms.quizzes.models import Attempt, AttemptState
from lms.quizzes.queries import Sitting


@dataclass(frozen=True)
class Outcome:
    """A closed attempt and what it led to."""

    paper: Sitting
    due_on: date
    excused_at: datetime | None
    certificate: str | None
    completed_at: datetime | None
    failed_since_help: int
    is_latest: bool


def _own_outcome() -> Select[*tuple[Any, ...]]:
    later = aliased(Attempt)
    helped = (
        select(func.max(Help.after_attempt))
        .where(Help.assignment_id == Assignment.id)
        .correlate(Assignment)
        .scalar_subquery()
    )
    failed = (
        select(func.count())
        .where(
            later.series == Attempt.series,
            later.state == AttemptState.FAILED,
            later.number > func.coalesce(helped, 0),
        )
        .correlate(Attempt, Assignment)
        .scalar_subquery()
    )
    last = select(func.max(later.number)).where(later.series == Attempt.series).scalar_subquery()
    completion = Completion.assignment_id == Assignment.id
    certificate = select(Completion.certificate).where(completion).scalar_subquery()
    completed_at = select(Completion.completed_at).where(completion).scalar_subquery()
    return quizzes.one_sitting(
        Attempt.person_id == bindparam("person"),
        Attempt.key == bindparam("key"),
        Assignment.key == Attempt.series,
        also=(Assignment.due_on, Assignment.excused_at, certificate, completed_at, failed, last),
    )


_OUTCOME = _own_outcome()


def outcome(person_id: int, key: str) -> Outcome:
    """A person's own attempt with what followed, in one statement. Raises ``NotFound``."""
    paper, (due_on, excused_at, number, completed_at, failed_since_help, newest) = quizzes.read_sitting(
        _OUTCOME, person=person_id, key=key
    )
    return Outcome(paper, due_on, excused_at, number, completed_at, failed_since_help, newest == paper.number)
