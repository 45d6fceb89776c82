"""The jobs there are, and when each is due."""

from collections.abc import Sequence
from datetime import datetime

from lms.assignments.operations import apply_hiring_rules
from lms.jobs.housekeeping import clean_occurrences, clean_throttles, seal_journal
from lms.jobs.messages import send_messages
from lms.jobs.rollouts import climb_ladder, deliver_changes, finish_changes
from lms.jobs.rules import Job, daily, every
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work


def assign_by_hiring_rules(now: datetime) -> int:
    """Give newcomers what the hiring rules say."""
    with unit_of_work():
        return apply_hiring_rules(china_date(now), at=now)


JOBS: Sequence[Job] = (
    Job("assign-by-hiring-rules", every(5), assign_by_hiring_rules),
    Job("deliver-changes", every(5), deliver_changes),
    Job("climb-ladder", daily(8, 30), climb_ladder),
    Job("finish-changes", every(5), finish_changes),
    Job("send-messages", every(1), send_messages),
    Job("seal-journal", every(5), seal_journal),
    Job("clean-throttles", daily(3, 10), clean_throttles),
    Job("clean-occurrences", daily(3, 20), clean_occurrences),
)


def job(name: str) -> Job:
    """The job of this name. Raises ``KeyError``."""
    return {one.name: one for one in JOBS}[name]
