"""Courses that people owe, and days that pass. Needs an application context."""

from datetime import date, datetime, time, timedelta

from lms.assignments.models import Assignment, Cause, Completion
from lms.campaigns.models import Campaign, CampaignState, Outcome, Target
from lms.jobs.chasing import escalate_overdue, send_digests
from lms.kernel.clock import CHINA
from lms.kernel.database import session
from lms.library.models import Release
from lms.notifications.queries import Item, inbox
from lms.notifications.rules import Topic
from lms.people.models import Person

MONDAY = date(2026, 11, 23)


def morning(day: date, hour: int = 8, minute: int = 35) -> datetime:
    """When digests are sent on that day."""
    return datetime.combine(day, time(hour, minute), CHINA)


def owes(
    person: Person,
    due_on: date,
    *,
    course: str = "onboarding",
    cause: Cause = Cause.BY_HAND,
    campaign: Campaign | None = None,
) -> Assignment:
    """An assignment that is not done."""
    row = Assignment(
        person_id=person.id,
        course=course,
        cause=cause,
        assigned_on=due_on - timedelta(days=14),
        due_on=due_on,
    )
    session().add(row)
    session().flush()
    if campaign:
        target = {"campaign_id": campaign.id, "person_id": person.id, "course": course, "why": "person"}
        session().add(
            Target(**target, outcome=Outcome.ASSIGNED, assignment_key=row.key, added_at=morning(MONDAY))
        )
    session().commit()
    return row


def make_campaign(
    *, reminders: list[int], channels: list[str] | None = None, quiet: list[str] | None = None
) -> Campaign:
    """One that was sent, with reminders of its own."""
    row = Campaign(
        title="年度培训",
        state=CampaignState.SENT,
        courses=["onboarding"],
        selection={},
        reminders=reminders,
        channels=["email"] if channels is None else channels,
        quiet=["22:00", "08:00"] if quiet is None else quiet,
        created_at=morning(MONDAY),
        counts={},
    )
    session().add(row)
    session().commit()
    return row


def days(first: date, last: date) -> list[tuple[date, int, int]]:
    """Let the mornings of these days come: each day, digests and heads told, days without any left out."""
    told = []
    day = first
    while day <= last:
        found = (day, send_digests(morning(day)).count, escalate_overdue(morning(day, minute=40)))
        told.append(found)
        day += timedelta(days=1)
    session().rollback()
    return [one for one in told if any(one[1:])]


def messages(person: Person, topic: Topic) -> list[Item]:
    """What somebody was told, the newest first."""
    session().rollback()
    return [one for one in inbox(person.id) if one.topic == topic]


def finish(assignment: Assignment, at: datetime) -> None:
    """The course is done."""
    release = Release(published_at=at, manifest="0" * 64)
    session().add(release)
    session().flush()
    session().add(
        Completion(
            assignment_id=assignment.id,
            release_id=release.id,
            completed_at=at,
            certificate=f"C{assignment.id}",
        )
    )
    session().commit()


def excuse(assignment: Assignment, at: datetime) -> None:
    """It need not be done."""
    assignment.excused_at = at
    session().commit()


def extend(assignment: Assignment, due_on: date) -> None:
    """There is more time."""
    assignment.due_on = due_on
    session().commit()
