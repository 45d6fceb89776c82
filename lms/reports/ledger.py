"""The ledger of obligations as SQL: one row a person and assigned course, with what its papers amount to.

Every list and every number of this folder is read from it, so that they agree.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    case,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from lms.assignments.models import Assignment, Completion, Help
from lms.assignments.queries import owed
from lms.assignments.rules import PAPERS_BEFORE_HELP
from lms.courses.models import CheckAnswer, PageRead
from lms.kernel.database import UtcDateTime
from lms.people.models import Person, PersonState
from lms.people.queries import headed_by, with_descendants
from lms.quizzes.models import Attempt, AttemptState
from lms.reports.filters import Filters
from lms.reports.rules import SOON_DAYS, Due, Papers, State
from lms.rollouts.standing import concerned, standing

Columns = Select[*tuple[Any, ...]]
UNFINISHED = owed()
"""Neither completed nor excused; ``Completion`` has to be joined from the outside."""
ASSISTED = Completion.assistance_id.is_not(None)
"""Completed with a helper; ``Completion`` has to be joined here too."""
ACTIVE = Person.state == PersonState.ACTIVE
_OF_SERIES = Attempt.series == Assignment.key
ORDER = (~UNFINISHED, Assignment.due_on, Person.number, Assignment.id)
"""What is unfinished before what is done or excused, each by due date."""


def failed_papers() -> ScalarSelect[int]:
    """How many papers were failed."""
    return _count(Attempt.state == AttemptState.FAILED)


def last_paper() -> ScalarSelect[int]:
    """Number of the last paper that was handed in."""
    handed_in = Attempt.state != AttemptState.OPEN
    return (
        select(func.max(Attempt.number)).where(_OF_SERIES, handed_in).correlate(Assignment).scalar_subquery()
    )


def failed_since_help() -> ColumnElement[bool]:
    """True of an attempt that failed after the last help recorded for its assignment."""
    helped = (
        select(func.coalesce(func.max(Help.after_attempt), 0))
        .where(Help.assignment_id == Assignment.id)
        .correlate(Assignment)
        .scalar_subquery()
    )
    return (Attempt.state == AttemptState.FAILED) & (Attempt.number > helped)


def _failed_enough() -> ColumnElement[bool]:
    return _count(failed_since_help()) >= PAPERS_BEFORE_HELP


def state() -> ColumnElement[str]:
    """The state as ``rules.state_of`` decides it.

    Papers are looked up only where the assignment is unfinished, and evidence of reading only where there
    is no paper: measured with 200,000 assignments, that is faster than aggregating all attempts beforehand.
    """
    begun = or_(
        select(PageRead.id).where(_whose(PageRead)).exists(),
        select(CheckAnswer.id).where(_whose(CheckAnswer)).exists(),
    )
    with_papers = case(
        (_any_paper(Attempt.state == AttemptState.OPEN), State.IN_QUIZ.value),
        (_failed_enough(), State.WAITING_FOR_HELP.value),
        else_=State.REMEDIAL.value,
    )
    return case(
        (Completion.assignment_id.is_not(None), State.DONE.value),
        (Assignment.excused_at.is_not(None), State.EXCUSED.value),
        (_any_paper(), with_papers),
        (begun, State.LEARNING.value),
        else_=State.NOT_STARTED.value,
    )


def papers() -> ColumnElement[str]:
    """What the papers of an assignment amount to."""
    first, passed = Attempt.number == 1, Attempt.state == AttemptState.PASSED
    return case(
        (~_any_paper(first, Attempt.state != AttemptState.OPEN), Papers.NONE.value),
        (_any_paper(first, passed), Papers.PASSED_AT_ONCE.value),
        (_any_paper(~first, passed), Papers.PASSED_LATER.value),
        else_=Papers.FAILED_FIRST.value,
    )


def last_handed_in(series: ColumnElement[str]) -> ColumnElement[datetime | None]:
    """When the last paper of a series was handed in."""
    last = select(func.max(Attempt.submitted_at)).where(Attempt.series == series)
    return type_coerce(last.scalar_subquery(), UtcDateTime())


def aside(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition, said in a way for which no index is looked up."""
    return case((condition, 1), else_=0) == 1


def _any_paper(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Attempt.id).where(_OF_SERIES, *where).correlate(Assignment).exists()


def _count(*where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(_OF_SERIES, *where).correlate(Assignment).scalar_subquery()


def _whose(evidence: type[PageRead | CheckAnswer]) -> ColumnElement[bool]:
    return (evidence.person_id == Assignment.person_id) & (evidence.course == Assignment.course)


def joined(statement: Columns) -> Columns:
    """*statement* over the assignments of active persons, with their completions."""
    return with_people(statement).where(ACTIVE)


def with_people(statement: Columns) -> Columns:
    """*statement* over assignments, with persons and completions; for those that are known by their ids.

    Asked whether a person is active, SQLite would begin with all who are.
    """
    return (
        statement.select_from(Assignment)
        .join(Person, Person.id == Assignment.person_id)
        .outerjoin(Completion, Completion.assignment_id == Assignment.id)
    )


def overdue(today: date, *, days: int = 0) -> ColumnElement[bool]:
    """Unfinished, and due more than *days* days ago."""
    return owed_before(today - timedelta(days=days))


def due_soon(today: date) -> ColumnElement[bool]:
    """Unfinished, and due today or within the days that follow."""
    return owed_within(today, today + timedelta(days=SOON_DAYS))


def owed_before(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """Unfinished, and due before a day."""
    return UNFINISHED & (Assignment.due_on < day)


def owed_within(first: date | BindParameter[date], last: date | BindParameter[date]) -> ColumnElement[bool]:
    """Unfinished, and due on one of the days."""
    return UNFINISHED & Assignment.due_on.between(first, last)


def narrowed(statement: Columns, filters: Filters, today: date) -> Columns:
    """*statement* with every filter but the states, which need the papers."""
    return statement.where(*_of_people(filters, today), *_of_courses(filters, today))


def _of_people(filters: Filters, today: date) -> Iterator[ColumnElement[bool]]:
    if filters.department:
        yield Person.department_id.in_(with_descendants(filters.department))
    if filters.head is not None:
        yield Person.department_id.in_(headed_by(filters.head))
    if filters.region:
        yield Person.region == filters.region
    if filters.audience:
        yield Person.audience == filters.audience
    if filters.policy:
        yield Assignment.person_id.in_(_standing_so(filters, today))
    if filters.text:
        named = Person.name.icontains(filters.text, autoescape=True)
        yield or_(named, Person.number.icontains(filters.text, autoescape=True))


def _of_courses(filters: Filters, today: date) -> Iterator[ColumnElement[bool]]:
    if filters.course:
        yield Assignment.course == filters.course
    if filters.papers:
        yield papers() == filters.papers.value
    if filters.due:
        yield overdue(today) if filters.due is Due.OVERDUE else due_soon(today)


def _standing_so(filters: Filters, today: date) -> Select[int]:
    """The people whom the policy concerns and who stand towards it as asked; decided once a person."""
    people = select(Person.id).where(concerned(filters.policy, today)).correlate(None)
    if filters.standing is None:
        return people
    return people.where(standing(filters.policy, today) == filters.standing.value)


def standing_towards(filters: Filters, today: date) -> ColumnElement[str]:
    """How the person stands towards the policy of the filters, as a column; empty when there is none."""
    return standing(filters.policy, today) if filters.policy else literal("")
