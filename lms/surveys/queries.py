"""Reads over surveys: the lists of HR, what a person is asked, and how many have answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from lms.campaigns.selection import Selection, chosen
from lms.courses.questionnaires import Question, questions_of
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.surveys.models import Invitation, Survey
from lms.surveys.refusals import AlreadyAnswered, SurveyClosed, SurveyNotOpen
from lms.surveys.rules import SurveyKind, SurveyState, for_audience, minutes_for

ALL = ""
"""In place of an audience: everybody together."""
_LISTED = (
    "key",
    "kind",
    "title",
    "title_en",
    "quarter",
    "course",
    "anonymous",
    "state",
    "opens_on",
    "closes_on",
    "author_id",
)


@dataclass(frozen=True)
class Listed:
    """A survey in HR's list."""

    key: str
    kind: SurveyKind
    title: str
    title_en: str
    quarter: str
    course: str
    anonymous: bool
    state: SurveyState
    opens_on: date | None
    closes_on: date | None
    author_id: int | None
    invited: int
    answered: int


@dataclass(frozen=True)
class Turnout:
    """How many were asked, and how many of them have answered."""

    invited: int
    answered: int


@dataclass(frozen=True)
class OpenSurvey:
    """Something that a person can answer. ``questions``: how many they are asked."""

    key: str
    kind: SurveyKind
    title: str
    title_en: str
    course: str
    anonymous: bool
    closes_on: date
    questions: int
    minutes: int


@dataclass(frozen=True)
class Paper:
    """What a person is asked in a survey that they can answer now."""

    key: str
    kind: SurveyKind
    title: str
    title_en: str
    course: str
    anonymous: bool
    closes_on: date
    version: int
    audience: str
    questions: tuple[Question, ...]

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return minutes_for(self.questions)


# -- HR ---------------------------------------------------------------------------------------------------


def survey(key: str) -> Survey:
    """The survey with this key. Raises ``NotFound``."""
    found = session().scalar(select(Survey).where(Survey.key == key))
    if found is None:
        raise NotFound(kind="survey", key=key)
    return found


def questions(survey: Survey) -> tuple[Question, ...]:
    """All its questions, in order."""
    return questions_of(survey.questions)


def selection(survey: Survey) -> Selection:
    """Who is asked."""
    return Selection.from_json(survey.selection)


def preview(survey: Survey, audience: str) -> tuple[Question, ...]:
    """What an audience is asked, or would be."""
    return for_audience(questions(survey), audience)


def was_asked(one: Survey) -> bool:
    """Whether the same was asked already; HR's own surveys are each something else."""
    return one.kind is not SurveyKind.OWN and was_opened(one.kind, one.quarter)


def was_opened(kind: SurveyKind, quarter: str) -> bool:
    """Whether there is or was a survey of this kind in a quarter."""
    states = (SurveyState.OPEN, SurveyState.CLOSED)
    asked = exists().where(Survey.kind == kind, Survey.quarter == quarter, Survey.state.in_(states))
    return bool(session().scalar(select(asked)))


def listed() -> list[Listed]:
    """Every survey, the one that was made last first, in one statement."""
    counts = _counted(Invitation.survey_id).group_by(Invitation.survey_id).subquery()
    columns = (getattr(Survey, name) for name in _LISTED)
    statement: Select[*tuple[Any, ...]] = (
        select(*columns, func.coalesce(counts.c.invited, 0), func.coalesce(counts.c.answered, 0))
        .outerjoin(counts, counts.c.survey_id == Survey.id)
        .order_by(Survey.id.desc())
    )
    return [Listed(*row) for row in session().execute(statement)]


def between(first: date, last: date) -> list[Listed]:
    """Surveys that are to be open, are or were, on some day from *first* to *last*, in their order."""
    inside = [
        one
        for one in listed()
        if one.opens_on and one.closes_on and one.opens_on <= last and one.closes_on >= first
    ]
    return sorted(inside, key=lambda one: (one.opens_on or first, one.key))


def turnout(key: str) -> Mapping[str, Turnout]:
    """Audience → how many were asked and have answered; ``ALL`` for everybody."""
    return turnout_of([survey(key).id])


def turnout_of(ids: Sequence[int]) -> Mapping[str, Turnout]:
    """The same for several surveys together: an invitation counts once in each."""
    rows = session().execute(
        _counted(Invitation.audience).where(Invitation.survey_id.in_(ids)).group_by(Invitation.audience)
    )
    found = {audience.value: Turnout(invited, answered) for audience, invited, answered in rows}
    invited = sum(one.invited for one in found.values())
    return {**found, ALL: Turnout(invited, sum(one.answered for one in found.values()))}


def _counted(by: Any) -> Select[*tuple[Any, ...]]:
    answered = func.count().filter(Invitation.answered)
    return select(by, func.count().label("invited"), answered.label("answered"))


# -- the person who is asked ------------------------------------------------------------------------------


def open_for(person_id: int, today: date) -> list[OpenSurvey]:
    """What a person can answer today, what closes first before the others; one statement."""
    rows = session().execute(
        select(Survey, Invitation.audience)
        .join(Invitation, Invitation.survey_id == Survey.id)
        .where(Invitation.person_id == person_id, Invitation.answered.is_(False), _takes_answers(today))
        .order_by(Survey.closes_on, Survey.id)
    )
    return [_open(one, audience.value) for one, audience in rows]


def _open(one: Survey, audience: str) -> OpenSurvey:
    asked = preview(one, audience)
    return OpenSurvey(
        one.key,
        one.kind,
        one.title,
        one.title_en,
        one.course,
        one.anonymous,
        one.closes_on or date.max,
        len(asked),
        minutes_for(asked),
    )


def _takes_answers(today: date) -> ColumnElement[bool]:
    return and_(Survey.state == SurveyState.OPEN, Survey.closes_on >= today)


def invited(key: str, person_id: int, today: date) -> tuple[Survey, Invitation]:
    """A survey that has been opened and somebody's invitation to it.

    Raises ``NotFound``, and ``SurveyNotOpen`` for whom it will be open on a later day.
    """
    row = (
        session()
        .execute(
            select(Survey, Invitation)
            .join(Invitation, Invitation.survey_id == Survey.id)
            .where(Survey.key == key, Invitation.person_id == person_id)
            .where(or_(Survey.state == SurveyState.OPEN, Survey.state == SurveyState.CLOSED))
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    if row is None:
        _refuse(key, person_id, today)
        raise NotFound(kind="survey", key=key)
    return row[0], row[1]


def _refuse(key: str, person_id: int, today: date) -> None:
    """Raises ``SurveyNotOpen`` where somebody will be asked."""
    waiting = (Survey.key == key, Survey.state == SurveyState.SCHEDULED)
    one = session().scalar(select(Survey).where(*waiting))
    if one is None or one.opens_on is None:
        return
    people = chosen(selection(one), today).subquery()
    if session().scalar(select(people.c.person_id).where(people.c.person_id == person_id)):
        raise SurveyNotOpen(opens_on=one.opens_on.isoformat())


def paper(key: str, person_id: int, today: date) -> Paper:
    """What a person is asked.

    Raises ``NotFound`` for whom it is not, ``AlreadyAnswered``, ``SurveyClosed`` and ``SurveyNotOpen``.
    """
    one, invitation = invited(key, person_id, today)
    return paper_of(one, invitation, today)


def paper_of(one: Survey, invitation: Invitation, today: date) -> Paper:
    """The same of an invitation that was read already."""
    if invitation.answered:
        raise AlreadyAnswered
    closes_on = one.closes_on or today
    if one.state is SurveyState.CLOSED or closes_on < today:
        raise SurveyClosed(closes_on=closes_on.isoformat())
    audience = invitation.audience.value
    return Paper(
        one.key,
        one.kind,
        one.title,
        one.title_en,
        one.course,
        one.anonymous,
        closes_on,
        one.version,
        audience,
        preview(one, audience),
    )
