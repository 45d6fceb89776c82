"""Before papers are marked anew: which they are, and what each policy would do to them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.assignments.regrading import Affected, Mistake, Regraded, affected, marker
from lms.kernel.database import session
from lms.people.models import Person
from lms.quizzes.models import RegradePolicy
from lms.quizzes.rules import Verdict

PAGE_SIZE = 50


@dataclass(frozen=True)
class Effect:
    """What a policy would do: scores that rise or fall, and courses that are completed by it."""

    policy: RegradePolicy
    raised: int
    lowered: int
    completed: int


@dataclass(frozen=True)
class Paper:
    """A paper that rests on a mistake, and on how many questions; *after* once it is marked anew."""

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


def preview(mistake: Mistake) -> Preview:
    """What is to be marked anew; nothing is stored."""
    marks = {policy: marker(policy) for policy in RegradePolicy}
    tallies: dict[RegradePolicy, Counter[str]] = {policy: Counter() for policy in RegradePolicy}
    people: set[int] = set()
    first: list[Affected] = []
    papers = 0
    for case in affected(mistake):
        papers += 1
        people.add(case.paper.person_id)
        first += [case] if papers <= PAGE_SIZE else []
        for policy, mark in marks.items():
            tallies[policy].update(changes(mark(case)))
    waiting = sum(1 for _ in affected(mistake, handed_in=False))
    effects = [Effect(policy, **counts(tally)) for policy, tally in tallies.items()]
    return Preview(papers, len(people), waiting, effects, _papers(first))


def changes(one: Regraded) -> list[str]:
    """What marking a paper anew comes to, of what an ``Effect`` counts."""
    names = {
        "raised": one.after.score > one.before.score,
        "lowered": one.after.score < one.before.score,
        "completed": one.completes,
    }
    return [name for name, holds in names.items() if holds]


def counts(names: Iterable[str]) -> dict[str, int]:
    """How often each of them happened."""
    tally = names if isinstance(names, Counter) else Counter(names)
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
