"""The list of people as HR sees it, each with the account if there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from lms.access.models import Account, Role
from lms.kernel.database import session
from lms.people.models import Audience, Department, Person, PersonState, Status
from lms.people.queries import with_descendants

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class StaffFilters:
    """What the list is narrowed to; nothing given means everybody.

    ``text`` is part of the name or number, ``department`` a key that stands for everything below it too;
    an audience or a state that there is not, narrows nothing. ``account`` is ``yes`` or ``no``: whether
    there is one.
    """

    text: str = ""
    department: str = ""
    audience: str = ""
    state: str = ""
    account: str = ""


@dataclass(frozen=True)
class StaffLine:
    """Somebody in the list."""

    id: int
    key: str
    number: str
    name: str
    audience: Audience
    status: Status
    region: str
    department: str
    department_key: str
    hired_on: date
    state: PersonState
    left_on: date | None
    has_email: bool
    email_error: str
    has_phone: bool
    has_wecom: bool
    has_account: bool
    signed_in_at: datetime | None
    role: Role | None


@dataclass(frozen=True)
class StaffPage:
    """Some people of the list, and how many it has."""

    rows: Sequence[StaffLine]
    total: int


_COLUMNS = (
    Person.id,
    Person.key,
    Person.number,
    Person.name,
    Person.audience,
    Person.status,
    Person.region,
    Department.name,
    Department.key,
    Person.hired_on,
    Person.state,
    Person.left_on,
    Person.email != "",
    Person.email_error,
    func.length(Person.phone) > 0,
    Person.wecom_id != "",
    Account.id.is_not(None),
    Account.signed_in_at,
    Account.role,
)


def staff_page(filters: StaffFilters, *, page: int) -> StaffPage:
    """A page of the list by employee number, pages counted from 1. Two statements."""
    wanted = _wanted(filters)
    total = session().execute(select(func.count(Person.id)).where(*wanted)).scalar_one()
    rows = (
        select(*_COLUMNS)
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(*wanted)
        .order_by(Person.number)
    )
    found = session().execute(rows.limit(PAGE).offset((max(page, 1) - 1) * PAGE))
    return StaffPage([_line(row) for row in found], total)


def staff_line(person_key: str) -> StaffLine | None:
    """One person as the list has them."""
    rows = (
        select(*_COLUMNS)
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.key == person_key)
    )
    row: Any = session().execute(rows).one_or_none()
    return _line(row) if row else None


def staff_of(person_keys: Sequence[str]) -> list[StaffLine]:
    """These people as the list has them, by employee number; keys that nobody has are passed over."""
    rows = (
        select(*_COLUMNS)
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.key.in_(person_keys))
        .order_by(Person.number)
    )
    return [_line(row) for row in session().execute(rows)]


def _line(row: Any) -> StaffLine:
    return StaffLine(*row)


def _wanted(filters: StaffFilters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if text := filters.text.strip():
        columns = (Person.name, Person.number)
        wanted.append(or_(*(column.contains(text, autoescape=True) for column in columns)))
    if filters.department:
        wanted.append(Person.department_id.in_(with_descendants(filters.department)))
    if filters.audience in set(Audience):
        wanted.append(Person.audience == Audience(filters.audience))
    if filters.state in set(PersonState):
        wanted.append(Person.state == PersonState(filters.state))
    if filters.account in {"yes", "no"}:
        has_one = Person.id.in_(select(Account.person_id))
        wanted.append(has_one if filters.account == "yes" else ~has_one)
    return wanted
