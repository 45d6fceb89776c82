"""Which courses somebody has completed by having been at an event, for what certificates and records say."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from lms.assignments.models import Completion
from lms.kernel.database import session
from lms.workshops.models import Counted, Event
from lms.workshops.rules import Counts


def attended(certificate: str) -> str:
    """Title of the event for which a certificate was given; empty when it was for something else."""
    title = (
        select(Event.title)
        .join(Counted, Counted.event_id == Event.id)
        .join(Completion, Completion.assignment_id == Counted.assignment_id)
        .where(Completion.certificate == certificate, Counted.counts == Counts.COURSE)
    )
    return session().scalar(title) or ""


def attended_of(assignment_ids: Sequence[int]) -> Mapping[int, str]:
    """Assignment id → title of the event that completed it; nothing is asked about none."""
    titles = select(Counted.assignment_id, Event.title).join(Event, Event.id == Counted.event_id)
    mine = titles.where(Counted.assignment_id.in_(assignment_ids), Counted.counts == Counts.COURSE)
    return {row.assignment_id: row.title for row in session().execute(mine)} if assignment_ids else {}
