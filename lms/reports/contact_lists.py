"""Whom to call and whom to visit, the most needy first: worked out anew at each look, never kept.

Retired people are listed for what they have not begun or cannot go on with; everybody for what they asked
for, and for changes they are told by telephone. Who is held by a colleague, or was just contacted, is not.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Subquery,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)

from lms.kernel.database import session
from lms.notifications.by_hand import waiting_calls
from lms.notifications.models import Message
from lms.outreach.contacts import Need
from lms.outreach.models import Contact, Request
from lms.outreach.rules import (
    IN_VAIN_DAYS,
    REST_DAYS,
    ContactKind,
    ContactState,
    Reason,
    RequestKind,
    RequestState,
)
from lms.people.models import Audience, Department, Person, PersonState
from lms.people.queries import with_descendants
from lms.people.rules import masked_phone
from lms.reports.models import Line
from lms.reports.rules import State
from lms.rollouts.wishes import is_needless

PAGE = 50
_RANKS = tuple(Reason)
_OF_STATES: Mapping[State, Reason] = {
    State.WAITING_FOR_HELP: Reason.WAITS,
    State.REMEDIAL: Reason.BELOW,
    State.NOT_STARTED: Reason.NEVER,
}
_OF_KIND = {ContactKind.CALL: RequestKind.CALL, ContactKind.VISIT: RequestKind.VISIT}
_OPEN_REQUEST = Request.state == RequestState.OPEN


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to: key of a department, code of a place, a reason; empty means any."""

    department: str = ""
    region: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Listed:
    """Somebody on a list. ``day`` is the first one that matters: promised, due, or told of a change."""

    person: str
    name: str
    number: str
    region: str
    department: str
    phone: str
    day: date
    need: Need

    @property
    def reasons(self) -> Sequence[Reason]:
        """Why, the most needy first."""
        return self.need.reasons


@dataclass(frozen=True)
class Page:
    """A page of a list, and how many are on all pages."""

    rows: Sequence[Listed]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def count(kind: ContactKind, today: date) -> int:
    """How many people are on a list."""
    every = _every(kind, today, None)
    people = select(func.count(every.c.person_id.distinct())).join(Person, Person.id == every.c.person_id)
    return session().execute(people.where(*_who(kind, today, Wanted()))).scalar_one()


def listed(kind: ContactKind, today: date, wanted: Wanted, *, page: int) -> Page:
    """A page of a list in four statements; one behind the last shows the first. Pages count from 1."""
    found = _found(kind, today, wanted)
    columns = found.selected_columns
    total = func.count().over().label("total")
    in_order = found.add_columns(total).order_by(columns.first, columns.day, columns.person_id).limit(PAGE)
    rows = session().execute(in_order.offset((page - 1) * PAGE)).all()
    if not rows and page > 1:
        return listed(kind, today, wanted, page=1)
    return Page(_told(kind, rows), rows[0].total if rows else 0, page)


def needs_of(person_keys: Sequence[str], kind: ContactKind, today: date) -> list[Need]:
    """Why these persons are on a list; who is not on it any more is left out."""
    ids = session().scalars(select(Person.id).where(Person.key.in_(person_keys))).all()
    found = _found(kind, today, Wanted(), among=ids)
    return [one.need for one in _told(kind, session().execute(found).all())]


def _found(
    kind: ContactKind, today: date, wanted: Wanted, *, among: Sequence[int] | None = None
) -> Select[*tuple[Any, ...]]:
    """One row a person: first reason, first day, and a column for each reason. *among*: of these alone."""
    every = _every(kind, today, among)
    flags = [
        func.max(case((every.c.rank == rank, 1), else_=0)).label(reason) for rank, reason in enumerate(_RANKS)
    ]
    found = (
        select(
            every.c.person_id,
            func.min(every.c.rank).label("first"),
            func.min(every.c.day).label("day"),
            *flags,
        )
        .join(Person, Person.id == every.c.person_id)
        .where(*_who(kind, today, wanted))
        .group_by(every.c.person_id)
    )
    if wanted.reason:
        found = found.having(flags[_rank(Reason(wanted.reason))] == 1)
    return found


def _every(kind: ContactKind, today: date, among: Sequence[int] | None) -> Subquery:
    """Person, rank of a reason, and day: a row for each reason."""
    calls = waiting_calls().where(~is_needless()).subquery()
    ranks = case(*[(Line.state == state, _rank(reason)) for state, reason in _OF_STATES.items()])
    parts: list[tuple[ColumnElement[int], Select[*tuple[Any, ...]]]] = [
        (
            Line.person_id.expression,
            select(Line.person_id, ranks.label("rank"), Line.due_on.label("day")).where(
                Line.audience == Audience.RETIREE,
                Line.closed.is_(False),
                Line.of_state.is_(True),
                Line.state.in_(list(_OF_STATES)),
            ),
        ),
        (
            Request.person_id.expression,
            select(Request.person_id, literal(_rank(Reason.ASKED)), Request.promised_on).where(
                _OPEN_REQUEST, Request.kind == _OF_KIND[kind]
            ),
        ),
        (
            calls.c.person_id,
            select(calls.c.person_id, literal(_rank(Reason.CHANGE)), type_coerce(literal(today), Date)),
        ),
    ]
    chosen = (part if among is None else part.where(person.in_(among)) for person, part in parts)
    return union_all(*chosen).subquery()


def _rank(reason: Reason) -> int:
    return _RANKS.index(reason)


def _who(kind: ContactKind, today: date, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Who is on a list, of those who have a reason."""
    fits = _suits(kind, today) & (~_is_in(_rested(today)) | _is_in(_not_told()))
    here = [Person.state == PersonState.ACTIVE, ~_is_in(_held(kind)), or_(_is_in(_asking(kind)), fits)]
    return [*here, *_people(wanted)]


def _is_in(people: Select[int]) -> ColumnElement[bool]:
    """True of who is among *people*; they are gathered once, not looked for again for each person."""
    return Person.id.in_(people)


def _held(kind: ContactKind) -> Select[int]:
    """Whom a colleague has taken on."""
    return select(Contact.person_id).where(Contact.kind == kind, Contact.state == ContactState.OPEN)


def _asking(kind: ContactKind) -> Select[int]:
    """Who asks for it."""
    return select(Request.person_id).where(_OPEN_REQUEST, Request.kind == _OF_KIND[kind])


def _suits(kind: ContactKind, today: date) -> ColumnElement[bool]:
    """Who has no number on file, or was called in vain of late, is visited; everybody else is called."""
    in_vain = select(Contact.person_id).where(
        Contact.kind == ContactKind.CALL,
        Contact.state == ContactState.UNREACHED,
        Contact.done_on > today - timedelta(days=IN_VAIN_DAYS),
    )
    needs_a_visit = or_(Person.phone == "", _is_in(in_vain))
    return needs_a_visit if kind is ContactKind.VISIT else ~needs_a_visit


def _rested(today: date) -> Select[int]:
    """Who was called or visited within the last days, and spoken to."""
    return select(Contact.person_id).where(
        Contact.state == ContactState.DONE, Contact.done_on > today - timedelta(days=REST_DAYS)
    )


def _not_told() -> Select[int]:
    """Who is to be told of a change that came after whoever spoke to them last had taken them on."""
    after = (Contact.person_id == Message.person_id, Contact.taken_at >= Message.created_at)
    since = exists().where(*after, Contact.state == ContactState.DONE).correlate(Message)
    return select(waiting_calls().where(~is_needless(), ~since).subquery().c.person_id)


def _people(wanted: Wanted) -> list[ColumnElement[bool]]:
    return [
        *([Person.department_id.in_(with_descendants(wanted.department))] if wanted.department else []),
        *([Person.region == wanted.region] if wanted.region else []),
    ]


def _told(kind: ContactKind, rows: Sequence[Any]) -> list[Listed]:
    """The rows with names and with what is to be settled, in their order; three statements."""
    ids = [row.person_id for row in rows]
    people = _people_by_id(ids)
    wishes = _requests_by_person(kind, ids)
    calls = _calls_by_person(ids)
    found = []
    for row in rows:
        person = people[row.person_id]
        reasons = [reason for reason in _RANKS if getattr(row, reason)]
        request = wishes.get(row.person_id)
        need = Need(
            row.person_id,
            reasons,
            request_id=request.id if request else None,
            promised_on=request.promised_on if request else None,
            deliveries=calls[row.person_id],
        )
        phone = masked_phone(person.phone)
        found.append(
            Listed(person.key, person.name, person.number, person.region, person[5], phone, row.day, need)
        )
    return found


def _people_by_id(ids: Sequence[int]) -> dict[int, Any]:
    columns = (Person.id, Person.key, Person.name, Person.number, Person.region, Department.name)
    found = select(*columns, Person.phone).join(Department, Department.id == Person.department_id)
    return {row.id: row for row in session().execute(found.where(Person.id.in_(ids)))}


def _requests_by_person(kind: ContactKind, ids: Sequence[int]) -> dict[int, Any]:
    """The open request of each; there is one of a kind at the most."""
    open_ones = select(Request.person_id, Request.id, Request.promised_on).where(
        _OPEN_REQUEST, Request.kind == _OF_KIND[kind], Request.person_id.in_(ids)
    )
    return {row.person_id: row for row in session().execute(open_ones)}


def _calls_by_person(ids: Sequence[int]) -> dict[int, list[int]]:
    calls = waiting_calls().where(~is_needless()).subquery()
    found: dict[int, list[int]] = defaultdict(list)
    for row in session().execute(select(calls).where(calls.c.person_id.in_(ids))):
        found[row.person_id].append(row.delivery_id)
    return found
