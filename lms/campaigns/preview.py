"""What would happen if a campaign went out now: how many, who and why, and who can be written to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    String,
    Subquery,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from lms.assignments.models import Assignment, Completion
from lms.campaigns.models import Campaign, Outcome, Reason, Target
from lms.campaigns.outcomes import Columns, Plan, outcomes, plan_of, reason_of
from lms.campaigns.selection import reasons
from lms.kernel.database import session
from lms.notifications.addresses import has_address
from lms.notifications.models import Channel
from lms.people.models import Department, Person

PAGE_SIZE = 50


@dataclass(frozen=True)
class Preview:
    """How many people were ``chosen``, how many of them (``people``) get something, and what becomes of each.

    ``counts``: (course, outcome) → people; the course is empty of those whom none of the courses is for.
    """

    chosen: int
    people: int
    counts: Mapping[tuple[str, Outcome], int]

    def of(self, outcome: Outcome) -> int:
        """How often an outcome comes up, over all courses."""
        return sum(count for (_, one), count in self.counts.items() if one is outcome)


@dataclass(frozen=True)
class Line:
    """A person and a course of a campaign. ``has_due_on``: the date of what they have open already.

    ``why`` holds the codes of ``selection.reasons``; ``completed_at`` is when they last completed the course.
    """

    person_key: str
    number: str
    name: str
    department: str
    course: str
    why: tuple[str, ...]
    outcome: Outcome
    reason: Reason | None
    due_on: date | None
    has_due_on: date | None
    completed_at: datetime | None


@dataclass(frozen=True)
class Reachable:
    """Of those who get something: how many have an address for a channel, and how many have none at all."""

    people: int
    email: int
    wecom: int
    phone: int
    none: int


@dataclass(frozen=True)
class Survey:
    """What would come of a draft, and who of those who would get something can be written to."""

    preview: Preview
    reach: Reachable


def preview(campaign: Campaign, today: date) -> Preview:
    """What would come of a draft, in two statements whatever the headcount."""
    return preview_of(plan_of(campaign, today))


def preview_of(plan: Plan) -> Preview:
    """What would come of a plan."""
    if plan.selection.is_empty:
        return Preview(0, 0, {})
    rows = outcomes(plan)
    by_outcome = select(rows.c.course, rows.c.outcome, func.count()).group_by(rows.c.course, rows.c.outcome)
    counts = {(course, Outcome(outcome)): count for course, outcome, count in session().execute(by_outcome)}
    if len(plan.courses) <= 1:
        assigned = sum(count for (_, one), count in counts.items() if one is Outcome.ASSIGNED)
        return Preview(sum(counts.values()), assigned, counts)
    person = rows.c.person_id
    gets = case((rows.c.outcome == Outcome.ASSIGNED, person))
    both = select(func.count(person.distinct()), func.count(gets.distinct()))
    chosen, people = session().execute(both).one()
    return Preview(chosen, people, counts)


def preview_page(
    campaign: Campaign, today: date, outcome: Outcome | None, *, page: int
) -> tuple[list[Line], int]:
    """Names and reasons of a draft, by employee number, and how many there are; of one outcome, or of all."""
    return plan_page(plan_of(campaign, today), outcome, page=page)


def plan_page(plan: Plan, outcome: Outcome | None, *, page: int) -> tuple[list[Line], int]:
    """The same of a plan."""
    if plan.selection.is_empty:
        return [], 0
    rows = outcomes(plan)
    exception = case(
        (rows.c.outcome == Outcome.EXCEPTION, reason_of(rows.c.open_key, rows.c.has_due_on, rows.c.due_on)),
        else_=null(),
    )
    where = [rows.c.outcome == outcome] if outcome else []
    total = session().scalar(select(func.count()).select_from(rows).where(*where)) or 0
    return lines(rows, exception, where, page), total


def lines(
    rows: Subquery, reason: ColumnElement[Any], where: Sequence[ColumnElement[bool]], page: int
) -> list[Line]:
    """A page of rows with ``person_id``, ``course``, ``why``, ``outcome``, ``due_on`` and ``has_due_on``."""
    statement = (
        select(
            Person.key,
            Person.number,
            Person.name,
            Department.name,
            rows.c.course,
            rows.c.why,
            rows.c.outcome,
            reason,
            rows.c.due_on,
            rows.c.has_due_on,
            _last_completed(rows),
        )
        .select_from(rows)
        .join(Person, Person.id == rows.c.person_id)
        .join(Department, Department.id == Person.department_id)
        .where(*where)
        .order_by(Person.number, rows.c.course)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return [_line(row) for row in session().execute(statement)]


def _last_completed(rows: Subquery) -> ColumnElement[Any]:
    past = aliased(Assignment)
    return (
        select(func.max(Completion.completed_at))
        .join(past, past.id == Completion.assignment_id)
        .where(past.person_id == rows.c.person_id, past.course == rows.c.course)
        .correlate(rows)
        .scalar_subquery()
    )


def _line(row: Sequence[Any]) -> Line:
    key, number, name, department, course, why, outcome, reason, *dates = row
    said = Reason(reason) if reason else None
    about = (key, number, name, department, course, reasons(why), Outcome(outcome), said)
    return Line(*about, *dates)


def reach(campaign: Campaign, today: date) -> Reachable:
    """Who of those that would get something can be written to; of one that was sent, of those who got it."""
    if campaign.sent_at is None:
        return survey(campaign, today).reach
    given = (Target.campaign_id == campaign.id, Target.outcome == Outcome.ASSIGNED)
    return _reach(select(Target.person_id, literal(1).label("gets")).where(*given).distinct().subquery())


def survey(campaign: Campaign, today: date) -> Survey:
    """Both at once: what a draft would come to, and who can be written to, in one statement."""
    plan = plan_of(campaign, today)
    if plan.selection.is_empty:
        return Survey(Preview(0, 0, {}), Reachable(0, 0, 0, 0, 0))
    rows = outcomes(plan)
    planned = select(rows.c.person_id, rows.c.course, rows.c.outcome).cte("planned")
    gets = func.max(case((planned.c.outcome == Outcome.ASSIGNED, 1), else_=0)).label("gets")
    people = select(planned.c.person_id, gets).group_by(planned.c.person_id).cte("people")
    nothing = [literal(0)] * (len(_counted(people)) - 1)
    counted = union_all(
        select(planned.c.course, cast(planned.c.outcome, String), func.count(), *nothing).group_by(
            planned.c.course, planned.c.outcome
        ),
        _with_address(select(literal(""), literal(""), *_counted(people)), people),
    )
    found = session().execute(counted).all()
    counts = {(course, Outcome(outcome)): count for course, outcome, count, *_ in found if outcome}
    chosen, *reachable = next(rest for _, outcome, *rest in found if not outcome)
    reached = Reachable(*reachable)
    return Survey(Preview(chosen, reached.people, counts), reached)


def _reach(people: Subquery) -> Reachable:
    _, *reachable = session().execute(_with_address(select(*_counted(people)), people)).one()
    return Reachable(*reachable)


def _counted(people: FromClause) -> list[ColumnElement[int]]:
    """How many people; of those who get something: all, who has an address for a channel, who has none."""
    gets = people.c.gets == 1
    ways = [has_address(channel) for channel in (Channel.EMAIL, Channel.WECOM, Channel.SMS)]
    of_those = [gets, *(gets & way for way in ways), gets & ~or_(*ways)]
    return [func.count(), *(func.count().filter(one) for one in of_those)]


def _with_address(counting: Columns, people: FromClause) -> Columns:
    return counting.select_from(people).join(Person, Person.id == people.c.person_id)
