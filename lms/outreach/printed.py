"""For whom sheets are printed that nobody asked for: retired people of a department or a city."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from lms.kernel.database import session
from lms.people.models import Audience, Person, PersonState, ReachBy, Status
from lms.people.queries import with_descendants

MOST = 1000
"""People of one file."""


class Lacking(StrEnum):
    """Who is meant: those who want letters, or those who have given no way to be told of anything."""

    LETTERS = "letters"
    NO_WAY = "no-way"


@dataclass(frozen=True)
class Circle:
    """Whom a batch is for; what is empty leaves nobody out. ``department`` is a key with all below it."""

    department: str = ""
    region: str = ""
    lacking: Lacking | None = None


@dataclass(frozen=True)
class Recipient:
    """Somebody who gets paper; ``address`` is empty where it is handed over."""

    name: str
    address: str
    region: str
    status: Status


def how_many(circle: Circle) -> int:
    """How many people are meant."""
    return session().scalar(select(func.count()).select_from(Person).where(*_conditions(circle))) or 0


def recipients(circle: Circle, *, most: int = MOST) -> list[Recipient]:
    """Them, by city, department and number: the order in which paper is carried out."""
    found = session().execute(
        select(Person.name, Person.address, Person.region, Person.status)
        .where(*_conditions(circle))
        .order_by(Person.region, Person.department_id, Person.number)
        .limit(most)
    )
    return [Recipient(*row) for row in found]


def _conditions(circle: Circle) -> list[ColumnElement[bool]]:
    found = [Person.state == PersonState.ACTIVE, Person.audience == Audience.RETIREE]
    if circle.department:
        found.append(Person.department_id.in_(with_descendants(circle.department)))
    if circle.region:
        found.append(Person.region == circle.region)
    if circle.lacking is Lacking.LETTERS:
        found.append(Person.reach == ReachBy.LETTER)
    if circle.lacking is Lacking.NO_WAY:
        found += [Person.phone == "", Person.email == "", Person.wecom_id == ""]
    return found
