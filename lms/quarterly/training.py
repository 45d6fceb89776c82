"""What people were due to learn in a quarter and how their papers went; a statement for each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select

from lms.assignments.models import Assignment, Completion
from lms.kernel.clock import end_of_day, start_of_day
from lms.kernel.database import session
from lms.kernel.quarters import Quarter
from lms.people.models import Person, PersonState
from lms.quarterly.shapes import NOTHING, Part
from lms.quizzes.models import Attempt, AttemptState, Regrade


@dataclass(frozen=True)
class Span:
    """The days of a quarter that are counted."""

    quarter: Quarter
    end: date

    @property
    def first(self) -> date:
        """Its first day."""
        return self.quarter.first


@dataclass(frozen=True)
class Who:
    """A group of people as they are told apart in the database."""

    audience: str
    is_new: bool


@dataclass(frozen=True)
class Owed:
    """People with something due, those of them who had done all of it, and people excused from all of it."""

    people: int = 0
    done: int = 0
    excused: int = 0

    @property
    def part(self) -> Part:
        """Done, of all."""
        return Part(part=self.done, whole=self.people)


@dataclass(frozen=True)
class Written:
    """First papers, by how many people, by score, passed at once, passed by the end."""

    papers: int = 0
    people: int = 0
    bins: tuple[int, ...] = field(default=(0, 0, 0, 0, 0))
    first: int = 0
    final: int = 0


def here(span: Span) -> ColumnElement[bool]:
    """Somebody who had not left by the end."""
    return or_(Person.state == PersonState.ACTIVE, Person.left_on > span.end)


def _is_new(span: Span) -> ColumnElement[bool]:
    return Person.hired_on >= span.quarter.previous.first


def owed(span: Span) -> Mapping[Who, Owed]:
    """By group: who had something due, and was done with all of it by the end."""
    until = end_of_day(span.end)
    excused = and_(Assignment.excused_at.is_not(None), Assignment.excused_at < until)
    done = and_(Completion.completed_at.is_not(None), Completion.completed_at < until)
    each = (
        select(
            Assignment.person_id.label("person_id"),
            func.sum(case((excused & ~done, 0), else_=1)).label("owed"),
            func.sum(case((done, 1), else_=0)).label("done"),
        )
        .outerjoin(Completion, Completion.assignment_id == Assignment.id)
        .where(Assignment.due_on.between(span.first, span.end))
        .group_by(Assignment.person_id)
        .subquery()
    )
    is_new = _is_new(span)
    counted = (
        select(
            Person.audience,
            is_new,
            func.sum(case((each.c.owed > 0, 1), else_=0)),
            func.sum(case((and_(each.c.owed > 0, each.c.done == each.c.owed), 1), else_=0)),
            func.sum(case((each.c.owed == 0, 1), else_=0)),
        )
        .join(each, each.c.person_id == Person.id)
        .where(here(span))
        .group_by(Person.audience, is_new)
    )
    return {Who(str(row[0]), bool(row[1])): Owed(*row[2:]) for row in session().execute(counted)}


def left(span: Span) -> int:
    """People with something due who had left by the end; they are not counted elsewhere."""
    gone = and_(Person.state == PersonState.LEFT, or_(Person.left_on.is_(None), Person.left_on <= span.end))
    statement = (
        select(func.count(Assignment.person_id.distinct()))
        .join(Person, Person.id == Assignment.person_id)
        .where(Assignment.due_on.between(span.first, span.end), gone)
    )
    return session().execute(statement).scalar_one()


def assisted(span: Span) -> Part:
    """Of what was completed in the quarter: with a helper."""
    row = session().execute(
        select(func.count(Completion.assistance_id), func.count())
        .select_from(Completion)
        .where(
            Completion.completed_at >= start_of_day(span.first),
            Completion.completed_at < end_of_day(span.end),
        )
    )
    helped, completed = row.one()
    return Part(part=helped, whole=completed) if completed else NOTHING


def written(span: Span) -> Mapping[Who, Written]:
    """By group: the first papers handed in, as they count now."""
    until, is_new = end_of_day(span.end), _is_new(span)
    regraded = _regraded()
    earned, points, passed = _as_it_counts(regraded)
    final = and_(Completion.attempt_id.is_not(None), Completion.completed_at < until)
    bins = _bins(100 * earned, points)
    counted = (
        select(
            Person.audience,
            is_new,
            func.count(),
            func.count(Attempt.person_id.distinct()),
            *(_count(one) for one in (*bins, passed, passed | final)),
        )
        .select_from(Attempt)
        .join(Person, Person.id == Attempt.person_id)
        .outerjoin(regraded, regraded.c.attempt_id == Attempt.id)
        .outerjoin(Assignment, Assignment.key == Attempt.series)
        .outerjoin(Completion, Completion.assignment_id == Assignment.id)
        .where(
            Attempt.number == 1,
            Attempt.submitted_at.is_not(None),
            Attempt.submitted_at >= start_of_day(span.first),
            Attempt.submitted_at < until,
            here(span),
        )
        .group_by(Person.audience, is_new)
    )
    found = {}
    for audience, new, papers, people, *rest in session().execute(counted):
        found[Who(str(audience), bool(new))] = Written(papers, people, tuple(rest[:5]), rest[5], rest[6])
    return found


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _bins(score: ColumnElement[int], points: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """Below 60, from 60, 70, 80 and 90 points of a hundred."""
    return [
        score < 60 * points,
        *(and_(score >= line * points, score < (line + 10) * points) for line in (60, 70, 80)),
        score >= 90 * points,
    ]


def _regraded() -> Subquery:
    """Papers that were marked anew: points gained, and points that no longer count."""
    gained = func.sum(Regrade.earned_after - Regrade.earned_before).label("gained")
    lost = func.sum(Regrade.points_before - Regrade.points_after).label("lost")
    return select(Regrade.attempt_id, gained, lost).group_by(Regrade.attempt_id).subquery()


def _as_it_counts(
    regraded: Subquery,
) -> tuple[ColumnElement[int], ColumnElement[int], ColumnElement[bool]]:
    """Points earned, points asked and whether it passes, as ``quizzes.remarks.standing_verdict`` has it."""
    gained, lost = func.coalesce(regraded.c.gained, 0), func.coalesce(regraded.c.lost, 0)
    at_once = Attempt.state == AttemptState.PASSED
    anew = 100 * (Attempt.earned + gained) >= Attempt.pass_line * (Attempt.points - lost)
    as_first = or_(Attempt.points - lost <= 0, and_(at_once, ~anew))
    earned = case((as_first, Attempt.earned), else_=Attempt.earned + gained)
    points = case((as_first, Attempt.points), else_=Attempt.points - lost)
    return earned, points, or_(at_once, and_(Attempt.points - lost > 0, anew))
