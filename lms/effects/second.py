"""Second training: for exactly those who are still weak in a topic, the course whose quiz showed it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select

from lms.assignments.models import Assignment, Completion
from lms.campaigns import drafting
from lms.campaigns.drafting import Edit
from lms.campaigns.models import Campaign, CampaignState, Outcome, Target
from lms.campaigns.selection import Selection
from lms.courses.queries import course as course_of
from lms.effects.models import Mark, Second, Total
from lms.effects.queries import people_weak_in, weak_count
from lms.effects.rules import Compared, Share
from lms.journal.operations import record
from lms.kernel.database import session
from lms.kernel.errors import DomainError
from lms.kernel.quarters import Quarter
from lms.people.models import Person
from lms.quizzes.models import Attempt
from lms.quizzes.queries import quiz as quiz_of

MOST = 5000
"""So many people can be named in a campaign; of more, the whole audience is better trained again."""
DUE_DAYS = 14
"""What the draft proposes; whoever sends it may change it."""


class AlreadyDrafted(DomainError):
    """There is one for this topic, quarter and course. Fact ``campaign``: its key."""

    code = "second-training-exists"


class NobodyWeak(DomainError):
    """Nobody is weak in it any more."""

    code = "second-training-nobody"


class TooMany(DomainError):
    """More people than can be named one by one. Facts ``people`` and ``most``."""

    code = "second-training-too-many"


@dataclass(frozen=True)
class Wanted:
    """For whom and what: the people weak in a topic in the papers of a quiz."""

    topic: str
    quarter: Quarter
    quiz: str


@dataclass(frozen=True)
class SecondLine:
    """A second training. ``papers`` compares what they knew before it with their latest papers in it."""

    topic: str
    quarter: Quarter
    course: str
    quiz: str
    campaign: str
    state: CampaignState
    people: int
    given: int
    done: int
    at: datetime
    papers: Compared


def draft(wanted: Wanted, title: str, *, release_id: str, actor_id: int, at: datetime) -> str:
    """Draft a campaign that gives the course again, also to who completed it lately; returns its key.

    Raises ``NotFound`` for a quiz that is gone, ``AlreadyDrafted``, ``NobodyWeak`` and ``TooMany``.
    """
    course = course_of(release_id, quiz_of(release_id, wanted.quiz).course).id
    _one_at_a_time(wanted)
    if present := campaign_for(wanted):
        raise AlreadyDrafted(campaign=present)
    weak = weak_count(wanted.topic, wanted.quarter, wanted.quiz)
    if not weak.people:
        raise NobodyWeak(topic=wanted.topic)
    if weak.people > MOST:
        raise TooMany(people=weak.people, most=MOST)
    people = people_weak_in(wanted.topic, wanted.quarter, wanted.quiz)
    numbers = session().scalars(select(Person.number).where(Person.id.in_(people)))
    campaign = _campaign(title, course, Selection(persons=frozenset(numbers)), actor_id, at)
    row = Second(
        topic=wanted.topic,
        quarter=str(wanted.quarter),
        course=course,
        quiz=wanted.quiz,
        campaign=campaign,
        people=weak.people,
        asked=weak.asked,
        right=weak.right,
        author_id=actor_id,
        at=at,
    )
    session().add(row)
    session().flush()
    facts = {"topic": wanted.topic, "quarter": str(wanted.quarter), "people": weak.people}
    record("effect.second-drafted", campaign, actor_id=actor_id, at=at, course=course, **facts)
    return campaign


def _one_at_a_time(wanted: Wanted) -> None:
    """Who asks for the same at the same moment waits, and then finds the draft of the other."""
    same = {"quarter": str(wanted.quarter), "topic": wanted.topic, "quiz": wanted.quiz}
    session().execute(select(Total.audience).filter_by(**same).with_for_update())


def _campaign(title: str, course: str, people: Selection, actor_id: int, at: datetime) -> str:
    """The steps that are known already; the notice and the sending are left to whoever asked for it."""
    key = drafting.new_draft(author_id=actor_id, at=at, again=True)
    first, second, third = (Edit(version, actor_id, at) for version in (1, 2, 3))
    drafting.save_content(key, first, title=title, path="", courses=[course])
    drafting.save_people(key, second, people, everybody=False)
    drafting.save_time(key, third, starts_on=None, due_on=None, due_days=DUE_DAYS)
    return key


def campaign_for(wanted: Wanted) -> str:
    """The key of the campaign that there is for it, empty when there is none that counts."""
    mine = _rows(wanted.quarter, wanted.topic).where(Second.quiz == wanted.quiz)
    found = session().execute(mine.order_by(Second.id.desc()).limit(1)).first()
    return found[0].campaign if found else ""


def _rows(quarter: Quarter, topic: str) -> Select[Second, CampaignState]:
    """What was thrown away or withdrawn does not count: it can be drafted anew."""
    rows = (
        select(Second, Campaign.state)
        .join(Campaign, Campaign.key == Second.campaign)
        .where(Second.quarter == str(quarter), Campaign.state != CampaignState.WITHDRAWN)
    )
    return rows.where(Second.topic == topic) if topic else rows


def seconds(quarter: Quarter, topic: str = "") -> list[SecondLine]:
    """The second trainings about papers of a quarter, of every topic or of one, the newest first."""
    rows = session().execute(_rows(quarter, topic).order_by(Second.id.desc())).all()
    return [_line(row, state) for row, state in rows]


def _line(row: Second, state: CampaignState) -> SecondLine:
    given, done = session().execute(_given(row.campaign)).one()
    before = Share(row.people, row.asked, row.right)
    after = Share(*map(int, session().execute(_since(row)).one()))
    about = (row.topic, Quarter.named(row.quarter), row.course, row.quiz, row.campaign, state, row.people)
    return SecondLine(*about, given, done, row.at, Compared(before, after))


def _given(campaign: str) -> Select[int, int]:
    return (
        select(func.count(), func.count(Completion.assignment_id))
        .select_from(Target)
        .join(Campaign, Campaign.id == Target.campaign_id)
        .join(Assignment, Assignment.key == Target.assignment_key)
        .outerjoin(Completion, Completion.assignment_id == Assignment.id)
        .where(Campaign.key == campaign, Target.outcome == Outcome.ASSIGNED)
    )


def _since(row: Second) -> Select[int, int, int]:
    """People, asked and right of the latest papers in the topic that were written for this training."""
    nth = func.row_number().over(partition_by=Mark.person_id, order_by=Mark.attempt_id.desc())
    one = (
        select(Mark.person_id, Mark.asked, Mark.right, nth.label("nth"))
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(Target, Target.assignment_key == Attempt.series)
        .join(Campaign, Campaign.id == Target.campaign_id)
        .where(Campaign.key == row.campaign, Target.outcome == Outcome.ASSIGNED, Mark.topic == row.topic)
        .subquery()
    )
    sums = (
        func.coalesce(func.sum(case((one.c.nth == 1, column), else_=0)), 0)
        for column in (one.c.asked, one.c.right)
    )
    return select(func.count(one.c.person_id.distinct()), *sums)
