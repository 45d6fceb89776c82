"""The help list: who failed two papers and cannot go on before a person helps."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select

from lms.assignments.models import Assignment
from lms.assignments.rules import days_overdue
from lms.kernel.database import session
from lms.people.models import Department, Person
from lms.quizzes.models import Answer, Attempt
from lms.quizzes.papers import from_text
from lms.quizzes.queries import questions_of
from lms.quizzes.rules import is_right
from lms.reports import ledger
from lms.reports.models import Cell, Line
from lms.reports.rules import Level, State
from lms.reports.totals import summed

PAGE_SIZE = 50
_WAITS = Line.waits_since.is_not(None)


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
    waits = Cell.state == State.WAITING_FOR_HELP
    count = select(summed(Cell.n)).where(Cell.level == Level.COMPANY, waits)
    return int(session().execute(count).scalar_one())


def longest_wait() -> datetime | None:
    """Since when the one waits who has waited longest; ``None`` when nobody does."""
    return session().execute(select(func.min(Line.waits_since)).where(_WAITS)).scalar()


def stuck(*, page: int) -> list[Stuck]:
    """A page of the list, who waits longest first, in two statements. Pages count from 1."""
    first = select(Line.assignment_id).where(_WAITS).order_by(Line.waits_since, Line.assignment_id)
    ids = session().scalars(first.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    last = (Attempt.series == Assignment.key) & (Attempt.number == ledger.last_paper())
    columns = (
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
    statement = (
        ledger.with_people(select(*columns))
        .join(Department, Department.id == Person.department_id)
        .join(Attempt, last)
        .where(Assignment.id.in_(ids))
        .order_by(Attempt.submitted_at, Assignment.id)
    )
    return [Stuck(*row) for row in session().execute(statement)]


def waiting_people(course: str = "") -> Select[int]:
    """Select of the ids of those who wait for help, in one course or in any."""
    people = select(Line.person_id).where(_WAITS).distinct()
    return people.where(Line.course == course) if course else people


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
