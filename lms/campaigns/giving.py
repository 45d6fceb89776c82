"""Giving a campaign to the people whom it is for: a handful of statements, whatever the headcount."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Date, Subquery, case, func, literal, select

from lms.assignments.models import Assignment, Cause
from lms.campaigns.models import Campaign, Case, CaseState, Outcome, Target
from lms.campaigns.outcomes import Columns, Plan, due_of, outcomes, reason_of
from lms.courses.queries import courses_of, paths_of
from lms.kernel.clock import china_date
from lms.kernel.database import Base, UtcDateTime, analyse, many_rows, random_key, session, upsert
from lms.library.queries import live_release_id
from lms.notifications.models import Channel, Delivery, Message
from lms.notifications.operations import post_to
from lms.notifications.rules import Quiet, Topic, Way
from lms.people.models import Person

MANY = 1000
"""From so many new rows on the database is made to look at a table anew."""


@dataclass(frozen=True)
class Given:
    """What was given: outcome → people and courses, and how many ``people`` got something."""

    counts: Mapping[Outcome, int]
    people: int

    @property
    def assigned(self) -> int:
        """How many assignments are new."""
        return self.counts.get(Outcome.ASSIGNED, 0)

    def as_json(self) -> dict[str, int]:
        """As it is kept with the campaign."""
        return {**{outcome.value: count for outcome, count in self.counts.items()}, "people": self.people}


def give(campaign: Campaign, plan: Plan, cause: Cause, at: datetime) -> Given:
    """Give a plan to whom it is for, tell them, and put down who was left out and who is an exception."""
    with many_rows():
        met = _insert(Target, _targets(campaign.id, outcomes(plan), at))
        if met >= MANY:
            analyse(Target)
        counts = _counts(campaign.id, at) if met else {}
        if counts.get(Outcome.ASSIGNED):
            _assign(campaign.id, plan, cause, at)
        if counts.get(Outcome.EXCEPTION):
            _insert(Case, _cases(campaign.id, plan, at))
        people = tell(campaign, at) if counts.get(Outcome.ASSIGNED) else 0
    if met >= MANY:
        analyse(Assignment, Target, Case, Message, Delivery)
    return Given(counts, people)


def _insert(model: type[Base], rows: Columns) -> int:
    """Insert rows named like the columns; returns how many. What is there already stays."""
    columns = [column.name for column in rows.selected_columns]
    added = upsert(model).from_select(columns, rows).on_conflict_do_nothing()
    return session().connection().execute(added.execution_options(preserve_rowcount=True)).rowcount


def _targets(campaign_id: int, rows: Subquery, at: datetime) -> Columns:
    return select(
        literal(campaign_id).label("campaign_id"),
        rows.c.person_id,
        rows.c.course,
        rows.c.why,
        rows.c.outcome,
        case((rows.c.outcome == Outcome.ASSIGNED, random_key()), else_=rows.c.open_key).label(
            "assignment_key"
        ),
        literal(at, UtcDateTime()).label("added_at"),
    ).where(rows.c.person_id.is_not(None))  # SQLite takes what follows for a join unless there is a WHERE


def _new(campaign_id: int, outcome: Outcome, at: datetime) -> Sequence[ColumnElement[bool]]:
    """The people of this campaign who were met just now and have an outcome."""
    return (Target.campaign_id == campaign_id, Target.added_at == at, Target.outcome == outcome)


def _counts(campaign_id: int, at: datetime) -> dict[Outcome, int]:
    rows = session().execute(
        select(Target.outcome, func.count())
        .where(Target.campaign_id == campaign_id, Target.added_at == at)
        .group_by(Target.outcome)
    )
    return {outcome: count for outcome, count in rows}  # noqa: C416 - a row is no pair to the type checker


def _assign(campaign_id: int, plan: Plan, cause: Cause, at: datetime) -> None:
    """New assignments under the keys that the people's rows name, a cycle after the last one.

    Where somebody else gives one of these people the course at this very moment it fails as a whole, and the
    job does it again: a row of this campaign must never name an assignment that is not there.
    """
    past = _past(plan)
    rows = (
        select(
            Target.assignment_key.label("key"),
            Target.person_id,
            Target.course,
            (func.coalesce(past.c.cycle, 0) + 1).label("cycle"),
            literal(cause, Assignment.cause.type).label("cause"),
            literal(china_date(at), Date).label("assigned_on"),
            due_of(plan).label("due_on"),
        )
        .join(Person, Person.id == Target.person_id)
        .outerjoin(past, (past.c.person_id == Target.person_id) & (past.c.course == Target.course))
        .where(*_new(campaign_id, Outcome.ASSIGNED, at))
    )
    columns = [column.name for column in rows.selected_columns]
    added = upsert(Assignment).from_select(columns, rows)
    session().connection().execute(added.on_conflict_do_nothing(index_elements=["key"]))


def _past(plan: Plan) -> Subquery:
    """The last cycle of each person and course of the plan."""
    return (
        select(Assignment.person_id, Assignment.course, func.max(Assignment.cycle).label("cycle"))
        .where(Assignment.course.in_(sorted(plan.courses)))
        .group_by(Assignment.person_id, Assignment.course)
        .subquery()
    )


def _cases(campaign_id: int, plan: Plan, at: datetime) -> Columns:
    due_on = due_of(plan)
    return (
        select(
            random_key().label("key"),
            Target.campaign_id,
            Target.person_id,
            Target.course,
            reason_of(Target.assignment_key, Assignment.due_on, due_on).label("reason"),
            due_on.label("due_on"),
            Assignment.id.label("assignment_id"),
            Assignment.due_on.label("has_due_on"),
            literal(CaseState.WAITING, Case.state.type).label("state"),
            literal(at, UtcDateTime()).label("created_at"),
            literal("").label("note"),
        )
        .join(Person, Person.id == Target.person_id)
        .outerjoin(Assignment, Assignment.key == Target.assignment_key)
        .where(*_new(campaign_id, Outcome.EXCEPTION, at))
    )


# -- telling them -----------------------------------------------------------------------------------------


def tell(campaign: Campaign, at: datetime) -> int:
    """One message to everybody who was given something just now; returns how many they are.

    What it says depends on how many courses they got and when the first is due: a message a group.
    """
    mine = _each(campaign.id, at)
    groups = session().execute(
        select(mine.c.count, mine.c.course, mine.c.due_on, func.count()).group_by(
            mine.c.count, mine.c.course, mine.c.due_on
        )
    )
    told = 0
    for count, course, due_on, people in groups.all():
        told += people
        same = (mine.c.count == count, mine.c.course == course, mine.c.due_on == due_on)
        post_to(
            select(mine.c.person_id).where(*same),
            topic=Topic.ASSIGNED,
            subject=campaign.key,
            facts=facts_of(campaign, course=course, count=count, due_on=due_on),
            at=at,
            way=way_of(campaign),
        )
    return told


def _each(campaign_id: int, at: datetime) -> Subquery:
    """Each person with the number of courses they were given, the one if it is one, and the first date."""
    return (
        select(
            Target.person_id,
            func.count().label("count"),
            case((func.count() == 1, func.min(Target.course)), else_="").label("course"),
            func.min(Assignment.due_on).label("due_on"),
        )
        .join(Assignment, Assignment.key == Target.assignment_key)
        .where(*_new(campaign_id, Outcome.ASSIGNED, at))
        .group_by(Target.person_id)
        .subquery()
    )


def facts_of(campaign: Campaign, *, course: str, count: int, due_on: date | None) -> dict[str, Any]:
    """What a message about a campaign says. One without a title is named after what it gives."""
    return {
        "campaign": campaign.key,
        **titles_of(campaign, course),
        "course": course,
        "due_on": due_on.isoformat() if due_on else "",
        "count": count,
    }


def titles_of(campaign: Campaign, course: str = "") -> dict[str, str]:
    """What a campaign is called in its messages: its title, else that of *course*, path or courses."""
    if campaign.title:
        return {"title": campaign.title}
    release_id = live_release_id()
    if release_id is None:
        return {"title": ""}
    path = paths_of(release_id).get(campaign.path)
    known = courses_of(release_id)
    named = [known[one] for one in ([course] if course else campaign.courses) if one in known]
    if path is not None and not course:
        return {"title": path.title, "title_en": path.title_en}
    in_english = ", ".join(one.title_en for one in named)
    return {"title": "、".join(one.title for one in named), "title_en": in_english}


def way_of(campaign: Campaign) -> Way:
    """The channels and quiet hours of a campaign."""
    channels = tuple(Channel(name) for name in campaign.channels if name != Channel.INBOX)
    return Way(channels, quiet_of(campaign))


def quiet_of(campaign: Campaign) -> Quiet | None:
    """The hours in which nobody is written to; ``None`` when there are none."""
    if not campaign.quiet:
        return None
    begins, ends = (time.fromisoformat(one) for one in campaign.quiet)
    return Quiet(begins, ends)
