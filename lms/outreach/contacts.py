"""Taking contacts on, handing them over, looking at what is masked, and putting the result on record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update

from lms.assignments.assistance import Given
from lms.assignments.models import HelpKind
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session, upsert
from lms.kernel.errors import NotFound
from lms.kernel.keys import new_key
from lms.notifications.by_hand import settle as settle_deliveries
from lms.notifications.models import Channel
from lms.outreach import requests
from lms.outreach.models import Contact, Relative, Request
from lms.outreach.refusals import AlreadyAsked, AlreadyVisited, BadDay, NotAssigned, NotOpen, TooManyRequests
from lms.outreach.requests import Asking
from lms.outreach.rules import (
    ASKS_FOR,
    ENDS,
    SETTLES,
    ContactKind,
    ContactState,
    Outcome,
    Reason,
    Result,
    day_fault,
)
from lms.people.models import Person

PHONE, ADDRESS, ASKED, FAMILY = "phone", "address", "asked", "family:"
"""What can be shown in full; the number of a relative is ``family:`` and their key."""
_IS_OPEN = Contact.state == ContactState.OPEN


@dataclass(frozen=True)
class Need:
    """Somebody who is to be contacted, and why."""

    person_id: int
    reasons: Sequence[Reason]
    request_id: int | None = None
    promised_on: date | None = None
    deliveries: Sequence[int] = ()


def take(needs: Sequence[Need], kind: ContactKind, *, assign_to: int, actor_id: int, at: datetime) -> int:
    """Make contacts of *needs*, for one colleague; returns how many. Who has one of this kind keeps it.

    One statement whatever their number. Nobody contacts themselves.
    """
    rows = [_row(need, kind, assign_to, at) for need in needs if need.person_id != assign_to]
    if not rows:
        return 0
    made = upsert(Contact).values(rows).on_conflict_do_nothing().returning(Contact.id)
    count = len(session().execute(made).all())
    if count:
        facts = {"kind": kind.value, "count": count, "assigned_to": assign_to}
        record("contact.taken", kind.value, actor_id=actor_id, at=at, **facts)
    return count


def _row(need: Need, kind: ContactKind, assign_to: int, at: datetime) -> dict[str, object]:
    return {
        "key": new_key(),
        "person_id": need.person_id,
        "kind": kind,
        "reasons": [one.value for one in need.reasons],
        "deliveries": list(need.deliveries),
        "request_id": need.request_id,
        "promised_on": need.promised_on,
        "assigned_to": assign_to,
        "taken_at": at,
        "state": ContactState.OPEN,
    }


def assign(keys: Collection[str], *, to: int, actor_id: int, at: datetime) -> int:
    """Hand open contacts over to a colleague; returns how many changed hands."""
    others = update(Contact).where(
        Contact.key.in_(keys), _IS_OPEN, Contact.assigned_to != to, Contact.person_id != to
    )
    moved = sorted(session().scalars(others.values(assigned_to=to).returning(Contact.key)))
    if moved:
        record("contact.assigned", ",".join(moved)[:80], actor_id=actor_id, at=at, count=len(moved))
    return len(moved)


def put_back(key: str, *, actor_id: int, at: datetime) -> None:
    """Give a contact up, so that the person is on the list again. Raises ``NotAssigned`` and ``NotOpen``."""
    contact = _held(key, actor_id)
    _change(contact, {"state": ContactState.CANCELLED})
    record("contact.put-back", key, actor_id=actor_id, at=at)


def reveal(key: str, field: str, *, actor_id: int, at: datetime) -> str:
    """What is masked everywhere else, for whom the contact is assigned to; each look is in the journal.

    Raises ``NotAssigned``, ``NotOpen`` and, for a field that there is not, ``NotFound``.
    """
    contact = _held(key, actor_id)
    text = _in_full(contact, field)
    record("contact.revealed", key, actor_id=actor_id, at=at, field=field.partition(":")[0])
    return text


def _in_full(contact: Contact, field: str) -> str:
    if field in {PHONE, ADDRESS}:
        person = session().get_one(Person, contact.person_id)
        return person.phone if field == PHONE else person.address
    if field == ASKED and contact.request_id:
        request = session().get_one(Request, contact.request_id)
        return "\n".join(filter(None, (request.text, request.phone)))
    relative = select(Relative).where(
        Relative.person_id == contact.person_id,
        Relative.key == field.removeprefix(FAMILY),
        Relative.ended_at.is_(None),
    )
    found = session().scalar(relative) if field.startswith(FAMILY) else None
    if found is None:
        raise NotFound(kind="field", key=field)
    return found.phone


def put_on_record(key: str, result: Result, outcome: Outcome, *, actor_id: int, at: datetime) -> None:
    """Put the result of a contact on record, by whom it is assigned to.

    One that was not reached stays open until its next try. Who wants to be visited or called back has asked
    for it from now on. Raises ``NotAssigned``, ``NotOpen``, ``BadDay`` and ``AlreadyVisited``.
    """
    contact = _held(key, actor_id)
    today = china_date(at)
    fault = day_fault(result, outcome, taken_on=china_date(contact.taken_at), today=today)
    if fault:
        raise BadDay(fault=fault, taken_on=china_date(contact.taken_at), today=today)
    done_on = outcome.done_on or today
    if contact.kind is ContactKind.VISIT and ENDS[result] is ContactState.DONE:
        refuse_second_visit(contact.person_id, done_on)
    _finish(contact, result, outcome, actor_id=actor_id, at=at)


def refuse_second_visit(person_id: int, day: date) -> None:
    """Raises ``AlreadyVisited`` when a visit of that day is on record; the table refuses it too."""
    same_day = (Contact.kind == ContactKind.VISIT) & (Contact.state == ContactState.DONE)
    visited = (
        select(Person.name)
        .join(Contact, Contact.done_by == Person.id)
        .where(Contact.person_id == person_id, Contact.done_on == day, same_day)
    )
    name = session().scalar(visited)
    if name is not None:
        raise AlreadyVisited(name=name, day=day)


def finish_by_help(given: Given, result: Result, outcome: Outcome, *, at: datetime) -> int:
    """A session with a helper has ended: so have the contacts of this person that the helper holds.

    Returns how many. By telephone nobody has been visited: a visit stays open then. One beside another one of
    the day is cancelled, since that one is on record.
    """
    kinds = [ContactKind.CALL] if given.kind is HelpKind.PHONE else list(ContactKind)
    mine = (Contact.person_id == given.person_id) & (Contact.assigned_to == given.helper_id) & _IS_OPEN
    contacts = session().scalars(select(Contact).where(mine, Contact.kind.in_(kinds))).all()
    for contact in contacts:
        try:
            if contact.kind is ContactKind.VISIT:
                refuse_second_visit(given.person_id, china_date(at))
        except AlreadyVisited:
            _change(contact, {"state": ContactState.CANCELLED})
            continue
        _finish(contact, result, outcome, actor_id=given.helper_id, at=at, assistance_id=given.id)
    return len(contacts)


def _finish(
    contact: Contact,
    result: Result,
    outcome: Outcome,
    *,
    actor_id: int,
    at: datetime,
    assistance_id: int | None = None,
) -> None:
    state = ENDS[result]
    closed = state is not ContactState.OPEN
    values: dict[str, object] = {
        "state": state,
        "result": result.value,
        "note": outcome.note,
        "minutes": outcome.minutes,
        "tries": contact.tries + 1,
        "next_on": None if closed else outcome.next_on,
        "done_on": outcome.done_on or china_date(at),
        "done_by": actor_id,
        "assistance_id": assistance_id,
    }
    if closed and contact.request_id:  # first, as where a request is withdrawn: nobody waits for each other
        requests.settle([contact.request_id], actor_id=actor_id, at=at)
    _change(contact, values)
    if result in SETTLES and contact.deliveries:
        settle_deliveries(contact.deliveries, Channel.CALL, at=at)
    if result in ASKS_FOR:
        _ask_again(contact.person_id, result, actor_id, at)
    facts = {"result": result.value, "kind": contact.kind.value}
    record("contact.recorded", contact.key, actor_id=actor_id, at=at, **facts)


def _ask_again(person_id: int, result: Result, actor_id: int, at: datetime) -> None:
    """What they want now is promised anew, unless it is promised already."""
    try:
        requests.ask(person_id, Asking(ASKS_FOR[result]), actor_id=actor_id, at=at)
    except (AlreadyAsked, TooManyRequests):
        return


def _held(key: str, actor_id: int) -> Contact:
    contact = session().scalar(select(Contact).where(Contact.key == key))
    if contact is None:
        raise NotFound(kind="contact", key=key)
    if contact.state is not ContactState.OPEN:
        raise NotOpen(key=key)
    if contact.assigned_to != actor_id:
        holder = session().scalar(select(Person.name).where(Person.id == contact.assigned_to))
        raise NotAssigned(name=holder)
    return contact


def _change(contact: Contact, values: dict[str, object]) -> None:
    """Compare and set: who comes second finds it closed, or in other hands."""
    still = (Contact.id == contact.id) & _IS_OPEN & (Contact.assigned_to == contact.assigned_to)
    if session().execute(update(Contact).where(still).values(**values).returning(Contact.id)).all():
        return
    raise NotOpen(key=contact.key)
