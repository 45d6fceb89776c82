"""Reads over campaigns: one of them, the lists, how far one has come, and who is in it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, Subquery, case, func, null, select

from lms.assignments.models import Assignment, Completion
from lms.assignments.queries import owed
from lms.campaigns.models import Campaign, CampaignState, Case, Outcome, Rule, Target
from lms.campaigns.preview import PAGE_SIZE, Line, lines
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.people.models import Person, PersonState


@dataclass(frozen=True)
class CampaignProgress:
    """How far the assignments of a campaign have come. ``late`` ones are among the ``owed``; of people who
    have left nothing counts but what they completed."""

    assigned: int = 0
    done: int = 0
    excused: int = 0
    owed: int = 0
    late: int = 0


@dataclass(frozen=True)
class CampaignLine:
    """A campaign in a list. ``people`` were given something."""

    key: str
    title: str
    state: CampaignState
    path: str
    courses: Sequence[str]
    starts_on: date | None
    due_on: date | None
    due_days: int | None
    goes_out_at: datetime | None
    sent_at: datetime | None
    created_at: datetime
    cycle_on: date | None
    people: int
    author: str | None
    rule_key: str | None
    progress: CampaignProgress


def campaign(key: str) -> Campaign:
    """A campaign by its key. Raises ``NotFound``."""
    by_key = select(Campaign).where(Campaign.key == key).execution_options(populate_existing=True)
    found = session().scalar(by_key)
    if found is None:
        raise NotFound(kind="campaign", key=key)
    return found


def campaigns_page(
    states: Collection[CampaignState], *, today: date, page: int
) -> tuple[list[CampaignLine], int]:
    """Campaigns in these states, the newest first, and how many there are; two statements and a count."""
    rows = session().execute(
        select(Campaign, Person.name, Rule.key)
        .outerjoin(Person, Person.id == Campaign.author_id)
        .outerjoin(Rule, Rule.id == Campaign.rule_id)
        .where(Campaign.state.in_(states))
        .order_by(func.coalesce(Campaign.sent_at, Campaign.created_at).desc(), Campaign.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    found = [(one, author, rule_key) for one, author, rule_key in rows]
    far = progress_of_many([one.id for one, _, _ in found], today)
    total = session().scalar(select(func.count()).select_from(Campaign).where(Campaign.state.in_(states)))
    return [_line(one, author, rule, far[one.id]) for one, author, rule in found], total or 0


def _line(one: Campaign, author: str | None, rule: str | None, far: CampaignProgress) -> CampaignLine:
    return CampaignLine(
        one.key,
        one.title,
        one.state,
        one.path,
        one.courses,
        one.starts_on,
        one.due_on,
        one.due_days,
        one.goes_out_at,
        one.sent_at,
        one.created_at,
        one.cycle_on,
        int(one.counts.get("people", 0)),
        author,
        rule,
        far,
    )


def progress_of(campaign_id: int, today: date) -> CampaignProgress:
    """How far a campaign has come."""
    return progress_of_many([campaign_id], today)[campaign_id]


def progress_of_many(campaign_ids: Collection[int], today: date) -> Mapping[int, CampaignProgress]:
    """The same for several, in one statement."""
    is_owed = owed() & (Person.state == PersonState.ACTIVE)
    done = Completion.assignment_id.is_not(None)
    rows = session().execute(
        select(
            Target.campaign_id,
            func.count(),
            func.count().filter(done),
            func.count().filter(~done & Assignment.excused_at.is_not(None)),
            func.count().filter(is_owed),
            func.count().filter(is_owed & (Assignment.due_on < today)),
        )
        .join(Assignment, Assignment.key == Target.assignment_key)
        .join(Person, Person.id == Target.person_id)
        .outerjoin(Completion, Completion.assignment_id == Assignment.id)
        .where(Target.campaign_id.in_(campaign_ids), Target.outcome == Outcome.ASSIGNED)
        .group_by(Target.campaign_id)
    )
    found = {campaign_id: CampaignProgress(*counts) for campaign_id, *counts in rows}
    return {one: found.get(one, CampaignProgress()) for one in campaign_ids}


def still_owed(campaign_id: int) -> Select[int]:
    """Ids of the assignments of a campaign that are owed by people who are still there."""
    return (
        select(Assignment.id)
        .join(Target, Target.assignment_key == Assignment.key)
        .join(Person, Person.id == Target.person_id)
        .outerjoin(Completion, Completion.assignment_id == Assignment.id)
        .where(
            Target.campaign_id == campaign_id,
            Target.outcome == Outcome.ASSIGNED,
            Person.state == PersonState.ACTIVE,
            owed(),
        )
    )


def outcome_counts(campaign_id: int) -> tuple[int, Mapping[Outcome, int]]:
    """How many people have been given something by now, and how often each outcome comes up; cases that
    were decided since count as decided."""
    mine = select(Target).where(Target.campaign_id == campaign_id).subquery()
    by_outcome = select(mine.c.outcome, func.count()).group_by(mine.c.outcome)
    given = select(func.count(mine.c.person_id.distinct())).where(mine.c.outcome == Outcome.ASSIGNED)
    counts = {Outcome(outcome): count for outcome, count in session().execute(by_outcome)}
    return session().scalar(given) or 0, counts


def targets_page(one: Campaign, outcome: Outcome | None, *, page: int) -> tuple[list[Line], int]:
    """Who was in a campaign, why, and what became of it, by employee number, and how many they are."""
    rows = _targets(one.id)
    where = [rows.c.outcome == outcome] if outcome else []
    total = session().scalar(select(func.count()).select_from(rows).where(*where)) or 0
    return lines(rows, rows.c.reason, where, page), total


def _targets(campaign_id: int) -> Subquery:
    given = case((Target.outcome == Outcome.ASSIGNED, Assignment.due_on), else_=Case.due_on)
    there = case((Target.outcome == Outcome.ASSIGNED, null()), else_=Assignment.due_on)
    same = (
        (Case.campaign_id == Target.campaign_id)
        & (Case.person_id == Target.person_id)
        & (Case.course == Target.course)
    )
    return (
        select(
            Target.person_id,
            Target.course,
            Target.why,
            Target.outcome,
            Case.reason,
            given.label("due_on"),
            there.label("has_due_on"),
        )
        .outerjoin(Assignment, Assignment.key == Target.assignment_key)
        .outerjoin(Case, same)
        .where(Target.campaign_id == campaign_id)
        .subquery()
    )
