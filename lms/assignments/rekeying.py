"""A question whose key was wrong, and the papers on which that edition of it stands."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement

from lms.quizzes.models import Attempt, RegradePolicy, Wrong
from lms.quizzes.papers import from_part
from lms.quizzes.queries import questions_of
from lms.quizzes.rekeying import remark_by_key
from lms.quizzes.remarking import Remarked
from lms.quizzes.rules import Drawn, Question


@dataclass(frozen=True, eq=False)
class WrongKey:
    """A question as it was drawn, and the options that are right."""

    question: Question
    drawn: Drawn
    right: frozenset[int] | None

    def remark(self, answer: str | None, policy: RegradePolicy) -> Remarked:
        """Mark an answer anew."""
        return remark_by_key(self.question, self.drawn, answer, policy=policy, key=self.right)


@dataclass(frozen=True)
class Rekeying:
    """An edition of a question of words that was marked wrongly, under the public key of its correction."""

    key: str
    quiz: str
    edition: str
    right: frozenset[int] | None
    wrong: Wrong = Wrong.KEY

    def papers(self) -> ColumnElement[bool]:
        """Attempts on whose papers the edition stands."""
        return (Attempt.quiz == self.quiz) & Attempt.paper.contains(self.edition, autoescape=True)

    def misjudged(self, part: str, release_id: str, day: date) -> WrongKey | None:
        """The question of a part of a paper where it is this edition; release and day do not matter."""
        if self.edition not in part:
            return None
        drawn = from_part(part)
        return WrongKey(questions_of([drawn])[drawn.edition], drawn, self.right)
