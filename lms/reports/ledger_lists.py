"""The lists that pages lead to, counted in the ledger: what the screens have to say."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Date, Subquery, and_, bindparam, func, select, true

from lms.assignments.models import Assignment
from lms.kernel.database import read
from lms.reports import ledger
from lms.reports.filters import Filters
from lms.reports.ledger import Columns
from lms.reports.rules import SOON_DAYS, UNFINISHED, Due, Papers, State


def lists() -> Iterator[tuple[str, Filters]]:
    """The lists that pages lead to, by name."""
    yield "everything", Filters()
    yield "unfinished", Filters(states=UNFINISHED)
    yield from ((state.value, Filters(states=frozenset({state}))) for state in State)
    yield from ((due.value, Filters(due=due)) for due in Due)
    yield from ((papers.value, Filters(papers=papers)) for papers in Papers)


def counted_in_ledger(today: date) -> dict[str, tuple[int, int]]:
    """Name of a list → rows and people of it, all of them in one look at the ledger."""
    found = read(_counting(), today=today, soon=today + timedelta(days=SOON_DAYS)).one()
    names = [name for name, _ in lists()]
    rows, people = map(int, found[::2]), map(int, found[1::2])
    return dict(zip(names, zip(rows, people, strict=True), strict=True))


@cache
def _counting() -> Columns:
    """Rows of a person that are alike are added up first: SQLite would else work out the state for each
    count.
    """
    told = (
        Assignment.person_id.label("person"),
        ledger.state().label("state"),
        ledger.papers().label("papers"),
        ledger.owed_before(bindparam("today", type_=Date())).label(Due.OVERDUE),
        ledger.owed_within(*(bindparam(name, type_=Date()) for name in ("today", "soon"))).label(Due.SOON),
    )
    rows = ledger.joined(select(*told)).subquery()
    alike = select(*rows.c, func.count().label("n")).group_by(*rows.c).subquery()
    counts: list[ColumnElement[int]] = []
    for _, filters in lists():
        within = _within(alike, filters)
        counts.append(func.coalesce(func.sum(alike.c.n).filter(within), 0))
        counts.append(func.count(alike.c.person.distinct()).filter(within))
    return select(*counts)


def _within(alike: Subquery, filters: Filters) -> ColumnElement[bool]:
    found: list[ColumnElement[bool]] = []
    if filters.states:
        found.append(alike.c.state.in_(filters.states))
    if filters.due:
        found.append(alike.c[filters.due])
    if filters.papers:
        found.append(alike.c.papers == filters.papers.value)
    return and_(true(), *found)
