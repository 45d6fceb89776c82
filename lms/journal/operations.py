"""The one way into the journal."""

from datetime import datetime

from sqlalchemy import insert

from lms.journal.models import Entry
from lms.kernel.database import session


def record(act: str, subject: str, *, actor_id: int | None, at: datetime, **facts: object) -> None:
    """Write one entry in the present transaction."""
    session().execute(insert(Entry).values(act=act, subject=subject, actor_id=actor_id, at=at, facts=facts))
