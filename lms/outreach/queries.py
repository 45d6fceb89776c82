"""Reads over contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.outreach.models import Contact
from lms.outreach.rules import ContactKind, ContactState, Result
from lms.people.models import Department, Person, PersonState
from lms.people.rules import masked_address, masked_phone

PAGE = 50
_Holder = aliased(Person)
_OPEN_CONTACT = Contact.state == ContactState.OPEN


@dataclass(frozen=True)
class Reach:
    """How somebody can be reached: the number as it is shown, empty when none is on file."""

    phone: str
    has_address: bool


@dataclass(frozen=True)
class Held:
    """A contact on the list of those that are taken."""

    key: str
    kind: ContactKind
    person: str
    name: str
    number: str
    region: str
    department: str
    reasons: Sequence[str]
    promised_on: date | None
    next_on: date | None
    tries: int
    holder: str

    def is_late(self, today: date) -> bool:
        """Whether what was promised to who asked is broken."""
        return self.promised_on is not None and self.promised_on < today


@dataclass(frozen=True)
class Holder:
    """Who has taken on an open contact of somebody."""

    contact_key: str
    kind: ContactKind
    person_id: int
    name: str


@dataclass(frozen=True)
class Past:
    """A contact as it stands in the history of a person."""

    key: str
    kind: ContactKind
    state: ContactState
    result: Result | None
    note: str
    minutes: int
    tries: int
    done_on: date | None
    by: str
    with_help: bool


def reach_of(person_id: int) -> Reach:
    """How a person can be reached."""
    row = session().execute(select(Person.phone, Person.address).where(Person.id == person_id)).one()
    return Reach(masked_phone(row.phone), bool(row.address))


def held_count(holder_id: int | None = None) -> int:
    """How many contacts are taken: all, or those of one colleague."""
    return session().execute(select(func.count()).where(*_held_where(holder_id))).scalar_one()


def held(holder_id: int | None = None, *, page: int) -> list[Held]:
    """A page of the contacts that are taken: what is promised or to be tried first stands first."""
    columns = (
        Contact.key, Contact.kind, Person.key, Person.name, Person.number, Person.region, Department.name,
        Contact.reasons, Contact.promised_on, Contact.next_on, Contact.tries, _Holder.name,
    )  # fmt: skip
    first = func.coalesce(Contact.promised_on, Contact.next_on)
    found = (
        _with_people(select(*columns))
        .join(Department, Department.id == Person.department_id)
        .where(*_held_where(holder_id))
        .order_by(first.is_(None), first, Contact.id)
    )
    return [Held(*row) for row in session().execute(found.limit(PAGE).offset((page - 1) * PAGE))]


def _held_where(holder_id: int | None) -> list[ColumnElement[bool]]:
    return [_OPEN_CONTACT, *([] if holder_id is None else [Contact.assigned_to == holder_id])]


def _with_people(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        statement.select_from(Contact)
        .join(Person, Person.id == Contact.person_id)
        .join(_Holder, _Holder.id == Contact.assigned_to)
    )


def held_by(person_id: int) -> list[Holder]:
    """Who has taken on the open contacts of a person."""
    columns = (Contact.key, Contact.kind, _Holder.id, _Holder.name)
    found = _with_people(select(*columns)).where(Contact.person_id == person_id, _OPEN_CONTACT)
    return [Holder(*row) for row in session().execute(found.order_by(Contact.id))]


@dataclass(frozen=True)
class Case:
    """One contact with everything that its page says; numbers and addresses are masked."""

    key: str
    kind: ContactKind
    state: ContactState
    person_id: int
    person: str
    name: str
    number: str
    region: str
    phone: str
    address: str
    reasons: Sequence[str]
    asked: bool
    promised_on: date | None
    taken_at: datetime
    holder_id: int
    holder: str
    tries: int
    next_on: date | None


def contact_by_key(key: str) -> Case:
    """A contact. Raises ``NotFound``."""
    columns = (
        Contact.key, Contact.kind, Contact.state, Person.id, Person.key, Person.name, Person.number,
        Person.region, Person.phone, Person.address, Contact.reasons, Contact.request_id.is_not(None),
        Contact.promised_on, Contact.taken_at, _Holder.id, _Holder.name, Contact.tries, Contact.next_on,
    )  # fmt: skip
    row = session().execute(_with_people(select(*columns)).where(Contact.key == key)).one_or_none()
    if row is None:
        raise NotFound(kind="contact", key=key)
    values = list(row)
    values[8], values[9] = masked_phone(row.phone), masked_address(row.address)
    return Case(*values)


def contacts_of(person_id: int) -> list[Past]:
    """Contacts of a person, the newest first; those that were tried or are open."""
    by = func.coalesce(Contact.done_by, Contact.assigned_to)
    columns = (
        Contact.key, Contact.kind, Contact.state, Contact.result, Contact.note, Contact.minutes,
        Contact.tries, Contact.done_on, Person.name, Contact.assistance_id.is_not(None),
    )  # fmt: skip
    found = (
        select(*columns)
        .join(Person, Person.id == by)
        .where(Contact.person_id == person_id, Contact.state != ContactState.CANCELLED)
        .order_by(Contact.id.desc())
        .limit(PAGE)
    )
    return [_past(row) for row in session().execute(found)]


def _past(row: Any) -> Past:
    key, kind, state, result, *rest = row
    return Past(key, kind, state, Result(result) if result else None, *rest)


@dataclass(frozen=True)
class Colleague:
    """Somebody to whom contacts can be given."""

    id: int
    key: str
    name: str


def colleagues(who: Select[int]) -> list[Colleague]:
    """Active persons whose ids *who* selects, by name."""
    found = select(Person.id, Person.key, Person.name).where(
        Person.id.in_(who), Person.state == PersonState.ACTIVE
    )
    return [Colleague(*row) for row in session().execute(found.order_by(Person.name, Person.id))]
