"""The jobs that ask people: needs each quarter, after a course and a month later; and that end it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select, union

from lms.access.queries import persons_who_may
from lms.kernel.database import session, unit_of_work
from lms.kernel.permissions import Permission
from lms.notifications.operations import post_to
from lms.notifications.rules import Topic
from lms.people.models import Person
from lms.surveys import mixing, opening, reminding, rolling
from lms.surveys.models import Survey

_DAILY: Sequence[Callable[[datetime], int]] = (
    opening.close_due,
    opening.open_scheduled,
    opening.invite_joiners,
    rolling.invite_follow_up,
    reminding.remind_due,
)


def open_needs(now: datetime) -> int:
    """Ask everybody what they need in this quarter; counts people.

    Whose draft could not be opened is told, and so is who answers for the plan.
    """
    with unit_of_work():
        count = opening.open_needs(now)
        if count:
            for one in opening.passed_over(now):
                _tell(one, now)
        return count


def _tell(passed_over: Survey, now: datetime) -> int:
    author = select(Person.id).where(Person.id == passed_over.author_id)
    people = select(union(persons_who_may(Permission.PLAN_EDIT), author).subquery().c[0])
    facts = {**opening.facts_of(passed_over), "quarter": passed_over.quarter}
    return post_to(people, topic=Topic.SURVEY_PASSED_OVER, subject=passed_over.key, facts=facts, at=now)


def tend_surveys(now: datetime) -> int:
    """Close, open, invite and remind what is due on this day; counts surveys closed and people."""
    return sum(_whole(act, now) for act in _DAILY)


def _whole(act: Callable[[datetime], int], now: datetime) -> int:
    with unit_of_work():
        return act(now)


def invite_satisfaction(now: datetime) -> int:
    """Ask who has just completed a course what they think of it; counts people."""
    return _whole(rolling.invite_satisfaction, now)


def mix_responses(_now: datetime) -> int:
    """Put anonymous answers that have come since into another order, publish steps; counts surveys."""
    ids = mixing.unmixed()
    session().rollback()
    for one in ids:
        with unit_of_work():
            mixing.mix(one)
    return len(ids)
