"""The progress list: a page of it, found through the read model, and all of it, as the ledger has it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Select, select

from lms.assignments.models import Assignment, Cause, Completion, HelpKind
from lms.assignments.queries import help_of_completion
from lms.assignments.rules import days_overdue
from lms.kernel.database import session
from lms.people.models import Audience, Department, Person
from lms.quizzes.models import Attempt
from lms.quizzes.remarks import GAINED, LOST, REGRADE_REASON, REGRADED_AT, standing_verdict
from lms.reports import ledger
from lms.reports.filters import Filters
from lms.reports.ledger import Columns
from lms.reports.pages import Stretch, ids_of
from lms.reports.rules import UNFINISHED, State
from lms.reports.totals import PAGE_SIZE, Totals, totals
from lms.rollouts.standing import Standing

_BATCH = 1000


@dataclass(frozen=True)
class Row:
    """A person and an assigned course. ``earned`` of ``points`` are those of the last paper handed in.

    After a mistake of ours a score is the one that counts now, as the state is what counts now; the first one
    stands beside it in ``first_score``. The course may then be done by an earlier paper that passes now.

    ``acknowledged``: completed by reading and confirming, without a quiz. ``assisted``: with what kind of
    help it was completed; empty of what somebody did alone. ``standing`` is towards the policy that the list
    was narrowed to.
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
    assisted: HelpKind | None
    standing: Standing | None

    def overdue(self, today: date) -> int:
        """Days overdue today; 0 when done or excused."""
        return days_overdue(self.due_on, today) if self.state in UNFINISHED else 0

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


def page_of(filters: Filters, today: date, *, page: int, found: Totals | None = None) -> list[Row]:
    """A page of the list: which rows, then what stands in them. Pages count from 1.

    *found* are the totals of the list, for who knows them already.
    """
    ids = ids_of(filters, today, Stretch((page - 1) * PAGE_SIZE, PAGE_SIZE), found)
    places = {identity: place for place, identity in enumerate(ids)}
    columns = select(Assignment.id, *_columns(filters, today))
    detailed = _detailed(ledger.with_people(columns))
    rows = session().execute(detailed.where(Assignment.id.in_(ids))).all()
    return [_row(row[1:]) for row in sorted(rows, key=lambda row: places[row[0]])]


def all_of(filters: Filters, today: date) -> Iterator[Row]:
    """All rows of the list in one statement, read a batch at a time."""
    everything = _detailed(ledger.joined(select(*_columns(filters, today))))
    statement = _asked(everything, filters, today).execution_options(yield_per=_BATCH)
    for row in session().execute(statement):
        yield _row(row)


def states_of_all() -> Counter[State]:
    """How many rows of each state a full export has: ``all_of`` row by row, of its columns only this one."""
    rows = session().connection().execute(_states_of_all())
    return Counter(State(row[0]) for row in rows)


@cache
def _states_of_all() -> Columns:
    whole = _detailed(ledger.joined(select(ledger.state())))
    return _asked(whole, Filters(), date.min).execution_options(yield_per=_BATCH)


def owing(filters: Filters, today: date) -> Select[int]:
    """Ids of the assignments of the list that are still owed, to remind people of; as the ledger has it."""
    owed = ledger.joined(select(Assignment.id)).where(ledger.UNFINISHED)
    statement = ledger.narrowed(owed, filters, today)
    all_of_them = not filters.states or filters.states >= UNFINISHED
    return statement if all_of_them else statement.where(ledger.state().in_(filters.states))


def _asked(statement: Columns, filters: Filters, today: date) -> Columns:
    statement = ledger.narrowed(statement, filters, today).order_by(*ledger.ORDER)
    return statement.where(ledger.state().in_(filters.states)) if filters.states else statement


def _columns(filters: Filters, today: date) -> tuple[Any, ...]:
    return (
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
        help_of_completion(),
        ledger.standing_towards(filters, today),
    )


def _detailed(statement: Columns) -> Columns:
    """*statement* over assignments, with department and last paper."""
    last = (Attempt.series == Assignment.key) & (Attempt.number == ledger.last_paper())
    return statement.join(Department, Department.id == Person.department_id).outerjoin(Attempt, last)


def _row(row: Sequence[Any]) -> Row:
    values = list(row)
    values[11], values[-3] = State(values[11]), bool(values[-3])
    values[-1] = Standing(values[-1]) if values[-1] else None
    return Row(*values)


__all__ = ["PAGE_SIZE", "Row", "Totals", "all_of", "owing", "page_of", "totals"]
