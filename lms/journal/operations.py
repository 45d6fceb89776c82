"""The one way into the journal."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert

from lms.journal.models import Entry
from lms.kernel.database import session


def record(act: str, subject: str, *, actor_id: int | None, at: datetime, **facts: object) -> None:
    """Write one entry in the present transaction."""
    session().execute(insert(Entry).values(act=act, subject=subject, actor_id=actor_id, at=at, facts=facts))


def record_each(
    act: str, subjects: Sequence[str], *, actor_id: int | None, at: datetime, **facts: object
) -> None:
    """The same entry for each of these subjects, by one statement."""
    rows = [{"act": act, "subject": one, "actor_id": actor_id, "at": at, "facts": facts} for one in subjects]
    if rows:
        session().execute(insert(Entry), rows)
