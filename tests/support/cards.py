"""Cards to sign in with, made and used. Needs an application context."""

from datetime import UTC, date, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.access.card_entry import CardClaim, CardEntry, enter
from lms.access.cards import Issued, Terms, code_index, issue_cards
from lms.access.models import Account, Card, Role
from lms.access.queries import Asker
from lms.kernel.database import session, unit_of_work
from lms.people.models import Audience, Person
from tests.support.entering import asker_of
from tests.support.people import make_account, make_person

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday 2026-11-23, nine o'clock in China."""
PHONE, END = "13800006672", "6672"
YEAR = Terms(date(2027, 11, 23))
WAIT = timedelta(minutes=15, seconds=1)
"""After so long failures are no longer in a row."""


def retiree(*, name: str = "陈桂芬", number: str = "", phone: str = PHONE) -> Person:
    """A retired person with a number on file and without an account."""
    person = make_person(name=name, number=number, audience=Audience.RETIREE)
    person.phone = phone
    session().commit()
    return person


def somebody_of_hr() -> Asker:
    """Who makes the cards."""
    return asker_of(make_account(person=make_person(name="周敏", audience=Audience.HR), role=Role.HR))


def issued_to(*people: Person, by: Asker, terms: Terms = YEAR, at: datetime = AT) -> Issued:
    """Cards for these people."""
    keys = [person.key for person in people]
    with unit_of_work():
        return issue_cards(by, keys, terms, at=at)


def code_for(person: Person, *, terms: Terms = YEAR, at: datetime = AT) -> str:
    """The code on a new card of somebody."""
    (card,) = issued_to(person, by=somebody_of_hr(), terms=terms, at=at).cards
    return card.code


def use(code: str, digits: str = END, *, address: str = "10.0.0.1", at: datetime = AT) -> CardEntry:
    """Try to sign in with a card."""
    with unit_of_work():
        return enter(CardClaim(code, digits, address, "secret"), at=at)


def scan(client: FlaskClient, code: str, digits: str = END, *, lang: str = "en") -> TestResponse:
    """Scan a card and answer the question."""
    client.get(f"/card/{code}?lang={lang}", follow_redirects=True)
    return client.post("/card/digits", data={"digits": digits})


def is_in(client: FlaskClient) -> bool:
    """Whether the session opens the easy view."""
    return client.get("/easy").status_code == 200


def card(code: str) -> Card:
    """The card with this code, as stored."""
    session().expire_all()
    return session().scalars(select(Card).where(Card.code_index == code_index(code))).one()


def account_of(person: Person) -> Account:
    """The account of somebody, as stored."""
    session().expire_all()
    return session().scalars(select(Account).where(Account.person_id == person.id)).one()


def fail(code: str, times: int) -> None:
    """So many wrong answers, far enough apart not to be in a row."""
    for number in range(times):
        use(code, "0000", at=AT + number * WAIT)
