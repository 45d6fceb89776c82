"""Reads over the department tree with people and heads."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.people.models import Audience, Department, Person, PersonState
from lms.people.queries import DepartmentNode, department_tree


@dataclass(frozen=True)
class DepartmentLine:
    """A department, how many people are in it and in it with everything below, and who answers for it."""

    id: int
    key: str
    name: str
    parent_id: int | None
    depth: int
    people: int
    below: int
    head_key: str | None
    head_name: str
    #: Why the head answers for it no more: ``left`` or ``retired``; empty while they do.
    head_gone: str


@dataclass(frozen=True)
class Candidate:
    """Somebody who may head a department."""

    key: str
    number: str
    name: str
    department: str


def departments() -> list[DepartmentLine]:
    """All departments in reading order: each parent before its children. Three statements."""
    nodes = department_tree()
    own = _people()
    below = _with_below(nodes, own)
    heads = {
        row.id: row
        for row in session().execute(
            select(Department.id, Person.key, Person.name, Person.state, Person.audience).join(
                Person, Person.id == Department.head_id
            )
        )
    }
    lines = []
    for node in nodes:
        head = heads.get(node.id)
        lines.append(
            DepartmentLine(
                **vars(node),
                people=own.get(node.id, 0),
                below=below[node.id],
                head_key=head.key if head else None,
                head_name=head.name if head else "",
                head_gone=_gone(head.state, head.audience) if head else "",
            )
        )
    return lines


def _gone(state: PersonState, audience: Audience) -> str:
    if state is PersonState.LEFT:
        return "left"
    return "retired" if audience is Audience.RETIREE else ""


def department(key: str) -> DepartmentLine:
    """The department with this key. Raises ``NotFound``."""
    for line in departments():
        if line.key == key:
            return line
    raise NotFound(kind="department", key=key)


def _people() -> dict[int, int]:
    counted = select(Person.department_id, func.count()).where(Person.state == PersonState.ACTIVE)
    return {row[0]: row[1] for row in session().execute(counted.group_by(Person.department_id))}


def _with_below(nodes: list[DepartmentNode], own: dict[int, int]) -> dict[int, int]:
    counts = {node.id: own.get(node.id, 0) for node in nodes}
    for node in reversed(nodes):
        if node.parent_id is not None:
            counts[node.parent_id] += counts[node.id]
    return counts


def candidates(text: str, limit: int = 20) -> list[Candidate]:
    """People who may head a department and whose name or number holds *text*, by name."""
    if not text.strip():
        return []
    holds = [column.contains(text.strip(), autoescape=True) for column in (Person.name, Person.number)]
    chosen = (
        select(Person.key, Person.number, Person.name, Department.name)
        .join(Department, Department.id == Person.department_id)
        .where(or_(*holds), Person.state == PersonState.ACTIVE, Person.audience != Audience.RETIREE)
    )
    rows = session().execute(chosen.order_by(Person.name, Person.number).limit(limit))
    return [Candidate(*tuple(row)) for row in rows]
