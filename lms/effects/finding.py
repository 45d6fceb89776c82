"""Which effects are ready, a month after their due day; and putting them on record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from lms.assignments.models import Assignment
from lms.courses.queries import courses_of
from lms.courses.rules import CourseKind
from lms.effects.comparing import figures_of_course, figures_of_rollout
from lms.effects.models import Effect, Kind
from lms.effects.rules import QUARTERS_BACK, Figures, ready_on
from lms.kernel.clock import china_date
from lms.kernel.database import session, upsert
from lms.kernel.quarters import Quarter
from lms.rollouts.clocks import due_on_delivery
from lms.rollouts.models import Change, ChangeState, Delivery
from lms.rollouts.pauses import clock_of

_OUT = (ChangeState.RUNNING, ChangeState.PAUSED, ChangeState.FINISHED)


@dataclass(frozen=True)
class Due:
    """Something that was, or will be, due on a day of a quarter."""

    kind: Kind
    subject: str
    quarter: Quarter
    due_on: date
    is_known: bool = False

    @property
    def ready_on(self) -> date:
        """When its effect is looked at."""
        return ready_on(self.due_on)


def ready(release_id: str, today: date) -> list[Due]:
    """What is ready and not on record yet, or was due on a later day than is on record."""
    known = {
        (row.kind, row.subject, row.quarter): row.due_on
        for row in session().execute(select(Effect.kind, Effect.subject, Effect.quarter, Effect.due_on))
    }
    found = []
    for one in due(release_id, today):
        before = known.get((one.kind, one.subject, str(one.quarter)))
        if one.ready_on <= today and before != one.due_on:
            found.append(Due(one.kind, one.subject, one.quarter, one.due_on, before is not None))
    return found


def coming(release_id: str, today: date) -> list[Due]:
    """What is still to be looked at, the next first."""
    waiting = (one for one in due(release_id, today) if one.ready_on > today)
    return sorted(waiting, key=lambda one: (one.ready_on, one.kind, one.subject))


def due(release_id: str, today: date) -> list[Due]:
    """Courses by the quarters in which they were due, and changes; of this quarter and a year back."""
    return [*_courses(release_id, today), *_rollouts(today)]


def _quarters(today: date) -> list[Quarter]:
    found = [Quarter.of(today)]
    for _ in range(QUARTERS_BACK):
        found.append(found[-1].previous)
    return found


def _courses(release_id: str, today: date) -> Iterator[Due]:
    """Units about one change are looked at with the change."""
    live = courses_of(release_id)
    for quarter in _quarters(today):
        rows = session().execute(
            select(Assignment.course, func.max(Assignment.due_on))
            .where(Assignment.due_on.between(quarter.first, quarter.last), Assignment.excused_at.is_(None))
            .group_by(Assignment.course)
            .order_by(Assignment.course)
        )
        for course, last in rows:
            if course in live and live[course].kind is not CourseKind.DELTA:
                yield Due(Kind.COURSE, course, quarter, last)


def _rollouts(today: date) -> Iterator[Due]:
    """Changes that have been given to somebody; what was given late was due later."""
    first = _quarters(today)[-1].first
    delivered = func.max(Delivery.delivered_at)
    rows: Sequence[Any] = (
        session()
        .execute(
            select(Change, delivered)
            .join(Delivery, Delivery.change_id == Change.id)
            .where(Change.state.in_(_OUT), Delivery.delivered_at.is_not(None))
            .group_by(Change.id)
            .order_by(Change.id)
        )
        .all()
    )
    for change, last in rows:
        due_on = due_on_delivery(clock_of(change).delivery_due, china_date(last))
        if due_on >= first:
            yield Due(Kind.ROLLOUT, change.key, Quarter.of(due_on), due_on)


def figures_of(one: Due, release_id: str) -> Figures:
    """What it came to."""
    if one.kind is Kind.COURSE:
        return figures_of_course(one.subject, one.quarter)
    change = session().scalars(select(Change).where(Change.key == one.subject)).one()
    return figures_of_rollout(change, release_id)


def put_on_record(one: Due, figures: Figures, *, at: datetime) -> None:
    """Keep what was found, in the place of what was found for an earlier day."""
    values = {"due_on": one.due_on, "found_at": at, "figures": figures.as_json()}
    row = upsert(Effect).values(kind=one.kind, subject=one.subject, quarter=str(one.quarter), **values)
    session().execute(row.on_conflict_do_update(index_elements=["kind", "subject", "quarter"], set_=values))
