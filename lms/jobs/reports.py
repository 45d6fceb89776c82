"""The jobs behind lists and numbers: keeping the read model up to date, and comparing it with the ledger."""

import logging
from datetime import datetime

from lms.access.queries import persons_who_may
from lms.journal.operations import record
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import session, snapshot, unit_of_work
from lms.kernel.permissions import Permission
from lms.notifications.operations import post_to
from lms.notifications.rules import Topic
from lms.reports import projection
from lms.reports.reconciliation import Compared, compare, keep

log = logging.getLogger(__name__)
MOST_BATCHES = 200
"""So many are worked off at one tick, lest a job runs into the lease of its next worker."""
TRIES = 5


class NeverStill(Exception):
    """People are touched faster than they are worked out; the comparison is tried again later."""


def catch_up_reports(now: datetime) -> int:
    """Work out anew whoever was touched, batch by batch; counts people."""
    worked_out = 0
    for _ in range(MOST_BATCHES):
        if not projection.behind(china_date(now), most=1):
            break
        session().rollback()
        with unit_of_work():
            worked_out += projection.catch_up(now)
    return worked_out


def reconcile_reports(now: datetime) -> int:
    """Compare ledger, read model, screens and exports; counts differences, which are told and mended."""
    found = _compared(now)
    with unit_of_work():
        if found.is_mendable:
            projection.rebuild(now)
        keep(found, begun_at=now, at=clock.now(), mended=found.is_mendable)
        _tell(len(found.differences), now)
    return len(found.differences)


def _compared(now: datetime) -> Compared:
    """Nothing may be waiting to be worked out in the state of the database that is looked at."""
    for _ in range(TRIES):
        catch_up_reports(now)
        with snapshot():
            if not projection.behind(china_date(now), most=1):
                return compare(now)
    raise NeverStill


def _tell(count: int, now: datetime) -> None:
    day = china_date(now).isoformat()
    record("reports.reconciled", day, actor_id=None, at=now, differences=count)
    if count:
        people = persons_who_may(Permission.RECONCILIATION_VIEW)
        post_to(people, topic=Topic.DIFFERENCES, subject=day, facts={"day": day, "count": count}, at=now)
