"""Closed papers that were marked by a mistake of ours: found, and marked anew by a declared policy.

An attempt never changes. What the new marking comes to stands beside it; it can complete an assignment, and
it never takes a certificate back: who was told to have passed has passed.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Row, exists, insert, select

from lms.assignments.attempts import complete
from lms.assignments.models import Assignment, Completion
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.quizzes.models import Answer, Attempt, AttemptState, Regrade, RegradePolicy, Wrong
from lms.quizzes.papers import parts
from lms.quizzes.remarking import Remarked
from lms.quizzes.remarks import GAINED, LOST, Remark, Scored, remarks_of, standing_verdict
from lms.quizzes.rules import Verdict

_BATCH = 1000


class Misjudged(Hashable, Protocol):
    """A question as it was drawn, marked by something wrong. Papers on which the same was drawn share it."""

    def remark(self, answer: str | None, policy: RegradePolicy) -> Remarked:
        """Mark an answer as stored anew, as *policy* would have it."""


class Mistake(Protocol):
    """What was wrong, under the public key of its correction."""

    @property
    def key(self) -> str:
        """Public key of the correction."""

    @property
    def wrong(self) -> Wrong:
        """What kind of mistake it is."""

    def papers(self) -> ColumnElement[bool]:
        """Roughly: attempts on whose papers it may stand."""

    def misjudged(self, part: str, release_id: str, day: date) -> Misjudged | None:
        """The question of a part of a paper that was begun on *day*, where it rests on the mistake."""


@dataclass(frozen=True)
class Declaration:
    """How papers are marked anew, why, and who says so."""

    policy: RegradePolicy
    reason: str
    author_id: int


@dataclass(frozen=True)
class Paper(Scored):
    """What of an attempt has to be known to mark it anew. ``is_open``: its assignment is not completed."""

    id: int
    key: str
    person_id: int
    series: str
    quiz: str
    submitted_at: datetime | None
    pass_line: Decimal
    earned: int | None
    points: int
    gained: int | None
    lost: int | None
    is_open: bool


@dataclass(frozen=True)
class Affected:
    """A paper with questions that rest on a mistake: position → question, answer, earlier marking."""

    paper: Paper
    questions: Mapping[int, tuple[Misjudged, str | None, Remark | None]]


@dataclass(frozen=True)
class Regraded:
    """A paper marked anew: the verdict that counted before, and the one that counts now.

    ``completes``: it passes now, and that completes its assignment.
    """

    id: int
    attempt: str
    person_id: int
    series: str
    quiz: str
    remarks: Mapping[int, Remarked]
    before: Verdict
    after: Verdict
    completes: bool


def affected(mistake: Mistake, *, handed_in: bool = True) -> Iterator[Affected]:
    """Papers on which a mistake stands, the oldest first, or those that are not handed in yet.

    What was marked anew for this correction before is left out. Read a batch at a time; of equal questions
    each is judged once.
    """
    misjudged = cache(mistake.misjudged)
    for rows in _batches(mistake, handed_in=handed_in):
        found: list[tuple[Paper, dict[int, Misjudged]]] = []
        for text, release_id, started_at, *columns in rows:
            day = china_date(started_at)
            asked = (
                (position, misjudged(part, release_id, day)) for position, part in enumerate(parts(text), 1)
            )
            if questions := {position: one for position, one in asked if one}:
                found.append((Paper(*columns), questions))
        yield from _answered(found)


_DONE = exists().where(Completion.assignment_id == Assignment.id)
_COLUMNS = (
    Attempt.paper,
    Attempt.release_id,
    Attempt.started_at,
    Attempt.id,
    Attempt.key,
    Attempt.person_id,
    Attempt.series,
    Attempt.quiz,
    Attempt.submitted_at,
    Attempt.pass_line,
    Attempt.earned,
    Attempt.points,
    GAINED,
    LOST,
    exists().where(Assignment.key == Attempt.series, ~_DONE),
)


def _batches(mistake: Mistake, *, handed_in: bool) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
    state = Attempt.state != AttemptState.OPEN if handed_in else Attempt.state == AttemptState.OPEN
    marked = exists().where(Regrade.attempt_id == Attempt.id, Regrade.cause == mistake.key)
    concerned = select(Attempt.id).where(state, mistake.papers(), ~marked).order_by(Attempt.id)
    ids = session().scalars(concerned).all()
    for start in range(0, len(ids), _BATCH):
        batch = Attempt.id.in_(ids[start : start + _BATCH])
        yield session().execute(select(*_COLUMNS).where(batch).order_by(Attempt.id)).all()


def _answered(found: Sequence[tuple[Paper, Mapping[int, Misjudged]]]) -> Iterator[Affected]:
    ids = [paper.id for paper, _ in found]
    rows = session().execute(
        select(Answer.attempt_id, Answer.position, Answer.value).where(Answer.attempt_id.in_(ids))
    )
    answers = {(attempt_id, position): value for attempt_id, position, value in rows}
    earlier = remarks_of([paper.id for paper, _ in found if paper.is_regraded])
    for paper, questions in found:
        remarks = earlier.get(paper.id, {})
        asked = {
            position: (one, answers.get((paper.id, position)), remarks.get(position))
            for position, one in questions.items()
        }
        yield Affected(paper, asked)


def marker(policy: RegradePolicy) -> Callable[[Affected], Regraded]:
    """Marks paper after paper as *policy* would have it; nothing is stored.

    An assignment is completed by the first of its papers that passes.
    """
    completed: set[str] = set()
    again, verdict = cache(partial(_remark, policy)), cache(standing_verdict)

    def mark(case: Affected) -> Regraded:
        paper = case.paper
        remarks = {position: again(*asked) for position, asked in case.questions.items()}
        gained, lost = paper.gained or 0, paper.lost or 0
        for one in remarks.values():
            gained += one.earned_after - one.earned_before
            lost += one.points_before - one.points_after
        before = verdict(paper.earned, paper.points, paper.pass_line, paper.gained, paper.lost)
        after = verdict(paper.earned, paper.points, paper.pass_line, gained, lost)
        if before is None or after is None:
            raise ValueError("an open paper has no verdict")
        completes = paper.is_open and after.passed and paper.series not in completed
        if completes:
            completed.add(paper.series)
        about = (paper.id, paper.key, paper.person_id, paper.series, paper.quiz)
        return Regraded(*about, remarks, before, after, completes)

    return mark


def _remark(policy: RegradePolicy, asked: Misjudged, answer: str | None, earlier: Remark | None) -> Remarked:
    """A question that an earlier correction touched has no one key any more: nothing is taken from it."""
    if earlier and policy is not RegradePolicy.WITHDRAW:
        policy = RegradePolicy.FULL_CREDIT
    done = asked.remark(answer, policy)
    if earlier is None:
        return done
    return replace(done, earned_before=earlier.earned_after, points_before=earlier.points_after)


def regrade(mistake: Mistake, declared: Declaration, *, at: datetime) -> list[Regraded]:
    """Mark every affected paper anew and keep that beside it; returns what came out, the oldest first.

    What was marked anew for this correction before is left alone.
    """
    results = list(map(marker(declared.policy), affected(mistake)))
    _keep(mistake, declared, results, at)
    for one in results:
        if one.completes:
            complete(one.series, one.id, at=at)
    return results


def _keep(mistake: Mistake, declared: Declaration, results: Sequence[Regraded], at: datetime) -> None:
    said = {"cause": mistake.key, "wrong": mistake.wrong, "author_id": declared.author_id}
    said |= {"reason": declared.reason, "at": at}
    rows = [
        {"attempt_id": one.id, "position": position, **vars(mark), **said}
        for one in results
        for position, mark in one.remarks.items()
    ]
    if rows:
        session().execute(insert(Regrade), rows)
