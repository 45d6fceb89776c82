"""Lists and numbers of the desk as its pages see them: the read model is brought up to date first."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from lms.kernel.clock import end_of_day
from lms.kernel.database import unit_of_work
from lms.reports import helplist, projection, queries, workbench
from lms.reports.filters import Filters
from lms.reports.queries import Row
from lms.reports.totals import Totals
from tests.support.company import TODAY


def current(today: date = TODAY) -> int:
    """Work everybody out anew who was touched; returns how many."""
    with unit_of_work():
        return projection.catch_up(end_of_day(today) - timedelta(seconds=1))


def page_of(filters: Filters, today: date, *, page: int) -> list[Row]:
    current(today)
    return queries.page_of(filters, today, page=page)


def totals(filters: Filters, today: date) -> Totals:
    current(today)
    return queries.totals(filters, today)


def numbers(today: date) -> workbench.Workbench:
    current(today)
    return workbench.workbench(today)


def waiting(today: date) -> workbench.Waiting:
    current(today)
    return workbench.waiting(today)


def stuck_count() -> int:
    current()
    return helplist.stuck_count()


def longest_wait() -> datetime | None:
    current()
    return helplist.longest_wait()


def stuck(*, page: int) -> Sequence[helplist.Stuck]:
    current()
    return helplist.stuck(page=page)
