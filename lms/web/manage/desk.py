"""The workbench: the queue of what waits, how far everybody is, and who is behind."""

from dataclasses import dataclass

from flask import request

from lms.assignments.adjustments import waiting_adjustments
from lms.campaigns.cases import waiting_cases
from lms.item_analysis.queries import Alarm, alarms
from lms.kernel.clock import china_date
from lms.kernel.permissions import Permission
from lms.outreach import asked
from lms.quarterly.queries import ReportDue
from lms.quarterly.queries import waiting as report_waiting
from lms.reports.helplist import longest_wait
from lms.reports.reconciliation import differing
from lms.reports.workbench import Waiting
from lms.reports.workbench import workbench as numbers
from lms.web.guard import asker, requires
from lms.web.manage.parts import screens, show, today
from lms.web.manage.policy_items import readable
from lms.web.manage.policy_queue import queue

SLOWEST = 12
"""So many departments are shown until all are asked for."""


@dataclass(frozen=True)
class Besides:
    """What else waits: cases of a campaign, requests to decide or answer, questions, differences, a report.

    ``asked`` counts who asked to be called, visited or answered; ``late`` those whose day has passed.
    """

    cases: int
    requests: int
    asked: int
    late: int
    alarms: list[Alarm]
    differences: int
    report: ReportDue | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        counts = self.cases, self.requests, self.asked, self.alarms, self.differences
        return not (any(counts) or self.report)


@screens.get("")
@requires(Permission.WORKBENCH_VIEW)
def workbench() -> str:
    """What has to be done first, then the numbers behind it."""
    found, everything = numbers(today()), bool(request.args.get("all"))
    since = longest_wait()
    return show(
        "workbench",
        counts=Waiting(found.total.overdue, found.total.waiting),
        total=found.total,
        papers=found.papers,
        departments=found.departments if everything else found.departments[:SLOWEST],
        all_departments=len(found.departments),
        most_overdue=found.most_overdue,
        waiting_since=china_date(since) if since else None,
        policy=queue(today()),
        besides=_besides(),
        readable=readable,
        may_assign=asker().may(Permission.CAMPAIGN_SEND),
        may_remind=asker().may(Permission.REMINDER_SEND),
        may_compare=asker().may(Permission.RECONCILIATION_VIEW),
    )


def _besides() -> Besides:
    """One statement each."""
    here = asker()
    help_wanted = asked.waiting(today()) if here.may(Permission.CONTACT_WORK) else None
    return Besides(
        cases=waiting_cases() if here.may(Permission.CAMPAIGN_SEND) else 0,
        requests=waiting_adjustments() if here.may(Permission.ADJUSTMENT_DECIDE) else 0,
        asked=help_wanted.requests if help_wanted else 0,
        late=help_wanted.late if help_wanted else 0,
        alarms=alarms() if here.may(Permission.ITEMS_VIEW) else [],
        differences=differing() if here.may(Permission.RECONCILIATION_VIEW) else 0,
        report=report_waiting(today()) if here.may(Permission.REPORT_SIGN) else None,
    )
