"""Cases for decision: people for whom a campaign had too little time, or who have the course already."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update

from lms.assignments.models import Assignment, Cause, Completion
from lms.assignments.operations import assign_select
from lms.assignments.queries import owed
from lms.assignments.rules import ONBOARDING_DAYS
from lms.campaigns.giving import facts_of, way_of
from lms.campaigns.models import Campaign, Case, CaseState, Outcome, Reason, Rule, Target, Trigger
from lms.campaigns.preview import PAGE_SIZE
from lms.campaigns.queries import outcome_counts
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.errors import DomainError
from lms.notifications.operations import post_each
from lms.notifications.rules import Note, Topic
from lms.people.models import Department, Person, PersonState


class DateHasPassed(DomainError):
    """The date that was given lies before tomorrow. Fact ``due_on``."""

    code = "date-has-passed"


class OwnCase(DomainError):
    """One of the cases is about whoever decides."""

    code = "own-case"


@dataclass(frozen=True)
class CaseLine:
    """A case with whom and what it is about; ``rule_key`` where a standing rule came upon it."""

    key: str
    campaign_key: str
    campaign_title: str
    rule_key: str | None
    person_key: str
    number: str
    name: str
    department: str
    course: str
    reason: Reason
    due_on: date
    has_due_on: date | None
    state: CaseState
    decided_by: str | None
    decided_at: datetime | None
    note: str


@dataclass(frozen=True)
class Decision:
    """What becomes of cases.

    *Given*: too little time: they are given it, by ``due_on``, or with as many days from today as the others
    had; a course that is open already: its date becomes ``due_on``, or the campaign's. Who has left, or has
    finished it meanwhile, gets nothing. *Kept*: what is open stays as it is. *Skipped*: nothing is given.
    """

    state: CaseState
    due_on: date | None = None
    note: str = ""


def cases_page(state: CaseState, *, page: int, campaign_key: str = "") -> tuple[list[CaseLine], int]:
    """Cases in a state, the oldest first, of one campaign or of all, and how many there are."""
    where: list[ColumnElement[bool]] = [Case.state == state]
    if campaign_key:
        where.append(Campaign.key == campaign_key)
    rows = session().execute(_lines(*where).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    counted = select(func.count()).select_from(Case).join(Campaign, Campaign.id == Case.campaign_id)
    return [CaseLine(*row) for row in rows], session().scalar(counted.where(*where)) or 0


def _lines(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    decider = select(Person.name).where(Person.id == Case.decided_by).correlate(Case).scalar_subquery()
    return (
        select(
            Case.key,
            Campaign.key,
            Campaign.title,
            Rule.key,
            Person.key,
            Person.number,
            Person.name,
            Department.name,
            Case.course,
            Case.reason,
            Case.due_on,
            Case.has_due_on,
            Case.state,
            decider,
            Case.decided_at,
            Case.note,
        )
        .join(Campaign, Campaign.id == Case.campaign_id)
        .join(Person, Person.id == Case.person_id)
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Rule, Rule.id == Campaign.rule_id)
        .where(*where)
        .order_by(Case.id)
    )


def waiting_cases() -> int:
    """How many cases wait for a decision."""
    waiting = select(func.count()).select_from(Case).where(Case.state == CaseState.WAITING)
    return session().scalar(waiting) or 0


def decide(keys: Collection[str], decision: Decision, *, actor_id: int, at: datetime) -> int:
    """Decide those of the cases that wait; returns how many. Raises ``DateHasPassed`` and ``OwnCase``."""
    today = china_date(at)
    if decision.due_on and decision.due_on <= today:
        raise DateHasPassed(due_on=decision.due_on)
    if session().scalar(select(Case.key).where(Case.key.in_(keys), Case.person_id == actor_id)):
        raise OwnCase
    ids = _taken(keys, decision, actor_id, at)
    if decision.state is CaseState.GIVEN:
        for group in _groups(ids):
            _give(group, decision, at)
    if ids:
        facts = {"count": len(ids), "decision": decision.state.value}
        record("campaign.case-decided", decision.state.value, actor_id=actor_id, at=at, **facts)
    return len(ids)


def _taken(keys: Collection[str], decision: Decision, actor_id: int, at: datetime) -> Sequence[int]:
    values = {
        "state": decision.state,
        "decided_by": actor_id,
        "decided_at": at,
        "note": decision.note.strip(),
    }
    taken = (
        update(Case)
        .where(Case.key.in_(keys), Case.state == CaseState.WAITING)
        .values(**values)
        .returning(Case.id)
        .execution_options(synchronize_session=False)
    )
    return session().scalars(taken).all()


@dataclass(frozen=True)
class _Group:
    """Cases of one campaign and course that get the same date, or the one of the campaign's days."""

    campaign: Campaign
    course: str
    due_on: date
    is_new: bool
    ids: Sequence[int]


def _groups(ids: Sequence[int]) -> list[_Group]:
    found: dict[tuple[int, str, date, bool], list[int]] = {}
    rows = session().execute(
        select(Case.id, Case.campaign_id, Case.course, Case.due_on, Case.reason)
        .where(Case.id.in_(ids))
        .order_by(Case.id)
    )
    for row in rows:
        is_new = row.reason is Reason.TOO_LITTLE_TIME
        found.setdefault((row.campaign_id, row.course, row.due_on, is_new), []).append(row.id)
    return [
        _Group(session().get_one(Campaign, campaign_id), course, due_on, is_new, group)
        for (campaign_id, course, due_on, is_new), group in found.items()
    ]


def _give(group: _Group, decision: Decision, at: datetime) -> None:
    """The assignment or the new date, then who was given it counts as assigned, and is told."""
    today, campaign = china_date(at), group.campaign
    people = _reached(group)
    due_on = decision.due_on or group.due_on
    if group.is_new:
        due_on = decision.due_on or today + timedelta(days=campaign.due_days or ONBOARDING_DAYS)
        assign_select(people, group.course, cause=_cause(campaign), due_on=due_on, today=today, at=at)
    newest = (
        select(Assignment.key)
        .where(Assignment.person_id == Target.person_id, Assignment.course == Target.course)
        .order_by(Assignment.cycle.desc())
        .limit(1)
        .correlate(Target)
        .scalar_subquery()
    )
    mine = (Target.campaign_id == campaign.id, Target.course == group.course, Target.person_id.in_(people))
    _run(update(Target).where(*mine).values(outcome=Outcome.ASSIGNED, assignment_key=newest))
    if not group.is_new:
        given = select(Target.assignment_key).where(*mine)
        _run(update(Assignment).where(Assignment.key.in_(given)).values(due_on=due_on))
    facts = facts_of(campaign, course=group.course, count=1, due_on=due_on)
    subject = f"{campaign.key}/{group.course}"
    notes = [Note(person_id, subject, facts) for person_id in session().scalars(people)]
    post_each(notes, topic=Topic.ASSIGNED, at=at, way=way_of(campaign))
    campaign.counts = {**campaign.counts, "people": outcome_counts(campaign.id)[0]}


def _reached(group: _Group) -> Select[int]:
    """Who of a group is still here, and still owes what they had open."""
    here = (
        select(Case.person_id)
        .join(Person, Person.id == Case.person_id)
        .where(Case.id.in_(group.ids), Person.state == PersonState.ACTIVE)
    )
    if group.is_new:
        return here
    has = here.join(Assignment, Assignment.id == Case.assignment_id)
    return has.outerjoin(Completion, Completion.assignment_id == Assignment.id).where(owed())


def _run(statement: Any) -> None:
    session().execute(statement, execution_options={"synchronize_session": False})


def _cause(campaign: Campaign) -> Cause:
    if campaign.rule_id is None:
        return Cause.SECOND if campaign.again else Cause.BY_HAND
    joins = session().get_one(Rule, campaign.rule_id).trigger is Trigger.JOINING
    return Cause.ONBOARDING if joins else Cause.RULE
