"""The progress list: a page of it, its totals, and all of it for an export; all read the same ledger."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from lms.assignments.models import Assignment, Cause, Completion
from lms.assignments.rules import days_overdue
from lms.kernel.database import session
from lms.people.models import Audience, Department, Person
from lms.quizzes.models import Attempt
from lms.quizzes.remarks import GAINED, LOST, REGRADE_REASON, REGRADED_AT, standing_verdict
from lms.reports import ledger
from lms.reports.filters import Filters
from lms.reports.ledger import Columns
from lms.reports.rules import UNFINISHED, State
from lms.rollouts.standing import Standing

PAGE_SIZE = 50
_BATCH = 1000


@dataclass(frozen=True)
class Row:
    """A person and an assigned course. ``earned`` of ``points`` are those of the last paper handed in.

    After a mistake of ours a score is the one that counts now, as the state is what counts now; the first one
    stands beside it in ``first_score``. The course may then be done by an earlier paper that passes now.

    ``acknowledged``: completed by reading and confirming, without a quiz. ``standing`` is towards the policy
    that the list was narrowed to.
    """

    assignment: str
    person: str
    number: str
    name: str
    department: str
    region: str
    audience: Audience
    course: str
    cause: Cause
    assigned_on: date
    due_on: date
    state: State
    failed: int
    earned: int | None
    points: int | None
    pass_line: Decimal | None
    gained: int | None
    lost: int | None
    regraded_at: datetime | None
    regrade_reason: str | None
    completed_at: datetime | None
    certificate: str | None
    acknowledged: bool
    standing: Standing | None

    def overdue(self, today: date) -> int:
        """Days overdue today; 0 when done."""
        return 0 if self.completed_at else days_overdue(self.due_on, today)

    @property
    def score(self) -> Decimal | None:
        """Score of the last paper handed in, as it is shown; ``None`` before the first one."""
        return self._score(self.gained, self.lost)

    @property
    def first_score(self) -> Decimal | None:
        """What a paper that was marked anew had come to when it was handed in; ``None`` for all others."""
        return self._score(None, None) if self.regraded_at else None

    def _score(self, gained: int | None, lost: int | None) -> Decimal | None:
        if self.points is None or self.pass_line is None:
            return None
        found = standing_verdict(self.earned, self.points, self.pass_line, gained, lost)
        return found.shown if found else None


@dataclass(frozen=True)
class Totals:
    """Numbers of a narrowed list. ``by_state`` counts as if no state had been asked for."""

    by_state: Mapping[State, int]
    rows: int
    people: int

    @property
    def everything(self) -> int:
        """Rows of all states."""
        return sum(self.by_state.values())

    @property
    def unfinished(self) -> int:
        """Rows that are not done."""
        return sum(count for state, count in self.by_state.items() if state in UNFINISHED)

    @property
    def pages(self) -> int:
        """Pages of the list, at least one."""
        return max(1, -(-self.rows // PAGE_SIZE))


def totals(filters: Filters, today: date) -> Totals:
    """Totals of the list in one statement."""
    matching = ledger.joined(select(ledger.state().label("state"), Assignment.person_id))
    found = ledger.narrowed(matching, filters, today).cte("matching").prefix_with("MATERIALIZED")
    asked = found.c.state.in_(filters.states or State)
    counts = [func.count().filter(found.c.state == state).label(state) for state in State]
    people = func.count(found.c.person_id.distinct()).filter(asked)
    row = session().execute(select(*counts, func.count().filter(asked), people).select_from(found)).one()
    return Totals(dict(zip(State, row, strict=False)), row[-2], row[-1])


def page_of(filters: Filters, today: date, *, page: int) -> list[Row]:
    """A page of the list in two statements: which rows, then what stands in them. Pages count from 1."""
    chosen = _asked(ledger.joined(select(Assignment.id)), filters, today)
    ids = session().scalars(chosen.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    rows = _detailed(filters, today).where(Assignment.id.in_(ids)).order_by(*ledger.ORDER)
    return [_row(row) for row in session().execute(rows)]


def all_of(filters: Filters, today: date) -> Iterator[Row]:
    """All rows of the list in one statement, read a batch at a time."""
    statement = _asked(_detailed(filters, today), filters, today).execution_options(yield_per=_BATCH)
    for row in session().execute(statement):
        yield _row(row)


def _asked(statement: Columns, filters: Filters, today: date) -> Columns:
    statement = ledger.narrowed(statement, filters, today).order_by(*ledger.ORDER)
    return statement.where(ledger.state().in_(filters.states)) if filters.states else statement


def _detailed(filters: Filters, today: date) -> Columns:
    columns = (
        Assignment.key,
        Person.key,
        Person.number,
        Person.name,
        Department.name,
        Person.region,
        Person.audience,
        Assignment.course,
        Assignment.cause,
        Assignment.assigned_on,
        Assignment.due_on,
        ledger.state(),
        ledger.failed_papers(),
        Attempt.earned,
        Attempt.points,
        Attempt.pass_line,
        GAINED,
        LOST,
        REGRADED_AT,
        REGRADE_REASON,
        Completion.completed_at,
        Completion.certificate,
        Completion.release_id.is_not(None),
        ledger.standing_towards(filters, today),
    )
    last = (Attempt.series == Assignment.key) & (Attempt.number == ledger.last_paper())
    return (
        ledger.joined(select(*columns))
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Attempt, last)
    )


def _row(row: Sequence[Any]) -> Row:
    values = list(row)
    values[11], values[-2] = State(values[11]), bool(values[-2])
    values[-1] = Standing(values[-1]) if values[-1] else None
    return Row(*values)
