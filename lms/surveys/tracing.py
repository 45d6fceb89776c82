"""Who gave an answer that was not anonymous; and what was written moved to where it belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, union_all, update

from lms.journal.operations import record
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.people.models import Person
from lms.surveys.models import Comment, Response, Survey
from lms.surveys.refusals import AnonymousAnswer


@dataclass(frozen=True)
class Traced:
    """Everything that one person answered in a survey."""

    survey: str
    person_id: int
    audience: str
    answered_at: datetime
    answers: Mapping[str, Sequence[str]]
    texts: Mapping[str, str]


def trace(key: str, *, actor_id: int, at: datetime) -> Traced:
    """Who gave a response or wrote a comment, by its key; on record in the journal.

    Raises ``NotFound``, and ``AnonymousAnswer`` where nobody can tell.
    """
    said = [
        select(one.survey_id, one.person_id, Survey.key)
        .join(Survey, Survey.id == one.survey_id)
        .where(one.key == key)
        for one in (Response, Comment)
    ]
    found = session().execute(union_all(*said)).first()
    if found is None:
        raise NotFound(kind="answer", key=key)
    survey_id, person_id, survey = found
    if person_id is None:
        raise AnonymousAnswer
    person = session().get_one(Person, person_id).key
    record("survey.answer-traced", survey, actor_id=actor_id, at=at, person=person)
    return _traced(survey_id, person_id, survey)


def _traced(survey_id: int, person_id: int, survey: str) -> Traced:
    mine = select(Response).where(Response.survey_id == survey_id, Response.person_id == person_id)
    response = session().scalars(mine).one()
    texts = session().execute(
        select(Comment.question, Comment.text).where(
            Comment.survey_id == survey_id, Comment.person_id == person_id
        )
    )
    written = {question: text for question, text in texts}  # noqa: C416 - a row is no pair
    answered_at = response.answered_at
    assert answered_at is not None  # noqa: S101 - of whoever has a name, says the table
    return Traced(survey, person_id, response.audience.value, answered_at, response.answers, written)


def move_comment(key: str, topic: str, *, actor_id: int, at: datetime) -> str:
    """Put a comment under another topic; returns the key of its survey. Raises ``NotFound``."""
    moved = session().scalar(
        update(Comment).where(Comment.key == key).values(topic=topic).returning(Comment.survey_id),
        execution_options={"synchronize_session": False},
    )
    if moved is None:
        raise NotFound(kind="comment", key=key)
    survey = session().get_one(Survey, moved).key
    record("survey.comment-moved", survey, actor_id=actor_id, at=at, topic=topic)
    return survey
