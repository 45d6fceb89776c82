"""The comparison of every night: do the read model, the screens and the exports say what the ledger says?

Each number is counted twice, from sources of its own, in one state of the database.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, delete, func, or_, select

from lms.assignments.models import Assignment, Completion
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.people.models import Person
from lms.quizzes.models import Attempt, AttemptState
from lms.reports import cells, ledger, queries
from lms.reports.filters import Filters
from lms.reports.models import Cell, Line, Profile, Reconciliation
from lms.reports.profiles import letters, words
from lms.reports.rules import UNFINISHED, Due, Level, Papers, State
from lms.reports.totals import totals
from lms.reports.workbench import workbench
from lms.rollouts.standing import everywhere

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
    exported = _exported(today)
    differences = [
        *_papers(),
        *_lines(),
        *_cells(),
        *_profiles(today),
        *_screens(today),
        *_export(exported, today),
    ]
    counted = {"assignments": _number(ledger.joined(select(func.count()))), "exported": exported.total()}
    for name, model in (("lines", Line), ("cells", Cell), ("profiles", Profile), ("completions", Completion)):
        counted[name] = _number(select(func.count()).select_from(model))
    return Compared(counted, differences)


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
    own = Assignment.key == Attempt.series
    passed = select(func.count()).select_from(Attempt).join(Assignment, own)
    passed = passed.outerjoin(Completion, Completion.assignment_id == Assignment.id)
    without = Attempt.state == AttemptState.PASSED, Completion.assignment_id.is_(None)
    yield from _none("ledger", "passed-without-completion", _number(passed.where(*without)))
    strange = select(func.count()).select_from(Completion)
    strange = strange.join(Attempt, Attempt.id == Completion.attempt_id)
    strange = strange.join(Assignment, Assignment.id == Completion.assignment_id)
    yield from _none("ledger", "completed-by-a-strange-paper", _number(strange.where(~own)))


def _none(what: str, where: str, found: int) -> Iterator[Difference]:
    if found:
        yield Difference(what, where, 0, found)


def _number(statement: Select[*tuple[Any, ...]]) -> int:
    return int(session().execute(statement).scalar_one())


# -- the read model ---------------------------------------------------------------------------------------


def _lines() -> Iterator[Difference]:
    """Every assignment of somebody active has its line, which says the same; there are no other lines."""
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
    yield from _each("lines", both.where(or_(Line.assignment_id.is_(None), ~same)))
    has_one = ledger.joined(select(Assignment.id)).where(Assignment.id == Line.assignment_id)
    surplus = select(func.count()).select_from(Line).where(~has_one.exists())
    yield from _none("lines", "surplus", _number(surplus))


def _each(what: str, keys: Select[*tuple[Any, ...]]) -> Iterator[Difference]:
    found = session().scalars(keys.limit(MOST + 1)).all()
    yield from (Difference(what, str(key), "", "") for key in found[:MOST])
    if len(found) > MOST:
        yield Difference(what, "all", 0, _number(select(func.count()).select_from(keys.subquery())))


def _cells() -> Iterator[Difference]:
    """Counted anew from the lines, every cell comes to the same, and all of a level to all lines."""
    lines = _number(select(func.count()).select_from(Line))
    for level in Level:
        anew = cells.counted(level).subquery()
        same_key = and_(*(getattr(Cell, name) == anew.c[name] for name in cells.KEYS))
        both = select(func.count()).select_from(anew).outerjoin(Cell, same_key)
        yield from _none("cells", level, _number(both.where(or_(Cell.n.is_(None), *_unlike(anew)))))
        summed = _number(select(func.coalesce(func.sum(Cell.n), 0)).where(Cell.level == level))
        if summed != lines:
            yield Difference("cells", f"{level}-sum", lines, summed)


def _unlike(anew: Subquery) -> list[ColumnElement[bool]]:
    return [getattr(Cell, name) != anew.c[name] for name in cells.COUNTS]


def _profiles(today: date) -> Iterator[Difference]:
    """Whoever has lines has a profile, which says who they are and how they stand towards each policy."""
    unlike = or_(
        Profile.words != words(),
        Profile.department_id != Person.department_id,
        Profile.region != Person.region,
        Profile.audience != Person.audience,
        Profile.standings != letters(everywhere(today)),
    )
    yield from _each(
        "profiles", select(Person.key).join(Profile, Profile.person_id == Person.id).where(unlike)
    )
    people = _number(select(func.count(Line.person_id.distinct())))
    found = _number(select(func.count()).select_from(Profile))
    if people != found:
        yield Difference("profiles", "people", people, found)


# -- screens and exports ----------------------------------------------------------------------------------


def _lists() -> Iterator[tuple[str, Filters]]:
    """The lists that pages lead to, by name."""
    yield "everything", Filters()
    yield "unfinished", Filters(states=UNFINISHED)
    yield from ((state.value, Filters(states=frozenset({state}))) for state in State)
    yield from ((due.value, Filters(due=due)) for due in Due)
    yield from ((papers.value, Filters(papers=papers)) for papers in Papers)


def _screens(today: date) -> Iterator[Difference]:
    """Rows and people of each list, as its page says and as the ledger has them."""
    for name, filters in _lists():
        shown, (rows, people) = totals(filters, today), _in_ledger(filters, today)
        if (shown.rows, shown.people) != (rows, people):
            yield Difference("screens", name, f"{rows} / {people}", f"{shown.rows} / {shown.people}")
    bench = workbench(today).total
    late, soon = (_in_ledger(Filters(due=due), today)[1] for due in (Due.OVERDUE, Due.SOON))
    if (bench.overdue, bench.due_soon) != (late, soon):
        found = f"{bench.overdue} / {bench.due_soon}"
        yield Difference("screens", "workbench", f"{late} / {soon}", found)


def _in_ledger(filters: Filters, today: date) -> tuple[int, int]:
    counts = ledger.joined(select(func.count(), func.count(Assignment.person_id.distinct())))
    statement = ledger.narrowed(counts, filters, today)
    if filters.states:
        statement = statement.where(ledger.state().in_(filters.states))
    rows, people = session().execute(statement).one()
    return rows, people


def _exported(today: date) -> Counter[State]:
    """What a full export holds, row by row."""
    return Counter(row.state for row in queries.all_of(Filters(), today))


def _export(exported: Counter[State], today: date) -> Iterator[Difference]:
    shown = totals(Filters(), today).by_state
    for state in State:
        if exported[state] != shown[state]:
            yield Difference("export", state, exported[state], shown[state])
