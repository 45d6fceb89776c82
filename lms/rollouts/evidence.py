"""What a change left behind as evidence: what each person read and was asked, and who decided what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from lms.assignments.models import Assignment
from lms.courses.models import CheckAnswer, PageRead
from lms.journal.models import Entry, Seal
from lms.kernel.clock import end_of_day, start_of_day
from lms.kernel.database import session
from lms.people.models import Person, Status
from lms.quizzes.models import Attempt, AttemptState
from lms.quizzes.queries import Sitting, one_sitting, read_sittings
from lms.rollouts.models import Change, ChangeState, Recipient, RefreshTask
from lms.rollouts.standing import Standing, standings

BATCH = 1000
_NEVER_REGISTERED = (ChangeState.DRAFT, ChangeState.WITHDRAWN)


@dataclass(frozen=True)
class Reading:
    """A page that a recipient read to its end, for the change or in the course they were given for it.

    ``region`` and ``status`` are those on record today; they decide which numbers the page showed.
    """

    number: str
    region: str
    status: Status
    page: str
    release_id: str
    edition: str
    at: datetime


@dataclass(frozen=True)
class Checked:
    """An answer to an in-lesson check: positions in the order of the text, for example ``0`` or ``0,2``."""

    number: str
    lesson: str
    check: str
    edition: str
    chosen: str
    right: bool
    at: datetime


@dataclass(frozen=True)
class Act:
    """An entry of the journal about the change; ``actor`` is an employee number, empty for the platform."""

    id: int
    at: datetime
    actor: str
    act: str
    subject: str
    facts: dict[str, Any]


def _given(change: Change, evidence: type[PageRead | CheckAnswer]) -> ColumnElement[bool]:
    """Rows of learners about what they were given for a change, from then on."""
    return and_(
        Recipient.change_id == change.id,
        evidence.person_id == Recipient.person_id,
        evidence.course == Assignment.course,
        evidence.at >= Recipient.added_at,
    )


def readings(change: Change) -> Iterator[Reading]:
    """Every page read for the change, by employee number and time."""
    columns = (
        Person.number, Person.region, Person.status,
        PageRead.page, PageRead.release_id, PageRead.edition, PageRead.at,
    )  # fmt: skip
    statement = (
        select(*columns)
        .join(Recipient, Recipient.person_id == PageRead.person_id)
        .join(Assignment, Assignment.id == Recipient.assignment_id)
        .join(Person, Person.id == PageRead.person_id)
        .where(_given(change, PageRead))
        .order_by(Person.number, PageRead.at, PageRead.id)
    )
    for row in session().execute(statement.execution_options(yield_per=BATCH)):
        yield Reading(*row)


def checks(change: Change) -> Iterator[Checked]:
    """Every in-lesson check answered for the change, by employee number and time."""
    answer = CheckAnswer
    columns = (answer.lesson, answer.check_id, answer.edition, answer.chosen, answer.right, answer.at)
    statement = (
        select(Person.number, *columns)
        .join(Recipient, Recipient.person_id == answer.person_id)
        .join(Assignment, Assignment.id == Recipient.assignment_id)
        .join(Person, Person.id == answer.person_id)
        .where(_given(change, answer))
        .order_by(Person.number, answer.at, answer.id)
    )
    for row in session().execute(statement.execution_options(yield_per=BATCH)):
        yield Checked(*row)


def papers(change: Change) -> Iterator[tuple[str, Sitting, bool]]:
    """Every attempt handed in for the change: employee number, paper, whether somebody helped; in batches."""
    owners = (
        select(Attempt.id, Person.number, Attempt.assistance_id.is_not(None))
        .join(Assignment, Assignment.key == Attempt.series)
        .join(Recipient, Recipient.assignment_id == Assignment.id)
        .join(Person, Person.id == Recipient.person_id)
        .where(
            Recipient.change_id == change.id,
            Attempt.state != AttemptState.OPEN,
            Attempt.submitted_at >= Recipient.added_at,
        )
        .order_by(Person.number, Attempt.number)
    )
    about: dict[int, tuple[str, bool]] = {row[0]: (row[1], row[2]) for row in session().execute(owners)}
    ids = list(about)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found = {one.id: one for one in read_sittings(one_sitting(Attempt.id.in_(batch)))}
        for identity in batch:
            number, assisted = about[identity]
            yield number, found[identity], assisted


def acts(change: Change) -> list[Act]:
    """What the journal holds about the change and its tasks, oldest first."""
    tasks = select(RefreshTask.key).where(RefreshTask.change_id == change.id)
    statement = (
        select(Entry.id, Entry.at, Person.number, Entry.act, Entry.subject, Entry.facts)
        .outerjoin(Person, Person.id == Entry.actor_id)
        .where(or_(Entry.subject == change.key, Entry.subject.in_(tasks)))
        .order_by(Entry.id)
    )
    rows: Sequence[Sequence[Any]] = session().execute(statement).all()
    return [
        Act(number, at, actor or "", act, subject, facts) for number, at, actor, act, subject, facts in rows
    ]


def last_seal() -> tuple[int, str] | None:
    """Number and digest of the newest seal of the journal: what vouches for the entries before it."""
    row = session().execute(select(Seal.id, Seal.digest).order_by(Seal.id.desc()).limit(1)).one_or_none()
    return (row.id, row.digest) if row else None


def changes_between(first: date, last: date) -> list[Change]:
    """Changes registered by *last* that had not ended before *first*, in the order of registration."""
    going_on = or_(Change.finished_at.is_(None), Change.finished_at >= start_of_day(first))
    registered = and_(Change.registered_at.is_not(None), Change.registered_at < end_of_day(last))
    statement = select(Change).where(registered, going_on, Change.state.not_in(_NEVER_REGISTERED))
    return list(session().scalars(statement.order_by(Change.registered_at, Change.id)))


def standings_by_key(change: Change, day: date) -> dict[str, Standing]:
    """Person key → standing towards the document of a change at the end of a day, of the recipients."""
    found = standings(change.document, day).subquery()
    recipients = select(Recipient.person_id).where(Recipient.change_id == change.id)
    statement = (
        select(Person.key, found.c.standing)
        .join(found, found.c.person_id == Person.id)
        .where(Person.id.in_(recipients))
    )
    return {row.key: Standing(row.standing) for row in session().execute(statement)}
