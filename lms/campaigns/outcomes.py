"""What a campaign means for each person and course: one select for the preview and for earnest."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from lms.assignments.models import Assignment, Completion
from lms.assignments.queries import owed
from lms.campaigns.models import Campaign, Case, Outcome, Reason, Target
from lms.campaigns.rules import LATELY_DAYS, LEAST_DAYS
from lms.campaigns.selection import Chosen, Selection, chosen
from lms.courses.queries import courses_of, paths_of
from lms.kernel.clock import start_of_day
from lms.kernel.database import is_postgresql
from lms.library.queries import live_release_id
from lms.people.models import Person

Columns: TypeAlias = Select[*tuple[Any, ...]]
Column: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be given to whom. ``courses``: id → the audiences that it is written for.

    ``due_on`` is empty as long as it is not known. With ``hire_days`` nobody's date is earlier than so many
    days after their hiring. ``once``: who ever had a course is not given it again; ``again``: whoever has
    completed it lately is. Who is among the people of ``besides`` is left out.
    """

    selection: Selection
    courses: Mapping[str, Collection[str]]
    today: date
    due_on: date | None
    hired_from: date | None = None
    hire_days: int | None = None
    is_rule: bool = False
    once: bool = False
    again: bool = False
    besides: int | None = None


def plan_of(campaign: Campaign, today: date) -> Plan:
    """The plan of a campaign that is not a cycle of a rule, as if it started on its day, or today."""
    starts_on = starts_on_of(campaign, today)
    return Plan(
        selection=Selection.from_json(campaign.selection),
        courses=offered(courses_named(campaign.path, campaign.courses)),
        today=starts_on,
        due_on=due_on_of(campaign, starts_on),
        again=campaign.again,
    )


def starts_on_of(campaign: Campaign, today: date) -> date:
    """The day on which a campaign would start."""
    return max(campaign.starts_on or today, today)


def due_on_of(campaign: Campaign, starts_on: date) -> date | None:
    """The date of a campaign that starts on a day; ``None`` as long as nothing was said."""
    if campaign.due_days is not None:
        return starts_on + timedelta(days=campaign.due_days)
    return campaign.due_on


def courses_named(path: str, courses: Collection[str]) -> tuple[str, ...]:
    """The courses of a path as it is live; of none, or one that is gone, those that were stored."""
    release_id = live_release_id()
    live = paths_of(release_id).get(path) if release_id and path else None
    return live.courses if live else tuple(courses)


def offered(names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Course → audiences, for those that are live."""
    release_id = live_release_id()
    live = courses_of(release_id) if release_id else {}
    return {name: live[name].audiences for name in names if name in live}


def most_at_once(courses: Mapping[str, Collection[str]]) -> int:
    """How many of the courses one person gets at most: those that are written for their audience."""
    audiences = {audience for several in courses.values() for audience in several}
    return max((sum(one in several for several in courses.values()) for one in audiences), default=0)


def outcomes(plan: Plan) -> Subquery:
    """``person_id``, ``course``, ``why``, ``outcome``, ``due_on``, ``open_key`` and ``has_due_on``.

    One row a person and course for their audience; one with an empty course of who is in no audience, which a
    rule leaves out, because they may be in one tomorrow.
    """
    rows = [_of_course(plan, name, audiences) for name, audiences in plan.courses.items()]
    if not plan.is_rule:
        rows.append(_of_nobody(plan))
    return union_all(*rows).subquery("outcomes") if rows else _of_nobody(plan).subquery("outcomes")


def _people(plan: Plan) -> Chosen:
    people = chosen(plan.selection, plan.today)
    if plan.is_rule:
        people = people.where(Person.hired_on <= plan.today)
    if plan.hired_from:
        people = people.where(Person.hired_on >= plan.hired_from)
    return people


def _of_course(plan: Plan, course: str, audiences: Collection[str]) -> Columns:
    people = _people(plan).where(Person.audience.in_(sorted(audiences)))
    if plan.besides:
        met = select(Target.person_id).where(Target.campaign_id == plan.besides, Target.course == course)
        people = people.where(Person.id.not_in(met))
    here = people.add_columns(due_of(plan).label("due_on")).subquery()
    has = _open(course)
    due_on, has_due_on = here.c.due_on, has.c.due_on
    return select(
        here.c.person_id,
        literal(course, String).label("course"),
        here.c.why,
        _outcome(plan, course, here.c.person_id, due_on, has).label("outcome"),
        type_coerce(due_on, Date).label("due_on"),
        has.c.key.label("open_key"),
        type_coerce(has_due_on, Date).label("has_due_on"),
    ).select_from(here.outerjoin(has, has.c.person_id == here.c.person_id))


def _open(course: str) -> Subquery:
    """The assignments of a course that are owed."""
    return (
        select(Assignment.key, Assignment.person_id, Assignment.due_on)
        .outerjoin(Completion, Completion.assignment_id == Assignment.id)
        .where(Assignment.course == course, owed())
        .subquery()
    )


def _outcome(
    plan: Plan, course: str, person: ColumnElement[int], due_on: ColumnElement[date], has: Subquery
) -> ColumnElement[Outcome]:
    had = select(Assignment.person_id).where(Assignment.course == course)
    done = had.join(Completion, Completion.assignment_id == Assignment.id)
    lately = done.where(Completion.completed_at >= start_of_day(plan.today - timedelta(days=LATELY_DAYS)))
    differs = and_(has.c.key.is_not(None), has.c.due_on != due_on)
    cases: list[tuple[ColumnElement[bool], Outcome]] = [
        (person.in_(had) if plan.once else has.c.key.is_not(None), Outcome.HAS_IT),
    ]
    if not plan.again:
        cases.append((person.in_(lately), Outcome.DONE_LATELY))
    if plan.due_on and not plan.once:
        cases.insert(0, (differs, Outcome.EXCEPTION))
    if plan.due_on:
        cases.append((due_on < plan.today + timedelta(days=LEAST_DAYS), Outcome.EXCEPTION))
    values = [(condition, _said(outcome)) for condition, outcome in cases]
    return case(*values, else_=_said(Outcome.ASSIGNED))


def _said(outcome: Outcome) -> ColumnElement[Outcome]:
    return literal(outcome, Target.outcome.type)


def _of_nobody(plan: Plan) -> Columns:
    audiences = sorted({one for several in plan.courses.values() for one in several})
    people = _people(plan).where(Person.audience.not_in(audiences)).subquery()
    return select(
        people.c.person_id,
        literal("", String).label("course"),
        people.c.why,
        _said(Outcome.NOT_FOR_THEM).label("outcome"),
        cast(null(), Date).label("due_on"),
        cast(null(), String(16)).label("open_key"),
        cast(null(), Date).label("has_due_on"),
    )


def due_of(plan: Plan) -> ColumnElement[Any]:
    """The date for a ``Person``."""
    if plan.hire_days is None or plan.due_on is None:
        return literal(plan.due_on, Date)
    after_hiring = days_after(Person.hired_on, plan.hire_days)
    first = literal(plan.due_on, Date)
    return case((after_hiring > first, after_hiring), else_=first)


def days_after(day: Any, days: int) -> ColumnElement[Any]:
    """So many days after a date column, in the words of the engine in use."""
    if is_postgresql():
        return type_coerce(day + days, Date)
    return type_coerce(func.date(day, f"+{days} days"), Date)


def reason_of(open_key: Column, has_due_on: Column, due_on: Column) -> ColumnElement[Reason]:
    """Why something is an exception; means nothing of what is none."""
    kind = {one: literal(one, Case.reason.type) for one in Reason}
    return case(
        (open_key.is_(None), kind[Reason.TOO_LITTLE_TIME]),
        (has_due_on < due_on, kind[Reason.HAS_EARLIER]),
        else_=kind[Reason.HAS_OTHER_DATE],
    )
