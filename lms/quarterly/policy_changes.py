"""Changes of policy of a quarter: how far they were on day 7 and on day 14."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from lms.kernel.clock import china_date, end_of_day
from lms.kernel.database import session
from lms.kernel.small_groups import LEAST
from lms.quarterly.shapes import Change as ChangeFigure
from lms.quarterly.shapes import Part
from lms.quarterly.training import Span
from lms.rollouts.evidence import changes_between
from lms.rollouts.models import Change, ChangeState, RefreshTask
from lms.rollouts.pauses import clock_of
from lms.rollouts.progress import Numbers, numbers

_NOT_TOLD = {ChangeState.WITHDRAWN}


def changes(span: Span, at: datetime) -> tuple[ChangeFigure, ...]:
    """Those that were registered in the quarter, or whose day 7 or day 14 falls into it."""
    several = [one for one in changes_between(span.first, span.end) if one.state not in _NOT_TOLD]
    found = (_figure(one, span, at) for one in several if one.registered_on)
    return tuple(one for one in found if _belongs(one, span))


def _belongs(one: ChangeFigure, span: Span) -> bool:
    days = (one.registered_on, one.refresh_due, one.delivery_due)
    return any(span.first <= day <= span.end for day in days)


def _figure(change: Change, span: Span, at: datetime) -> ChangeFigure:
    clock = clock_of(change)
    by_audience = numbers(change, today=china_date(at)) if change.approved_at else []
    return ChangeFigure(
        key=change.key,
        title=change.title,
        registered_on=clock.registered_on,
        refresh_due=clock.refresh_due,
        delivery_due=clock.delivery_due,
        tasks=_tasks(change, min(clock.refresh_due, span.end)),
        people=_people(by_audience, min(clock.delivery_due, span.end)),
    )


def _tasks(change: Change, day: date) -> Part:
    in_time = func.count().filter(RefreshTask.closed_at < end_of_day(day))
    rows = session().execute(select(in_time, func.count()).where(RefreshTask.change_id == change.id))
    closed, every = rows.one()
    return Part(part=closed, whole=every)


def _people(several: Sequence[Numbers], day: date) -> Part | None:
    """Of those who were to learn it: done by the day."""
    asked = sum(one.done + one.remaining for one in several)
    done = sum(count for one in several for on, count in one.done_by_day.items() if on <= day)
    return Part(part=done, whole=asked) if asked == 0 or asked >= LEAST else None
