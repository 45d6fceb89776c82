"""How many rows and people a narrowed list has, counted from cells or profiles and never row by row.

Only where neither can tell how many people are meant are the lines looked through.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    any_,
    case,
    func,
    literal,
    select,
)

from lms.kernel.database import is_postgresql, session
from lms.people.queries import headed_by, with_descendants
from lms.reports.filters import Filters
from lms.reports.ledger import aside
from lms.reports.models import Cell, Line, Profile
from lms.reports.profiles import stands_so
from lms.reports.projection import documents
from lms.reports.rules import SOON_DAYS, UNFINISHED, Due, Level, State

PAGE_SIZE = 50
FEW = 3000
"""So many rows are gathered and put in order; more are gone through in order."""
FEW_PEOPLE = 5000
"""The same for people, each of whom has several rows that lie far apart."""
Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True)
class Totals:
    """Numbers of a narrowed list. ``by_state`` counts as if no state had been asked for.

    ``few``: whoever was searched for, by text or policy, where they are no more than ``FEW_PEOPLE``.
    """

    by_state: Mapping[State, int]
    rows: int
    people: int
    few: Sequence[int] | None = field(default=None, repr=False, compare=False)

    @property
    def everything(self) -> int:
        """Rows of all states."""
        return sum(self.by_state.values())

    @property
    def unfinished(self) -> int:
        """Rows that are owed."""
        return sum(count for state, count in self.by_state.items() if state in UNFINISHED)

    @property
    def pages(self) -> int:
        """Pages of the list, at least one."""
        return max(1, -(-self.rows // PAGE_SIZE))


def totals(filters: Filters, today: date) -> Totals:
    """Totals of the list as the read model has it."""
    if filters.text or filters.policy:
        return _searched(filters, today)
    return _counted(filters, today)


def asked_states(filters: Filters) -> frozenset[State]:
    """The states that rows of the list can be in."""
    states = filters.states or frozenset(State)
    return states & UNFINISHED if filters.due else states


# -- counted from cells -----------------------------------------------------------------------------------


def level_of(filters: Filters) -> Level:
    """The coarsest level that tells apart what the list is narrowed by."""
    if filters.region or filters.audience:
        return Level.EVERYTHING
    if not filters.department and filters.head is None:
        return Level.COMPANY
    return Level.EVERYTHING if filters.course or filters.papers else Level.DEPARTMENT


def cells_of(filters: Filters, today: date) -> Conditions:
    """Conditions for the cells that the list is made of, whatever the state."""
    return [
        Cell.level == level_of(filters),
        *within_people(Cell, filters),
        *within_course(Cell, filters),
        *within_days(Cell, filters, today),
    ]


def within_people(kind: type[Cell | Line | Profile], filters: Filters) -> Conditions:
    """Conditions by where people are and who they are."""
    found: Conditions = [kind.department_id.in_(_few(kind, one)) for one in _departments(filters)]
    if filters.region:
        found.append(kind.region == filters.region)
    if filters.audience:
        found.append(kind.audience == filters.audience)
    return found


def _departments(filters: Filters) -> Iterator[Select[Any]]:
    if filters.department:
        yield with_descendants(filters.department)
    if filters.head is not None:
        yield headed_by(filters.head)


def _few(kind: type[Cell | Line | Profile], departments: Select[Any]) -> Select[Any] | Sequence[int]:
    """Of lines, which are many, the departments are looked up first: PostgreSQL takes a tree for large."""
    return session().scalars(departments).all() if issubclass(kind, Line) else departments


def within_course(kind: type[Cell | Line], filters: Filters) -> Conditions:
    """Conditions by course and papers."""
    found: Conditions = []
    if filters.course:
        found.append(kind.course == filters.course)
    if filters.papers:
        found.append(kind.papers == filters.papers)
    return found


def within_days(kind: type[Cell | Line], filters: Filters, today: date) -> Conditions:
    """Conditions by due date, which are about what is owed."""
    if filters.due is None:
        return []
    owed = kind.closed == literal(False) if issubclass(kind, Line) else kind.state.in_(UNFINISHED)
    if filters.due is Due.OVERDUE:
        return [owed, kind.due_on < today]
    return [owed, kind.due_on.between(today, today + timedelta(days=SOON_DAYS))]


def lines_of(filters: Filters, today: date) -> Conditions:
    """Conditions for the lines of the list but for text and policy, which profiles tell."""
    rest = [*within_course(Line, filters), *within_days(Line, filters, today)]
    return [*within_people(Line, filters), *rest]


def summed(column: SQLColumnExpression[int], *where: ColumnElement[bool]) -> ColumnElement[int]:
    """The sum of a column of cells, 0 where there are none."""
    whole = func.sum(column)
    return func.coalesce(whole.filter(*where) if where else whole, 0)


def soon(today: date) -> ColumnElement[int]:
    """Of a cell: how many people it stands for among those who owe something within the next days."""
    days = {today + timedelta(days=day): getattr(Cell, f"soon_{day}") for day in range(SOON_DAYS + 1)}
    return case(days, value=Cell.due_on, else_=0)


_BY_STATE = [summed(Cell.n, Cell.state == state) for state in State]


def _counted(filters: Filters, today: date) -> Totals:
    states = asked_states(filters)
    statement = _counting(filters, today if filters.due else date.min)
    row = session().connection().execute(statement).one()
    by_state = {state: int(count) for state, count in zip(State, row, strict=False)}
    rows = sum(by_state[state] for state in states)
    if len(row) > len(by_state):
        return Totals(by_state, rows, int(row[-1]))
    return Totals(by_state, rows, _people(filters, today, rows))


@lru_cache(maxsize=256)
def _counting(filters: Filters, today: date) -> Select[*tuple[int, ...]]:
    """Rows by state, then people where a column of cells counts them. The day matters to due dates only."""
    states = asked_states(filters)
    mark = _mark(filters, states, today)
    people = [summed(mark, Cell.state.in_(states))] if mark is not None else []
    return select(*_BY_STATE, *people).where(*cells_of(filters, today))


def _mark(filters: Filters, states: Collection[State], today: date) -> Any:
    """The column of cells that counts people; ``None`` where none does."""
    of = "of_course" if filters.course else "of"
    if filters.papers:
        narrowed = filters.course or filters.due or states != frozenset(State)
        return None if narrowed else Cell.of_papers
    if filters.due is Due.SOON:
        return None if filters.course or states != UNFINISHED else soon(today)
    if states == frozenset(State):
        return Cell.of_course if filters.course else Cell.of_all
    if states == UNFINISHED:
        return getattr(Cell, f"{of}_owed")
    return getattr(Cell, f"{of}_state") if len(states) == 1 else None


def _people(filters: Filters, today: date, rows: int) -> int:
    """As many as rows, where everybody has one row of the course; else they are told apart."""
    if filters.course:
        whole = Filters(
            course=filters.course,
            department=filters.department,
            region=filters.region,
            audience=filters.audience,
            head=filters.head,
        )
        both = select(summed(Cell.n), summed(Cell.of_course)).where(*cells_of(whole, today))
        n, different = session().execute(both).one()
        if n == different:
            return rows
    states = Line.state.in_(asked_states(filters))
    told_apart = select(func.count(Line.person_id.distinct())).where(*lines_of(filters, today), states)
    return session().execute(told_apart).scalar_one()


# -- counted from profiles --------------------------------------------------------------------------------


def profiles_of(filters: Filters) -> Conditions:
    """Conditions for the people of the list, by what only profiles tell and by where they are."""
    found = within_people(Profile, filters)
    if filters.policy:
        found.append(stands_so(documents(), filters.policy, filters.standing))
    if filters.text:
        found.append(_instr(filters.text))
    return found


def _instr(text: str) -> ColumnElement[bool]:
    """True of a profile whose words hold the text, small and capital letters being alike."""
    position = func.strpos if is_postgresql() else func.instr
    return position(Profile.words, func.lower(text)) > 0


def _searched(filters: Filters, today: date) -> Totals:
    searched = profiles_of(filters)
    few = _few_people(searched)
    if filters.course or filters.due or filters.papers:
        return _looked_through(filters, today, searched, few)
    states = asked_states(filters)
    some = sum((getattr(Profile, state.value) for state in sorted(states)[1:]), _first(states))
    counts = [summed(getattr(Profile, state.value)) for state in State]
    statement = select(*counts, func.count().filter(some > 0)).select_from(Profile)
    row = session().execute(statement.where(*searched if few is None else [one_of(Profile.person_id, few)]))
    *numbers, people = row.one()
    by_state = dict(zip(State, map(int, numbers), strict=True))
    return Totals(by_state, sum(by_state[state] for state in states), people, few)


def _first(states: Collection[State]) -> ColumnElement[int]:
    column: ColumnElement[int] = getattr(Profile, min(states).value)
    return column


def _few_people(searched: Conditions) -> Sequence[int] | None:
    found = session().scalars(select(Profile.person_id).where(*searched).limit(FEW_PEOPLE + 1)).all()
    return found if len(found) <= FEW_PEOPLE else None


def one_of(column: SQLColumnExpression[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """True of a row whose *column* is among the ids, which go to the database as one value however many."""
    if is_postgresql():
        return column == any_(literal(list(ids), ARRAY(Integer)))
    listed = func.json_each(json.dumps(list(ids))).table_valued("value")
    return column.in_(select(listed.c.value))


def _looked_through(filters: Filters, today: date, searched: Conditions, few: Sequence[int] | None) -> Totals:
    """Through the lines of people: begun with the people where they are few."""
    conditions = [*within_course(Line, filters), *within_days(Line, filters, today)]
    if few is None:
        theirs = [*conditions, Line.person_id.in_(select(Profile.person_id).where(*searched))]
    else:
        theirs = [one_of(Line.person_id, few), *map(aside, conditions)]
    states = asked_states(filters)
    found = select(Line.state, Line.person_id).where(*theirs).subquery()
    counts = [func.count().filter(found.c.state == state) for state in State]
    people = func.count(found.c.person_id.distinct()).filter(found.c.state.in_(states))
    *numbers, count = session().execute(select(*counts, people).select_from(found)).one()
    by_state = dict(zip(State, numbers, strict=True))
    return Totals(by_state, sum(by_state[state] for state in states), count, few)
