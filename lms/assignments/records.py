"""What stays on record of assignments: certificates, and the help that was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Integer, func, select, type_coerce

from lms.assignments.models import Assignment, Completion, Help, HelpKind
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.people.models import Person
from lms.quizzes.models import Attempt


@dataclass(frozen=True)
class Certificate:
    """What a certificate says. ``earned`` of ``points`` are empty where the course was acknowledged."""

    number: str
    person_key: str
    name: str
    course: str
    completed_at: datetime
    earned: int | None
    points: int | None
    release_id: str

    @property
    def acknowledged(self) -> bool:
        """True when reading and confirming completed the course, not a quiz."""
        return self.points is None


def certificate(number: str) -> Certificate:
    """A certificate by its number. Raises ``NotFound``."""
    return _certificate(number)


def own_certificate(person_id: int, number: str) -> Certificate:
    """A person's own certificate by its number. Raises ``NotFound``."""
    return _certificate(number, Person.id == person_id)


def _certificate(number: str, *also: ColumnElement[bool]) -> Certificate:
    row = (
        session()
        .execute(
            select(
                Completion.certificate,
                Person.key,
                Person.name,
                Assignment.course,
                Completion.completed_at,
                type_coerce(Attempt.earned, Integer),
                Attempt.points,
                func.coalesce(Completion.release_id, Attempt.release_id),
            )
            .join(Assignment, Assignment.id == Completion.assignment_id)
            .join(Person, Person.id == Assignment.person_id)
            .outerjoin(Attempt, Attempt.id == Completion.attempt_id)
            .where(Completion.certificate == number, *also)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound(kind="certificate", key=number)
    return Certificate(*row)


@dataclass(frozen=True)
class HelpGiven:
    """A recorded help."""

    after_attempt: int
    helper: str
    kind: HelpKind
    helped_on: date
    note: str


def helps_of(assignment_ids: Sequence[int]) -> dict[int, list[HelpGiven]]:
    """Assignment id → helps in their order, in one statement."""
    rows = session().execute(
        select(Help.assignment_id, Help.after_attempt, Person.name, Help.kind, Help.helped_on, Help.note)
        .join(Person, Person.id == Help.helper_id)
        .where(Help.assignment_id.in_(assignment_ids))
        .order_by(Help.after_attempt)
    )
    found: dict[int, list[HelpGiven]] = {}
    for row in rows:
        found.setdefault(row.assignment_id, []).append(HelpGiven(*row[1:]))
    return found
