"""A value that we had wrong, put right by a change: papers graded on it are marked anew, people are told.

Who was taught it stands in ``mistaught``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, func, select

from lms.assignments import regrading
from lms.assignments.regrading import Affected, Correction, Declaration, Regraded, Wrong, affected, marker
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
from lms.rollouts import queries
from lms.rollouts.models import Change, ChangeItem, How
from lms.rollouts.registration import ReasonMissing
from lms.rollouts.running import NotRunning

PAGE_SIZE = 50
_ACT = "correction.regraded"
_MISTAKES = (How.CORRECTED, How.WITHDRAWN)


class NotACorrection(DomainError):
    """No value of the change was wrong before."""

    code = "not-a-correction"


class OtherPolicyDeclared(DomainError):
    """Papers of one correction are all marked anew in the same way. Fact ``policy``: the declared one."""

    code = "other-policy-declared"


def mistakes_of(change: Change) -> list[ChangeItem]:
    """What of a change was our own mistake, empty for most."""
    return [row for row in queries.items_of(change.id) if row.how in _MISTAKES]


def correction_of(change: Change) -> Correction:
    """The wrong values of an approved change. Raises ``NotRunning`` and ``NotACorrection``."""
    if change.release_after is None:
        raise NotRunning(state=change.state.value)
    wrongs = [
        Wrong(row.item, row.region, row.status, row.level, row.since, Decimal(row.old))
        for row in mistakes_of(change)
    ]
    if not wrongs:
        raise NotACorrection(change=change.key)
    return Correction(change.key, wrongs, change.release_after)


# -- before it is decided -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    """What a policy would do: scores that rise or fall, and courses that are completed by it."""

    policy: RegradePolicy
    raised: int
    lowered: int
    completed: int


@dataclass(frozen=True)
class Paper:
    """A paper that rests on a wrong number, and on how many questions; *after* once it is marked anew."""

    person: str
    name: str
    number: str
    attempt: str
    quiz: str
    submitted_at: datetime | None
    questions: int
    before: Verdict
    after: Verdict | None = None


@dataclass(frozen=True)
class Preview:
    """Papers that are still to be marked anew: how many, the first of them, and what each policy would do.

    ``waiting`` are not handed in yet.
    """

    papers: int
    people: int
    waiting: int
    effects: Sequence[Effect]
    first: Sequence[Paper]


def preview(change: Change) -> Preview:
    """What is to be marked anew; nothing is stored. Raises as ``correction_of`` does."""
    found = correction_of(change)
    marks = {policy: marker(policy) for policy in RegradePolicy}
    tallies: dict[RegradePolicy, Counter[str]] = {policy: Counter() for policy in RegradePolicy}
    people: set[int] = set()
    first: list[Affected] = []
    papers = 0
    for case in affected(found):
        papers += 1
        people.add(case.paper.person_id)
        first += [case] if papers <= PAGE_SIZE else []
        for policy, mark in marks.items():
            tallies[policy].update(_tally(mark(case)))
    waiting = sum(1 for _ in affected(found, handed_in=False))
    effects = [Effect(policy, **_counts(tally)) for policy, tally in tallies.items()]
    return Preview(papers, len(people), waiting, effects, _papers(first))


def _tally(one: Regraded) -> list[str]:
    names = {
        "raised": one.after.score > one.before.score,
        "lowered": one.after.score < one.before.score,
        "completed": one.completes,
    }
    return [name for name, holds in names.items() if holds]


def _counts(tally: Counter[str]) -> dict[str, int]:
    return {name: tally[name] for name in ("raised", "lowered", "completed")}


def _papers(cases: Sequence[Affected]) -> list[Paper]:
    columns = (Person.id, Person.key, Person.name, Person.number)
    whose = select(*columns).where(Person.id.in_([case.paper.person_id for case in cases]))
    people = {row.id: row[1:] for row in session().execute(whose)}
    return [
        Paper(*people[one.person_id], one.key, one.quiz, one.submitted_at, len(case.questions), one.verdict)
        for case in cases
        if (one := case.paper).verdict
    ]


# -- marking anew ---------------------------------------------------------------------------------------


def regrade(change_key: str, policy: RegradePolicy, *, reason: str, actor_id: int, at: datetime) -> int:
    """Mark every paper anew that was graded on a wrong value, and tell its owner; returns how many papers.

    Running it again takes in what was handed in since, in the same way: another policy is refused with
    ``OtherPolicyDeclared``. Raises also ``ReasonMissing`` and what ``correction_of`` raises.
    """
    if not reason.strip():
        raise ReasonMissing(keys=[])
    session().execute(select(Change.id).where(Change.key == change_key).with_for_update())
    change = queries.change(change_key)
    found = correction_of(change)
    before = runs(change)
    if before and before[0].policy is not policy:
        raise OtherPolicyDeclared(policy=before[0].policy.value)
    results = regrading.regrade(found, Declaration(policy, reason.strip(), actor_id), at=at)
    if results or not before:
        said = {"policy": policy.value, "reason": reason.strip(), "papers": len(results)}
        tally = Counter(name for one in results for name in _tally(one))
        record(_ACT, change_key, actor_id=actor_id, at=at, **said, **_counts(tally))
    _tell(change_key, results, at)
    return len(results)


def _tell(change_key: str, results: Sequence[Regraded], at: datetime) -> None:
    """One note for each assignment: about the paper that completes it, else about the last one."""
    deciding: dict[str, Regraded] = {}
    for one in results:
        known = deciding.get(one.series)
        if known is None or not known.completes:
            deciding[one.series] = one
    notes = [Note(one.person_id, f"{change_key}/{one.attempt}", _facts(one)) for one in deciding.values()]
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


def runs(change: Change) -> list[Run]:
    """What the journal holds about marking anew for a change, the oldest first."""
    entries = (
        select(Entry.at, Person.name, Entry.facts)
        .join(Person, Person.id == Entry.actor_id)
        .where(Entry.subject == change.key, Entry.act == _ACT)
        .order_by(Entry.id)
    )
    return [_run(*row) for row in session().execute(entries)]


def _run(at: datetime, by: str, facts: Mapping[str, Any]) -> Run:
    policy = RegradePolicy(facts["policy"])
    counts = (facts[name] for name in ("papers", "raised", "lowered", "completed"))
    return Run(at, by, policy, facts["reason"], *counts)


def how_many_marked(change: Change) -> int:
    """How many papers were marked anew for a change."""
    marked = select(func.count(Regrade.attempt_id.distinct())).where(Regrade.cause == change.key)
    return session().scalar(marked) or 0


def marked(change: Change, *, page: int) -> list[Paper]:
    """A page of the papers that were marked anew for a change, the oldest first; pages count from 1."""
    anew = exists().where(Regrade.attempt_id == Attempt.id, Regrade.cause == change.key)
    whose = (Person.key, Person.name, Person.number)
    rows = session().execute(
        select(Attempt, *whose)
        .join(Person, Person.id == Attempt.person_id)
        .where(anew)
        .order_by(Attempt.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    found = {paper.id: (paper, person) for paper, *person in rows}
    changes = _changes(list(found))
    return [_marked(paper, person, changes[paper.id], change.key) for paper, person in found.values()]


_Step = tuple[str, int, int]
"""Cause, points gained, points lost."""


def _changes(attempt_ids: Sequence[int]) -> dict[int, list[_Step]]:
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
