"""The project group: who belongs to it, with which duty, from when until when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.exc import IntegrityError

from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.people.models import Department, Person, PersonState
from lms.planning import models
from lms.planning.refusals import AlreadyMember, BadDays, NoSuchPerson
from lms.planning.rules import DutyKind


@dataclass(frozen=True)
class Membership:
    """What is entered: an employee number, or the name and organisation of somebody from outside."""

    number: str
    name: str
    organisation: str
    duty: DutyKind
    duty_text: str
    since: date


@dataclass(frozen=True)
class Member:
    """A member. ``number`` is empty for somebody from outside, ``has_left`` tells of who left the house."""

    key: str
    name: str
    number: str
    organisation: str
    duty: DutyKind
    duty_text: str
    since: date
    until: date | None
    has_left: bool

    def is_former(self, today: date) -> bool:
        """Whether the last day has passed."""
        return self.until is not None and self.until < today


def members() -> list[Member]:
    """Everybody who is or was in the group, who leads it first."""
    by_duty = case({duty: place for place, duty in enumerate(DutyKind)}, value=models.Member.duty)
    found = _members().order_by(by_duty, models.Member.since, models.Member.id)
    return [Member(*row) for row in session().execute(found)]


def member(key: str) -> Member:
    """One of them. Raises ``NotFound``."""
    row: Any = session().execute(_members().where(models.Member.key == key)).one_or_none()
    if row is None:
        raise NotFound(kind="member", key=key)
    return Member(*row)


def _members() -> Select[*tuple[Any, ...]]:
    row = models.Member
    columns: tuple[Any, ...] = (
        row.key,
        func.coalesce(Person.name, row.name),
        func.coalesce(Person.number, ""),
        func.coalesce(Department.name, row.organisation),
        row.duty,
        row.duty_text,
        row.since,
        row.until,
        func.coalesce(Person.state == PersonState.LEFT, False),
    )
    return (
        select(*columns)
        .outerjoin(Person, Person.id == row.person_id)
        .outerjoin(Department, Department.id == Person.department_id)
    )


def join(given: Membership, *, actor_id: int, at: datetime) -> str:
    """Take somebody into the group; returns the key. Raises ``NoSuchPerson``, ``AlreadyMember``."""
    person_id = _person_of(given.number) if given.number else None
    _refuse_twice(_same(person_id, given.name), given.duty, given.since)
    row = models.Member(
        person_id=person_id,
        name="" if person_id else given.name,
        organisation="" if person_id else given.organisation,
        duty=given.duty,
        duty_text=given.duty_text,
        since=given.since,
    )
    session().add(row)
    _flush_once()
    record("group.joined", row.key, actor_id=actor_id, at=at, kind=given.duty.value, on=str(given.since))
    return row.key


def _person_of(number: str) -> int:
    active = select(Person.id).where(Person.number == number, Person.state == PersonState.ACTIVE)
    found = session().scalar(active)
    if found is None:
        raise NoSuchPerson(number=number)
    return found


def _same(person_id: int | None, name: str) -> ColumnElement[bool]:
    row = models.Member
    return row.person_id == person_id if person_id else row.name == name


def _refuse_twice(same: ColumnElement[bool], duty: DutyKind, since: date) -> None:
    row = models.Member
    still = or_(row.until.is_(None), row.until >= since)
    if session().scalar(select(row.id).where(same, row.duty == duty, still).limit(1)) is not None:
        raise AlreadyMember


def _flush_once() -> None:
    """Of two who enter the same at the same moment the database refuses the second."""
    try:
        session().flush()
    except IntegrityError:
        raise AlreadyMember from None


def leave(key: str, until: date, *, actor_id: int, at: datetime) -> None:
    """The last day of somebody in the group. Raises ``NotFound``, ``BadDays`` for a day before the first."""
    row = session().scalar(select(models.Member).where(models.Member.key == key).with_for_update())
    if row is None:
        raise NotFound(kind="member", key=key)
    if until < row.since:
        raise BadDays(faults=["ends-before-start"])
    row.until = until
    session().flush()
    record("group.left", key, actor_id=actor_id, at=at, on=str(until))


def assign_duty(key: str, duty: DutyKind, duty_text: str, *, actor_id: int, at: datetime) -> None:
    """Give a member another duty. Raises ``NotFound``, ``AlreadyMember`` where they have that one as well."""
    row = session().scalar(select(models.Member).where(models.Member.key == key).with_for_update())
    if row is None:
        raise NotFound(kind="member", key=key)
    if duty is not row.duty and row.until is None:
        _refuse_twice(_same(row.person_id, row.name), duty, china_date(at))
    row.duty, row.duty_text = duty, duty_text
    _flush_once()
    record("group.duty-changed", key, actor_id=actor_id, at=at, kind=duty.value, note=duty_text)
