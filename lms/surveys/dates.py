"""From when until when surveys are open: what a calendar shows of them. Nobody is counted here."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from lms.kernel.database import session
from lms.surveys.models import Survey
from lms.surveys.rules import SurveyKind, SurveyState

_WITH_DAYS = (SurveyKind.NEEDS, SurveyKind.OWN)
"""Those asked after courses go on all the time."""


@dataclass(frozen=True)
class SurveyDates:
    """A survey that is to open on a day, is open, or was."""

    key: str
    kind: SurveyKind
    title: str
    title_en: str
    quarter: str
    state: SurveyState
    opens_on: date
    closes_on: date


def surveys_between(first: date, last: date) -> list[SurveyDates]:
    """Surveys with days of their own that are open on one of these, drafts left out."""
    row = Survey
    columns: tuple[Any, ...] = (
        row.key, row.kind, row.title, row.title_en, row.quarter, row.state, row.opens_on, row.closes_on,
    )  # fmt: skip
    found = (
        select(*columns)
        .where(row.kind.in_(_WITH_DAYS), row.state != SurveyState.DRAFT)
        .where(row.opens_on <= last, row.closes_on >= first)
        .order_by(row.opens_on, row.id)
    )
    return [SurveyDates(*one) for one in session().execute(found)]


def needs_closed() -> frozenset[str]:
    """The quarters whose needs survey is over."""
    row = Survey
    found = select(row.quarter).where(row.kind == SurveyKind.NEEDS, row.state == SurveyState.CLOSED)
    return frozenset(session().scalars(found))
