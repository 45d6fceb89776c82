"""The jobs that send campaigns and apply standing rules. One transaction a campaign or rule."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from lms.campaigns.cycles import apply_rule, rules_on
from lms.campaigns.sending import due_campaigns, go_out
from lms.jobs.rules import Outcome
from lms.kernel.database import session, unit_of_work

log = logging.getLogger(__name__)


def send_campaigns(now: datetime) -> Outcome:
    """Send what was queued and is due; counts people."""
    return _each(due_campaigns(now), lambda campaign: go_out(campaign, now))


def apply_standing_rules(now: datetime) -> Outcome:
    """Give whoever matches a standing rule what it says; counts people."""
    return _each(rules_on(), lambda rule: apply_rule(rule, now))


def _each(ids: Sequence[int], act: Callable[[int], int]) -> Outcome:
    """Do something to every one; one that fails does not stop the others."""
    count = failures = 0
    session().rollback()
    for one in ids:
        try:
            with unit_of_work():
                count += act(one)
        except Exception:
            log.exception("campaign or rule %s failed", one)
            failures += 1
    return Outcome(count, failures)
