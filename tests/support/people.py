"""Invented people and their accounts, valid by default. All of it needs an open application context."""

from datetime import date
from functools import lru_cache
from itertools import count
from typing import TypeVar

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.access.models import Account, Role
from lms.access.passwords import hashed
from lms.kernel.database import session
from lms.people.models import Audience, Department, Person, PersonState, Status

Row = TypeVar("Row", Department, Person, Account)
PASSWORD = "rain over the old bridge"
BEIJING, SHANGHAI, NANJING = "110000", "310000", "320100"
_numbers = count(1001)


@lru_cache
def _hash(password: str) -> str:
    """Hashing is slow on purpose; one hash a password is enough for tests."""
    return hashed(password)


def _kept(row: Row) -> Row:
    """Committed, because a unit of work begins by rolling back what was only flushed before it."""
    session().add(row)
    session().commit()
    return row


def make_department(
    *, name: str = "研发中心", parent: Department | None = None, head: Person | None = None
) -> Department:
    """A department, at the top of the tree unless it has a *parent*."""
    department = Department(
        name=name, parent_id=parent.id if parent else None, head_id=head.id if head else None
    )
    return _kept(department)


def make_person(
    *,
    audience: Audience = Audience.EMPLOYEE,
    region: str = BEIJING,
    name: str = "林晓",
    number: str = "",
    department: Department | None = None,
    hired_on: date = date(2026, 11, 16),
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
    return _kept(person)


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
    return _kept(account)


def leave(person: Person) -> None:
    """The person leaves the organisation."""
    person.state = PersonState.LEFT
    session().commit()


def try_to_sign_in(
    client: FlaskClient, *, number: str, password: str = "not the password", address: str = "127.0.0.1"
) -> TestResponse:
    """What the sign-in page answers to *client*, at a network address."""
    return client.post(
        "/enter", data={"number": number, "password": password}, environ_overrides={"REMOTE_ADDR": address}
    )


def sign_in(client: FlaskClient, *, number: str, password: str = PASSWORD, token: str = "") -> None:
    """Sign *client* in; *token* where forms are checked for it. Fails the test when it is refused."""
    data = {"number": number, "password": password, "csrf_token": token}
    response = client.post("/enter", data=data)
    assert response.status_code == 303, response.text


def is_signed_in(client: FlaskClient) -> bool:
    """Whether *client* can go on without signing in."""
    return client.get("/me/password").status_code == 200


def make_learner(*, number: str = "Q1024", name: str = "林晓", language: str = "") -> Person:
    """A person with an account that has a password of its own."""
    person = make_person(number=number, name=name)
    make_account(person=person, language=language)
    return person
