"""Reads that only pages need: what replaced a change, why it was sent back, what waits for somebody."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, func, select

from lms.assignments.models import Assignment, Completion
from lms.journal.models import Entry
from lms.kernel.database import session
from lms.notifications.models import Message
from lms.people.models import Person
from lms.rollouts.models import Change, ChangeState, Path, Recipient, RefreshTask, TaskState
from lms.rollouts.queries import DUE_SOON_DAYS
from lms.rollouts.recipients import is_waited_for
from lms.rollouts.running import UNDER_WAY


def successor(change: Change) -> Change | None:
    """The newer change that took the place of this one."""
    return session().get(Change, change.superseded_by) if change.superseded_by else None


def sent_back(change: Change) -> str:
    """Why it was last sent back to whoever drafts it; empty when it never was."""
    last = (
        select(Entry.facts)
        .where(Entry.act == "change.sent-back", Entry.subject == change.key)
        .order_by(Entry.id.desc())
        .limit(1)
    )
    return str((session().scalar(last) or {}).get("reason", ""))


@dataclass(frozen=True)
class Beside:
    """Counts beside the navigation: messages not read, and work around changes of policy."""

    unread: int
    policy: int


def beside(person_id: int, *, today: date, may_approve: bool) -> Beside:
    """Both in one statement, which every page of the desk makes.

    Work is own tasks that are overdue or due soon, and, if this person may approve, what others registered.
    """
    unread = select(func.count()).where(Message.person_id == person_id, Message.read_at.is_(None))
    tasks = (
        select(func.count())
        .select_from(RefreshTask)
        .join(Change, Change.id == RefreshTask.change_id)
        .where(
            Change.state.in_(UNDER_WAY),
            RefreshTask.state == TaskState.OPEN,
            RefreshTask.owner_id == person_id,
            RefreshTask.due_on <= today + timedelta(days=DUE_SOON_DAYS),
        )
    )
    approvals = (
        select(func.count())
        .select_from(Change)
        .where(Change.state == ChangeState.REGISTERED, Change.registered_by != person_id)
    )
    counted = session().execute(
        select(unread.scalar_subquery(), tasks.scalar_subquery(), approvals.scalar_subquery())
    )
    messages, own, others = counted.one()
    return Beside(messages, own + (others if may_approve else 0))


@dataclass(frozen=True)
class Given:
    """A change that somebody was given and has not learned: the course it comes with, and until when."""

    key: str
    title: str
    effective_on: date | None
    path: Path
    course: str
    due_on: date


def open_changes_of(person_id: int) -> list[Given]:
    """Changes that wait for somebody, what is due first in front."""
    rows = session().execute(
        _given()
        .where(
            Recipient.person_id == person_id, Change.state.in_(UNDER_WAY), is_waited_for(Change.approved_at)
        )
        .order_by(Assignment.due_on, Change.id)
    )
    return [Given(*row) for row in rows]


def given(person_id: int, change: Change) -> Given | None:
    """What somebody was given for a change, unless it is done or they are excused."""
    mine = (Recipient.person_id == person_id, Recipient.change_id == change.id)
    row = session().execute(_given().where(*mine, is_waited_for(Change.approved_at))).one_or_none()
    return Given(*row) if row else None


def _given() -> Select[str, str, date | None, Path, str, date]:
    return (
        select(
            Change.key,
            Change.title,
            Change.effective_on,
            Recipient.path,
            Assignment.course,
            Assignment.due_on,
        )
        .join(Recipient, Recipient.change_id == Change.id)
        .join(Person, Person.id == Recipient.person_id)
        .join(Assignment, Assignment.id == Recipient.assignment_id)
        .outerjoin(Completion, Completion.assignment_id == Recipient.assignment_id)
    )
