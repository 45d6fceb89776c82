"""The numbers of the workbench: what waits, how far everybody is, and which department is behind."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from lms.assignments.models import Assignment, Completion
from lms.kernel.database import session
from lms.people.models import Person
from lms.people.queries import DepartmentNode, department_tree
from lms.quizzes.models import Attempt, AttemptState
from lms.reports import ledger
from lms.reports.rules import LONG_OVERDUE_DAYS, Share


@dataclass(frozen=True)
class Numbers:
    """Numbers of a set of people. ``assigned`` and ``done`` count obligations, everything else people."""

    people: int = 0
    assigned: int = 0
    done: int = 0
    overdue: int = 0
    long_overdue: int = 0
    waiting: int = 0
    due_soon: int = 0

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
    by_department = _by_department(today)
    lines = roll_up(department_tree(), by_department)
    total = sum(by_department.values(), Numbers())
    return Workbench(total, sorted(lines, key=_slowness), _papers())


def waiting(today: date) -> Waiting:
    """The two counts of the navigation in one statement."""
    late = ledger.people(ledger.overdue(today))
    stuck = ledger.people(Assignment.key.in_(ledger.in_trouble()), ledger.waits_for_help())
    return Waiting(*session().execute(select(late, stuck)).one())


def _slowness(line: DepartmentLine) -> tuple[float, int]:
    share = line.numbers.completion
    return (share.part / share.whole, -share.whole)


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
        if node.depth <= top and sums[node.id].assigned
    ]


def _by_department(today: date) -> dict[int, Numbers]:
    """Numbers of the people who belong directly to each department."""
    person = (
        ledger.joined(
            select(
                Person.department_id,
                func.count().label("assigned"),
                func.count(Completion.assignment_id).label("done"),
                _number(ledger.overdue(today)).label("overdue"),
                _number(ledger.overdue(today, days=LONG_OVERDUE_DAYS)).label("long_overdue"),
                _number(ledger.waits_for_help()).label("waiting"),
                _number(ledger.due_soon(today)).label("due_soon"),
            )
        )
        .group_by(Assignment.person_id, Person.department_id)
        .subquery("person")
    )
    some = [func.count().filter(column > 0) for column in list(person.c)[3:]]
    rows = session().execute(
        select(
            person.c.department_id, func.count(), func.sum(person.c.assigned), func.sum(person.c.done), *some
        ).group_by(person.c.department_id)
    )
    return {row[0]: Numbers(*(int(value) for value in row[1:])) for row in rows}


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _papers() -> PaperShares:
    first, passed = Attempt.number == 1, Attempt.state == AttemptState.PASSED
    failed = Attempt.state == AttemptState.FAILED
    counted: Any = select(_number(first & passed), _number(first & failed), _number(~first & passed))
    at_once, not_yet, later = (
        session().execute(counted.join(Person, Person.id == Attempt.person_id).where(ledger.ACTIVE)).one()
    )
    return PaperShares(Share(at_once, at_once + not_yet), Share(later, not_yet))
