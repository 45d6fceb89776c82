"""Reads over persons and the department tree."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.people.models import Audience, Department, Person, PersonState


@dataclass(frozen=True)
class DepartmentNode:
    """A department with its depth in the tree, the root having 0."""

    id: int
    key: str
    name: str
    parent_id: int | None
    depth: int


def person_by_key(key: str) -> Person:
    """The person with this key. Raises ``NotFound``."""
    person = session().scalar(select(Person).where(Person.key == key))
    if person is None:
        raise NotFound(kind="person", key=key)
    return person


def department_tree() -> list[DepartmentNode]:
    """All departments in reading order: each parent before its children, siblings by id."""
    rows = session().execute(
        select(Department.id, Department.key, Department.name, Department.parent_id).order_by(Department.id)
    )
    children: dict[int | None, list[tuple[int, str, str, int | None]]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append((row.id, row.key, row.name, row.parent_id))
    return _in_order(children, None, 0)


def _in_order(
    children: dict[int | None, list[tuple[int, str, str, int | None]]], parent: int | None, depth: int
) -> list[DepartmentNode]:
    nodes: list[DepartmentNode] = []
    for identity, key, name, parent_id in children.get(parent, []):
        nodes.append(DepartmentNode(identity, key, name, parent_id, depth))
        nodes.extend(_in_order(children, identity, depth + 1))
    return nodes


def with_descendants(department_key: str) -> Select[tuple[int]]:
    """Select of the ids of a department and of everything below it, for use inside ``IN``."""
    tree = select(Department.id).where(Department.key == department_key).cte(recursive=True)
    tree = tree.union(select(Department.id).where(Department.parent_id == tree.c.id))
    return select(tree.c.id)


def headed_by(person_id: int) -> Select[int]:
    """Select of the ids of the departments that somebody is head of, and of everything below them."""
    tree = select(Department.id).where(Department.head_id == person_id).cte(recursive=True)
    tree = tree.union(select(Department.id).where(Department.parent_id == tree.c.id))
    return select(tree.c.id)


def is_empty() -> bool:
    """True when nobody has been entered yet."""
    return session().scalar(select(Person.id).limit(1)) is None


def persons_by_number(numbers: Sequence[str]) -> dict[str, Person]:
    """Persons with these employee numbers."""
    found = session().scalars(select(Person).where(Person.number.in_(numbers)))
    return {person.number: person for person in found}


def regions_of(audience: Audience) -> Sequence[str]:
    """The cities in which active persons of an audience are insured, by their codes."""
    insured = select(Person.region).where(Person.audience == audience, Person.state == PersonState.ACTIVE)
    return session().scalars(insured.distinct().order_by(Person.region)).all()


def reader_facts(person_id: int) -> tuple[str, str]:
    """Where somebody is insured and their standing: what decides which numbers they read."""
    row = session().execute(select(Person.region, Person.status).where(Person.id == person_id)).one()
    return row.region, row.status.value


def names_of(*ids: int | None) -> dict[int, str]:
    """Names of persons by their ids."""
    wanted = {one for one in ids if one is not None}
    rows = session().execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def number_of(person_id: int | None) -> str:
    """Somebody's employee number; empty for nobody."""
    found = session().scalar(select(Person.number).where(Person.id == person_id))
    return found or ""
