"""Quarterly reports: the quarters there are, and one of them as it is read."""

from flask import request
from flask_babel import gettext
from markupsafe import Markup

from lms.kernel.clock import china_date
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.kernel.quarters import Quarter
from lms.kernel.workdays import first_workday
from lms.quarterly import queries
from lms.quarterly.models import Report, ReportState
from lms.quarterly.rules import due_on
from lms.quarterly.shapes import Figures
from lms.quizzes.rules import PASS_LINE
from lms.web import charts, sheets
from lms.web.guard import asker, requires
from lms.web.manage import report_content as content
from lms.web.manage import report_words as words
from lms.web.manage.parts import screens, show, today
from lms.web.manage.report_definitions import definitions
from lms.web.manage.report_tables import Difference, differences


@screens.get("/reports", endpoint="reports")
@requires(Permission.REPORT_VIEW)
def overview() -> str:
    """Every quarter with a report, and those that are to have one."""
    return show(
        "reports",
        lines=queries.lines(today()),
        states=words.STATES,
        draft=ReportState.DRAFT,
        running=Quarter.of(today()),
        may_edit=asker().may(Permission.REPORT_EDIT),
    )


@screens.get("/reports/<quarter>", endpoint="report")
@requires(Permission.REPORT_VIEW)
def of_quarter(quarter: str) -> str:
    """An edition: the one that the address names, else the latest; before there is any, when it comes."""
    found, number = named(quarter), request.args.get("edition", 0, type=int)
    if not number and not queries.editions(found):
        return _not_yet(found)
    return page(queries.edition(found, number))


def _not_yet(quarter: Quarter) -> str:
    return show(
        "report_none",
        quarter=quarter,
        title=words.title_of(quarter),
        drafted_on=first_workday(quarter.next.first),
        due_on=due_on(quarter),
        begun=quarter.first <= today() and queries.begun_before(quarter.last),
        may_edit=asker().may(Permission.REPORT_EDIT),
    )


def named(quarter: str) -> Quarter:
    """The quarter that an address names. Raises ``NotFound``."""
    try:
        return Quarter.named(quarter)
    except ValueError:
        raise NotFound(kind="quarter", key=quarter) from None


def page(report: Report) -> str:
    """The report as it is read on the screen."""
    quarter, figures = Quarter.named(report.quarter), queries.figures_of(report)
    editions = queries.editions(quarter)
    is_draft = report.state is ReportState.DRAFT
    return show(
        "report",
        report=report,
        quarter=quarter,
        figures=figures,
        company=sheets.company(),
        title=words.title_of(quarter),
        wording=words.wording_of(report),
        content=content,
        definitions=definitions(figures),
        chart=scores_chart(figures),
        words=words,
        editions=editions,
        is_draft=is_draft,
        is_over=today() > quarter.last,
        is_counted=china_date(report.data_until) > quarter.last,
        is_intact=is_draft or queries.is_as_signed(report),
        signer=queries.signer(report),
        differences=_differences(report, editions),
        is_latest=report.edition == editions[-1].edition,
        may_edit=asker().may(Permission.REPORT_EDIT),
        may_sign=asker().may(Permission.REPORT_SIGN),
    )


def _differences(report: Report, editions: list[Report]) -> list[Difference] | None:
    """What differs from the edition before; ``None`` when there is none."""
    before = [one for one in editions if one.edition < report.edition]
    return differences(queries.figures_of(before[-1]), queries.figures_of(report)) if before else None


def scores_chart(figures: Figures) -> Markup | None:
    """The distribution of first papers; ``None`` when there are none."""
    bins = figures.papers.bins
    if not sum(bins):
        return None
    line = int(PASS_LINE)
    parts = [
        gettext("%(range)s points: %(count)s", range=label, count=count)
        for label, count in zip(content.BIN_LABELS, bins, strict=True)
    ]
    heading = charts.Heading("scores", gettext("Scores of first papers"), ", ".join(parts))
    columns = [
        charts.Column(count / max(bins), label, str(count), is_other=number < content.FIRST_PASSING_BIN)
        for number, (label, count) in enumerate(zip(content.BIN_LABELS, bins, strict=True))
    ]
    mark = charts.Mark(content.FIRST_PASSING_BIN, gettext("Pass line %(line)s", line=line))
    return charts.columns(heading, columns, mark)
