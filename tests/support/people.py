"""Invented people and their accounts, valid by default. All of it needs an open application context."""

from datetime import date
from functools import lru_cache
from itertools import count

from flask.testing import FlaskClient

from lms.access.models import Account, Role
from lms.access.passwords import hashed
from lms.kernel.database import session
from lms.people.models import Audience, Department, Person, PersonState, Status

PASSWORD = "rain over the old bridge"
BEIJING, SHANGHAI, NANJING = "110000", "310000", "320100"
_numbers = count(1001)


@lru_cache
def _hash(password: str) -> str:
    """Hashing is slow on purpose; one hash a password is enough for tests."""
    return hashed(password)


def make_department(
    *, name: str = "研发中心", parent: Department | None = None, head: Person | None = None
) -> Department:
    """A department, at the top of the tree unless it has a *parent*."""
    department = Department(
        name=name, parent_id=parent.id if parent else None, head_id=head.id if head else None
    )
    session().add(department)
    session().flush()
    return department


def make_person(
    *,
    audience: Audience = Audience.EMPLOYEE,
    region: str = BEIJING,
    name: str = "林晓",
    number: str = "",
    department: Department | None = None,
    hired_on: date = date(2026, 2, 23),
) -> Person:
    """An active person: in service, or retired when the audience is the retirees'."""
    person = Person(
        number=number or f"Q{next(_numbers)}",
        name=name,
        audience=audience,
        status=Status.RETIRED if audience is Audience.RETIREE else Status.IN_SERVICE,
        region=region,
        department_id=(department or make_department()).id,
        hired_on=hired_on,
    )
    session().add(person)
    session().flush()
    return person


def make_account(
    *,
    person: Person | None = None,
    role: Role = Role.LEARNER,
    password: str = PASSWORD,
    must_change: bool = False,
    language: str = "",
) -> Account:
    """An account that has already set a password of its own."""
    account = Account(
        person_id=(person or make_person()).id,
        role=role,
        password_hash=_hash(password),
        must_change=must_change,
        language=language,
    )
    session().add(account)
    session().flush()
    return account


def leave(person: Person) -> None:
    """The person leaves the organisation."""
    person.state = PersonState.LEFT
    session().flush()


def sign_in(client: FlaskClient, *, number: str, password: str = PASSWORD) -> None:
    """Sign *client* in. Fails the test when the number and password are refused."""
    response = client.post("/enter", data={"number": number, "password": password})
    assert response.status_code == 303, response.text
