"""Whether people have made up for a change of policy, as SQL over ``Person``."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, Select, and_, exists, not_, or_, select

from lms.assignments.models import Assignment, Completion
from lms.people.models import Person
from lms.rollouts.impact import Reach
from lms.rollouts.models import Recipient
from lms.rollouts.people import is_reached
from lms.rollouts.recipients import is_done, rests_on_older

Instant: TypeAlias = datetime | BindParameter[datetime]


class Reached(NamedTuple):
    """What a change of a document reaches of one audience, and since when."""

    change_id: int
    document: str
    approved_at: datetime
    reach: Reach


def completed_courses(courses: Collection[str], until: Instant) -> Select[int]:
    """What a person had completed of these courses."""
    return (
        select(Assignment.id)
        .join(Completion, Completion.assignment_id == Assignment.id)
        .where(
            Assignment.person_id == Person.id,
            Assignment.course.in_(sorted(courses)),
            Completion.completed_at < until,
        )
    )


def is_behind(one: Reached, until: Instant) -> ColumnElement[bool]:
    """True of who has not made up for a change."""
    older = rests_on_older(one.approved_at)
    affected = completed_courses(one.reach.courses, until)
    received = exists().where(
        Recipient.change_id == one.change_id,
        Recipient.person_id == Person.id,
        Recipient.audience == one.reach.audience,
        Recipient.added_at < until,
    )
    concerned = or_(and_(is_reached(one.reach), affected.where(older).exists()), received)
    return and_(concerned, not_(affected.where(~older).exists()), not_(_made_up(one, until)))


def _made_up(one: Reached, until: Instant) -> ColumnElement[bool]:
    return (
        select(Recipient.person_id)
        .join(Completion, Completion.assignment_id == Recipient.assignment_id)
        .where(
            Recipient.change_id == one.change_id,
            Recipient.person_id == Person.id,
            Completion.completed_at < until,
            is_done(one.approved_at),
        )
        .exists()
    )
