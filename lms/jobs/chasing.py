"""The jobs that chase what is not done: digests to learners, heads of departments, groups."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from lms.campaigns.digests import digests_due, send
from lms.campaigns.escalation import escalate
from lms.campaigns.queries import campaign as campaign_by_key
from lms.campaigns.queries import still_owed
from lms.campaigns.reminding import Waiting, finish, portions_of, tell_portion, waiting
from lms.campaigns.standings import post_standings
from lms.jobs.rules import Outcome
from lms.kernel.clock import china_date
from lms.kernel.database import session, unit_of_work
from lms.reports.filters import from_json
from lms.reports.queries import owing

log = logging.getLogger(__name__)


def send_digests(now: datetime) -> Outcome:
    """Remind everybody of what they owe, a portion of people at a time; counts people."""
    due = digests_due(now)
    session().rollback()
    count = failures = 0
    for digests in due:
        try:
            with unit_of_work():
                count += send(digests, now)
        except Exception:
            log.exception("digests of %s people failed", len(digests.mine))
            failures += 1
    return Outcome(count, failures)


def carry_remindings(now: datetime) -> int:
    """Remind everybody on the long lists that somebody asked for; counts people."""
    lists = waiting(now)
    session().rollback()
    return sum(_remind(one, now) for one in lists)


def _remind(one: Waiting, now: datetime) -> int:
    """A portion of people at a time. Stops when another worker is at the same list."""
    portions = portions_of(one, _assignments(one.filters, now), now)
    count, last = 0, one.after_person
    for portion in portions:
        with unit_of_work():
            told = tell_portion(portion, now)
        if told is None:
            return count
        count, last = count + told, portion.last
    with unit_of_work():
        finish(one.id, last, now)
    return count


def _assignments(kept: Mapping[str, Any], now: datetime) -> Select[int]:
    """What was asked for: what a campaign gave, or the progress list as it was narrowed."""
    if "campaign" in kept:
        return still_owed(campaign_by_key(kept["campaign"]).id)
    return owing(from_json(kept), china_date(now))


def escalate_overdue(now: datetime) -> int:
    """Tell the heads of departments what is late; counts heads."""
    with unit_of_work():
        return escalate(now)


def post_to_groups(now: datetime) -> int:
    """Tell every group how many are not done; counts posts."""
    with unit_of_work():
        return post_standings(now)
