"""What HR does to the tree of departments."""

from datetime import datetime

from sqlalchemy import func, select, update

from lms.journal.operations import record
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.people.models import Audience, Department, Person, PersonState
from lms.people.queries import person_by_key
from lms.staff.places import LONGEST_NAME
from lms.staff.refusals import (
    BadDepartmentName,
    CannotHead,
    DepartmentNameTaken,
    DepartmentNotEmpty,
    UnderItself,
)


def add(name: str, parent_key: str | None, *, actor_id: int, at: datetime) -> str:
    """A new department; returns its key. Raises ``BadDepartmentName`` and ``DepartmentNameTaken``."""
    rows = _locked()
    parent = _of_key(rows, parent_key) if parent_key else None
    name = _good_name(name)
    _refuse_twin(rows, name, parent.id if parent else None)
    made = Department(name=name, parent_id=parent.id if parent else None)
    session().add(made)
    session().flush()
    record("department.added", made.key, actor_id=actor_id, at=at, parent=parent_key or "")
    return made.key


def rename(key: str, name: str, *, actor_id: int, at: datetime) -> None:
    """Another name. Raises ``BadDepartmentName`` and ``DepartmentNameTaken``."""
    rows = _locked()
    found = _of_key(rows, key)
    name = _good_name(name)
    if name == found.name:
        return
    _refuse_twin(rows, name, found.parent_id)
    found.name = name
    session().flush()
    record("department.renamed", key, actor_id=actor_id, at=at)


def move(key: str, parent_key: str | None, *, actor_id: int, at: datetime) -> None:
    """Put it with everything in it below another department, or at the top.

    Raises ``UnderItself`` and ``DepartmentNameTaken``.
    """
    rows = _locked()
    found = _of_key(rows, key)
    parent = _of_key(rows, parent_key) if parent_key else None
    if found.parent_id == (parent.id if parent else None):
        return
    if parent and found.id in _line_above(rows, parent):
        raise UnderItself
    _refuse_twin(rows, found.name, parent.id if parent else None)
    found.parent_id = parent.id if parent else None
    session().flush()
    record("department.moved", key, actor_id=actor_id, at=at, parent=parent_key or "")


def set_head(key: str, person_key: str | None, *, actor_id: int, at: datetime) -> None:
    """Let somebody answer for it instead of whoever did, or nobody. Raises ``CannotHead``."""
    found = _of_key(_locked(), key)
    person = person_by_key(person_key) if person_key else None
    if person and (person.state is not PersonState.ACTIVE or person.audience is Audience.RETIREE):
        raise CannotHead
    if found.head_id == (person.id if person else None):
        return
    session().execute(
        update(Department).where(Department.id == found.id).values(head_id=person.id if person else None)
    )
    record("department.headed", key, actor_id=actor_id, at=at, head=person_key or "")


def remove(key: str, *, actor_id: int, at: datetime) -> None:
    """Take it out of the tree. Raises ``DepartmentNotEmpty``: people who have left are in it too."""
    rows = _locked()
    found = _of_key(rows, key)
    people = session().scalar(select(func.count()).where(Person.department_id == found.id)) or 0
    children = sum(row.parent_id == found.id for row in rows)
    if people or children:
        raise DepartmentNotEmpty(people=people, departments=children)
    session().delete(found)
    session().flush()
    record("department.removed", key, actor_id=actor_id, at=at)


def _locked() -> list[Department]:
    """All departments, kept still: two moves at once could make a circle of them."""
    return list(session().scalars(select(Department).order_by(Department.id).with_for_update()))


def _of_key(rows: list[Department], key: str) -> Department:
    for row in rows:
        if row.key == key:
            return row
    raise NotFound(kind="department", key=key)


def _line_above(rows: list[Department], department: Department) -> set[int]:
    """The department and everything above it."""
    parents = {row.id: row.parent_id for row in rows}
    line: set[int] = set()
    place: int | None = department.id
    while place is not None and place not in line:
        line.add(place)
        place = parents[place]
    return line


def _good_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or "/" in name or "／" in name or not name.isprintable():
        raise BadDepartmentName
    return name


def _refuse_twin(rows: list[Department], name: str, parent_id: int | None) -> None:
    if any(row.name == name and row.parent_id == parent_id for row in rows):
        raise DepartmentNameTaken
