"""What is said in groups: once a day, how many are not done."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select

from lms.campaigns.chasing import owing
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.notifications.group_posts import GroupTopic, post_to
from lms.notifications.robots import robots
from lms.people.models import Person
from lms.people.queries import with_descendants

MOST_MENTIONED = 50
"""So many people are called by name in a group, those longest overdue first."""


def post_standings(at: datetime) -> int:
    """Queue one post a day for every robot that is on and whose people owe something; returns how many.

    Only who is overdue is called by name, and only over an account or telephone number that the group knows.
    """
    today = china_date(at)
    posted = 0
    for line in robots():
        if not line.robot.is_on:
            continue
        facts = _facts(line.robot.department, today)
        if facts["unfinished"]:
            posted += post_to(line.robot.key, GroupTopic.STANDING, today.isoformat(), facts, at=at)
    return posted


def _facts(department: str, today: date) -> dict[str, Any]:
    """Numbers of a department with all below it, or of everybody."""
    of_these = owing(Person.wecom_id, Person.phone)
    if department:
        of_these = of_these.where(Person.department_id.in_(with_descendants(department)))
    owed = of_these.subquery()
    person, due_on = owed.c.person_id, owed.c.due_on
    late = due_on < today
    counted = select(func.count(person.distinct()), func.count(person.distinct()).filter(late))
    unfinished, overdue = session().execute(counted).one()
    named = (
        select(person)
        .where(late, or_(owed.c.wecom_id != "", owed.c.phone != ""))
        .group_by(person)
        .order_by(func.min(due_on), person)
        .limit(MOST_MENTIONED)
    )
    return {
        "unfinished": unfinished,
        "late": overdue,
        "day": today.isoformat(),
        "mentions": list(session().scalars(named)),
        "page": "/my",
    }
