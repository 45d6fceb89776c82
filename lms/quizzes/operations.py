"""The sitting: draw and freeze, save each answer, hand in once; and practise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import insert, select

from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.errors import DomainError, NotFound
from lms.kernel.keys import new_key
from lms.library.marks import withheld
from lms.quizzes import rows
from lms.quizzes.models import Attempt, AttemptState, PracticeAnswer
from lms.quizzes.papers import from_text, to_text
from lms.quizzes.queries import Sitting, quiz, ready_questions
from lms.quizzes.rules import PASS_LINE, TooFewQuestions, Verdict, draw, is_right, judge, normal


class CannotDraw(DomainError):
    """Too few questions of the bank may be asked today; ``facts["withheld"]`` are kept back by marks."""

    code = "cannot-draw"


class AlreadySubmitted(DomainError):
    """The attempt is closed; what was saved before counted."""

    code = "already-submitted"


class NotOnThePaper(DomainError):
    """The attempt has no such question."""

    code = "not-on-the-paper"


class NotAnAnswer(DomainError):
    """The question cannot be answered with that."""

    code = "not-an-answer"


class OlderTab(DomainError):
    """The answer was changed elsewhere since this page was opened.

    ``facts`` hold what is saved and what was sent.
    """

    code = "older-tab"


@dataclass(frozen=True)
class Series:
    """What attempts are made for: whose they are, its key, and how many there are so far."""

    person_id: int
    key: str
    attempts: int


def start(series: Series, name: str, *, release_id: str, marks: int, random: Random, at: datetime) -> str:
    """Draw a paper and open an attempt; returns its key.

    Questions that the revision *marks* withholds are left out; papers drawn before stay as they are.

    When another request has opened one in the meantime, that one's key is returned; when that one has
    been handed in already, ``AlreadySubmitted`` is raised. Raises also ``CannotDraw``.
    """
    seen = _seen(series.key) if series.attempts else {}
    bank = quiz(release_id, name)
    try:
        ready = ready_questions(release_id, name, china_date(at), marks=marks)
        drawn_paper = draw(bank, ready, seen, random)
    except TooFewQuestions as error:
        kept_back = {one.id for one in bank.questions} & withheld(marks, "question", china_date(at))
        raise CannotDraw(quiz=name, withheld=len(kept_back)) from error
    opened = rows.add_attempt(
        key=new_key(12),
        person_id=series.person_id,
        series=series.key,
        number=series.attempts + 1,
        quiz=name,
        release_id=release_id,
        state=AttemptState.OPEN,
        pass_line=PASS_LINE,
        paper=to_text(drawn_paper),
        started_at=at,
        points=sum(drawn.points for drawn in drawn_paper),
    )
    return opened or open_key(series.key)


def open_key(series: str) -> str:
    """The key of the open attempt of a series. Raises ``AlreadySubmitted`` when it has just been closed."""
    key = session().scalar(
        select(Attempt.key).where(Attempt.series == series, Attempt.state == AttemptState.OPEN)
    )
    if key is None:
        raise AlreadySubmitted(series=series)
    return key


def _seen(series: str) -> dict[str, int]:
    """Question id → on how many papers of the series it stood."""
    seen: dict[str, int] = {}
    for paper in session().scalars(select(Attempt.paper).where(Attempt.series == series)):
        for drawn in from_text(paper):
            seen[drawn.question] = seen.get(drawn.question, 0) + 1
    return seen


def save(sitting: Sitting, position: int, values: list[str], *, seq: int, at: datetime) -> int:
    """Save one answer; returns its new sequence number.

    *seq* is the number that the page knew (0 for none yet). Saving the same answer twice is harmless;
    an answer from a page older than what is saved raises ``OlderTab`` and changes nothing. Raises also
    ``AlreadySubmitted``, ``NotOnThePaper`` and ``NotAnAnswer``.
    """
    value = _checked(sitting, position, values)
    before = sitting.answers.get(position)
    if before is not None and before.value == value:
        return before.seq
    saved = rows.save_answer(sitting.id, position, value, known=seq, at=at)
    if saved is None:
        raise OlderTab(position=position, saved=before.value if before else "", sent=value)
    return saved


def _checked(sitting: Sitting, position: int, values: list[str]) -> str:
    if not sitting.is_open:
        raise AlreadySubmitted(attempt=sitting.key)
    if not 1 <= position <= len(sitting.paper):
        raise NotOnThePaper(position=position)
    value = normal(sitting.questions[position - 1], sitting.paper[position - 1], values)
    if value is None:
        raise NotAnAnswer(position=position)
    return value


def save_all(
    sitting: Sitting,
    answers: Mapping[int, list[str]],
    *,
    known: Mapping[int, int] | None = None,
    at: datetime,
) -> dict[int, str]:
    """Save several answers of one form in one statement, or none; returns position → value.

    *known* are the sequence numbers that the form knew, by position; without it the form is taken to
    know what is saved. Raises as ``save`` does; ``facts["positions"]`` of ``NotAnAnswer`` and ``OlderTab``
    are all the answers at fault.
    """
    values = _checked_all(sitting, answers)
    changed = {
        position: value
        for position, value in values.items()
        if position not in sitting.answers or sitting.answers[position].value != value
    }
    older = [position for position in changed if not _is_known(sitting, position, known)]
    if older:
        raise OlderTab(position=older[0], positions=older)
    rows.save_answers(sitting.id, changed, at=at)
    return values


def _checked_all(sitting: Sitting, answers: Mapping[int, list[str]]) -> dict[int, str]:
    values: dict[int, str] = {}
    refused: list[int] = []
    for position, several in answers.items():
        try:
            values[position] = _checked(sitting, position, several)
        except NotAnAnswer:
            refused.append(position)
    if refused:
        raise NotAnAnswer(position=refused[0], positions=refused)
    return values


def _is_known(sitting: Sitting, position: int, known: Mapping[int, int] | None) -> bool:
    saved = sitting.answers.get(position)
    return known is None or saved is None or saved.seq == known.get(position, 0)


def submit(sitting: Sitting, extra: Mapping[int, str], *, at: datetime) -> Verdict:
    """Close the attempt and judge it by its saved answers and *extra* ones. Raises ``AlreadySubmitted``."""
    verdict = judge(sitting.marked(extra), sitting.pass_line)
    state = AttemptState.PASSED if verdict.passed else AttemptState.FAILED
    if not rows.close(sitting.id, state, earned=verdict.earned, at=at):
        raise AlreadySubmitted(attempt=sitting.key)
    return verdict


def practise(sitting: Sitting, position: int, values: list[str], *, at: datetime) -> bool:
    """Record a try at a question of a closed attempt; returns whether it is right. Never scored.

    Raises ``NotFound`` while the attempt is open, ``NotOnThePaper`` and ``NotAnAnswer``.
    """
    if sitting.is_open:
        raise NotFound(kind="practice", key=sitting.key)
    if not 1 <= position <= len(sitting.paper):
        raise NotOnThePaper(position=position)
    question, drawn = sitting.questions[position - 1], sitting.paper[position - 1]
    value = normal(question, drawn, values)
    if value is None:
        raise NotAnAnswer(position=position)
    right = is_right(question, drawn, value)
    session().execute(
        insert(PracticeAnswer).values(
            attempt_id=sitting.id, position=position, value=value, right=right, at=at
        )
    )
    return right
