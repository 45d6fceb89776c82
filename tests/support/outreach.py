"""Requests and contacts, made by operations alone. Needs an application context."""

from datetime import datetime

from sqlalchemy import select

from lms.access.models import Role
from lms.kernel.clock import china_date
from lms.kernel.database import session, unit_of_work
from lms.outreach import contacts, requests
from lms.outreach.contacts import Need
from lms.outreach.models import Contact
from lms.outreach.requests import Asking
from lms.outreach.rules import ContactKind, Outcome, Reason, RequestKind, Result
from lms.people.models import Audience, Person
from tests.support.company import obliged
from tests.support.people import make_account, make_person
from tests.support.sittings import AT

PHONE, ADDRESS = "13800000013", "示例市虚构区演示路5号楼2门301"


def retiree(
    name: str = "陈桂芬", *, number: str = "", due_in: int = 14, phone: str = PHONE, address: str = ADDRESS
) -> Person:
    """A retired person with the course assigned, reachable unless said otherwise."""
    person = obliged(name, number=number, audience=Audience.RETIREE, due_in=due_in)
    person.phone, person.address = phone, address
    session().commit()
    return person


def colleague(name: str) -> Person:
    """Somebody of HR, not signed in."""
    person = make_person(name=name, audience=Audience.HR)
    make_account(person=person, role=Role.HR)
    return person


def ask(
    person: Person,
    kind: RequestKind = RequestKind.CALL,
    *,
    text: str = "",
    phone: str = "",
    at: datetime = AT,
) -> str:
    """The person asks for something; the key of the request."""
    with unit_of_work():
        return requests.ask(person.id, Asking(kind, text=text, phone=phone), actor_id=person.id, at=at)


def taken(
    person: Person,
    by: Person,
    kind: ContactKind = ContactKind.CALL,
    *,
    need: Need | None = None,
    at: datetime = AT,
) -> Contact:
    """An open contact of the person, held by a colleague."""
    with unit_of_work():
        contacts.take([need or Need(person.id, [Reason.NEVER])], kind, assign_to=by.id, actor_id=by.id, at=at)
    return contact_of(person, kind)


def contact_of(person: Person, kind: ContactKind = ContactKind.CALL) -> Contact:
    """The newest contact of a kind, as it is in the database now."""
    session().expire_all()
    newest = select(Contact).where(Contact.person_id == person.id, Contact.kind == kind)
    return session().scalars(newest.order_by(Contact.id.desc())).first() or _none(person)


def _none(person: Person) -> Contact:
    raise AssertionError(f"{person.name} has no contact")


def come_to(
    contact: Contact, by: Person, result: Result = Result.TOLD, *, at: datetime = AT, **more: object
) -> None:
    """Put the result of a contact on record, of the day of *at* unless said otherwise."""
    outcome = Outcome(**({"done_on": china_date(at)} | more))  # type: ignore[arg-type]
    with unit_of_work():
        contacts.put_on_record(contact.key, result, outcome, actor_id=by.id, at=at)
