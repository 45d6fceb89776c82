"""Opening a survey to any number of people, keeping it open for newcomers, closing it."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, exists, false, literal, null, select, update

from lms.campaigns.selection import chosen, size_of
from lms.journal.operations import record, record_each
from lms.kernel.clock import china_date
from lms.kernel.database import UtcDateTime, analyse, many_rows, session, upsert
from lms.kernel.quarters import Quarter
from lms.notifications.models import Delivery, Message
from lms.notifications.operations import post_to
from lms.notifications.rules import BY_DEFAULT, INBOX_ONLY, Topic, Way
from lms.people.models import Person
from lms.surveys import queries, steps
from lms.surveys.drafting import EVERYBODY, faults_of, needs_draft, new, template
from lms.surveys.mixing import mix
from lms.surveys.models import Invitation, Survey
from lms.surveys.refusals import (
    HasFaults,
    NotADraft,
    NotExtended,
    SurveyClosed,
    SurveyExists,
    SurveyNotOpen,
)
from lms.surveys.rules import SurveyKind, SurveyState, closing

MANY = 5_000
"""From so many people on PostgreSQL is told to plan for many rows."""
_WAITING = (SurveyState.DRAFT, SurveyState.SCHEDULED)
_COLUMNS = ("survey_id", "person_id", "audience", "answered", "invited_at", "reminded_on")
Rows: TypeAlias = Select[*tuple[Any, ...]]


def open_now(key: str, *, actor_id: int | None, at: datetime) -> int:
    """Open a survey to whom it is for, and tell them; returns how many they are.

    Raises ``NotFound``, ``NotADraft``, ``HasFaults``, and ``SurveyExists`` for the needs of a quarter in
    which they were asked already.
    """
    one, today = queries.survey(key), china_date(at)
    if one.state not in _WAITING:
        raise NotADraft(state=one.state.value)
    if found := faults_of(one, today):
        raise HasFaults(found)
    if queries.was_asked(one):
        raise SurveyExists(quarter=one.quarter)
    _mark_open(one, closing(one.kind, today, one.closes_on), at)
    people = _invite_chosen(one, at)
    record("survey.opened", key, actor_id=actor_id, at=at, people=people, kind=one.kind.value)
    return people


def _mark_open(one: Survey, closes_on: date | None, at: datetime) -> None:
    values = {"state": SurveyState.OPEN, "opens_on": china_date(at), "closes_on": closes_on, "opened_at": at}
    opened = session().execute(
        update(Survey)
        .where(Survey.id == one.id, Survey.state.in_(_WAITING))
        .values(**values)
        .returning(Survey.id)
        .execution_options(synchronize_session=False)
    )
    if opened.one_or_none() is None:
        raise NotADraft(state=SurveyState.OPEN.value)
    session().refresh(one)


# -- inviting ---------------------------------------------------------------------------------------------


def _invite_chosen(one: Survey, at: datetime) -> int:
    """Invite whoever is meant and was not; returns how many."""
    people = chosen(queries.selection(one), china_date(at)).subquery()
    rows = (
        invitation(literal(one.id), at)
        .join(people, people.c.person_id == Person.id)
        .where(~_has_invitation(one.id))
        .order_by(Person.id)
    )
    return tell(one, insert_invitations(rows), at)


def _has_invitation(survey_id: int) -> Any:
    return exists().where(Invitation.survey_id == survey_id, Invitation.person_id == Person.id)


def invitation(survey_id: Any, at: datetime) -> Rows:
    """Columns of new invitations of persons, for ``insert_invitations``."""
    return select(
        survey_id,
        Person.id,
        Person.audience,
        literal(False),
        literal(at, UtcDateTime()),
        null(),
    )


def insert_invitations(rows: Rows) -> int:
    """Write invitations; who has one keeps it. Returns how many are new."""
    added = upsert(Invitation).from_select(_COLUMNS, rows).on_conflict_do_nothing()
    return session().connection().execute(added.execution_options(preserve_rowcount=True)).rowcount


def tell(one: Survey, invited: int, at: datetime) -> int:
    """Tell those who were invited just now; returns *invited*."""
    if not invited:
        return 0
    fresh = select(Invitation.person_id).where(Invitation.survey_id == one.id, Invitation.invited_at == at)
    if invited >= MANY:
        analyse(Invitation)
    with many_rows() if invited >= MANY else nullcontext():
        post_to(fresh, topic=Topic.SURVEY_OPEN, subject=one.key, facts=facts_of(one), at=at, way=way_of(one))
    if invited >= MANY:
        analyse(Message, Delivery)
    return invited


def facts_of(one: Survey) -> dict[str, Any]:
    """What a message about a survey says."""
    return {
        "survey": one.key,
        "kind": one.kind.value,
        "title": one.title,
        "title_en": one.title_en,
        "course": one.course,
        "anonymous": one.anonymous,
        "closes_on": one.closes_on.isoformat() if one.closes_on else "",
    }


def way_of(one: Survey) -> Way:
    """What is asked after every course stays in the inbox."""
    return INBOX_ONLY if one.kind is SurveyKind.SATISFACTION else BY_DEFAULT


# -- what the clockwork does ------------------------------------------------------------------------------


def open_needs(at: datetime) -> int:
    """Ask what people need in this quarter, unless that was done; returns how many were asked.

    A draft that HR has prepared for the quarter is opened if nothing is wrong with it, else the file's; whom
    to tell of that, ``passed_over`` says.
    """
    quarter = Quarter.of(china_date(at))
    if queries.was_opened(SurveyKind.NEEDS, str(quarter)):
        return 0
    for one in _prepared(str(quarter)):
        if not faults_of(one, china_date(at)):
            return open_now(one.key, actor_id=one.author_id, at=at)
    found = template(SurveyKind.NEEDS)
    if found is None or not size_of(EVERYBODY, china_date(at)):
        return 0
    questionnaire, edition = found
    key = new(needs_draft(questionnaire, quarter), actor_id=None, at=at, origin=edition)
    return open_now(key, actor_id=None, at=at)


def passed_over(at: datetime) -> Sequence[Survey]:
    """Needs surveys prepared for this quarter that cannot be opened, for their faults."""
    today = china_date(at)
    return [one for one in _prepared(str(Quarter.of(today))) if faults_of(one, today)]


def _prepared(quarter: str) -> Sequence[Survey]:
    """The last one first."""
    drafts = select(Survey).where(
        Survey.kind == SurveyKind.NEEDS, Survey.quarter == quarter, Survey.state.in_(_WAITING)
    )
    return session().scalars(drafts.order_by(Survey.id.desc())).all()


def open_scheduled(at: datetime) -> int:
    """Open what was given a day that has come; returns how many people were asked.

    What cannot be opened after all stays where it is: HR's list shows that its day has passed. So does a
    needs survey of a quarter in which they were asked meanwhile.
    """
    due = (Survey.state == SurveyState.SCHEDULED, Survey.opens_on <= china_date(at))
    waiting = session().scalars(select(Survey).where(*due).order_by(Survey.id)).all()
    count = 0
    for one in waiting:
        if not queries.was_asked(one) and not faults_of(one, china_date(at)):
            count += open_now(one.key, actor_id=one.author_id, at=at)
    return count


def invite_joiners(at: datetime) -> int:
    """Invite who has come since a needs survey was opened; returns how many."""
    running = select(Survey).where(
        Survey.kind == SurveyKind.NEEDS,
        Survey.state == SurveyState.OPEN,
        Survey.closes_on >= china_date(at),
    )
    return sum(_invite_chosen(one, at) for one in session().scalars(running).all())


# -- the end ----------------------------------------------------------------------------------------------


def close(key: str, *, actor_id: int, at: datetime) -> None:
    """Take no more answers. Raises ``NotFound``, and ``SurveyClosed`` or ``SurveyNotOpen``."""
    one = queries.survey(key)
    closed = _close((Survey.key == key,), at)
    if not closed:
        refuse_unless_open(one)
    record("survey.closed", key, actor_id=actor_id, at=at)


def refuse_unless_open(one: Survey) -> None:
    """Raises ``SurveyClosed`` or ``SurveyNotOpen`` unless it is open."""
    if one.state is SurveyState.CLOSED:
        raise SurveyClosed(closes_on=one.closes_on.isoformat() if one.closes_on else "")
    if one.state is not SurveyState.OPEN:
        raise SurveyNotOpen(opens_on=one.opens_on.isoformat() if one.opens_on else "")


def close_due(at: datetime) -> int:
    """Close what had its last day; returns how many surveys."""
    closed = _close((Survey.closes_on < china_date(at),), at)
    record_each("survey.closed", closed, actor_id=None, at=at)
    return len(closed)


def _close(which: Sequence[ColumnElement[bool]], at: datetime) -> Sequence[str]:
    """Close them; where figures come in steps, the last one is published."""
    closed = session().execute(
        update(Survey)
        .where(Survey.state == SurveyState.OPEN, *which)
        .values(state=SurveyState.CLOSED, closed_at=at)
        .returning(Survey.key, Survey.id, steps.STEPWISE),
        execution_options={"synchronize_session": False},
    )
    rows = closed.all()
    for _key, survey_id, in_steps in rows:
        if in_steps:
            mix(survey_id)
    return [key for key, _id, _in_steps in rows]


def extend(key: str, closes_on: date, *, actor_id: int, at: datetime) -> None:
    """Give an open survey a later last day. Raises ``NotFound`` and ``NotExtended``."""
    one = queries.survey(key)
    later = Survey.closes_on < closes_on if closes_on >= china_date(at) else false()
    changed = session().execute(
        update(Survey)
        .where(Survey.key == key, Survey.state == SurveyState.OPEN, later)
        .values(closes_on=closes_on)
        .returning(Survey.id)
        .execution_options(synchronize_session=False)
    )
    if changed.one_or_none() is None:
        raise NotExtended(closes_on=one.closes_on.isoformat() if one.closes_on else "")
    record("survey.extended", key, actor_id=actor_id, at=at, on=closes_on.isoformat())
