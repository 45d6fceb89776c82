"""Whom a change concerns: a condition that deliveries build on, and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, false, func, or_, select, true

from lms.assignments.models import Assignment, Completion
from lms.kernel.database import session
from lms.people.models import Audience, Person, PersonState
from lms.policies.rules import ANY
from lms.rollouts.impact import Place, Reach


@dataclass(frozen=True)
class Count:
    """People of an audience in a city by what they were taught: completed an affected course, have one open,
    or never had one."""

    audience: Audience
    region: str
    completed: int
    open: int
    never: int

    @property
    def total(self) -> int:
        """Everybody whom the change concerns there."""
        return self.completed + self.open + self.never


def is_concerned(reach: Reach) -> ColumnElement[bool]:
    """Active persons of the audience where the difference holds, as a condition on ``Person``."""
    return and_(Person.state == PersonState.ACTIVE, is_reached(reach))


def is_reached(reach: Reach) -> ColumnElement[bool]:
    """True of a person of the audience in the places where the difference holds, gone or not."""
    places = (_within(place) for place in sorted(reach.places, key=repr))
    return and_(Person.audience == reach.audience, or_(false(), *places))


def _within(place: Place) -> ColumnElement[bool]:
    status = true() if place.status == ANY else Person.status == place.status
    return status if place.regions is None else and_(status, Person.region.in_(sorted(place.regions)))


def taught(reach: Reach) -> Subquery:
    """``person_id`` and ``completed`` (1 or 0) of everybody who was ever assigned an affected course."""
    done = case((Completion.assignment_id.is_not(None), 1), else_=0)
    return (
        select(Assignment.person_id, func.max(done).label("completed"))
        .outerjoin(Completion, Completion.assignment_id == Assignment.id)
        .where(Assignment.course.in_(reach.courses))
        .group_by(Assignment.person_id)
        .subquery()
    )


def counts(reaches: Sequence[Reach]) -> list[Count]:
    """Counts by audience and city, one statement an audience whatever the headcount."""
    return [Count(reach.audience, *row) for reach in reaches for row in _counts(reach)]


def _counts(reach: Reach) -> Sequence[Any]:
    past = taught(reach)
    statement = (
        select(
            Person.region,
            func.count().filter(past.c.completed == 1),
            func.count().filter(past.c.completed == 0),
            func.count().filter(past.c.completed.is_(None)),
        )
        .outerjoin(past, past.c.person_id == Person.id)
        .where(is_concerned(reach))
        .group_by(Person.region)
        .order_by(Person.region)
    )
    return session().execute(statement).all()
