"""The names behind the counts of an assignment: who gets it and why, who does not and why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext

from lms.campaigns.models import Campaign, CampaignState, Outcome
from lms.campaigns.preview import Line, preview, preview_page
from lms.campaigns.queries import campaign as campaign_by_key
from lms.campaigns.queries import outcome_counts, targets_page
from lms.campaigns.rules import Step
from lms.kernel.clock import china_date
from lms.kernel.permissions import Permission
from lms.web.formats import long_day
from lms.web.guard import requires
from lms.web.manage.assign import page_and_pages
from lms.web.manage.assign_parts import department_names, name_of
from lms.web.manage.assign_words import REASONS, SHORT_OUTCOMES, STEPS, why_words
from lms.web.manage.parts import asked_page, course_name, screens, show, today
from lms.web.manage.progress import code_of


@dataclass(frozen=True)
class Named:
    """A person and a course, in words."""

    person: str
    number: str
    name: str
    department: str
    course: str
    why: str
    remark: str


@screens.get("/assign/<key>/names")
@requires(Permission.CAMPAIGN_VIEW)
def assign_names(key: str) -> str:
    """A page of names of one outcome; of those who get it, unless the address says otherwise."""
    found = campaign_by_key(key)
    outcome = code_of(Outcome, request.args.get("outcome", "")) or Outcome.ASSIGNED
    rows, total = _page(found, outcome)
    page, pages = page_and_pages(total)
    departments = department_names()
    return show(
        "assign_names",
        campaign=found,
        title=gettext("Who gets it, and who does not"),
        way_back=_way_back(found),
        rows=[named(one, departments) for one in rows],
        outcome=outcome,
        by_outcome=_counts(found),
        total=total,
        page=page,
        pages=pages,
        has_remarks=outcome is not Outcome.ASSIGNED or found.sent_at is not None,
        remark_head=gettext("Remark"),
    )


def _page(found: Campaign, outcome: Outcome) -> tuple[Sequence[Line], int]:
    if found.sent_at is not None:
        return targets_page(found, outcome, page=asked_page())
    return preview_page(found, today(), outcome, page=asked_page())


def _counts(found: Campaign) -> list[tuple[str, str, int]]:
    """Outcome, words and number of people and courses, of those outcomes that there are."""
    if found.sent_at is not None:
        now = outcome_counts(found.id)[1]
        counted = {one: now.get(one, 0) for one in Outcome}
    else:
        seen = preview(found, today())
        counted = {one: seen.of(one) for one in Outcome}
    return [
        (one.value, str(SHORT_OUTCOMES[one]), count)
        for one, count in counted.items()
        if count or one is Outcome.ASSIGNED
    ]


def _way_back(found: Campaign) -> tuple[str, Mapping[str, str], str]:
    """Endpoint, its values and words of the page that led here."""
    if found.state is CampaignState.DRAFT:
        return "manage.assign_step", {"key": found.key, "step": Step.PEOPLE}, str(STEPS[Step.PEOPLE])
    return "manage.assign_page", {"key": found.key}, name_of(found)


def named(line: Line, departments: Mapping[str, str]) -> Named:
    """A line in words."""
    return Named(
        line.person_key,
        line.number,
        line.name,
        line.department,
        course_name(line.course) if line.course else "—",
        why_words(line.why, departments),
        _remark(line),
    )


def _remark(line: Line) -> str:
    if line.reason is not None:
        date = gettext("due on %(day)s", day=long_day(line.has_due_on)) if line.has_due_on else ""
        return " · ".join(filter(None, [str(REASONS[line.reason]), date]))
    if line.completed_at:
        return str(gettext("completed on %(day)s", day=long_day(china_date(line.completed_at))))
    shown = line.has_due_on or line.due_on
    return str(gettext("due on %(day)s", day=long_day(shown))) if shown else ""
