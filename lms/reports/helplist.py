"""The help list: who failed two papers and cannot go on before a person helps."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from lms.assignments.models import Assignment
from lms.assignments.rules import days_overdue
from lms.kernel.database import session
from lms.people.models import Department, Person
from lms.quizzes.models import Answer, Attempt
from lms.quizzes.papers import from_text
from lms.quizzes.queries import questions_of
from lms.quizzes.rules import is_right
from lms.reports import ledger
from lms.reports.ledger import Columns

PAGE_SIZE = 50


@dataclass(frozen=True)
class Stuck:
    """Somebody who waits since the instant at which the last paper was handed in."""

    assignment: str
    person: str
    number: str
    name: str
    department: str
    course: str
    quiz: str
    due_on: date
    failed: int
    since: datetime

    def overdue(self, today: date) -> int:
        """Days overdue today."""
        return days_overdue(self.due_on, today)


def stuck_count() -> int:
    """How many assignments wait for help."""
    return int(session().execute(_stuck(func.count())).scalar_one())


def longest_wait() -> datetime | None:
    """Since when the one waits who has waited longest; ``None`` when nobody does."""
    return session().execute(_with_last_paper(func.min(Attempt.submitted_at))).scalar()


def stuck(*, page: int) -> list[Stuck]:
    """A page of the list, who waits longest first, in one statement. Pages count from 1."""
    statement = (
        _with_last_paper(
            Assignment.key,
            Person.key,
            Person.number,
            Person.name,
            Department.name,
            Assignment.course,
            Attempt.quiz,
            Assignment.due_on,
            ledger.failed_papers(),
            Attempt.submitted_at,
        )
        .join(Department, Department.id == Person.department_id)
        .order_by(Attempt.submitted_at, Assignment.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return [Stuck(*row) for row in session().execute(statement)]


def _stuck(*columns: Any) -> Columns:
    waits = Assignment.key.in_(ledger.in_trouble()) & ledger.waits_for_help()
    return ledger.joined(select(*columns)).where(waits)


def _with_last_paper(*columns: Any) -> Columns:
    last = (Attempt.series == Assignment.key) & (Attempt.number == ledger.last_paper())
    return _stuck(*columns).join(Attempt, last)


def missed_topics(assignments: Sequence[str]) -> Mapping[str, Counter[str]]:
    """Assignment key → topic → questions missed on papers failed since the last help, in three statements."""
    papers = session().execute(
        select(Attempt.id, Attempt.series, Attempt.paper)
        .join(Assignment, Assignment.key == Attempt.series)
        .where(Attempt.series.in_(assignments), ledger.failed_since_help())
        .order_by(Attempt.id)
    )
    found = [(row.id, row.series, from_text(row.paper)) for row in papers]
    answers = _answers([identity for identity, _, _ in found])
    questions = questions_of([drawn for _, _, paper in found for drawn in paper])
    missed: dict[str, Counter[str]] = {key: Counter() for key in assignments}
    for identity, series, paper in found:
        for position, drawn in enumerate(paper, 1):
            right = is_right(questions[drawn.edition], drawn, answers.get((identity, position)))
            missed[series][drawn.topic] += not right
    return {key: +topics for key, topics in missed.items()}


def _answers(attempts: Sequence[int]) -> dict[tuple[int, int], str]:
    rows = session().execute(
        select(Answer.attempt_id, Answer.position, Answer.value).where(Answer.attempt_id.in_(attempts))
    )
    return {(row.attempt_id, row.position): row.value for row in rows}
