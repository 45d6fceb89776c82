"""Drafting a report, writing it, signing it, correcting what was signed by another edition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session, upsert
from lms.kernel.errors import DomainError
from lms.kernel.quarters import Quarter
from lms.quarterly.models import Report, ReportState
from lms.quarterly.rules import Content, digest, digest_of_words, due_on
from lms.quarterly.shapes import Figures, Step, Wording


class NoDraft(DomainError):
    """The quarter has no draft: it was signed meanwhile, or never begun. Fact ``quarter``."""

    code = "report-no-draft"


class QuarterNotOver(DomainError):
    """A report is signed when its quarter is over and was counted to its end. Fact ``last``."""

    code = "report-quarter-not-over"


class ChangedMeanwhile(DomainError):
    """The draft is not what was looked at."""

    code = "report-changed-meanwhile"


class OtherWords(DomainError):
    """Somebody else has written other words than those that were looked at."""

    code = "report-other-words"


class NothingSigned(DomainError):
    """There is no signed edition that could be corrected, or a correction is already under way."""

    code = "report-nothing-signed"


@dataclass(frozen=True)
class Act:
    """Who does something, and when; nobody, for what is done by itself."""

    actor_id: int | None
    at: datetime


def put(quarter: Quarter, figures: Figures, act: Act) -> bool:
    """Keep numbers in the draft of a quarter; begins the first edition. True when it began one.

    Raises ``NoDraft`` for a quarter that is signed and has no correction under way.
    """
    report = _draft(quarter)
    values = figures.model_dump(mode="json")
    if report is not None:
        report.figures, report.data_until, report.wanted_at = values, figures.until, None
        if act.actor_id is not None:
            _note("report.counted", report, act)
        return False
    is_signed = (Report.quarter == str(quarter), Report.state == ReportState.SIGNED)
    if session().scalar(select(Report.id).where(*is_signed).limit(1)):
        raise NoDraft(quarter=str(quarter))
    report = _begun(
        quarter=str(quarter),
        edition=1,
        figures=values,
        drafted_at=act.at,
        data_until=figures.until,
        due_on=due_on(quarter),
    )
    if report is not None:
        _note("report.drafted", report, act)
    return report is not None


def _begun(**values: Any) -> Report | None:
    """A new draft; ``None`` where somebody else has begun the same one at the same moment."""
    row = upsert(Report).values(**values).on_conflict_do_nothing().returning(Report.id)
    made = session().scalar(row)
    return None if made is None else session().get_one(Report, made)


def want(quarter: Quarter, act: Act) -> None:
    """Newer numbers are wanted; a job gathers them. Raises ``NoDraft``."""
    held(quarter).wanted_at = act.at


def written(report: Report) -> str:
    """Stands for what somebody wrote in a draft, to be handed back when it is written anew."""
    return digest_of_words(report.sentence, report.next_steps)


def write(quarter: Quarter, sentence: str, steps: Sequence[Step] | None, act: Act, *, seen: str) -> None:
    """Keep what somebody wrote; empty, and ``None``, go back to what the numbers give.

    *seen* is ``written`` of what was looked at. Raises ``NoDraft``, and ``OtherWords`` where somebody else
    has written something else since.
    """
    report = held(quarter)
    told = None if steps is None else [one.model_dump() for one in steps]
    if written(report) not in {seen, digest_of_words(sentence, told)}:
        raise OtherWords(quarter=str(quarter))
    report.sentence, report.next_steps = sentence, told
    _note("report.written", report, act)


def set_due(quarter: Quarter, day: date, act: Act) -> None:
    """Move the day by which it is due. Raises ``NoDraft``."""
    report = held(quarter)
    was, report.due_on = report.due_on, day
    _note("report.due-set", report, act, due_on=day.isoformat(), was=was.isoformat())


def content(report: Report, words: Mapping[str, Wording]) -> Content:
    """What a signature of this draft in these words would stand for."""
    told: dict[str, Any] = {language: one.model_dump() for language, one in sorted(words.items())}
    return Content(report.quarter, report.edition, report.figures, told, report.reason)


def sign(quarter: Quarter, words: Mapping[str, Wording], *, seen: str, act: Act) -> str:
    """Sign the draft and freeze it; returns its fingerprint. *seen* is that of what was looked at.

    Raises ``NoDraft``, ``QuarterNotOver`` and ``ChangedMeanwhile``.
    """
    report = held(quarter)
    if china_date(report.data_until) <= quarter.last:
        raise QuarterNotOver(last=quarter.last)
    signed = content(report, words)
    sha256 = digest(signed)
    if sha256 != seen:
        raise ChangedMeanwhile
    report.state, report.words, report.sha256 = ReportState.SIGNED, dict(signed.words), sha256
    report.signed_by, report.signed_at, report.wanted_at = act.actor_id, act.at, None
    _note("report.signed", report, act, sha256=sha256)
    return sha256


def correct(quarter: Quarter, reason: str, act: Act) -> int:
    """Begin another edition of a signed report, with its numbers and words; returns which one.

    Raises ``NothingSigned``.
    """
    rows = session().scalars(
        select(Report).where(Report.quarter == str(quarter)).order_by(Report.edition).with_for_update()
    )
    editions = list(rows)
    if not editions or editions[-1].state is not ReportState.SIGNED:
        raise NothingSigned(quarter=str(quarter))
    last = editions[-1]
    report = _begun(
        quarter=last.quarter,
        edition=last.edition + 1,
        figures=last.figures,
        sentence=last.sentence,
        next_steps=last.next_steps,
        reason=reason,
        drafted_at=act.at,
        data_until=last.data_until,
        due_on=last.due_on,
        wanted_at=act.at,
    )
    if report is None:
        raise NothingSigned(quarter=str(quarter))
    _note("report.correction-begun", report, act, reason=reason)
    return report.edition


def discard(quarter: Quarter, act: Act) -> None:
    """Throw a correction away before it is signed; a first edition stays. Raises ``NoDraft``."""
    report = held(quarter)
    if report.edition == 1:
        raise NoDraft(quarter=str(quarter))
    _note("report.correction-discarded", report, act)
    session().execute(delete(Report).where(Report.id == report.id))


def held(quarter: Quarter) -> Report:
    """The draft of a quarter, held until the end of the transaction. Raises ``NoDraft``."""
    report = _draft(quarter)
    if report is None:
        raise NoDraft(quarter=str(quarter))
    return report


def _draft(quarter: Quarter) -> Report | None:
    statement = select(Report).where(Report.quarter == str(quarter), Report.state == ReportState.DRAFT)
    return session().scalar(statement.with_for_update().execution_options(populate_existing=True))


def _note(what: str, report: Report, act: Act, **facts: object) -> None:
    facts = {"edition": report.edition, **facts}
    record(what, report.quarter, actor_id=act.actor_id, at=act.at, **facts)
