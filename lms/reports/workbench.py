"""The numbers of the workbench: what waits, how far everybody is, and which department is behind."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select

from lms.kernel.database import session
from lms.people.queries import DepartmentNode, department_tree
from lms.reports.models import Cell
from lms.reports.rules import LONG_OVERDUE_DAYS, UNFINISHED, Level, Papers, Share, State
from lms.reports.totals import soon, summed


@dataclass(frozen=True)
class Numbers:
    """Numbers of a set of people. ``assigned`` and ``done`` count obligations, and so does ``assisted``, of
    those done with a helper; everything else counts people.

    What somebody was excused from is not assigned.
    """

    people: int = 0
    assigned: int = 0
    done: int = 0
    overdue: int = 0
    long_overdue: int = 0
    waiting: int = 0
    due_soon: int = 0
    assisted: int = 0

    def __add__(self, other: "Numbers") -> "Numbers":
        """The numbers of both sets, which have nobody in common."""
        return Numbers(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def completion(self) -> Share:
        """Obligations done, of all."""
        return Share(self.done, self.assigned)


@dataclass(frozen=True)
class DepartmentLine:
    """A department with all below it; ``own`` when only those who belong to no part of it are meant."""

    key: str
    name: str
    own: bool
    numbers: Numbers

    @property
    def slowness(self) -> tuple[float, int]:
        """What lines are ordered by, the slowest first; of two as slow, the larger one."""
        share = self.numbers.completion
        return (share.part / share.whole if share.whole else 1, -share.whole)


@dataclass(frozen=True)
class PaperShares:
    """Of those whose first paper was handed in: passed at once. Of those who failed it: passed since."""

    first_time: Share
    after_remedial: Share


@dataclass(frozen=True)
class Workbench:
    """Everything the workbench says, the slowest department first."""

    total: Numbers
    departments: Sequence[DepartmentLine]
    papers: PaperShares

    @property
    def most_overdue(self) -> DepartmentLine | None:
        """The department with most overdue people; ``None`` when nobody is."""
        most = max(self.departments, key=lambda line: line.numbers.overdue, default=None)
        return most if most and most.numbers.overdue else None


@dataclass(frozen=True)
class Waiting:
    """People who wait for something HR does; shown beside the navigation."""

    overdue: int
    help: int


def workbench(today: date) -> Workbench:
    """All numbers in three statements."""
    numbers = by_department(today)
    lines = roll_up(department_tree(), numbers)
    total = sum(numbers.values(), Numbers())
    return Workbench(total, sorted(lines, key=lambda line: line.slowness), _papers())


def waiting(today: date) -> Waiting:
    """The two counts of the navigation in one statement."""
    company = Cell.level == Level.COMPANY
    both = select(summed(Cell.of_owed, _late(today)), summed(Cell.of_state, _WAITS)).where(company)
    late, stuck = session().execute(both).one()
    return Waiting(int(late), int(stuck))


_WAITS = Cell.state == State.WAITING_FOR_HELP


def _late(today: date, *, days: int = 0) -> ColumnElement[bool]:
    """Of a cell: owed, and due more than so many days ago."""
    return Cell.state.in_(UNFINISHED) & (Cell.due_on < today - timedelta(days=days))


def roll_up(tree: Sequence[DepartmentNode], numbers: dict[int, Numbers]) -> list[DepartmentLine]:
    """One line a branch of the tree, each person in exactly one; branches without obligations left out.

    Where the tree has one root, its children are the branches, and the root's own people a line of their own.
    """
    roots = [node for node in tree if node.parent_id is None]
    top = 1 if len(roots) == 1 else 0
    branches: dict[int, DepartmentNode] = {}
    sums: dict[int, Numbers] = {}
    for node in tree:
        if node.depth <= top:
            branch = branches[node.id] = node
        else:
            branch = branches[node.id] = branches[node.parent_id or 0]
        sums[branch.id] = sums.get(branch.id, Numbers()) + numbers.get(node.id, Numbers())
    return [
        DepartmentLine(node.key, node.name, node.depth < top, sums[node.id])
        for node in tree
        if node.depth <= top and sums[node.id].people
    ]


def by_department(today: date) -> dict[int, Numbers]:
    """Numbers of the people who belong directly to each department."""
    rows = session().execute(
        select(
            Cell.department_id,
            summed(Cell.of_all),
            summed(Cell.n, Cell.state != State.EXCUSED),
            summed(Cell.n, Cell.state == State.DONE),
            summed(Cell.of_owed, _late(today)),
            summed(Cell.of_owed, _late(today, days=LONG_OVERDUE_DAYS)),
            summed(Cell.of_state, _WAITS),
            summed(soon(today)),
            summed(Cell.assisted),
        )
        .where(Cell.level == Level.DEPARTMENT)
        .group_by(Cell.department_id)
    )
    return {row[0]: Numbers(*(int(value) for value in row[1:])) for row in rows}


def _papers() -> PaperShares:
    by_papers = select(Cell.papers, summed(Cell.n)).where(Cell.level == Level.COMPANY).group_by(Cell.papers)
    found = {Papers(papers): int(n) for papers, n in session().execute(by_papers)}
    at_once, later, not_yet = (
        found.get(one, 0) for one in (Papers.PASSED_AT_ONCE, Papers.PASSED_LATER, Papers.FAILED_FIRST)
    )
    return PaperShares(Share(at_once, at_once + later + not_yet), Share(later, later + not_yet))
