"""The jobs of the training year: opening the next one, and noting which standing dates were kept."""

from datetime import date, datetime, timedelta

from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.quarters import Quarter
from lms.planning.entries import settle_standing
from lms.planning.queries import standing_open
from lms.planning.rules import REPORT, SURVEY, year_to_open
from lms.planning.years import open_year
from lms.quarterly.queries import dues
from lms.surveys.dates import needs_closed

_LATEST = timedelta(days=366)
"""So long after its quarter a report is still looked for."""


def open_planning_year(now: datetime) -> int:
    """Open the next year, or the present one where December was missed; counts its entries."""
    with unit_of_work():
        return open_year(year_to_open(china_date(now)), actor_id=None, at=now)


def settle_plan(now: datetime) -> int:
    """Note the needs surveys that have closed and the reports that were signed; counts them."""
    today = china_date(now)
    codes = standing_open(today)
    if not codes:
        return 0
    closed = {f"{SURVEY}-{quarter}" for quarter in needs_closed()}
    kept = closed | _reports_signed(codes)
    with unit_of_work():
        return sum(settle_standing(code, today) for code in codes if code in kept)


def _reports_signed(codes: list[str]) -> set[str]:
    mark = f"{REPORT}-"
    quarters = [Quarter.named(one.removeprefix(mark)) for one in codes if one.startswith(mark)]
    if not quarters:
        return set()
    first: date = min(quarters).last
    found = dues(first, max(quarters).last + _LATEST)
    return {f"{REPORT}-{one.quarter}" for one in found if one.signed}
