"""Reminding by hand: everybody who was given a change and is not done, at most once a day each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select

from lms.assignments.models import Assignment
from lms.journal.models import Entry
from lms.journal.operations import record
from lms.kernel.clock import china_date, start_of_day
from lms.kernel.database import session
from lms.kernel.errors import DomainError
from lms.notifications.models import Message
from lms.notifications.operations import post_to
from lms.notifications.rules import Topic
from lms.rollouts.models import Change, ChangeState, Recipient
from lms.rollouts.recipients import is_waited_for, joined
from lms.rollouts.running import NotRunning, approved_at, change_under_way

_REMINDED = "change.reminded"


class RemindedToday(DomainError):
    """Everybody who is not done has had a reminder today, the last one at ``at``."""

    code = "reminded-today"

    def __init__(self, at: datetime) -> None:
        super().__init__(at=at.isoformat())
        self.at = at


class NobodyWaits(DomainError):
    """Everybody who was given the change is done or excused."""

    code = "nobody-waits"


@dataclass(frozen=True)
class Reminder:
    """A reminder sent by hand, and to how many."""

    at: datetime
    told: int


def remind(change_key: str, *, actor_id: int, at: datetime) -> int:
    """Remind everybody who is waited for and had no reminder of this change today; returns how many.

    A few statements for each course and due date, whatever the headcount. Raises ``NotFound``,
    ``NotRunning`` (also while the clocks are paused), ``NobodyWaits`` and ``RemindedToday``.
    """
    change = change_under_way(change_key)
    if change.state is not ChangeState.RUNNING:
        raise NotRunning(state=change.state.value)
    waiting = _waiting(change, at)
    lots = session().execute(waiting.with_only_columns(Assignment.course, Assignment.due_on).distinct())
    told = 0
    for course, due_on in sorted((lot.course, lot.due_on) for lot in lots):
        facts = {
            "change": change.key,
            "title": change.title,
            "due_on": due_on.isoformat(),
            "course": course,
            "count": 1,
        }
        people = waiting.where(Assignment.course == course, Assignment.due_on == due_on)
        told += post_to(people, topic=Topic.REMINDER, subject=_subject(change, at), facts=facts, at=at)
    if not told:
        _refuse(change, at)
    record(_REMINDED, change.key, actor_id=actor_id, at=at, told=told)
    return told


def _subject(change: Change, at: datetime) -> str:
    """One for each day: nobody gets two messages of a topic about one subject."""
    return f"{change.key}:{china_date(at).isoformat()}"


def _waiting(change: Change, at: datetime) -> Select[int]:
    """Who is waited for and was not reminded by the ladder today, whose subject is the change itself.

    Who was reminded by hand is left to the subject of the day: asking for it here lets PostgreSQL, which
    knows nothing yet of messages just posted, go through all of them for everybody.
    """
    reminded = exists().where(
        Message.person_id == Recipient.person_id, Message.subject == change.key, *_today(at)
    )
    given = joined(select(Recipient.person_id), change).where(Recipient.assignment_id.is_not(None))
    return given.where(is_waited_for(approved_at(change)), ~reminded)


def _today(at: datetime) -> tuple[Any, ...]:
    return (
        Message.topic == Topic.REMINDER.value,
        Message.created_at >= start_of_day(china_date(at)),
    )


def _refuse(change: Change, at: datetime) -> None:
    of_change = Message.subject.in_((change.key, _subject(change, at)))
    last = session().scalar(select(func.max(Message.created_at)).where(of_change, *_today(at)))
    if last is None:
        raise NobodyWaits
    raise RemindedToday(last)


def last_reminder(change_key: str) -> Reminder | None:
    """The last one by hand."""
    found = (
        select(Entry.at, Entry.facts)
        .where(Entry.act == _REMINDED, Entry.subject == change_key)
        .order_by(Entry.id.desc())
        .limit(1)
    )
    row = session().execute(found).one_or_none()
    return Reminder(row.at, int(row.facts["told"])) if row else None
