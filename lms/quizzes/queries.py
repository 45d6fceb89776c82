"""Banks of a release and attempts of a person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, SQLColumnExpression, bindparam, select

from lms.kernel.database import read, session
from lms.kernel.errors import NotFound
from lms.library import queries as library
from lms.library.marks import NEVER, withheld
from lms.policies.queries import policies_of
from lms.quizzes.compiled import question_from, quiz_from
from lms.quizzes.models import Answer, Attempt, AttemptState
from lms.quizzes.papers import from_text, ready
from lms.quizzes.remarks import GAINED, LOST, Remark, Scored, as_remarked, remarks_of
from lms.quizzes.rules import Drawn, Marked, Question, Quiz, Ready, is_right


@lru_cache(maxsize=4)
def quizzes_of(release_id: str) -> Mapping[str, Quiz]:
    """Quiz id → bank."""
    stored = library.items(release_id, "quiz", "question")
    questions = {
        item.key: question_from(item.key, item.edition, item.body)
        for item in stored
        if item.kind == "question"
    }
    return {item.key: quiz_from(item.key, item.body, questions) for item in stored if item.kind == "quiz"}


def quiz(release_id: str, name: str) -> Quiz:
    """One bank. Raises ``NotFound``."""
    try:
        return quizzes_of(release_id)[name]
    except KeyError:
        raise NotFound(kind="quiz", key=name) from None


def ready_questions(release_id: str, name: str, day: date, *, marks: int = NEVER) -> tuple[Ready, ...]:
    """The questions of a bank that may be asked on *day*; *marks* is the revision that withholds some."""
    kept_back, found = withheld(marks, "question", day), _in_force(release_id, name, day)
    return tuple(one for one in found if one.question.id not in kept_back) if kept_back else found


@lru_cache(maxsize=64)
def _in_force(release_id: str, name: str, day: date) -> tuple[Ready, ...]:
    policies = policies_of(release_id)
    found = (ready(question, policies, day) for question in quiz(release_id, name).questions)
    return tuple(one for one in found if one is not None)


_editions: dict[str, Question] = {}
_MOST_EDITIONS = 20_000


def questions_of(paper: Collection[Drawn]) -> dict[str, Question]:
    """Edition → question for a paper, whatever release it was drawn from. Editions are immutable, so kept."""
    asked = {drawn.edition: drawn.question for drawn in paper}
    known = {edition: _editions[edition] for edition in asked if edition in _editions}
    missing = asked.keys() - known.keys()
    if missing:
        if len(_editions) > _MOST_EDITIONS:
            _editions.clear()
        for edition, body in library.bodies(missing).items():
            known[edition] = _editions[edition] = question_from(asked[edition], edition, body)
    return known


@dataclass(frozen=True)
class Saved:
    """An answer as saved: its value and how often it has been saved."""

    value: str
    seq: int


@dataclass(frozen=True)
class Sitting(Scored):
    """An attempt with its paper and the answers saved so far."""

    id: int
    key: str
    person_id: int
    series: str
    number: int
    quiz: str
    release_id: str
    state: AttemptState
    pass_line: Decimal
    started_at: datetime
    submitted_at: datetime | None
    earned: int | None
    points: int
    gained: int | None
    lost: int | None
    paper_text: str
    answers: Mapping[int, Saved]

    @cached_property
    def paper(self) -> tuple[Drawn, ...]:
        """The questions in the order of the paper."""
        return from_text(self.paper_text)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The editions asked, in the order of the paper."""
        known = questions_of(self.paper)
        return tuple(known[drawn.edition] for drawn in self.paper)

    @property
    def is_open(self) -> bool:
        """True until it is handed in."""
        return self.state is AttemptState.OPEN

    @cached_property
    def remarks(self) -> Mapping[int, Remark]:
        """Position → how it was marked anew; read only where something was."""
        return remarks_of([self.id]).get(self.id, {}) if self.is_regraded else {}

    def marked(self, extra: Mapping[int, str] | None = None) -> tuple[Marked, ...]:
        """The paper marked by the saved answers, overlaid with *extra* ones (position → value).

        What was marked anew counts as it does now, unless the first verdict stays; a withdrawn question is
        left out.
        """
        values = {position: saved.value for position, saved in self.answers.items()} | dict(extra or {})
        asked = enumerate(zip(self.paper, self.questions, strict=True), 1)
        first = (
            Marked(position, drawn.topic, drawn.points, is_right(question, drawn, values.get(position)))
            for position, (drawn, question) in asked
        )
        return tuple(first) if self.keeps_first else as_remarked(first, self.remarks)


_COLUMNS = (
    Attempt.id,
    Attempt.key,
    Attempt.person_id,
    Attempt.series,
    Attempt.number,
    Attempt.quiz,
    Attempt.release_id,
    Attempt.state,
    Attempt.pass_line,
    Attempt.started_at,
    Attempt.submitted_at,
    Attempt.earned,
    Attempt.points,
    GAINED,
    LOST,
    Attempt.paper,
)
_WIDTH = len(_COLUMNS)


def one_sitting(
    *where: ColumnElement[bool], also: Sequence[SQLColumnExpression[Any]] = ()
) -> Select[*tuple[Any, ...]]:
    """What reads one attempt with its answers, and further columns for it; ``read_sitting`` runs it."""
    return (
        select(*_COLUMNS, *also, Answer.position, Answer.value, Answer.seq)
        .outerjoin(Answer, Answer.attempt_id == Attempt.id)
        .where(*where)
        .order_by(Attempt.id.desc())
    )


def read_sitting(statement: Executable, **parameters: object) -> tuple[Sitting, tuple[Any, ...]]:
    """The latest attempt that ``one_sitting`` finds, and its further columns. Raises ``NotFound``."""
    rows: Sequence[Sequence[Any]] = read(statement, **parameters).all()
    if not rows:
        raise NotFound(kind="attempt")
    return _sitting([row for row in rows if row[0] == rows[0][0]]), tuple(rows[0][_WIDTH:-3])


def read_sittings(statement: Executable) -> list[Sitting]:
    """All attempts that ``one_sitting`` finds, the latest first."""
    attempts: dict[int, list[Sequence[Any]]] = {}
    for row in read(statement).all():
        attempts.setdefault(row[0], []).append(row)
    return [_sitting(rows) for rows in attempts.values()]


def _sitting(rows: Sequence[Sequence[Any]]) -> Sitting:
    """An attempt from its rows, one an answer."""
    answers = {row[-3]: Saved(row[-2], row[-1]) for row in rows if row[-3] is not None}
    values: list[Any] = [*rows[0][:_WIDTH], answers]
    return Sitting(*values)


_OWN = one_sitting(Attempt.person_id == bindparam("person"), Attempt.key == bindparam("key"))
_OPEN = one_sitting(
    Attempt.person_id == bindparam("person"),
    Attempt.quiz == bindparam("quiz"),
    Attempt.state == AttemptState.OPEN,
)
_NUMBERED = one_sitting(Attempt.series == bindparam("series"), Attempt.number == bindparam("number"))
_HOLD = _OPEN.with_only_columns(Attempt.id).with_for_update(of=Attempt)
_OWN_HELD, _OPEN_HELD = _OWN.with_for_update(of=Attempt), _OPEN.with_for_update(of=Attempt)


def sitting(person_id: int, key: str, *, changing: bool = False) -> Sitting:
    """A person's own attempt. Raises ``NotFound``.

    *changing* holds the attempt against other transactions until this one ends.
    """
    return read_sitting(_OWN_HELD if changing else _OWN, person=person_id, key=key)[0]


def open_sitting(person_id: int, name: str, *, changing: bool = False) -> Sitting:
    """The open attempt of a person at a quiz; *changing* holds it. Raises ``NotFound``."""
    return read_sitting(_OPEN_HELD if changing else _OPEN, person=person_id, quiz=name)[0]


def hold(person_id: int, name: str) -> None:
    """Keep other transactions off a person's open attempt: what is then read of it is the last word."""
    read(_HOLD, person=person_id, quiz=name)


def attempt_of_series(series: str, number: int) -> Sitting:
    """The attempt with this number. Raises ``NotFound``."""
    return read_sitting(_NUMBERED, series=series, number=number)[0]


@dataclass(frozen=True)
class PastAttempt(Scored):
    """A line of the history of a series."""

    key: str
    number: int
    state: AttemptState
    started_at: datetime
    submitted_at: datetime | None
    earned: int | None
    points: int
    pass_line: Decimal
    gained: int | None
    lost: int | None
    assisted: bool


def history(series: Sequence[str]) -> dict[str, list[PastAttempt]]:
    """Series → its attempts, oldest first, in one statement."""
    rows = session().execute(
        select(
            Attempt.series,
            Attempt.key,
            Attempt.number,
            Attempt.state,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.earned,
            Attempt.points,
            Attempt.pass_line,
            GAINED,
            LOST,
            Attempt.assistance_id.is_not(None),
        )
        .where(Attempt.series.in_(series))
        .order_by(Attempt.series, Attempt.number)
    )
    found: dict[str, list[PastAttempt]] = {one: [] for one in series}
    for row in rows:
        values: list[Any] = list(row[1:])
        found[row.series].append(PastAttempt(*values))
    return found
