"""The jobs that carry changes of policy on: delivery, the ladder, the end. One transaction a change."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from lms.jobs.rules import Outcome
from lms.kernel.database import session, unit_of_work
from lms.rollouts.delivery import deliver_ready, include_newcomers
from lms.rollouts.ladder import climb
from lms.rollouts.progress import count_up
from lms.rollouts.running import changes_under_way, running_changes
from lms.rollouts.steering import finish_due
from lms.rollouts.wishes import follow

log = logging.getLogger(__name__)


def deliver_changes(now: datetime) -> Outcome:
    """Deliver what is ready, include newcomers, and count how far each change has come; counts people.

    Who asks to be told in another way since, or has an address since, is told that way.
    """
    delivered = _each(running_changes, lambda change: _deliver(change, now))
    counted = _each(changes_under_way, lambda change: count_up(change, now))
    return Outcome(delivered.count, delivered.failures + counted.failures)


def _deliver(change_id: int, now: datetime) -> int:
    follow(change_id, now)
    return include_newcomers(change_id, now) + deliver_ready(change_id, now)


def climb_ladder(now: datetime) -> Outcome:
    """Tell whom it concerns that something is late; counts people."""
    return _each(running_changes, lambda change: climb(change, now))


def finish_changes(now: datetime) -> Outcome:
    """Finish changes that nobody is waited for any more; counts changes."""
    return _each(running_changes, lambda change: _finish(change, now))


def _finish(change_id: int, now: datetime) -> int:
    """The numbers are counted once more, for nobody counts them afterwards."""
    if not finish_due(change_id, now):
        return 0
    count_up(change_id, now)
    return 1


def _each(changes: Callable[[], Sequence[int]], act: Callable[[int], int]) -> Outcome:
    """Do something to every change; one that fails does not stop the others."""
    count = failures = 0
    ids = changes()
    session().rollback()
    for change_id in ids:
        try:
            with unit_of_work():
                count += act(change_id)
        except Exception:
            log.exception("change %s failed", change_id)
            failures += 1
    return Outcome(count, failures)
