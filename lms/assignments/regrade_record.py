"""Marking papers anew, once it is decided: on record, everybody told once; and what the record holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select

from lms.assignments import regrade_effects, regrading
from lms.assignments.regrade_effects import Paper, changes, counts
from lms.assignments.regrading import Declaration, Mistake, Regraded
from lms.journal.models import Entry
from lms.journal.operations import record
from lms.kernel.database import session
from lms.kernel.errors import DomainError
from lms.notifications.operations import post_each
from lms.notifications.rules import Note, Topic
from lms.people.models import Person
from lms.quizzes.models import Attempt, Regrade, RegradePolicy
from lms.quizzes.papers import plain
from lms.quizzes.remarks import standing_verdict
from lms.quizzes.rules import Verdict

_ACT = "correction.regraded"


class OtherPolicyDeclared(DomainError):
    """Papers of one correction are all marked anew in the same way. Fact ``policy``: the declared one."""

    code = "other-policy-declared"


def regrade(mistake: Mistake, declared: Declaration, *, at: datetime) -> int:
    """Mark every paper anew that was graded by a mistake, and tell its owner; returns how many papers.

    Running it again takes in what was handed in since, in the same way: another policy is refused with
    ``OtherPolicyDeclared``. The caller keeps others from doing the same at this moment.
    """
    before = runs(mistake.key)
    if before and before[0].policy is not declared.policy:
        raise OtherPolicyDeclared(policy=before[0].policy.value)
    results = regrading.regrade(mistake, declared, at=at)
    if results or not before:
        said = {"policy": declared.policy.value, "reason": declared.reason, "papers": len(results)}
        tally = counts(name for one in results for name in changes(one))
        record(_ACT, mistake.key, actor_id=declared.author_id, at=at, **said, **tally)
    _tell(mistake.key, results, at)
    return len(results)


def _tell(key: str, results: Sequence[Regraded], at: datetime) -> None:
    """One note for each assignment: about the paper that completes it, else about the last one."""
    deciding: dict[str, Regraded] = {}
    for one in results:
        known = deciding.get(one.series)
        if known is None or not known.completes:
            deciding[one.series] = one
    notes = [Note(one.person_id, f"{key}/{one.attempt}", _facts(one)) for one in deciding.values()]
    post_each(notes, topic=Topic.REGRADED, at=at)


def _facts(one: Regraded) -> dict[str, Any]:
    return {
        "quiz": one.quiz,
        "attempt": one.attempt,
        "before": plain(one.before.shown),
        "after": plain(one.after.shown),
        "passed": one.after.passed,
    }


# -- the record -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """Once that papers were marked anew: by whom, how, why, and what came of it."""

    at: datetime
    by: str
    policy: RegradePolicy
    reason: str
    papers: int
    raised: int
    lowered: int
    completed: int


def runs(key: str) -> list[Run]:
    """What the journal holds about marking anew for a correction, the oldest first."""
    entries = (
        select(Entry.at, Person.name, Entry.facts)
        .join(Person, Person.id == Entry.actor_id)
        .where(Entry.subject == key, Entry.act == _ACT)
        .order_by(Entry.id)
    )
    return [_run(*row) for row in session().execute(entries)]


def _run(at: datetime, by: str, facts: Mapping[str, Any]) -> Run:
    policy = RegradePolicy(facts["policy"])
    counts = (facts[name] for name in ("papers", "raised", "lowered", "completed"))
    return Run(at, by, policy, facts["reason"], *counts)


def how_many_marked(key: str) -> int:
    """How many papers were marked anew for a correction."""
    marked = select(func.count(Regrade.attempt_id.distinct())).where(Regrade.cause == key)
    return session().scalar(marked) or 0


def marked(key: str, *, page: int) -> list[Paper]:
    """A page of the papers that were marked anew for a correction, the oldest first; pages count from 1."""
    anew = exists().where(Regrade.attempt_id == Attempt.id, Regrade.cause == key)
    whose = (Person.key, Person.name, Person.number)
    rows = session().execute(
        select(Attempt, *whose)
        .join(Person, Person.id == Attempt.person_id)
        .where(anew)
        .order_by(Attempt.id)
        .limit(regrade_effects.PAGE_SIZE)
        .offset((page - 1) * regrade_effects.PAGE_SIZE)
    )
    found = {paper.id: (paper, person) for paper, *person in rows}
    steps = _steps(list(found))
    return [_marked(paper, person, steps[paper.id], key) for paper, person in found.values()]


_Step = tuple[str, int, int]
"""Cause, points gained, points lost."""


def _steps(attempt_ids: Sequence[int]) -> dict[int, list[_Step]]:
    """Attempt → what marking anew did to it, question by question, in order."""
    gained, lost = Regrade.earned_after - Regrade.earned_before, Regrade.points_before - Regrade.points_after
    rows = session().execute(
        select(Regrade.attempt_id, Regrade.cause, gained, lost)
        .where(Regrade.attempt_id.in_(attempt_ids))
        .order_by(Regrade.id)
    )
    found: dict[int, list[_Step]] = {}
    for row in rows:
        found.setdefault(row[0], []).append((row[1], row[2], row[3]))
    return found


def _marked(paper: Attempt, person: Sequence[str], steps: Sequence[_Step], key: str) -> Paper:
    mine = [number for number, step in enumerate(steps) if step[0] == key]
    before, after = _verdict(paper, steps[: mine[0]]), _verdict(paper, steps[: mine[-1] + 1])
    about = (person[0], person[1], person[2], paper.key, paper.quiz, paper.submitted_at)
    return Paper(*about, len(mine), before, after)


def _verdict(paper: Attempt, steps: Sequence[_Step]) -> Verdict:
    gained, lost = sum(step[1] for step in steps), sum(step[2] for step in steps)
    found = standing_verdict(paper.earned, paper.points, paper.pass_line, gained, lost)
    if found is None:
        raise ValueError("an open paper has no verdict")
    return found
