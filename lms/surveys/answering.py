"""Handing in the answers to a survey: once, whole, and without a name where it is anonymous."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from lms.courses.questionnaires import Question
from lms.kernel.clock import china_date
from lms.kernel.database import session, table_of, upsert
from lms.kernel.keys import new_key
from lms.library.queries import live_release_id
from lms.people.models import Audience, Person
from lms.quizzes.topics import topics_of
from lms.surveys.models import Comment, Invitation, Response, Survey, Tally
from lms.surveys.queries import invited, paper_of
from lms.surveys.refusals import AlreadyAnswered, AnswersRefused
from lms.surveys.rules import Answers, Given, answer_faults, given

EVERY = ""
"""In place of a question: the whole response."""
ANY = "*"
"""In place of a value: whoever answered the question at all."""


def submit(key: str, person_id: int, answers: Answers, *, at: datetime) -> None:
    """Put a person's answers on record.

    Nothing else is kept of it, not in the journal either: an instant beside a name would undo the anonymity.
    Raises ``NotFound`` for whom it is not, ``SurveyNotOpen``, ``SurveyClosed``, ``AlreadyAnswered`` and
    ``AnswersRefused``.
    """
    today = china_date(at)
    one, invitation = invited(key, person_id, today)
    asked = paper_of(one, invitation, today).questions
    if faults := answer_faults(asked, answers):
        raise AnswersRefused(faults)
    _take_invitation(invitation)
    said = given(asked, answers)
    who = None if one.anonymous else person_id
    _keep(one, invitation.audience, said, who, at)
    _write(one, invitation.audience, said, who)
    _count(one.id, invitation.audience, _chosen(asked, said))


def _take_invitation(invitation: Invitation) -> None:
    """Compare and set, so that a double click or a second window is refused."""
    taken = session().execute(
        update(Invitation)
        .where(
            Invitation.survey_id == invitation.survey_id,
            Invitation.person_id == invitation.person_id,
            Invitation.answered.is_(False),
        )
        .values(answered=True)
        .returning(Invitation.person_id)
        .execution_options(synchronize_session=False)
    )
    if taken.one_or_none() is None:
        raise AlreadyAnswered


def _keep(one: Survey, audience: Audience, said: Given, who: int | None, at: datetime) -> None:
    region = select(Person.region).where(Person.id == who).scalar_subquery() if who else None
    session().execute(
        insert(table_of(Response)).values(
            key=new_key(16),
            survey_id=one.id,
            person_id=who,
            audience=audience,
            region=region,
            answers={question: list(values) for question, values in said.values.items()},
            answered_at=at if who else None,
        )
    )


def _write(one: Survey, audience: Audience, said: Given, who: int | None) -> None:
    if not said.texts:
        return
    topics = topics_of(live_release_id() or "")
    rows = [
        {
            "key": new_key(16),
            "survey_id": one.id,
            "question": question,
            "audience": audience,
            "text": text,
            "topic": topics.of_text(text),
            "person_id": who,
        }
        for question, text in said.texts.items()
    ]
    session().execute(insert(table_of(Comment)), rows)


def _chosen(asked: Sequence[Question], said: Given) -> Iterator[tuple[str, str]]:
    yield EVERY, ANY
    for question in asked:
        values = said.values.get(question.id, ())
        if values or question.id in said.texts:
            yield question.id, ANY
        for value in values:
            yield question.id, value


def _count(survey_id: int, audience: Audience, chosen: Iterator[tuple[str, str]]) -> None:
    """One statement, its rows always in the same order, so that two people never wait for each other."""
    rows = [
        {"survey_id": survey_id, "question": question, "audience": audience, "value": value, "n": 1}
        for question, value in sorted(chosen)
    ]
    added = upsert(Tally).values(rows)
    counted = added.on_conflict_do_update(
        index_elements=["survey_id", "question", "audience", "value"],
        set_={"n": table_of(Tally).c.n + 1},
    )
    session().execute(counted)
