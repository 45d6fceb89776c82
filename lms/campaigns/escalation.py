"""Escalation: whoever answers for a department is told, once, of what is late there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_

from lms.assignments.models import Assignment, Cause
from lms.assignments.rules import days_overdue
from lms.campaigns.chasing import Columns, Owed, note, owing, told_on
from lms.campaigns.models import Chase
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.notifications.operations import post_each
from lms.notifications.rules import Note, Topic
from lms.people.models import Person
from lms.people.queries import department_tree
from lms.rollouts.heads import heads

AFTER_DAYS = 3
"""Days after the due date on which the head of the department is told. Source: rules of chasing, issue 4."""


@dataclass(frozen=True)
class _Heads:
    """Who answers for whom."""

    of_department: Mapping[int, int]
    above: Mapping[int, int | None]

    def of(self, person_id: int, department_id: int) -> int | None:
        """The nearest head upwards; nobody answers for themselves."""
        here: int | None = department_id
        while here is not None:
            head = self.of_department.get(here)
            if head != person_id:
                return head
            here = self.above.get(here)
        return None


def escalate(at: datetime) -> int:
    """Tell the heads what became late ``AFTER_DAYS`` ago and was not told before; returns how many heads.

    One message a head and day. An assignment is told once, and again only when it was given more time and is
    late again. Where nobody answers for a department, it waits until somebody does. A change of policy has a
    ladder of its own.
    """
    today = china_date(at)
    tree = {node.id: node.parent_id for node in department_tree()}
    known = _Heads(heads(), tree)
    told = told_on(today, Topic.TEAM)
    late: dict[int, list[Owed]] = defaultdict(list)
    for *columns, department_id in session().execute(_late(today)):
        one = Owed(*columns)
        head = known.of(one.person_id, department_id)
        if head is not None and head not in told:
            late[head].append(one)
    notes = [Note(head, today.isoformat(), _facts(own, today)) for head, own in sorted(late.items())]
    note([one.id for own in late.values() for one in own], {"escalated_on": today})
    return post_each(notes, topic=Topic.TEAM, at=at)


def _late(today: date) -> Columns:
    return (
        owing(Person.department_id)
        .outerjoin(Chase, Chase.assignment_id == Assignment.id)
        .where(
            Assignment.cause != Cause.ROLLOUT,
            Assignment.due_on <= today - timedelta(days=AFTER_DAYS),
            or_(Chase.escalated_on.is_(None), Chase.escalated_on < Assignment.due_on),
        )
    )


def _facts(own: Sequence[Owed], today: date) -> dict[str, object]:
    return {
        "people": len({one.person_id for one in own}),
        "courses": len(own),
        "late": max(days_overdue(one.due_on, today) for one in own),
        "day": today.isoformat(),
    }
