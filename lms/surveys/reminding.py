"""Reminding who has not answered: on the days of the rule, and by hand; once a day at the most."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, update

from lms.journal.operations import record
from lms.kernel.clock import china_date, start_of_day
from lms.kernel.database import session
from lms.notifications.operations import post_to
from lms.notifications.rules import Topic
from lms.people.models import Person, PersonState
from lms.surveys import queries
from lms.surveys.models import Invitation, Survey
from lms.surveys.opening import facts_of, refuse_unless_open, way_of
from lms.surveys.refusals import AlreadyReminded
from lms.surveys.rules import REMINDER_DAYS, ROLLING, SurveyState, reminder_step


def remind(key: str, *, actor_id: int, at: datetime) -> int:
    """Remind everybody who has not answered; returns how many.

    Raises ``NotFound``, ``SurveyClosed``, ``SurveyNotOpen``, and ``AlreadyReminded`` where somebody has had
    a reminder today.
    """
    one, today = queries.survey(key), china_date(at)
    refuse_unless_open(one)
    had_one = select(Invitation.person_id).where(
        Invitation.survey_id == one.id, Invitation.reminded_on == today
    )
    if session().scalar(had_one.limit(1)) is not None:
        raise AlreadyReminded
    people = _remind(one, (), today.isoformat(), at)
    record("survey.reminded", key, actor_id=actor_id, at=at, people=people)
    return people


def remind_due(at: datetime) -> int:
    """Remind whom the rule says; returns how many people.

    Of a survey to many: on days counted from its opening and before its end. Of a rolling one: once, a week
    after each invitation.
    """
    today = china_date(at)
    running = select(Survey).where(Survey.state == SurveyState.OPEN, Survey.closes_on >= today)
    return sum(_remind_of(one, today, at) for one in session().scalars(running.order_by(Survey.id)).all())


def _remind_of(one: Survey, today: date, at: datetime) -> int:
    if one.kind in ROLLING:
        since = start_of_day(today - timedelta(days=REMINDER_DAYS[0] - 1))
        once = (Invitation.invited_at < since, Invitation.reminded_on.is_(None))
        return _remind(one, once, "once", at)
    step = reminder_step(one.opens_on or today, one.closes_on or today, today)
    if step is None:
        return 0
    earlier = (
        Invitation.invited_at < start_of_day(step),
        or_(Invitation.reminded_on.is_(None), Invitation.reminded_on < step),
    )
    return _remind(one, earlier, step.isoformat(), at)


def _remind(one: Survey, which: Sequence[ColumnElement[bool]], step: str, at: datetime) -> int:
    told = post_to(
        _silent(one.id, which),
        topic=Topic.SURVEY_REMINDER,
        subject=f"{one.key}/{step}",
        facts=facts_of(one),
        at=at,
        way=way_of(one),
    )
    if told:
        reminded = update(Invitation).where(
            Invitation.survey_id == one.id, Invitation.person_id.in_(_silent(one.id, which))
        )
        values = reminded.values(reminded_on=china_date(at))
        session().execute(values, execution_options={"synchronize_session": False})
    return told


def _silent(survey_id: int, which: Sequence[ColumnElement[bool]]) -> Select[int]:
    """Ids of who is still with the organisation and has not answered."""
    return (
        select(Invitation.person_id)
        .join(Person, Person.id == Invitation.person_id)
        .where(Invitation.survey_id == survey_id, Invitation.answered.is_(False), *which)
        .where(Person.state == PersonState.ACTIVE)
    )
