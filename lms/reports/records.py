"""The training record of one person: obligations, papers, help, and what was read in which edition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from lms.assignments.queries import Duty, attempts_of, duties_of
from lms.assignments.records import HelpGiven, helps_of
from lms.courses.models import CheckAnswer, PageRead
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.people.models import Audience, Department, Person, PersonState, Status
from lms.quizzes.queries import PastAttempt
from lms.reports.rules import Standing, State, state_of


@dataclass(frozen=True)
class Subject:
    """The person a record is about."""

    id: int
    key: str
    number: str
    name: str
    department: str
    region: str
    audience: Audience
    status: Status
    hired_on: date
    state: PersonState


@dataclass(frozen=True)
class Entry:
    """An assignment with everything that happened for it."""

    duty: Duty
    state: State
    papers: Sequence[PastAttempt]
    helps: Sequence[HelpGiven]


@dataclass(frozen=True)
class Reading:
    """A page read: in which edition, how often, first and last when."""

    page: str
    edition: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class TrainingRecord:
    """What is kept about one person's training. ``readings`` and ``checks`` are by course."""

    entries: Sequence[Entry]
    readings: Mapping[str, Sequence[Reading]]
    checks: Mapping[str, int]


def subject(key: str) -> Subject:
    """The person with this key. Raises ``NotFound``."""
    return _subject(Person.key == key)


def subject_of(duty: Duty) -> Subject:
    """The person whose assignment it is."""
    return subject_by_id(duty.person_id)


def subject_by_id(person_id: int) -> Subject:
    """The person with this id. Raises ``NotFound``."""
    return _subject(Person.id == person_id)


def _subject(which: ColumnElement[bool]) -> Subject:
    statement = select(
        Person.id,
        Person.key,
        Person.number,
        Person.name,
        Department.name,
        Person.region,
        Person.audience,
        Person.status,
        Person.hired_on,
        Person.state,
    ).join(Department, Department.id == Person.department_id)
    row = session().execute(statement.where(which)).one_or_none()
    if row is None:
        raise NotFound(kind="person")
    values: list[Any] = list(row)
    return Subject(*values)


def training_record(person_id: int) -> TrainingRecord:
    """The whole record in five statements."""
    duties = duties_of(person_id)
    papers, helps = attempts_of(duties), helps_of([duty.id for duty in duties])
    readings, checks = _readings(person_id), _checks(person_id)
    entries = [
        Entry(
            duty,
            entry_state(duty, begun=duty.course in readings or duty.course in checks),
            papers[duty.key],
            helps.get(duty.id, []),
        )
        for duty in duties
    ]
    return TrainingRecord(entries, readings, checks)


def entry_state(duty: Duty, *, begun: bool) -> State:
    """The state of one assignment. ``begun``: a page was read or a check answered."""
    completed = duty.completed_at is not None
    excused = duty.excused_at is not None
    return state_of(
        Standing(completed, duty.open_attempt, duty.failed, duty.failed_since_help, begun, excused)
    )


def _readings(person_id: int) -> dict[str, list[Reading]]:
    rows = session().execute(
        select(
            PageRead.course,
            PageRead.page,
            PageRead.edition,
            func.count(),
            func.min(PageRead.at),
            func.max(PageRead.at),
        )
        .where(PageRead.person_id == person_id)
        .group_by(PageRead.course, PageRead.page, PageRead.edition)
        .order_by(func.min(PageRead.at), PageRead.page)
    )
    found: dict[str, list[Reading]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Reading(*row[1:]))
    return found


def _checks(person_id: int) -> dict[str, int]:
    rows = session().execute(
        select(CheckAnswer.course, func.count(CheckAnswer.check_id.distinct()))
        .where(CheckAnswer.person_id == person_id)
        .group_by(CheckAnswer.course)
    )
    return {row[0]: row[1] for row in rows}
