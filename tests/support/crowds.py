"""Many people at once, entered in a few statements. Needs an application context."""

from sqlalchemy import func, insert, select

from lms.assignments.models import Assignment, Cause, Completion
from lms.kernel.database import session, unit_of_work
from lms.kernel.keys import new_key
from lms.library.queries import live_release_id
from lms.people.models import Audience, Person, PersonState, Status
from tests.support.people import BEIJING, make_department
from tests.support.rollouts import LONG_AGO


def crowd(people: int) -> None:
    """So many employees in Beijing who completed the basics long ago, and as many who never began."""
    ids = _hired(2 * people, make_department().id)[:people]
    assigned = {"course": "basics", "cycle": 1, "cause": Cause.ONBOARDING}
    days = {"assigned_on": LONG_AGO.date(), "due_on": LONG_AGO.date()}
    done = {"release_id": live_release_id(), "completed_at": LONG_AGO}
    with unit_of_work() as database:
        rows = [{"person_id": one, "key": new_key(12), **assigned, **days} for one in ids]
        given = database.scalars(insert(Assignment).returning(Assignment.id), rows).all()
        database.execute(
            insert(Completion), [{"assignment_id": one, "certificate": new_key(12), **done} for one in given]
        )


def _hired(people: int, department_id: int) -> list[int]:
    first = session().scalar(select(func.count()).select_from(Person)) or 0
    everybody = {
        "name": "员工",
        "audience": Audience.EMPLOYEE,
        "status": Status.IN_SERVICE,
        "region": BEIJING,
        "department_id": department_id,
        "hired_on": LONG_AGO.date(),
        "state": PersonState.ACTIVE,
    }
    rows = [{"number": f"C{first + n}", "key": new_key(), **everybody} for n in range(people)]
    with unit_of_work() as database:
        return list(database.scalars(insert(Person).returning(Person.id), rows))
