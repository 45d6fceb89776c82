"""What HR does to one person: contacts, leaving and coming back, looking at what is masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select, update

from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.people.models import Department, Person, PersonState, ReachBy
from lms.people.queries import person_by_key
from lms.people.rules import (
    address_fault,
    clean_address,
    clean_email,
    clean_phone,
    email_fault,
    phone_fault,
    plain,
    wecom_fault,
)
from lms.staff.refusals import BadContact, BadDay, Yourself

NEEDS: Mapping[ReachBy, str] = {ReachBy.SMS: "phone", ReachBy.CALL: "phone", ReachBy.LETTER: "address"}
"""How somebody is told → what has to be on record for it."""


@dataclass(frozen=True)
class Contact:
    """How somebody is reached; empty means not at all. What is ``None`` stays as it is."""

    email: str
    phone: str | None
    wecom_id: str
    address: str | None = None
    reach: ReachBy | None = None

    @property
    def faults(self) -> dict[str, str]:
        """Field → code of what is wrong with it."""
        checks = {
            "email": email_fault(self.email) if plain(self.email) else "",
            "phone": phone_fault(self.phone) if self.phone and plain(self.phone) else "",
            "wecom_id": wecom_fault(self.wecom_id) if plain(self.wecom_id) else "",
            "address": address_fault(self.address) if self.address and plain(self.address) else "",
        }
        return {field: code for field, code in checks.items() if code}


def change_contact(person_key: str, contact: Contact, *, actor_id: int, at: datetime) -> frozenset[str]:
    """Store what differs from what is stored; returns the names of those fields. Raises ``BadContact``.

    A new address has not been refused by any mail server yet.
    """
    if contact.faults:
        raise BadContact(faults=contact.faults)
    person = person_by_key(person_key)
    wanted = _wanted(contact)
    if contact.reach is not None and contact.reach is not person.reach:
        _ask_for_address(contact.reach, {"phone": person.phone, "address": person.address, **wanted})
    changed = {field: text for field, text in wanted.items() if getattr(person, field) != text}
    if not changed:
        return frozenset()
    forgiven = {"email_error": ""} if "email" in changed else {}
    session().execute(update(Person).where(Person.id == person.id).values({**changed, **forgiven}))
    record("person.contact-changed", person_key, actor_id=actor_id, at=at, fields=sorted(changed))
    return frozenset(changed)


def _wanted(contact: Contact) -> dict[str, str]:
    """Columns of a person as the contact says them."""
    said = {
        "email": clean_email(contact.email),
        "wecom_id": plain(contact.wecom_id),
        "phone": None if contact.phone is None else clean_phone(contact.phone),
        "address": None if contact.address is None else clean_address(contact.address),
        "reach": contact.reach,
    }
    return {field: text for field, text in said.items() if text is not None}


def _ask_for_address(reach: ReachBy, wanted: Mapping[str, str]) -> None:
    """Nobody is put on a way on which nothing can reach them. Raises ``BadContact``."""
    field = NEEDS.get(reach)
    if field and not wanted[field]:
        raise BadContact(faults={field: f"needed-for-{reach.value}"})


def choose_way(person_key: str, reach: ReachBy, *, actor_id: int, at: datetime) -> bool:
    """Somebody says how they want to be told; true when what that takes is on record.

    It is kept all the same: HR sees who lacks an address.
    """
    person = person_by_key(person_key)
    if person.reach is not reach:
        session().execute(update(Person).where(Person.id == person.id).values(reach=reach))
        record("person.way-chosen", person_key, actor_id=actor_id, at=at, way=reach.value)
    field = NEEDS.get(reach)
    return not field or bool(getattr(person, field))


def leave(person_key: str, *, on: date, actor_id: int, at: datetime) -> None:
    """The person has left; from now on there is no way in, whatever is open in a browser.

    A department that they headed keeps them and counts as without a head. Who has left already, has left.
    Raises ``Yourself``, and ``BadDay`` for a day to come or one before the person was hired.
    """
    person = person_by_key(person_key)
    today = china_date(at)
    if person.id == actor_id:
        raise Yourself
    if not person.hired_on <= on <= today:
        raise BadDay(since=person.hired_on, until=today)
    gone = (
        update(Person)
        .where(Person.id == person.id, Person.state == PersonState.ACTIVE)
        .values(state=PersonState.LEFT, left_on=on)
        .returning(Person.id)
    )
    if session().execute(gone).one_or_none() is not None:
        seats = list(session().scalars(select(Department.key).where(Department.head_id == person.id)))
        record("person.left", person_key, actor_id=actor_id, at=at, on=on.isoformat(), vacant=seats)


def come_back(person_key: str, *, actor_id: int, at: datetime) -> None:
    """The person belongs to the organisation again, with everything that was theirs."""
    back = (
        update(Person)
        .where(Person.id == person_by_key(person_key).id, Person.state == PersonState.LEFT)
        .values(state=PersonState.ACTIVE, left_on=None)
        .returning(Person.id)
    )
    if session().execute(back).one_or_none() is not None:
        record("person.came-back", person_key, actor_id=actor_id, at=at)


def reveal(
    person_key: str, field: Literal["phone", "id_number", "address"], *, actor_id: int, at: datetime
) -> str:
    """What is masked everywhere else, in full; the journal keeps who looked at which field of whom."""
    person = person_by_key(person_key)
    record("person.revealed", person_key, actor_id=actor_id, at=at, field=field)
    texts = {"phone": person.phone, "id_number": person.id_number, "address": person.address}
    return texts[field]
