"""The workbench: the queue of what waits, how far everybody is, and who is behind."""

from lms.kernel.clock import china_date
from lms.kernel.permissions import Permission
from lms.reports.helplist import longest_wait
from lms.reports.workbench import Waiting
from lms.reports.workbench import workbench as numbers
from lms.web.guard import requires
from lms.web.manage.parts import screens, show, today
from lms.web.manage.policy_items import readable
from lms.web.manage.policy_queue import queue


@screens.get("")
@requires(Permission.WORKBENCH_VIEW)
def workbench() -> str:
    """What has to be done first, then the numbers behind it."""
    found = numbers(today())
    since = longest_wait()
    return show(
        "workbench",
        counts=Waiting(found.total.overdue, found.total.waiting),
        total=found.total,
        papers=found.papers,
        departments=found.departments,
        most_overdue=found.most_overdue,
        waiting_since=china_date(since) if since else None,
        policy=queue(today()),
        readable=readable,
    )
