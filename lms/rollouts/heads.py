"""Who answers for a department."""

from collections.abc import Mapping

from sqlalchemy import select

from lms.kernel.database import session
from lms.people.models import Audience, Department, Person, PersonState
from lms.people.queries import department_tree


def heads() -> Mapping[int, int]:
    """Department → the person who answers for it: its own head, else the nearest one above.

    Heads who have left or are retired count as none. Departments without any head above them are left out.
    """
    rows = session().execute(
        select(Department.id, Department.head_id)
        .join(Person, Person.id == Department.head_id)
        .where(Person.state == PersonState.ACTIVE, Person.audience != Audience.RETIREE)
    )
    own = {row.id: row.head_id for row in rows}
    found: dict[int, int] = {}
    for node in department_tree():
        head = own.get(node.id) or found.get(node.parent_id or 0)
        if head:
            found[node.id] = head
    return found
