"""The jobs behind quarterly reports: drafting, counting anew, reminding of the day by which one is due."""

from datetime import datetime

from lms.access.queries import persons_who_may
from lms.kernel.clock import china_date
from lms.kernel.database import session, snapshot, unit_of_work
from lms.kernel.permissions import Permission
from lms.kernel.quarters import Quarter
from lms.notifications.operations import post_to
from lms.notifications.rules import Topic
from lms.quarterly import queries
from lms.quarterly.gathering import gather
from lms.quarterly.models import Report, ReportState
from lms.quarterly.operations import Act, put
from lms.quarterly.queries import ReportDue
from lms.quarterly.rules import REMIND_DAYS


def draft_reports(now: datetime) -> int:
    """Draft the report of the quarter that is over, or bring a draft begun before its end up to date.

    Once; tells those who may sign it. Counts reports.
    """
    quarter = Quarter.of(china_date(now)).previous
    begun = queries.editions(quarter)
    needed = _is_early(begun[-1], quarter) if begun else queries.begun_before(quarter.last)
    session().rollback()
    if not needed:
        return 0
    with snapshot():
        figures = gather(quarter, now, queries.signed_before(quarter))
    with unit_of_work():
        if not put(quarter, figures, Act(None, now)) and not begun:
            return 0
        due_on = queries.edition(quarter).due_on
        _tell(Topic.REPORT_DRAFTED, ReportDue(quarter, due_on, False), now, str(quarter))
    return 1


def _is_early(report: Report, quarter: Quarter) -> bool:
    """A draft that somebody began while the quarter was still running."""
    return report.state is ReportState.DRAFT and china_date(report.data_until) <= quarter.last


def count_reports(now: datetime) -> int:
    """Gather the numbers of drafts for which somebody wants newer ones; counts reports."""
    several = queries.wanted()
    session().rollback()
    for quarter in several:
        with snapshot():
            figures = gather(quarter, now, queries.signed_before(quarter))
        with unit_of_work():
            if queries.draft(quarter) is not None:
                put(quarter, figures, Act(None, now))
    return len(several)


def remind_of_reports(now: datetime) -> int:
    """Tell who may sign a report that it is due in a week, today, or since yesterday; counts people."""
    several = queries.all_waiting(china_date(now))
    session().rollback()
    with unit_of_work():
        return sum(_remind(due, now) for due in several)


def _remind(due: ReportDue, now: datetime) -> int:
    days = (due.due_on - china_date(now)).days
    rung = "late" if days < 0 else "today" if days == 0 else f"{REMIND_DAYS}-days"
    return _tell(Topic.REPORT_DUE, due, now, f"{due.quarter}/{due.due_on.isoformat()}/{rung}")


def _tell(topic: Topic, due: ReportDue, now: datetime, subject: str) -> int:
    late = max(0, (china_date(now) - due.due_on).days)
    facts = {"quarter": str(due.quarter), "due_on": due.due_on.isoformat(), "late": late}
    people = persons_who_may(Permission.REPORT_SIGN)
    return post_to(people, topic=topic, subject=subject, facts=facts, at=now)
