"""What other floors note about persons."""

from sqlalchemy import update

from lms.kernel.database import session
from lms.people.models import Person


def note_bounce(person_id: int, address: str, code: str) -> None:
    """A mail server has refused this address for good; one entered meanwhile or later is not blamed."""
    refused = update(Person).where(Person.id == person_id, Person.email == address)
    session().execute(refused.values(email_error=code))
