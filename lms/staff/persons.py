"""What HR does to one person: contacts, leaving and coming back, looking at what is masked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select, update

from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.people.models import Department, Person, PersonState
from lms.people.queries import person_by_key
from lms.people.rules import (
    clean_email,
    clean_phone,
    email_fault,
    phone_fault,
    plain,
    wecom_fault,
)
from lms.staff.refusals import BadContact, BadDay, Yourself


@dataclass(frozen=True)
class Contact:
    """How somebody is reached; empty means not at all. A phone that is ``None`` stays as it is."""

    email: str
    phone: str | None
    wecom_id: str

    @property
    def faults(self) -> dict[str, str]:
        """Field → code of what is wrong with it."""
        checks = {
            "email": email_fault(self.email) if plain(self.email) else "",
            "phone": phone_fault(self.phone) if self.phone and plain(self.phone) else "",
            "wecom_id": wecom_fault(self.wecom_id) if plain(self.wecom_id) else "",
        }
        return {field: code for field, code in checks.items() if code}


def change_contact(person_key: str, contact: Contact, *, actor_id: int, at: datetime) -> frozenset[str]:
    """Store what differs from what is stored; returns the names of those fields. Raises ``BadContact``.

    A new address has not been refused by any mail server yet.
    """
    if contact.faults:
        raise BadContact(faults=contact.faults)
    person = person_by_key(person_key)
    wanted = {"email": clean_email(contact.email), "wecom_id": plain(contact.wecom_id)}
    if contact.phone is not None:
        wanted["phone"] = clean_phone(contact.phone)
    changed = {field: text for field, text in wanted.items() if getattr(person, field) != text}
    if not changed:
        return frozenset()
    forgiven = {"email_error": ""} if "email" in changed else {}
    session().execute(update(Person).where(Person.id == person.id).values({**changed, **forgiven}))
    record("person.contact-changed", person_key, actor_id=actor_id, at=at, fields=sorted(changed))
    return frozenset(changed)


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


def reveal(person_key: str, field: Literal["phone", "id_number"], *, actor_id: int, at: datetime) -> str:
    """What is masked everywhere else, in full; the journal keeps who looked at which field of whom."""
    person = person_by_key(person_key)
    record("person.revealed", person_key, actor_id=actor_id, at=at, field=field)
    return person.phone if field == "phone" else person.id_number
