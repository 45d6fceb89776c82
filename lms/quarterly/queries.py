"""Reads over reports: the quarters there are, one edition, what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from lms.assignments.models import Assignment
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.kernel.quarters import Quarter
from lms.people.models import Person
from lms.quarterly.models import Report, ReportState
from lms.quarterly.rules import REMIND_DAYS, Before, Content, digest, due_on, weakest
from lms.quarterly.shapes import Figures


@dataclass(frozen=True)
class Line:
    """A quarter in the list: its latest edition, and its latest signed one; no edition: not drafted yet."""

    quarter: Quarter
    edition: int
    state: ReportState | None
    due_on: date
    signed_edition: int
    signed_at: datetime | None
    data_until: datetime | None


@dataclass(frozen=True)
class ReportDue:
    """The day by which the report of a quarter is to be signed, and whether it was."""

    quarter: Quarter
    due_on: date
    signed: bool


def lines(today: date) -> list[Line]:
    """Every quarter with a report, the newest first; in front the one that runs, and the last one."""
    rows = session().scalars(select(Report).order_by(Report.edition)).all()
    by_quarter: dict[Quarter, list[Report]] = {}
    for row in rows:
        by_quarter.setdefault(Quarter.named(row.quarter), []).append(row)
    running = Quarter.of(today)
    for expected in (running, running.previous):
        if expected not in by_quarter and begun_before(expected.last):
            by_quarter[expected] = []
    return [_line(quarter, by_quarter[quarter]) for quarter in sorted(by_quarter, reverse=True)]


def begun_before(day: date) -> bool:
    """Whether anybody had been assigned anything by a day: before that there is nothing to report."""
    return session().scalar(select(Assignment.id).where(Assignment.assigned_on <= day).limit(1)) is not None


def _line(quarter: Quarter, editions: Sequence[Report]) -> Line:
    signed = [one for one in editions if one.state is ReportState.SIGNED]
    last = editions[-1] if editions else None
    return Line(
        quarter=quarter,
        edition=last.edition if last else 0,
        state=last.state if last else None,
        due_on=editions[0].due_on if editions else due_on(quarter),
        signed_edition=signed[-1].edition if signed else 0,
        signed_at=signed[-1].signed_at if signed else None,
        data_until=last.data_until if last else None,
    )


def editions(quarter: Quarter) -> list[Report]:
    """All editions of a quarter, the first one first."""
    statement = select(Report).where(Report.quarter == str(quarter)).order_by(Report.edition)
    return list(session().scalars(statement.execution_options(populate_existing=True)))


def edition(quarter: Quarter, number: int = 0) -> Report:
    """An edition; without a number the latest one. Raises ``NotFound``."""
    found = [one for one in editions(quarter) if number in {0, one.edition}]
    if not found:
        raise NotFound(kind="report", key=str(quarter))
    return found[-1]


def draft(quarter: Quarter) -> Report | None:
    """The draft of a quarter, if it has one."""
    open_ = Report.state == ReportState.DRAFT
    return session().scalar(select(Report).where(Report.quarter == str(quarter), open_))


def figures_of(report: Report) -> Figures:
    """The numbers of an edition."""
    return Figures.model_validate(report.figures)


def signed_before(quarter: Quarter) -> Before | None:
    """What the quarter before says in its last signed edition."""
    statement = (
        select(Report)
        .where(Report.quarter == str(quarter.previous), Report.state == ReportState.SIGNED)
        .order_by(Report.edition.desc())
        .limit(1)
    )
    found = session().scalar(statement)
    if found is None:
        return None
    figures = figures_of(found)
    weak = weakest(figures)
    return Before(figures.required, weak[0].topic if weak else "")


def is_as_signed(report: Report) -> bool:
    """Whether a signed edition still is what was signed: its fingerprint is worked out anew."""
    content = Content(report.quarter, report.edition, report.figures, report.words or {}, report.reason)
    return digest(content) == report.sha256


def signer(report: Report) -> str:
    """Name of who signed; empty for a draft."""
    name = select(Person.name).where(Person.id == report.signed_by)
    return (session().scalar(name) or "") if report.signed_by else ""


def dues(first: date, last: date) -> list[ReportDue]:
    """Due dates of reports that fall on these days, also of quarters not drafted yet.

    Of quarters that were over before anything had begun there is nothing to report.
    """
    signed = func.max(Report.signed_at)
    rows = session().execute(select(Report.quarter, func.min(Report.due_on), signed).group_by(Report.quarter))
    found = {
        Quarter.named(name): ReportDue(Quarter.named(name), day, at is not None) for name, day, at in rows
    }
    quarter = Quarter.of(first).previous.previous
    has_begun = False
    while quarter.first <= last:
        has_begun = has_begun or begun_before(quarter.last)
        if has_begun:
            found.setdefault(quarter, ReportDue(quarter, due_on(quarter), False))
        quarter = quarter.next
    inside = (one for one in found.values() if first <= one.due_on <= last)
    return sorted(inside, key=lambda one: one.due_on)


def waiting(today: date) -> ReportDue | None:
    """The first of ``all_waiting``."""
    return next(iter(all_waiting(today)), None)


def all_waiting(today: date) -> list[ReportDue]:
    """Reports that were drafted, are to be signed within ``REMIND_DAYS`` or late, and are not."""
    statement = (
        select(Report.quarter, Report.due_on)
        .where(
            Report.state == ReportState.DRAFT,
            Report.edition == 1,
            Report.due_on <= today + timedelta(days=REMIND_DAYS),
        )
        .order_by(Report.due_on)
    )
    return [ReportDue(Quarter.named(name), day, False) for name, day in session().execute(statement)]


def wanted() -> list[Quarter]:
    """Quarters whose draft waits for newer numbers."""
    waits = Report.wanted_at.is_not(None) & (Report.state == ReportState.DRAFT)
    return [Quarter.named(name) for name in session().scalars(select(Report.quarter).where(waits))]
