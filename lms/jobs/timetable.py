"""The jobs there are, and how often each is due."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.assignments.operations import apply_hiring_rules
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work


@dataclass(frozen=True)
class Job:
    """A job: its name, the minutes between two runs, and what it does at an instant; it returns a count."""

    name: str
    every_minutes: int
    run: Callable[[datetime], int]


def assign_by_hiring_rules(now: datetime) -> int:
    """Give newcomers what the hiring rules say."""
    with unit_of_work():
        return apply_hiring_rules(china_date(now), at=now)


JOBS: Sequence[Job] = (Job("assign-by-hiring-rules", 5, assign_by_hiring_rules),)


def job(name: str) -> Job:
    """The job of this name. Raises ``KeyError``."""
    return {one.name: one for one in JOBS}[name]
