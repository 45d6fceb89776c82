"""Surveys about a course, asked of one after the other as they complete it: at once, and a month later."""

from datetime import date, datetime, timedelta

from sqlalchemy import Select, exists, func, literal, select

from lms.assignments.models import Assignment, Completion
from lms.courses.queries import courses_of
from lms.courses.questionnaire_files import questionnaires_of
from lms.courses.rules import Course, CourseKind
from lms.kernel.clock import china_date, end_of_day, start_of_day
from lms.kernel.database import session, upsert
from lms.kernel.errors import NotFound
from lms.kernel.quarters import Quarter
from lms.library.queries import live_release_id
from lms.people.models import Person, PersonState
from lms.surveys.drafting import template
from lms.surveys.models import Invitation, Survey
from lms.surveys.opening import insert_invitations, invitation, tell
from lms.surveys.queries import paper_of
from lms.surveys.rules import FOLLOW_UP_DAYS, LATE_DAYS, LATELY_DAYS, SurveyKind, SurveyState


def last_day(quarter: Quarter) -> date:
    """The last day on which the rolling surveys of a quarter take answers."""
    return quarter.last + timedelta(days=LATE_DAYS)


def _asked_about(release_id: str | None, course: str) -> Course | None:
    """A course that people are asked about; ``None`` for units of a change and what is not live."""
    found = courses_of(release_id).get(course) if release_id else None
    return None if found is None or found.kind is CourseKind.DELTA else found


# -- one person, at once ----------------------------------------------------------------------------------


def may_rate(person_id: int, course: str, release_id: str, today: date) -> bool:
    """Whether a person can say now what they think of a course; one statement."""
    if SurveyKind.SATISFACTION not in questionnaires_of(release_id) or not _asked_about(release_id, course):
        return False
    answered = (
        select(func.max(Survey.quarter))
        .join(Invitation, Invitation.survey_id == Survey.id)
        .where(Invitation.person_id == person_id, Invitation.answered)
        .where(Survey.kind == SurveyKind.SATISFACTION, Survey.course == course)
    )
    completed_at, rated = (
        session()
        .execute(select(_completed_at(person_id, course).scalar_subquery(), answered.scalar_subquery()))
        .one()
    )
    if completed_at is None:
        return False
    quarter = Quarter.of(china_date(completed_at))
    return today <= last_day(quarter) and rated != str(quarter)


def _completed_at(person_id: int, course: str) -> Select[datetime]:
    return (
        select(func.max(Completion.completed_at))
        .join(Assignment, Assignment.id == Completion.assignment_id)
        .where(Assignment.person_id == person_id, Assignment.course == course)
    )


def begin(person_id: int, course: str, at: datetime) -> str:
    """Invite somebody to rate a course that they have just completed; returns the key of the survey.

    Nobody is told: they are there. Raises ``NotFound`` for a course that they did not complete,
    ``SurveyClosed`` when that is too long ago, and ``AlreadyAnswered``.
    """
    completed_at = session().scalar(_completed_at(person_id, course))
    if completed_at is None:
        raise NotFound(kind="completion", key=course)
    one = _about(SurveyKind.SATISFACTION, course, Quarter.of(china_date(completed_at)), at)
    if one is None:
        raise NotFound(kind="survey", key=course)
    insert_invitations(invitation(literal(one.id), at).where(Person.id == person_id))
    paper_of(one, session().get_one(Invitation, (one.id, person_id)), china_date(at))
    return one.key


def _about(kind: SurveyKind, course: str, quarter: Quarter, at: datetime) -> Survey | None:
    """The survey of this kind about a course in a quarter, made if there is none; ``None`` without a file."""
    about = select(Survey).where(
        Survey.kind == kind,
        Survey.course == course,
        Survey.quarter == str(quarter),
        Survey.opened_at.is_not(None),
    )
    known, found = _asked_about(live_release_id(), course), template(kind)
    if (one := session().scalar(about)) is not None or known is None or found is None:
        return one
    questionnaire, edition = found
    row = upsert(Survey).values(
        kind=kind,
        title=f"{questionnaire.title}：{known.title}",
        title_en=f"{questionnaire.title_en}: {known.title_en}",
        quarter=str(quarter),
        course=course,
        anonymous=questionnaire.anonymous,
        state=SurveyState.OPEN,
        opens_on=min(china_date(at), last_day(quarter)),
        closes_on=last_day(quarter),
        selection={},
        questions=[one.model_dump(mode="json") for one in questionnaire.questions],
        origin=edition,
        created_at=at,
        opened_at=at,
    )
    session().execute(row.on_conflict_do_nothing())
    return session().scalar(about)


# -- everybody, by the clockwork --------------------------------------------------------------------------


def invite_satisfaction(at: datetime) -> int:
    """Ask whoever completed a course in the last days and was not asked; returns how many."""
    since, today = at - timedelta(days=LATELY_DAYS), china_date(at)
    quarters = {Quarter.of(china_date(since)), Quarter.of(today)}
    return sum(
        _invite(
            SurveyKind.SATISFACTION,
            quarter,
            max(since, start_of_day(quarter.first)),
            end_of_day(quarter.last),
            at,
        )
        for quarter in sorted(quarters)
    )


def invite_follow_up(at: datetime) -> int:
    """Ask whoever completed a course a month ago what came of it; returns how many.

    It counts for the quarter in which they are asked.
    """
    today = china_date(at)
    last = today - timedelta(days=FOLLOW_UP_DAYS)
    since = start_of_day(last - timedelta(days=LATELY_DAYS - 1))
    return _invite(SurveyKind.FOLLOW_UP, Quarter.of(today), since, end_of_day(last), at)


def _invite(kind: SurveyKind, quarter: Quarter, since: datetime, until: datetime, at: datetime) -> int:
    """Invite who completed something from *since* on and before *until*."""
    within = (Completion.completed_at >= since, Completion.completed_at < until)
    courses = (
        select(Assignment.course)
        .join(Completion, Completion.assignment_id == Assignment.id)
        .where(*within)
        .distinct()
    )
    about = [_about(kind, course, quarter, at) for course in sorted(session().scalars(courses))]
    surveys = [one for one in about if one is not None and one.state is SurveyState.OPEN]
    if not surveys:
        return 0
    has_one = exists().where(Invitation.survey_id == Survey.id, Invitation.person_id == Person.id)
    rows = (
        invitation(Survey.id, at)
        .join(Assignment, Assignment.person_id == Person.id)
        .join(Completion, Completion.assignment_id == Assignment.id)
        .join(Survey, Survey.course == Assignment.course)
        .where(Survey.id.in_([one.id for one in surveys]), Person.state == PersonState.ACTIVE)
        .where(*within, ~has_one)
    )
    invited = insert_invitations(rows)
    return sum(tell(one, _fresh(one, at), at) for one in surveys) if invited else 0


def _fresh(one: Survey, at: datetime) -> int:
    """How many were invited just now."""
    just_now = (Invitation.survey_id == one.id, Invitation.invited_at == at)
    return session().scalar(select(func.count()).select_from(Invitation).where(*just_now)) or 0
