"""Learning with a helper: beginning it, marking what is done meanwhile, recording how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, bindparam, select, update

from lms.assignments.models import Assignment, Assistance, AssistanceResult, Completion, Consent, HelpKind
from lms.assignments.operations import NotByOneself, record_help
from lms.assignments.queries import Duty, duties_of
from lms.assignments.rules import Step, next_step
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import read, session, upsert
from lms.kernel.errors import DomainError, NotFound
from lms.kernel.keys import new_key
from lms.people.models import Person, PersonState
from lms.quizzes.models import Attempt, AttemptState

LONGEST = timedelta(hours=12)
"""So long after its beginning a session is over, put on record or not; as long as signing in lasts."""


class AlreadyHelped(DomainError):
    """Somebody else is learning with this person just now: ``facts["helper"]``, ``facts["since"]``."""

    code = "already-helped"


class PersonLeft(DomainError):
    """The person is not with the organisation any more."""

    code = "person-left"


class AssistanceOver(DomainError):
    """It has been put on record already."""

    code = "assistance-over"


@dataclass(frozen=True)
class Start:
    """Who is going to learn with whose help, how, and what was agreed to. ``family_name`` may be empty."""

    person_id: int
    helper_id: int
    kind: HelpKind
    consent: Consent
    family_name: str = ""


@dataclass(frozen=True)
class End:
    """How it ended. ``explained``: keys of the assignments of which the missed questions were explained."""

    result: AssistanceResult
    minutes: int
    note: str
    explained: Sequence[str] = ()


@dataclass(frozen=True)
class Given:
    """Learning with a helper, as it is kept. ``done``: courses completed in it."""

    id: int
    key: str
    person_id: int
    helper_id: int
    helper: str
    kind: HelpKind
    consent: Consent
    family_name: str
    begun_at: datetime
    ended_at: datetime | None
    result: AssistanceResult | None
    minutes: int | None
    note: str

    def is_open(self, at: datetime) -> bool:
        """Whether pages can still be opened with it."""
        return self.ended_at is None and self.begun_at > at - LONGEST


def begin(start: Start, *, at: datetime) -> str:
    """Begin, or go on with what the same helper has open; returns the key.

    Raises ``NotByOneself``, ``PersonLeft``, ``AlreadyHelped``, ``NotFound``.
    """
    person = session().get(Person, start.person_id)
    if person is None:
        raise NotFound(kind="person")
    if start.helper_id == person.id:
        raise NotByOneself(person=person.key)
    if person.state is PersonState.LEFT:
        raise PersonLeft(person=person.key)
    _lapse(person.id, at)
    key = _insert(start, at)
    if key is None:
        return _same_helpers(start)
    facts = {"assistance": key, "kind": start.kind.value, "consent": start.consent.value}
    record("assistance.begun", person.key, actor_id=start.helper_id, at=at, **facts)
    return key


def _lapse(person_id: int, at: datetime) -> None:
    """What nobody put on record in time does not stand in the way of another session."""
    over = (Assistance.ended_at.is_(None), Assistance.begun_at <= at - LONGEST)
    closed = update(Assistance).where(Assistance.person_id == person_id, *over)
    session().execute(closed.values(ended_at=at, result=AssistanceResult.LAPSED))


def _insert(start: Start, at: datetime) -> str | None:
    row = upsert(Assistance).values(**vars(start), key=new_key(), consent_at=at, begun_at=at, note="")
    return session().execute(row.on_conflict_do_nothing().returning(Assistance.key)).scalar()


def _same_helpers(start: Start) -> str:
    found = open_of(start.person_id)
    if found is None or found.helper_id != start.helper_id:
        raise AlreadyHelped(helper=found.helper if found else "", since=found.begun_at if found else None)
    return found.key


def end(key: str, helper_id: int, about: End, *, at: datetime) -> Given:
    """Put on record how it ended; help is recorded for what was explained. Also of what has lapsed.

    Raises ``NotFound`` where it is not this helper's, ``AssistanceOver``, and what ``record_help`` raises.
    """
    found = assistance(key, helper_id)
    ended = (
        update(Assistance)
        .where(Assistance.id == found.id, _unrecorded())
        .values(ended_at=at, result=about.result, minutes=about.minutes, note=about.note)
        .returning(Assistance.id)
    )
    if session().execute(ended).scalar() is None:
        raise AssistanceOver(assistance=key)
    for duty in waiting_for_help(found.person_id):
        if duty.key in about.explained:
            explain(found, duty, about.note, at=at)
    facts = {"assistance": key, "result": about.result.value, "minutes": about.minutes}
    person_key = session().execute(select(Person.key).where(Person.id == found.person_id)).scalar_one()
    record("assistance.ended", person_key, actor_id=helper_id, at=at, **facts)
    return found


def _unrecorded() -> ColumnElement[bool]:
    return Assistance.ended_at.is_(None) | (Assistance.result == AssistanceResult.LAPSED)


def explain(found: Given, duty: Duty, note: str, *, at: datetime) -> None:
    """The helper has explained what was missed: that is help, and a new paper is open from now on."""
    if duty.person_id != found.person_id:
        raise NotFound(kind="assignment", key=duty.key)
    record_help(duty, helper_id=found.helper_id, kind=found.kind, helped_on=china_date(at), note=note, at=at)


def waiting_for_help(person_id: int) -> list[Duty]:
    """The person's assignments for which no new paper opens before somebody has explained."""
    return [duty for duty in duties_of(person_id) if duty.is_owed and waits_for_help(duty)]


def waits_for_help(duty: Duty) -> bool:
    """Whether no new paper opens before somebody has explained."""
    facts = duty.facts(has_quiz=True, studied=True, remedial_done=False)
    return next_step(facts) is Step.WAIT_FOR_HELP


# -- marking what is done with help -------------------------------------------------------------------------


def _mark_attempt() -> Executable:
    mine = (Attempt.id == bindparam("attempt"), Attempt.state == AttemptState.OPEN)
    alone = Attempt.assistance_id.is_(None)
    return update(Attempt).where(*mine, alone).values(assistance_id=bindparam("assistance"))


_MARK_ATTEMPT = _mark_attempt()


def mark_attempt(attempt_id: int, assistance_id: int) -> None:
    """An answer of this open paper is given with help: that stays with the paper, however it is handed in."""
    parameters = {"attempt": attempt_id, "assistance": assistance_id}
    session().connection().execute(_MARK_ATTEMPT, parameters)


# -- reading it -------------------------------------------------------------------------------------------


def _given(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Assistance.id,
            Assistance.key,
            Assistance.person_id,
            Assistance.helper_id,
            Person.name,
            Assistance.kind,
            Assistance.consent,
            Assistance.family_name,
            Assistance.begun_at,
            Assistance.ended_at,
            Assistance.result,
            Assistance.minutes,
            Assistance.note,
        )
        .join(Person, Person.id == Assistance.helper_id)
        .where(*where)
        .order_by(Assistance.begun_at.desc(), Assistance.id.desc())
    )


_OF_HELPER = _given(Assistance.key == bindparam("key"), Assistance.helper_id == bindparam("helper"))


def assistance(key: str, helper_id: int) -> Given:
    """A helper's own session, open or not. Raises ``NotFound``."""
    row: Sequence[Any] | None = read(_OF_HELPER, key=key, helper=helper_id).one_or_none()
    if row is None:
        raise NotFound(kind="assistance", key=key)
    return Given(*row)


def open_of(person_id: int) -> Given | None:
    """What has been begun with a person and not been ended."""
    open_ones = _given(Assistance.person_id == person_id, Assistance.ended_at.is_(None))
    row: Sequence[Any] | None = read(open_ones).one_or_none()
    return Given(*row) if row else None


def assistances_of(person_id: int) -> list[Given]:
    """All learning of a person with a helper, the newest first."""
    rows: Sequence[Any] = session().execute(_given(Assistance.person_id == person_id)).all()
    return [Given(*row) for row in rows]


@dataclass(frozen=True)
class Session:
    """A line of the list of all sessions: with whom, and what is kept of it."""

    person_key: str
    person: str
    given: Given


def sessions(*, limit: int) -> list[Session]:
    """The newest sessions of everybody."""
    rows: Sequence[Any] = session().execute(_given().limit(limit)).all()
    ids = {row.person_id for row in rows}
    found = session().execute(select(Person.id, Person.key, Person.name).where(Person.id.in_(ids)))
    people = {row.id: (row.key, row.name) for row in found}
    return [Session(*people[row.person_id], Given(*row)) for row in rows]


def courses_done_in(assistance_id: int) -> list[str]:
    """Courses that were completed in a session."""
    done = select(Assignment.course).join(Completion, Completion.assignment_id == Assignment.id)
    found = session().scalars(done.where(Completion.assistance_id == assistance_id).order_by(Assignment.id))
    return list(found)
