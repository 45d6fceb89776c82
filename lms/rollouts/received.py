"""The changes that one person was given, and what became of each; for any day in the past."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from lms.assignments.models import Assignment, Completion
from lms.kernel.clock import end_of_day
from lms.kernel.database import session
from lms.people.models import Person
from lms.rollouts.models import Change, Path, Recipient
from lms.rollouts.recipients import is_done


@dataclass(frozen=True)
class Received:
    """A change that somebody was given. ``course`` is empty when it was taken off their list."""

    change: str
    title: str
    document: str
    path: Path
    given_at: datetime
    course: str
    due_on: date | None
    done_at: datetime | None
    excused_at: datetime | None
    excused_by: str
    excuse: str

    def days_late(self, day: date) -> int:
        """Whole days beyond the due date while neither done nor excused."""
        waits = self.due_on is not None and not self.done_at and not self.excused_at
        return max(0, (day - self.due_on).days) if waits and self.due_on else 0


def received_by(person_id: int, day: date) -> list[Received]:
    """What a person had been given when the day ended in China, the newest first, in one statement.

    An excuse that was taken back later is not remembered here, but in the journal.
    """
    until, excuser = end_of_day(day), aliased(Person)
    statement = (
        select(
            Change.key,
            Change.title,
            Change.document,
            Recipient.path,
            Recipient.added_at,
            func.coalesce(Assignment.course, ""),
            Assignment.due_on,
            case((is_done(Change.approved_at), Completion.completed_at)),
            Recipient.excused_at,
            func.coalesce(excuser.name, ""),
            Recipient.excuse,
        )
        .select_from(Recipient)
        .join(Change, Change.id == Recipient.change_id)
        .outerjoin(Assignment, Assignment.id == Recipient.assignment_id)
        .outerjoin(Completion, Completion.assignment_id == Recipient.assignment_id)
        .outerjoin(excuser, excuser.id == Recipient.excused_by)
        .where(Recipient.person_id == person_id, Recipient.added_at < until)
        .order_by(Recipient.added_at.desc(), Change.id.desc())
    )
    return [_as_of(Received(*row), until) for row in session().execute(statement)]


def _as_of(one: Received, until: datetime) -> Received:
    """Without what happened later."""
    if one.done_at and one.done_at >= until:
        one = replace(one, done_at=None)
    if one.excused_at and one.excused_at >= until:
        one = replace(one, excused_at=None, excused_by="", excuse="")
    return one
