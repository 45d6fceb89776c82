"""First papers of a quiz, question by question as they were marked when they were handed in.

Of everybody the first paper for each obligation counts: later ones are written after feedback. What was
withdrawn since is left out; a question whose key turned out to be wrong stays as it was, for that is what
the statistics are to show.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import String, cast, func, select

from lms.item_analysis.reckoning import Marked
from lms.item_analysis.rules import Given
from lms.kernel.database import session
from lms.quizzes.models import Answer, Attempt, AttemptState, Regrade, RegradePolicy
from lms.quizzes.papers import from_part, parts
from lms.quizzes.queries import questions_of
from lms.quizzes.rules import UNSURE, Drawn, Question, is_right

MOST = 200_000
"""So many papers of a quiz are analysed, the latest ones."""
_BATCH = 1000
_MOST_KEPT = 100_000
NONE, NUMBER, OTHER_NUMBER = "", "number", "other-number"
"""Values besides options and ``unsure``: no answer, the right number typed, another one typed."""
FIRSTS = (Attempt.number == 1, Attempt.state != AttemptState.OPEN)
"""Which attempts are first papers that were handed in."""


class Paper(NamedTuple):
    """A first paper."""

    started_at: datetime
    passed: bool
    marked: Sequence[Marked]


class Asked:
    """A question as it was drawn, with what every answer to it so far came to."""

    __slots__ = ("drawn", "marks", "question")

    def __init__(self, drawn: Drawn, question: Question) -> None:
        self.drawn, self.question = drawn, question
        self.marks: dict[str, Marked] = {}

    def mark(self, value: str) -> Marked:
        """What an answer comes to; empty for none."""
        found = self.marks.get(value)
        if found is None:
            found = self.marks[value] = self._mark(value)
        return found

    def _mark(self, value: str) -> Marked:
        right = is_right(self.question, self.drawn, value or None)
        if self.question.is_typed and value not in {NONE, UNSURE}:
            value = NUMBER if right else OTHER_NUMBER
        return Marked(self.drawn.edition, self.drawn.points, Given(value, right))


class Reader:
    """Reads papers; equal questions are read once. ``questions`` are the editions met so far."""

    def __init__(self) -> None:
        self.questions: dict[str, Question] = {}
        self._asked: dict[str, Asked] = {}

    def first_papers(self, quiz: str) -> Iterator[Paper]:
        """The latest ``MOST`` first papers of a quiz, the oldest first, a batch at a time."""
        newest = select(Attempt.id).where(Attempt.quiz == quiz, *FIRSTS).order_by(Attempt.id.desc())
        ids = session().scalars(newest.limit(MOST)).all()[::-1]
        for start in range(0, len(ids), _BATCH):
            yield from self._batch(ids[start : start + _BATCH])

    def _batch(self, ids: Sequence[int]) -> Iterator[Paper]:
        answers, withdrawn = answers_of(ids), _withdrawn(ids)
        columns = (Attempt.id, Attempt.paper, Attempt.started_at, Attempt.state)
        rows = session().execute(select(*columns).where(Attempt.id.in_(ids)).order_by(Attempt.id))
        for attempt_id, text, started_at, state in rows:
            given, gone = answers.get(attempt_id, {}), withdrawn.get(attempt_id, ())
            marked = [
                self.asked(part).mark(given.get(position, NONE))
                for position, part in enumerate(parts(text), 1)
                if position not in gone
            ]
            if marked:
                yield Paper(started_at, state is AttemptState.PASSED, marked)

    def asked(self, part: str) -> Asked:
        """The question of a part of a paper."""
        found = self._asked.get(part)
        if found is None:
            if len(self._asked) > _MOST_KEPT:
                self._asked.clear()
            drawn = from_part(part)
            question = self.questions[drawn.edition] = questions_of([drawn])[drawn.edition]
            found = self._asked[part] = Asked(drawn, question)
        return found


def answers_of(ids: Sequence[int]) -> dict[int, Mapping[int, str]]:
    """Attempt → position → value; one row an attempt, because very many are read."""
    line = cast(Answer.position, String) + ":" + Answer.value
    rows = session().execute(
        select(Answer.attempt_id, func.aggregate_strings(line, "\n"))
        .where(Answer.attempt_id.in_(ids))
        .group_by(Answer.attempt_id)
    )
    position = cache(int)
    found: dict[int, Mapping[int, str]] = {}
    for attempt_id, lines in rows:
        pairs = (one.partition(":") for one in lines.split("\n"))
        found[attempt_id] = {position(number): value for number, _, value in pairs}
    return found


def _withdrawn(ids: Sequence[int]) -> dict[int, set[int]]:
    rows = session().execute(
        select(Regrade.attempt_id, Regrade.position).where(
            Regrade.attempt_id.in_(ids), Regrade.policy == RegradePolicy.WITHDRAW
        )
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for attempt_id, position in rows:
        found[attempt_id].add(position)
    return found
