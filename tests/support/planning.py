"""A training year, opened. Needs an application context."""

from datetime import date

from flask.testing import FlaskClient

from lms.access.models import Role
from lms.kernel.database import unit_of_work
from lms.people.models import Audience, Person
from lms.planning.entries import Planned, add
from lms.planning.years import open_year
from tests.support.people import make_account, make_person, sign_in
from tests.support.sittings import AT


def lead(client: FlaskClient, *, language: str = "en", name: str = "叶文瑾") -> Person:
    """The head of HR, signed in."""
    person = make_person(name=name, audience=Audience.HR)
    make_account(person=person, role=Role.LEAD, language=language)
    sign_in(client, number=person.number)
    return person


def year(by: Person, which: int = 2027) -> int:
    """A year that is open."""
    with unit_of_work():
        open_year(which, actor_id=by.id, at=AT)
    return which


def planned(by: Person, title: str, starts_on: date, ends_on: date | None = None) -> str:
    """Something of one's own in the year of its first day; returns its key."""
    with unit_of_work():
        given = Planned(title, "", starts_on, ends_on or starts_on)
        return add(starts_on.year, given, actor_id=by.id, at=AT)
