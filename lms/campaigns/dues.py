"""By when training that was sent to a selection of people is due: what a calendar shows of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select

from lms.campaigns.models import Campaign, CampaignState, Rule, Trigger
from lms.kernel.clock import china_date
from lms.kernel.database import session


@dataclass(frozen=True)
class CampaignDue:
    """A campaign that is on its way or was sent, and its last day. ``title`` may be empty."""

    key: str
    title: str
    path: str
    courses: Sequence[str]
    due_on: date


def dues_between(first: date, last: date) -> list[CampaignDue]:
    """Campaigns due on one of these days, the earliest first.

    What new joiners get has no day of its own, each of them being given one: it is left out.
    """
    row = Campaign
    joins = Rule.trigger == Trigger.JOINING
    columns: tuple[Any, ...] = (
        row.key, row.title, row.path, row.courses, row.due_on, row.due_days, row.cycle_on, row.starts_on,
        row.sent_at, row.goes_out_at,
    )  # fmt: skip
    found = (
        select(*columns)
        .outerjoin(Rule, Rule.id == row.rule_id)
        .where(row.state.in_([CampaignState.QUEUED, CampaignState.SENT]))
        .where(or_(row.due_on.between(first, last), row.due_days.is_not(None)))
        .where(or_(Rule.id.is_(None), ~joins))
    )
    return sorted(_dues(session().execute(found).all(), first, last), key=lambda one: (one.due_on, one.key))


def _dues(rows: Sequence[Any], first: date, last: date) -> Iterator[CampaignDue]:
    for row in rows:
        due_on = row.due_on if row.due_days is None else _counted(row)
        if due_on is not None and first <= due_on <= last:
            yield CampaignDue(row.key, row.title, row.path, row.courses, due_on)


def _counted(row: Any) -> date | None:
    """The last day of what is due so many days after it begins."""
    leaves_at = row.sent_at or row.goes_out_at
    leaves_on = china_date(leaves_at) if leaves_at else None
    if row.cycle_on is None and row.starts_on and leaves_on:
        begins = max(row.starts_on, leaves_on)
    else:
        begins = row.cycle_on or row.starts_on or leaves_on
    return begins + timedelta(days=row.due_days) if begins else None
