"""The comparison of every night: do the read model, the screens and the exports say what the ledger says?

Each number is counted twice, from sources of its own, in one state of the database.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache, lru_cache

from sqlalchemy import ColumnElement, Subquery, and_, delete, func, or_, select

from lms.assignments.models import Assignment, Completion
from lms.kernel.clock import china_date, end_of_day
from lms.kernel.database import read, session
from lms.people.models import Person
from lms.quizzes.models import Attempt, AttemptState
from lms.reports import cells, ledger, queries
from lms.reports.filters import Filters
from lms.reports.ledger import Columns
from lms.reports.ledger_lists import counted_in_ledger, lists
from lms.reports.models import Cell, Line, Profile, Reconciliation
from lms.reports.profiles import letters, words
from lms.reports.rules import Due, Level, State
from lms.reports.totals import totals
from lms.reports.workbench import workbench
from lms.rollouts.standing import Basis, basis, of_everybody

MOST = 50
"""So many single differences of one kind are kept; their number is told in full."""
KEPT = 90
"""So many comparisons are kept."""
MODEL = frozenset({"lines", "cells", "profiles", "screens"})
"""What working the read model out anew mends."""


@dataclass(frozen=True)
class Difference:
    """What was compared and in which part of it, what the ledger says, and what was found instead."""

    what: str
    where: str
    expected: int | str
    found: int | str


@dataclass(frozen=True)
class Compared:
    """How much was looked at, and what differs."""

    counted: dict[str, int]
    differences: Sequence[Difference]

    @property
    def is_mendable(self) -> bool:
        """Whether the read model is wrong, which can be worked out anew."""
        return any(one.what in MODEL for one in self.differences)


def compare(at: datetime) -> Compared:
    """Compare everything. Nobody may be waiting to be worked out anew."""
    today = china_date(at)
    session().connection()
    exported = queries.states_of_all()
    differences = [
        *_papers(),
        *_lines(),
        *_cells(),
        *_profiles(today),
        *_screens(today),
        *_export(exported, today),
    ]
    return Compared(_counted() | {"exported": exported.total()}, differences)


def _counted() -> dict[str, int]:
    return {name: _number(statement) for name, statement in _counts().items()}


@cache
def _counts() -> Mapping[str, Columns]:
    models = {"lines": Line, "cells": Cell, "profiles": Profile, "completions": Completion}
    every = {name: select(func.count()).select_from(model) for name, model in models.items()}
    return {"assignments": ledger.joined(select(func.count())), **every}


def keep(found: Compared, *, begun_at: datetime, at: datetime, mended: bool) -> None:
    """Keep what was compared, and forget the oldest comparisons."""
    session().add(
        Reconciliation(
            at=begun_at,
            seconds=round((at - begun_at).total_seconds()),
            counted=found.counted,
            differences=[asdict(one) for one in found.differences],
            mended=mended,
        )
    )
    session().flush()
    newest = select(Reconciliation.id).order_by(Reconciliation.id.desc()).limit(KEPT)
    session().execute(delete(Reconciliation).where(Reconciliation.id.not_in(newest)))


def reconciliations(*, count: int) -> Sequence[Reconciliation]:
    """The last comparisons, the newest first."""
    return session().scalars(select(Reconciliation).order_by(Reconciliation.id.desc()).limit(count)).all()


def differing() -> int:
    """How many differences the last comparison found that are still there."""
    last = select(Reconciliation).order_by(Reconciliation.id.desc()).limit(1)
    found = session().scalar(last)
    return len(found.differences) if found and not found.mended else 0


# -- ledgers with each other ------------------------------------------------------------------------------


def _papers() -> Iterator[Difference]:
    """Every paper that was passed has completed its assignment, and none has completed another one."""
    without, strange = _of_papers()
    yield from _none("ledger", "passed-without-completion", _number(without))
    yield from _none("ledger", "completed-by-a-strange-paper", _number(strange))


@cache
def _of_papers() -> tuple[Columns, Columns]:
    own = Assignment.key == Attempt.series
    passed = select(func.count()).select_from(Attempt).join(Assignment, own)
    passed = passed.outerjoin(Completion, Completion.assignment_id == Assignment.id)
    without = Attempt.state == AttemptState.PASSED, Completion.assignment_id.is_(None)
    strange = select(func.count()).select_from(Completion)
    strange = strange.join(Attempt, Attempt.id == Completion.attempt_id)
    strange = strange.join(Assignment, Assignment.id == Completion.assignment_id)
    return passed.where(*without), strange.where(~own)


def _none(what: str, where: str, found: int) -> Iterator[Difference]:
    if found:
        yield Difference(what, where, 0, found)


def _number(statement: Columns) -> int:
    return int(read(statement).scalar_one())


# -- the read model ---------------------------------------------------------------------------------------


def _lines() -> Iterator[Difference]:
    """Every assignment of somebody active has its line, which says the same; there are no other lines."""
    unlike, surplus = _of_lines()
    yield from _each("lines", unlike)
    yield from _none("lines", "surplus", _number(surplus))


@cache
def _of_lines() -> tuple[Columns, Columns]:
    same = and_(
        Line.person_id == Assignment.person_id,
        Line.number == Person.number,
        Line.department_id == Person.department_id,
        Line.region == Person.region,
        Line.audience == Person.audience,
        Line.course == Assignment.course,
        Line.due_on == Assignment.due_on,
        Line.state == ledger.state(),
        Line.papers == ledger.papers(),
        Line.closed == ~ledger.UNFINISHED,
        Line.assisted == ledger.ASSISTED,
    )
    both = ledger.joined(select(Assignment.key)).outerjoin(Line, Line.assignment_id == Assignment.id)
    has_one = ledger.joined(select(Assignment.id)).where(Assignment.id == Line.assignment_id)
    surplus = select(func.count()).select_from(Line).where(~has_one.exists())
    return both.where(or_(Line.assignment_id.is_(None), ~same)), surplus


def _each(what: str, keys: Columns, **parameters: object) -> Iterator[Difference]:
    found = read(_first(keys), **parameters).scalars().all()
    yield from (Difference(what, str(key), "", "") for key in found[:MOST])
    if len(found) > MOST:
        every = select(func.count()).select_from(keys.subquery())
        yield Difference(what, "all", 0, read(every, **parameters).scalar_one())


@lru_cache(maxsize=8)
def _first(keys: Columns) -> Columns:
    return keys.limit(MOST + 1)


def _cells() -> Iterator[Difference]:
    """Counted anew from the lines, every cell comes to the same, and all of a level to all lines."""
    lines = _number(_counts()["lines"])
    for level in Level:
        unlike, total = _of_cells(level)
        yield from _none("cells", level, _number(unlike))
        summed = _number(total)
        if summed != lines:
            yield Difference("cells", f"{level}-sum", lines, summed)


@cache
def _of_cells(level: Level) -> tuple[Columns, Columns]:
    anew = cells.counted(level).subquery()
    same_key = and_(*(getattr(Cell, name) == anew.c[name] for name in cells.KEYS))
    both = select(func.count()).select_from(anew).outerjoin(Cell, same_key)
    total = select(func.coalesce(func.sum(Cell.n), 0)).where(Cell.level == level)
    return both.where(or_(Cell.n.is_(None), *_unlike(anew))), total


def _unlike(anew: Subquery) -> list[ColumnElement[bool]]:
    return [getattr(Cell, name) != anew.c[name] for name in cells.COUNTS]


def _profiles(today: date) -> Iterator[Difference]:
    """Whoever has lines has a profile, which says who they are and how they stand towards each policy."""
    yield from _each("profiles", _of_profiles(basis(today)), until=end_of_day(today))
    people, found = _number(_PEOPLE), _number(_counts()["profiles"])
    if people != found:
        yield Difference("profiles", "people", people, found)


_PEOPLE = select(func.count(Line.person_id.distinct()))


@lru_cache(maxsize=2)
def _of_profiles(rests_on: Basis) -> Columns:
    standings, completed = of_everybody(rests_on)
    unlike = or_(
        Profile.words != words(),
        Profile.department_id != Person.department_id,
        Profile.region != Person.region,
        Profile.audience != Person.audience,
        Profile.standings != letters(standings),
    )
    both = select(Person.key).join(Profile, Profile.person_id == Person.id)
    return both.outerjoin(completed, completed.c.person_id == Person.id).where(unlike)


# -- screens and exports ----------------------------------------------------------------------------------


def _screens(today: date) -> Iterator[Difference]:
    """Rows and people of each list, as its page says and as the ledger has them."""
    in_ledger = counted_in_ledger(today)
    for name, filters in lists():
        shown, (rows, people) = totals(filters, today), in_ledger[name]
        if (shown.rows, shown.people) != (rows, people):
            yield Difference("screens", name, f"{rows} / {people}", f"{shown.rows} / {shown.people}")
    bench = workbench(today).total
    late, soon = (in_ledger[due.value][1] for due in (Due.OVERDUE, Due.SOON))
    if (bench.overdue, bench.due_soon) != (late, soon):
        found = f"{bench.overdue} / {bench.due_soon}"
        yield Difference("screens", "workbench", f"{late} / {soon}", found)


def _export(exported: Counter[State], today: date) -> Iterator[Difference]:
    shown = totals(Filters(), today).by_state
    for state in State:
        if exported[state] != shown[state]:
            yield Difference("export", state, exported[state], shown[state])
