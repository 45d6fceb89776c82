"""Addresses for calendar programs: a person has one, which opens nothing but a calendar."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select

from lms.journal.operations import record
from lms.kernel.database import session, upsert
from lms.kernel.encryption import keyring
from lms.people.models import Person, PersonState
from lms.planning.models import Feed

_BYTES = 24
"""Of chance in a token: 192 bits, which nobody guesses."""


def made_at(person_id: int) -> datetime | None:
    """Since when somebody has an address; ``None`` without one."""
    return session().scalar(select(Feed.made_at).where(Feed.person_id == person_id))


def renew(person_id: int, *, at: datetime) -> str:
    """A new token, known here and now and never again; the one before opens nothing any more."""
    token = secrets.token_urlsafe(_BYTES)
    told = {"token_index": _index(token), "made_at": at}
    row = upsert(Feed).values(person_id=person_id, **told)
    session().execute(row.on_conflict_do_update(index_elements=["person_id"], set_=told))
    record("calendar.made", "own", actor_id=person_id, at=at)
    return token


def revoke(person_id: int, *, at: datetime) -> None:
    """The address opens nothing any more. Somebody without one stays so."""
    gone = delete(Feed).where(Feed.person_id == person_id).returning(Feed.person_id)
    if session().execute(gone).one_or_none() is not None:
        record("calendar.revoked", "own", actor_id=person_id, at=at)


def holder(token: str) -> str | None:
    """Key of the person whose calendar a token opens; ``None`` for one that opens nothing."""
    found = select(Person.key).join(Feed, Feed.person_id == Person.id)
    return session().scalar(
        found.where(Feed.token_index == _index(token), Person.state == PersonState.ACTIVE)
    )


def _index(token: str) -> str:
    return keyring().blind_index(f"calendar:{token}")
