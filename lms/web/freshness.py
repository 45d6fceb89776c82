"""Lists and numbers over many people as they are at this moment, and words for when they are not."""

from dataclasses import dataclass
from datetime import datetime

from flask import g

from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import Busy, unit_of_work
from lms.reports import projection

AT_ONCE = 50
"""So many people are worked out anew while somebody waits for a page: about a tenth of a second …"""
SMALL = 1000
"""… and in a company of so many, everybody. What is more, the job of every minute works off."""


@dataclass(frozen=True)
class Freshness:
    """Whether something has happened that the numbers of this page leave out, and since when at the most."""

    is_behind: bool
    complete_at: datetime | None


def bring_up_to_date() -> None:
    """Work out anew whoever was touched; where they are too many, note it for ``freshness``."""
    now = clock.now()
    today = china_date(now)
    waiting = projection.behind(today, most=SMALL + 1)
    if waiting > SMALL or (waiting > AT_ONCE and projection.size(most=SMALL + 1) > SMALL):
        g.desk_is_behind = True
    elif waiting:
        _work_out(now)


def _work_out(now: datetime) -> None:
    """Nobody who looks waits for somebody who writes: the page then says as of when its numbers are."""
    try:
        with unit_of_work(patient=False):
            projection.catch_up(now, patient=False)
    except Busy:
        g.desk_is_behind = True


def freshness() -> Freshness:
    """How fresh the numbers of this page are."""
    is_behind = bool(g.get("desk_is_behind"))
    return Freshness(is_behind, projection.current_at() if is_behind else None)
