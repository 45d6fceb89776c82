"""A department head's own view: who of the own tree is done, who is not, who is overdue; nothing else.

No scores, no papers, no record: a head has to get people to learn, not to know how they did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lms.assignments.models import Assignment
from lms.assignments.rules import days_overdue
from lms.kernel.database import session
from lms.people.models import Department, Person
from lms.people.queries import DepartmentNode, department_tree, headed_by
from lms.reports.filters import Filters
from lms.reports.models import Line
from lms.reports.pages import Stretch, ids_of
from lms.reports.rules import UNFINISHED, Due, State
from lms.reports.totals import PAGE_SIZE, Totals, totals
from lms.reports.workbench import DepartmentLine, Numbers, by_department, roll_up

DONE = frozenset({State.DONE})


@dataclass(frozen=True)
class Member:
    """Somebody of the tree and one of their courses."""

    name: str
    number: str
    department: str
    course: str
    due_on: date
    done: bool

    def overdue(self, today: date) -> int:
        """Days overdue today; 0 when done."""
        return 0 if self.done else days_overdue(self.due_on, today)


@dataclass(frozen=True)
class Team:
    """The numbers of the own tree, and of each of its branches, the slowest first."""

    names: Sequence[str]
    total: Numbers
    branches: Sequence[DepartmentLine]


def team(person_id: int, today: date) -> Team:
    """What the departments of a head come to, with everything below them."""
    ids = set(session().scalars(headed_by(person_id)).all())
    tree = _cut([node for node in department_tree() if node.id in ids])
    numbers = {key: value for key, value in by_department(today).items() if key in ids}
    lines = roll_up(tree, numbers)
    slowest_first = sorted(lines, key=lambda line: line.slowness)
    names = [node.name for node in tree if node.depth == 0]
    return Team(names, sum(numbers.values(), Numbers()), slowest_first if len(lines) > 1 else [])


def _cut(nodes: Sequence[DepartmentNode]) -> list[DepartmentNode]:
    """The nodes as a tree of their own: the highest ones become its roots."""
    known: dict[int, DepartmentNode] = {}
    for node in nodes:
        above = known.get(node.parent_id or 0)
        depth = above.depth + 1 if above else 0
        parent_id = node.parent_id if above else None
        known[node.id] = DepartmentNode(node.id, node.key, node.name, parent_id, depth)
    return list(known.values())


def filters_of(person_id: int, *, done: bool, overdue: bool = False) -> Filters:
    """The list of a head: who is done, or who is not, or only who is overdue."""
    states = DONE if done else UNFINISHED
    return Filters(head=person_id, states=states, due=Due.OVERDUE if overdue and not done else None)


def counted(filters: Filters, today: date) -> Totals:
    """How long such a list is."""
    return totals(filters, today)


def members(filters: Filters, today: date, *, page: int) -> list[Member]:
    """A page of such a list. Pages count from 1."""
    ids = ids_of(filters, today, Stretch((page - 1) * PAGE_SIZE, PAGE_SIZE))
    statement = (
        select(Person.name, Person.number, Department.name, Assignment.course, Assignment.due_on, Line.state)
        .select_from(Line)
        .join(Assignment, Assignment.id == Line.assignment_id)
        .join(Person, Person.id == Line.person_id)
        .join(Department, Department.id == Person.department_id)
        .where(Line.assignment_id.in_(ids))
        .order_by(Line.due_on, Line.number, Line.assignment_id)
    )
    return [Member(*row[:-1], row[-1] is State.DONE) for row in session().execute(statement)]
