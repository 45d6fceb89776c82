"""Closed papers that were marked by a wrong number of ours: found, and marked anew by a declared policy.

An attempt never changes. What the new marking comes to stands beside it; it can complete an assignment, and
it never takes a certificate back: who was told to have passed has passed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from sqlalchemy import ColumnElement, exists, insert, or_, select

from lms.assignments.attempts import complete
from lms.assignments.models import Assignment, Completion
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.policies.queries import policies_of
from lms.policies.references import parse
from lms.policies.rules import Value
from lms.quizzes.models import Attempt, AttemptState, Regrade, RegradePolicy
from lms.quizzes.queries import Sitting, one_sitting, questions_of, read_sittings
from lms.quizzes.remarking import Remarked, remark
from lms.quizzes.remarks import standing_verdict
from lms.quizzes.rules import Drawn, Verdict

_BATCH = 500


@dataclass(frozen=True)
class Wrong:
    """A value that was wrong: of which parameter, where, for whom, from when, and its number."""

    parameter: str
    region: str
    status: str
    level: str
    since: date | None
    value: Decimal

    def is_row(self, row: Value) -> bool:
        """Whether a value of the parameter is this one."""
        slot = (row.region, row.status, row.level.value, row.since)
        return slot == (self.region, self.status, self.level, self.since) and row.value == self.value


@dataclass(frozen=True)
class Correction:
    """Values that were wrong, under the public key of their correction, and the release that is right."""

    key: str
    wrongs: Sequence[Wrong]
    release_id: str


@dataclass(frozen=True)
class Declaration:
    """How papers are marked anew, why, and who says so."""

    policy: RegradePolicy
    reason: str
    author_id: int


@dataclass(frozen=True)
class Affected:
    """A paper with questions that rest on a wrong number: position → reference → right value.

    A right value is empty where the library has none that may be scored. ``is_open``: its assignment is not
    completed.
    """

    paper: Sitting
    questions: Mapping[int, Mapping[str, str]]
    is_open: bool


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


def affected(correction: Correction, *, handed_in: bool = True) -> Iterator[Affected]:
    """Papers on which a wrong number stands, the oldest first, or those that are not handed in yet.

    What was marked anew for this correction before is left out. Read a batch at a time.
    """
    state = Attempt.state != AttemptState.OPEN if handed_in else Attempt.state == AttemptState.OPEN
    marked = exists().where(Regrade.attempt_id == Attempt.id, Regrade.cause == correction.key)
    holds = or_(*(_holds(wrong) for wrong in correction.wrongs))
    ids = session().scalars(select(Attempt.id).where(state, holds, ~marked).order_by(Attempt.id)).all()
    for start in range(0, len(ids), _BATCH):
        papers = read_sittings(one_sitting(Attempt.id.in_(ids[start : start + _BATCH])))
        questions_of([drawn for paper in papers for drawn in paper.paper])
        open_series = _not_completed([paper.series for paper in papers])
        for paper in reversed(papers):
            questions = _questions(paper, correction)
            if questions:
                yield Affected(paper, questions, paper.series in open_series)


def _holds(wrong: Wrong) -> ColumnElement[bool]:
    """Roughly: that the parameter and the number stand on the paper."""
    name = Attempt.paper.contains(f'"{wrong.parameter}/', autoescape=True)
    return name & Attempt.paper.contains(f'"value":"{wrong.value}"', autoescape=True)


def _not_completed(series: Sequence[str]) -> set[str]:
    statement = (
        select(Assignment.key)
        .outerjoin(Completion, Completion.assignment_id == Assignment.id)
        .where(Assignment.key.in_(series), Completion.assignment_id.is_(None))
    )
    return set(session().scalars(statement))


def _questions(paper: Sitting, correction: Correction) -> dict[int, dict[str, str]]:
    day = china_date(paper.started_at)
    asked = enumerate(zip(paper.paper, paper.questions, strict=True), 1)
    found = {
        position: _corrected(drawn, paper.release_id, question.on or day, correction)
        for position, (drawn, question) in asked
    }
    return {position: corrected for position, corrected in found.items() if corrected}


def _corrected(drawn: Drawn, release_id: str, day: date, correction: Correction) -> dict[str, str]:
    """Reference → right value, for the stamps that hold a wrong number.

    The library says which value it was: a reference to a city may have been answered by its province.
    """
    found: dict[str, str] = {}
    for canonical, stamp in drawn.stamps.items():
        was = _value(release_id, canonical, day)
        if was is not None and _is_wrong(canonical, was, correction):
            right = _value(correction.release_id, canonical, day)
            number = str(right.value) if right is not None and right.mark.may_be_scored else ""
            if number != stamp.value:
                found[canonical] = number
    return found


def _is_wrong(canonical: str, was: Value, correction: Correction) -> bool:
    name = canonical.partition("/")[0]
    return any(wrong.parameter == name and wrong.is_row(was) for wrong in correction.wrongs)


@lru_cache(maxsize=4096)
def _value(release_id: str, canonical: str, day: date) -> Value | None:
    asked, policies = parse(canonical), policies_of(release_id)
    return policies.answer(asked, day).current if asked.name in policies.parameters else None


def marker(policy: RegradePolicy) -> Callable[[Affected], Regraded]:
    """Marks paper after paper as *policy* would have it; nothing is stored.

    An assignment is completed by the first of its papers that passes.
    """
    completed: set[str] = set()

    def mark(case: Affected) -> Regraded:
        paper = case.paper
        remarks = {
            position: _remark(paper, position, corrected, policy)
            for position, corrected in case.questions.items()
        }
        before, after = _verdicts(paper, remarks)
        completes = case.is_open and after.passed and paper.series not in completed
        if completes:
            completed.add(paper.series)
        about = (paper.id, paper.key, paper.person_id, paper.series, paper.quiz)
        return Regraded(*about, remarks, before, after, completes)

    return mark


def _verdicts(paper: Sitting, remarks: Mapping[int, Remarked]) -> tuple[Verdict, Verdict]:
    gained = sum(one.earned_after - one.earned_before for one in remarks.values())
    lost = sum(one.points_before - one.points_after for one in remarks.values())
    gained, lost = (paper.gained or 0) + gained, (paper.lost or 0) + lost
    after = standing_verdict(paper.earned, paper.points, paper.pass_line, gained, lost)
    if paper.verdict is None or after is None:
        raise ValueError("an open paper has no verdict")
    return paper.verdict, after


def _remark(paper: Sitting, position: int, corrected: Mapping[str, str], policy: RegradePolicy) -> Remarked:
    """A question that an earlier correction touched has no one key any more: nothing is taken from it."""
    earlier = paper.remarks.get(position)
    if earlier and policy is not RegradePolicy.WITHDRAW:
        policy = RegradePolicy.FULL_CREDIT
    answer = paper.answers.get(position)
    done = remark(
        paper.questions[position - 1],
        paper.paper[position - 1],
        answer.value if answer else None,
        policy=policy,
        corrected=corrected,
    )
    if earlier is None:
        return done
    return replace(done, earned_before=earlier.earned_after, points_before=earlier.points_after)


def regrade(correction: Correction, declared: Declaration, *, at: datetime) -> list[Regraded]:
    """Mark every affected paper anew and keep that beside it; returns what came out, the oldest first.

    What was marked anew for this correction before is left alone.
    """
    results = list(map(marker(declared.policy), affected(correction)))
    _keep(correction.key, declared, results, at)
    for one in results:
        if one.completes:
            complete(one.series, one.id, at=at)
    return results


def _keep(cause: str, declared: Declaration, results: Sequence[Regraded], at: datetime) -> None:
    said = {"cause": cause, "author_id": declared.author_id, "reason": declared.reason, "at": at}
    rows = [
        {"attempt_id": one.id, "position": position, **vars(mark), **said}
        for one in results
        for position, mark in one.remarks.items()
    ]
    if rows:
        session().execute(insert(Regrade), rows)
