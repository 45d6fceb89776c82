"""The digest: what somebody owes and is to be reminded of today, in one message."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select

from lms.assignments.models import Assignment, Cause
from lms.campaigns.chasing import Columns, Owed, by_person, owing, portions, reminded_on, tell
from lms.campaigns.models import Campaign, Chase, Outcome, Target
from lms.campaigns.rules import REMINDERS
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.notifications.rules import DEFAULT_CHANNELS, QUIET, Channel, Quiet, Way, out_of_quiet

PORTION = 2000
"""So many people are told in one transaction."""


@dataclass(frozen=True)
class _Plan:
    """How a campaign wants its people to be reminded."""

    reminders: tuple[int, ...] = REMINDERS
    channels: tuple[Channel, ...] = DEFAULT_CHANNELS
    quiet: Quiet | None = QUIET


@dataclass(frozen=True)
class Digests:
    """Whom to tell what, the same way."""

    way: Way
    mine: Mapping[int, Sequence[Owed]]


def last_rung(due_on: date, reminders: Sequence[int], today: date) -> date | None:
    """The latest day up to today on which a reminder falls; ``None`` before the first one."""
    days = [due_on + timedelta(days=offset) for offset in reminders]
    return max((day for day in days if day <= today), default=None)


def digests_due(at: datetime) -> list[Digests]:
    """Whom to remind of what at this instant, in portions for one transaction each.

    A reminder is due when its day has come and nothing was said about that assignment since; of several
    missed ones the latest counts. Who was reminded today, by hand or of a change, waits until tomorrow.
    What a change of policy asks for has a ladder of its own.
    """
    today = china_date(at)
    plans = _plans()
    told = reminded_on(today)
    by_way: dict[Way, dict[int, list[Owed]]] = defaultdict(dict)
    for person, due in _due(plans, today):
        if person not in told:
            by_way[_way([plans.get(campaign, _Plan()) for _, campaign in due], at)][person] = [
                one for one, _ in due
            ]
    return [
        Digests(way, dict(some))
        for way, mine in by_way.items()
        for some in portions(list(mine.items()), PORTION)
    ]


def send(digests: Digests, at: datetime) -> int:
    """Post a portion; returns how many people were told."""
    return tell(digests.mine, at=at, way=digests.way)


def _due(
    plans: Mapping[int | None, _Plan], today: date
) -> Iterator[tuple[int, list[tuple[Owed, int | None]]]]:
    """Person → the assignments that they are to be reminded of, each with the campaign that gave it."""
    found: dict[int, list[tuple[Owed, int | None]]] = defaultdict(list)
    for *columns, campaign, reminded in session().execute(_candidates(plans, today)):
        one = Owed(*columns)
        rung = last_rung(one.due_on, plans.get(campaign, _Plan()).reminders, today)
        if rung is not None and (reminded is None or reminded < rung):
            found[one.person_id].append((one, campaign))
    yield from found.items()


def _candidates(plans: Mapping[int | None, _Plan], today: date) -> Columns:
    given = (
        select(Target.assignment_key, func.max(Target.campaign_id).label("campaign"))
        .where(Target.outcome == Outcome.ASSIGNED)
        .group_by(Target.assignment_key)
        .subquery()
    )
    first = min(offset for plan in [_Plan(), *plans.values()] for offset in (*plan.reminders, 0))
    return (
        owing(given.c.campaign, Chase.reminded_on)
        .outerjoin(Chase, Chase.assignment_id == Assignment.id)
        .outerjoin(given, given.c.assignment_key == Assignment.key)
        .where(
            Assignment.cause != Cause.ROLLOUT,
            Assignment.due_on <= today - timedelta(days=first),
            or_(Chase.reminded_on.is_(None), Chase.reminded_on < today),
        )
        .order_by(*by_person())
    )


def _plans() -> Mapping[int | None, _Plan]:
    """Campaign → its plan."""
    rows = session().execute(select(Campaign.id, Campaign.reminders, Campaign.channels, Campaign.quiet))
    return {row.id: _plan(row.reminders, row.channels, row.quiet) for row in rows}


def _plan(reminders: Sequence[int], channels: Sequence[str], quiet: Sequence[str]) -> _Plan:
    hours = Quiet(time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet else None
    known = tuple(one for one in Channel if one.value in channels and one is not Channel.INBOX)
    return _Plan(tuple(reminders), known, hours)


def _way(plans: Sequence[_Plan], at: datetime) -> Way:
    """Over every channel that one of the campaigns uses, and when none of them wants quiet."""
    channels = tuple(one for one in Channel if any(one in plan.channels for plan in plans))
    leaves_at = max((out_of_quiet(at, plan.quiet) for plan in plans if plan.quiet), default=at)
    return Way(channels, quiet=None, not_before=leaves_at)
