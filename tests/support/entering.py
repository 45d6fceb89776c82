"""Signing in by operations alone. Needs an application context."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Account
from lms.access.operations import (
    Claim,
    SignIn,
    sign_in,
    verify,
)
from lms.access.queries import Asker, asker
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from tests.support.library import publish_texts
from tests.support.people import PASSWORD
from tests.support.small_library import TEXTS

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NUMBER = "Q7001"
NEW = "a kettle sings at noon"


def enter(
    *, password: str = PASSWORD, number: str = NUMBER, address: str = "10.0.0.1", at: datetime = AT
) -> SignIn:
    """Try to sign in."""
    verified = verify(Claim(number, password, address, "secret"))
    with unit_of_work():
        return sign_in(verified, at=at)


def fail(times: int, *, number: str = NUMBER, address: str = "10.0.0.1", at: datetime = AT) -> SignIn:
    """So many failures in a row; what the last one came to."""
    found = SignIn()
    for _ in range(times):
        found = enter(password="not the password", number=number, address=address, at=at)
    return found


def asker_of(account: Account) -> Asker:
    """The person of an account, signed in to a published library."""
    publish_texts(TEXTS)
    found = asker(account.id, account.stamp)
    assert found is not None
    return found


def acts(database: Session) -> list[str]:
    """What the journal has heard of, in order."""
    return list(database.scalars(select(Entry.act).order_by(Entry.id)))
