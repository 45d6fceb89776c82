"""Assignments of a person with everything that decides their next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from lms.assignments.models import Assignment, Assistance, Cause, Completion, Help, HelpKind
from lms.assignments.rules import Facts, Miss, Plan, Step, days_overdue, next_step, remedial_plan
from lms.courses.models import CheckAnswer, PageRead
from lms.courses.rules import Course
from lms.kernel.database import read
from lms.kernel.errors import NotFound
from lms.library import marks
from lms.quizzes import queries as quizzes
from lms.quizzes.models import Attempt, AttemptState, PracticeAnswer
from lms.quizzes.queries import PastAttempt, Sitting


def owed() -> ColumnElement[bool]:
    """True of an assignment that is neither completed nor excused; ``Completion`` is joined from outside."""
    return Completion.assignment_id.is_(None) & Assignment.excused_at.is_(None)


def help_of_completion() -> ScalarSelect[HelpKind]:
    """With what kind of help something was completed, as a column; ``Completion`` is joined from outside."""
    with_whom = select(Assistance.kind).where(Assistance.id == Completion.assistance_id)
    return with_whom.correlate(Completion).scalar_subquery()


@dataclass(frozen=True)
class Duty:
    """An assignment and how it stands. ``acknowledged``: without a quiz; ``assisted``: with a helper."""

    id: int
    key: str
    person_id: int
    course: str
    cycle: int
    cause: Cause
    assigned_on: date
    due_on: date
    completed_at: datetime | None
    certificate: str | None
    acknowledged: bool
    failed: int
    failed_since_help: int
    open_attempt: bool
    last_failed: int | None
    excused_at: datetime | None
    assisted: bool = False

    @property
    def is_owed(self) -> bool:
        """Neither completed nor excused; who was excused may still complete it."""
        return self.completed_at is None and self.excused_at is None

    def facts(self, *, has_quiz: bool, studied: bool, remedial_done: bool) -> Facts:
        """What decides the next step."""
        return Facts(
            completed=self.completed_at is not None,
            studied=studied,
            has_quiz=has_quiz,
            open_attempt=self.open_attempt,
            failed=self.failed,
            failed_since_help=self.failed_since_help,
            remedial_done=remedial_done,
        )

    def overdue(self, today: date) -> int:
        """Days overdue today; 0 when completed or excused."""
        return days_overdue(self.due_on, today) if self.is_owed else 0


def _duties() -> Select[*tuple[object, ...]]:
    """Assignments with what their attempts and helps amount to, in one statement whatever their number."""
    last_help = (
        select(Help.assignment_id, func.max(Help.after_attempt).label("after"))
        .group_by(Help.assignment_id)
        .subquery()
    )
    failed = Attempt.state == AttemptState.FAILED
    since = failed & (Attempt.number > func.coalesce(last_help.c.after, 0))
    return (
        select(
            Assignment.id,
            Assignment.key,
            Assignment.person_id,
            Assignment.course,
            Assignment.cycle,
            Assignment.cause,
            Assignment.assigned_on,
            Assignment.due_on,
            Completion.completed_at,
            Completion.certificate,
            Completion.release_id.is_not(None).label("acknowledged"),
            func.count(Attempt.id).filter(failed).label("failed"),
            func.count(Attempt.id).filter(since).label("failed_since_help"),
            func.count(Attempt.id).filter(Attempt.state == AttemptState.OPEN).label("open"),
            func.max(Attempt.number).filter(failed).label("last_failed"),
            Assignment.excused_at,
            Completion.assistance_id.is_not(None).label("assisted"),
        )
        .outerjoin(Completion, Completion.assignment_id == Assignment.id)
        .outerjoin(last_help, last_help.c.assignment_id == Assignment.id)
        .outerjoin(Attempt, Attempt.series == Assignment.key)
        .group_by(Assignment.id, Completion.assignment_id, last_help.c.after)
    )


_ALL_DUTIES = _duties()
_OF_PERSON = _ALL_DUTIES.where(Assignment.person_id == bindparam("person")).order_by(
    Assignment.due_on, Assignment.id
)
_OF_COURSE = (
    _ALL_DUTIES.where(Assignment.person_id == bindparam("person"), Assignment.course == bindparam("course"))
    .order_by(Assignment.cycle.desc())
    .limit(1)
)
_BY_KEY = _ALL_DUTIES.where(Assignment.key == bindparam("key"))


def duties_of(person_id: int) -> list[Duty]:
    """Assignments of a person, the earliest due date first, in one statement."""
    return [_duty(row) for row in read(_OF_PERSON, person=person_id)]


def duties_of_many(person_ids: Sequence[int]) -> list[Duty]:
    """Assignments of these people, in one statement whatever their number."""
    found = _ALL_DUTIES.where(Assignment.person_id.in_(person_ids)).order_by(Assignment.due_on, Assignment.id)
    return [_duty(row) for row in read(found)]


def duty_for_course(person_id: int, course: str) -> Duty | None:
    """The latest cycle of a person's assignment of a course; ``None`` when it was never assigned."""
    row = read(_OF_COURSE, person=person_id, course=course).one_or_none()
    return _duty(row) if row else None


def duty_by_key(key: str) -> Duty:
    """An assignment by its key. Raises ``NotFound``."""
    row = read(_BY_KEY, key=key).one_or_none()
    if row is None:
        raise NotFound(kind="assignment", key=key)
    return _duty(row)


def _duty(row: Sequence[object]) -> Duty:
    values = list(row)
    for flag in (10, 13, 16):
        values[flag] = bool(values[flag])
    return Duty(*values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Standing:
    """A duty with its next step and, where one is running, its remedial plan."""

    duty: Duty
    step: Step
    plan: Plan | None
    failed_paper: Sitting | None


def standing(duty: Duty, course: Course, *, lessons_done: bool) -> Standing:
    """The next step of a duty. Reads the failed paper only when there is one to make up for."""
    has_quiz = bool(course.quiz)
    if duty.completed_at or duty.open_attempt or duty.last_failed is None or not has_quiz:
        facts = duty.facts(has_quiz=has_quiz, studied=lessons_done, remedial_done=False)
        return Standing(duty, next_step(facts), None, None)
    paper = quizzes.attempt_of_series(duty.key, duty.last_failed)
    plan = plan_for(paper, course)
    facts = duty.facts(has_quiz=True, studied=lessons_done, remedial_done=plan.done)
    return Standing(duty, next_step(facts), plan, paper)


def plan_for(paper: Sitting, course: Course) -> Plan:
    """The remedial plan for a failed paper. Pages that no longer exist are left out.

    So are questions that were marked anew: the number in them was wrong, and nobody is to practise it.
    """
    if paper.submitted_at is None:
        raise ValueError("an open attempt has no plan")
    read_at, practised = _made_up(paper, course.id)
    existing = {page.key for lesson in course.lessons for page in lesson.pages}
    misses = [
        Miss(
            one.position,
            one.topic,
            tuple(page for page in paper.questions[one.position - 1].pages if page in existing),
            one.position in practised,
        )
        for one in paper.marked()
        if not one.right and one.position not in paper.remarks
    ]
    return remedial_plan(misses, read_at, paper.submitted_at)


def _what_was_made_up() -> Select[str, int, datetime]:
    reads = (
        select(PageRead.page.label("page"), literal(0).label("position"), func.max(PageRead.at).label("at"))
        .where(
            PageRead.person_id == bindparam("person"),
            PageRead.course == bindparam("course"),
            PageRead.at > bindparam("since"),
        )
        .group_by(PageRead.page)
    )
    practised = (
        select(literal(""), PracticeAnswer.position, func.max(PracticeAnswer.at))
        .where(PracticeAnswer.attempt_id == bindparam("attempt"), PracticeAnswer.right)
        .group_by(PracticeAnswer.position)
    )
    both = union_all(reads, practised).subquery()
    return select(both.c.page, both.c.position, both.c.at)


_MADE_UP = _what_was_made_up()


def _made_up(paper: Sitting, course: str) -> tuple[dict[str, datetime], set[int]]:
    """Pages read since a paper was handed in, and positions answered right in practice, in one statement."""
    rows: Sequence[Sequence[Any]] = read(
        _MADE_UP, person=paper.person_id, course=course, since=paper.submitted_at, attempt=paper.id
    ).all()
    return {page: at for page, _, at in rows if page}, {position for page, position, _ in rows if not page}


@dataclass(frozen=True)
class Ground:
    """What a new paper needs to know: the duty, and whether every page and check of the course is done.

    ``marks`` is the revision of what may not be asked.
    """

    duty: Duty
    lessons_done: bool
    marks: int


def _studied(
    key: InstrumentedAttribute[str], person: ColumnElement[bool], course: ColumnElement[bool], name: str
) -> ScalarSelect[int]:
    """How many of the keys under the parameter *name* stand in a person's rows of a course."""
    keys = key.in_(bindparam(name, expanding=True))
    return select(func.count(key.distinct())).where(person, course, keys).scalar_subquery()


_GROUND = _OF_COURSE.add_columns(
    _studied(
        PageRead.page,
        PageRead.person_id == bindparam("person"),
        PageRead.course == bindparam("course"),
        "pages",
    ),
    _studied(
        CheckAnswer.check_id,
        CheckAnswer.person_id == bindparam("person"),
        CheckAnswer.course == bindparam("course"),
        "checks",
    ),
    marks.revision(),
)


def ground(person_id: int, course: Course) -> Ground | None:
    """The duty and whether the course has been studied, in one statement."""
    pages = [page.key for lesson in course.lessons for page in lesson.pages]
    checks = [check.id for lesson in course.lessons for check in lesson.checks]
    row: Sequence[Any] | None = read(
        _GROUND, person=person_id, course=course.id, pages=pages, checks=checks
    ).one_or_none()
    if row is None:
        return None
    *duty, pages_read, checks_answered, revision = row
    return Ground(_duty(duty), pages_read == len(pages) and checks_answered == len(checks), revision)


def attempts_of(duties: Sequence[Duty]) -> dict[str, list[PastAttempt]]:
    """Assignment key → its attempts."""
    return quizzes.history([duty.key for duty in duties])
