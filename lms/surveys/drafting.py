"""Writing a survey before it opens: saved as often as one likes, and what is still wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from lms.campaigns.selection import Selection, chosen
from lms.courses.questionnaire_files import Questionnaire, questionnaires_of
from lms.courses.questionnaires import AUDIENCES, Question
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.kernel.keys import new_key
from lms.kernel.quarters import Quarter
from lms.library.queries import live_release_id
from lms.people.models import Person
from lms.surveys import queries
from lms.surveys.models import Survey
from lms.surveys.refusals import HasFaults, NotADraft, SurveyExists, SurveyMoved
from lms.surveys.rules import Fault, SurveyKind, SurveyState, closing, day_faults, question_faults

NOBODY = Selection()
EVERYBODY = Selection(audiences=frozenset(AUDIENCES))


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What HR can say about a survey. Without ``closes_on`` a needs survey is open for three weeks."""

    title: str
    title_en: str = ""
    kind: SurveyKind = SurveyKind.OWN
    quarter: str = ""
    course: str = ""
    anonymous: bool = False
    closes_on: date | None = None
    selection: Selection = NOBODY
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Edit:
    """Who changes something when, and which version of it they saw."""

    actor_id: int
    at: datetime
    version: int


def new(draft: Draft, *, actor_id: int | None, at: datetime, origin: str = "") -> str:
    """Put a draft on record; returns its key."""
    row = Survey(key=new_key(), author_id=actor_id, created_at=at, origin=origin, **_values(draft))
    session().add(row)
    session().flush()
    record("survey.drafted", row.key, actor_id=actor_id, at=at)
    return row.key


def _values(draft: Draft) -> dict[str, Any]:
    return {
        **vars(draft),
        "title": draft.title.strip(),
        "title_en": draft.title_en.strip(),
        "selection": draft.selection.to_json(),
        "questions": [one.model_dump(mode="json") for one in draft.questions],
    }


def save(key: str, draft: Draft, edit: Edit) -> int:
    """Change a draft; returns its new version. Raises ``NotFound``, ``NotADraft`` and ``SurveyMoved``."""
    values = _values(draft)
    moved(key, edit, (SurveyState.DRAFT,), **values)
    record("survey.saved", key, actor_id=edit.actor_id, at=edit.at)
    return edit.version + 1


def moved(key: str, edit: Edit, before: Sequence[SurveyState], **values: Any) -> None:
    """Change what nobody has changed meanwhile and what still is as *before*. Raises as ``save`` does."""
    changed = session().execute(
        update(Survey)
        .where(Survey.key == key, Survey.version == edit.version, Survey.state.in_(before))
        .values(version=edit.version + 1, **values)
        .returning(Survey.id)
        .execution_options(synchronize_session=False)
    )
    if changed.one_or_none() is None:
        _refuse(key, before)


def _refuse(key: str, before: Sequence[SurveyState]) -> None:
    present = queries.survey(key)
    session().refresh(present)
    if present.state not in before:
        raise NotADraft(state=present.state.value)
    raise SurveyMoved


def discard(key: str, *, actor_id: int, at: datetime) -> None:
    """Throw away what has not been opened. Raises ``NotFound`` and ``NotADraft``."""
    before = (SurveyState.DRAFT, SurveyState.SCHEDULED)
    gone = delete(Survey).where(Survey.key == key, Survey.state.in_(before)).returning(Survey.id)
    if session().execute(gone).one_or_none() is None:
        _refuse(key, before)
    record("survey.discarded", key, actor_id=actor_id, at=at)


def copy(key: str, *, actor_id: int, at: datetime) -> str:
    """A draft with the same questions to the same people, without days; returns its key.

    What was asked by the clockwork becomes a survey of HR's own.
    """
    one = queries.survey(key)
    draft = Draft(
        title=one.title,
        title_en=one.title_en,
        anonymous=one.anonymous,
        selection=queries.selection(one),
        questions=queries.questions(one),
    )
    return new(draft, actor_id=actor_id, at=at, origin=one.origin)


def from_template(kind: SurveyKind, quarter: Quarter, *, actor_id: int, at: datetime) -> str:
    """A draft as the clockwork would open it in a quarter, to be changed; returns its key.

    The clockwork then opens the draft. Raises ``NotFound`` where the library has no such file.
    """
    found = template(kind)
    if found is None:
        raise NotFound(kind="questionnaire", key=kind.value)
    questionnaire, edition = found
    draft = needs_draft(questionnaire, quarter)
    return new(draft, actor_id=actor_id, at=at, origin=edition)


def template(kind: SurveyKind) -> tuple[Questionnaire, str] | None:
    """The live questionnaire of a kind and its edition; ``None`` where the library has no such file."""
    return questionnaires_of(live_release_id() or "").get(kind.value)


def needs_draft(questionnaire: Questionnaire, quarter: Quarter) -> Draft:
    """The needs survey of a quarter as it stands in the file, to everybody."""
    return Draft(
        kind=SurveyKind.NEEDS,
        title=questionnaire.title,
        title_en=questionnaire.title_en,
        quarter=str(quarter),
        anonymous=questionnaire.anonymous,
        selection=EVERYBODY,
        questions=questionnaire.questions,
    )


# -- a day for it -----------------------------------------------------------------------------------------


def schedule(key: str, opens_on: date, edit: Edit) -> None:
    """Let a draft open by itself on a day. Raises ``HasFaults``, ``SurveyExists``, and as ``save`` does."""
    one = queries.survey(key)
    if queries.was_asked(one):
        raise SurveyExists(quarter=one.quarter)
    if found := faults_of(one, china_date(edit.at), opens_on=opens_on):
        raise HasFaults(found)
    closes_on = closing(one.kind, opens_on, one.closes_on)
    values = {"state": SurveyState.SCHEDULED, "opens_on": opens_on, "closes_on": closes_on}
    moved(key, edit, (SurveyState.DRAFT, SurveyState.SCHEDULED), **values)
    record("survey.scheduled", key, actor_id=edit.actor_id, at=edit.at, on=opens_on.isoformat())


def unschedule(key: str, edit: Edit) -> None:
    """Make a draft of it again. Raises as ``save`` does."""
    moved(key, edit, (SurveyState.SCHEDULED,), state=SurveyState.DRAFT, opens_on=None)
    record("survey.unscheduled", key, actor_id=edit.actor_id, at=edit.at)


def people_of(one: Survey, today: date) -> Mapping[str, int]:
    """Audience → how many would be asked today; ``queries.ALL`` for everybody."""
    meant = queries.selection(one)
    if meant.is_empty:
        return {queries.ALL: 0}
    people = chosen(meant, today).subquery()
    rows = session().execute(
        select(Person.audience, func.count())
        .join(people, people.c.person_id == Person.id)
        .group_by(Person.audience)
    )
    found = {audience.value: count for audience, count in rows}
    return {**found, queries.ALL: sum(found.values())}


def faults_of(one: Survey, today: date, *, opens_on: date | None = None) -> list[Fault]:
    """Everything that keeps a survey from being opened, today unless *opens_on* says when."""
    people = people_of(one, today)
    found = [] if one.title else [Fault("no-title")]
    if not people[queries.ALL]:
        found.append(Fault("nobody"))
    found += question_faults(queries.questions(one), [name for name in AUDIENCES if people.get(name)])
    opens_on = opens_on or today
    return [*found, *day_faults(opens_on, closing(one.kind, opens_on, one.closes_on), today)]
