"""The jobs that free the seats of who has left, and remind people of the event that they go to tomorrow."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from lms.jobs.rules import Outcome
from lms.kernel.clock import china_date
from lms.kernel.database import session, unit_of_work
from lms.workshops.leaving import free_seats, with_leavers
from lms.workshops.reminding import remind, to_remind

log = logging.getLogger(__name__)


def free_seats_of_leavers(now: datetime) -> Outcome:
    """Who has left the organisation has no seat at what is to come; counts them. Who waits moves up."""
    return _each(with_leavers(now), lambda key: free_seats(key, at=now), "freeing seats")


def remind_of_events(now: datetime) -> Outcome:
    """Tell who has a seat tomorrow; counts people. Nobody is told twice."""
    tomorrow = china_date(now) + timedelta(days=1)
    return _each(to_remind(tomorrow), lambda key: remind(key, at=now), "reminding")


def _each(keys: Sequence[str], act: Callable[[str], int], what: str) -> Outcome:
    """One transaction an event."""
    count = failures = 0
    session().rollback()
    for key in keys:
        try:
            with unit_of_work():
                count += act(key)
        except Exception:
            log.exception("%s of event %s failed", what, key)
            failures += 1
    return Outcome(count, failures)
