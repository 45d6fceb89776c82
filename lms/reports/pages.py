"""Which rows stand on a page of a narrowed list, found in few steps whatever it is narrowed to.

Few rows are gathered by what narrows them most and put in order; of many, the first ones are come upon soon
when the lines are gone through in order. Cells say beforehand which due dates have any at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, literal, select

from lms.kernel.database import session
from lms.reports.filters import Filters
from lms.reports.ledger import aside
from lms.reports.models import LAST_DAY, Cell, Line, Profile
from lms.reports.rules import CLOSED, UNFINISHED
from lms.reports.totals import (
    FEW,
    Conditions,
    Totals,
    asked_states,
    cells_of,
    one_of,
    profiles_of,
    summed,
    totals,
    within_course,
    within_days,
    within_people,
)

_IN_ORDER = (Line.due_on, Line.number, Line.assignment_id)


@dataclass(frozen=True)
class Stretch:
    """*count* rows after the *first* ones."""

    first: int
    count: int


def ids_of(filters: Filters, today: date, asked: Stretch, found: Totals | None = None) -> Sequence[int]:
    """Ids of the assignments on a stretch of the list, in its order. *found*: its totals, if known."""
    if filters.text or filters.policy:
        return _searched(filters, today, asked, found or totals(filters, today))
    return _counted(filters, today, asked)


def _counted(filters: Filters, today: date, asked: Stretch) -> Sequence[int]:
    states = Cell.state.in_(asked_states(filters))
    by_day = select(Cell.due_on, summed(Cell.n)).where(*cells_of(filters, today), states)
    days = session().execute(by_day.group_by(Cell.due_on).order_by(Cell.due_on)).all()
    if sum(n for _, n in days) <= FEW:
        return _gathered(_narrowest_first(filters, today), asked)
    owed = [(day, n) for day, n in days if day != LAST_DAY]
    conditions = [*map(aside, within_people(Line, filters)), *_rest(filters, today)]
    met, skip = _met(owed, asked)
    found: Sequence[int] = []
    if met:
        days_met = Line.due_on.between(met[0], met[-1])
        found = _gone_through(False, [*conditions, days_met], Stretch(skip, asked.count))
    return _filled_up(found, conditions, asked, sum(n for _, n in owed))


def _narrowest_first(filters: Filters, today: date) -> Conditions:
    """The conditions of the list such that an index is looked up for the first of them, and for due dates.

    Where somebody is narrows a list more than what they have to learn, and that more than how it stands.
    """
    states = [Line.state.in_(filters.states)] if filters.states else []
    narrower = [*within_people(Line, filters), *within_course(Line, filters)]
    closed = _whether_closed(filters) if narrower else []  # the index of states does not tell it apart
    first, *others = [*narrower, *states] or [literal(True)]
    return [first, *(within_days(Line, filters, today) or closed), *map(aside, others)]


def _whether_closed(filters: Filters) -> Conditions:
    """What the states asked for say of it, which the indexes tell apart."""
    if not filters.states or (filters.states & CLOSED and filters.states & UNFINISHED):
        return []
    return [Line.closed == literal(filters.states <= CLOSED)]


def _met(days: Sequence[tuple[date, int]], asked: Stretch) -> tuple[list[date], int]:
    """The due dates of the rows that are asked for, and how many rows to skip there."""
    before, skip = 0, 0
    met: list[date] = []
    for day, n in days:
        if before + n > asked.first and before < asked.first + asked.count:
            skip = skip if met else asked.first - before
            met.append(day)
        before += n
    return met, skip


def _searched(filters: Filters, today: date, asked: Stretch, found: Totals) -> Sequence[int]:
    conditions = _rest(filters, today)
    if found.few is not None:
        return _gathered([one_of(Line.person_id, found.few), *map(aside, conditions)], asked)
    one_of_them = select(Profile.person_id).where(Profile.person_id == Line.person_id, *profiles_of(filters))
    conditions = [*conditions, one_of_them.exists()]
    owed = sum(found.by_state[state] for state in asked_states(filters) - CLOSED)
    first = _gone_through(False, conditions, asked) if asked.first < owed else []
    return _filled_up(first, conditions, asked, owed)


def _filled_up(found: Sequence[int], conditions: Conditions, asked: Stretch, owed: int) -> Sequence[int]:
    """What is closed follows what is owed."""
    if len(found) == asked.count:
        return found
    rest = Stretch(max(0, asked.first - owed), asked.count - len(found))
    return [*found, *_gone_through(True, conditions, rest)]


def _rest(filters: Filters, today: date) -> Conditions:
    """Conditions but for the people: course, papers, due date, states."""
    states = [Line.state.in_(filters.states)] if filters.states else []
    return [*within_course(Line, filters), *within_days(Line, filters, today), *states]


def _gathered(conditions: Conditions, asked: Stretch) -> Sequence[int]:
    """The order is asked for in a way that no index offers, lest everything is gone through in order."""
    by_closed = case((Line.closed, 1), else_=0)
    return _ids(select(Line.assignment_id).where(*conditions).order_by(by_closed, *_IN_ORDER), asked)


def _gone_through(closed: bool, conditions: Conditions, asked: Stretch) -> Sequence[int]:
    statement = select(Line.assignment_id).where(Line.closed == literal(closed), *conditions)
    return _ids(statement.order_by(*_IN_ORDER), asked)


def _ids(statement: Select[int], asked: Stretch) -> Sequence[int]:
    return session().scalars(statement.limit(asked.count).offset(asked.first)).all()
