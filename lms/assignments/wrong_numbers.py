"""A value of ours that was wrong, and the questions on papers that rest on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, or_

from lms.policies.queries import policies_of
from lms.policies.references import parse
from lms.policies.rules import Value
from lms.quizzes import models
from lms.quizzes.models import Attempt, RegradePolicy
from lms.quizzes.papers import from_part
from lms.quizzes.queries import questions_of
from lms.quizzes.remarking import Remarked, remark
from lms.quizzes.rules import Drawn, Question


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

    @property
    def signs(self) -> tuple[str, str]:
        """What stands in the text of a paper that rests on it, and rarely in another one."""
        return f'"{self.parameter}/', f'"value":"{self.value}"'


@dataclass(frozen=True, eq=False)
class WrongNumber:
    """A question as it was drawn, with a wrong number: reference → right value.

    A right value is empty where the library has none that may be scored.
    """

    question: Question
    drawn: Drawn
    corrected: Mapping[str, str]

    def remark(self, answer: str | None, policy: RegradePolicy) -> Remarked:
        """Mark an answer anew."""
        return remark(self.question, self.drawn, answer, policy=policy, corrected=self.corrected)


@dataclass(frozen=True)
class Correction:
    """Values that were wrong, under the public key of their correction, and the release that is right."""

    key: str
    wrongs: Sequence[Wrong]
    release_id: str
    wrong: models.Wrong = models.Wrong.NUMBER

    def papers(self) -> ColumnElement[bool]:
        """Roughly: attempts on whose papers the parameter and the number stand."""
        return or_(*(and_(*map(_contains, one.signs)) for one in self.wrongs))

    def misjudged(self, part: str, release_id: str, day: date) -> WrongNumber | None:
        """The question of a part of a paper that was begun on *day*, where it rests on a wrong number."""
        if not any(all(sign in part for sign in one.signs) for one in self.wrongs):
            return None
        drawn = from_part(part)
        question = questions_of([drawn])[drawn.edition]
        corrected = self._corrected(drawn, release_id, question.on or day)
        return WrongNumber(question, drawn, corrected) if corrected else None

    def _corrected(self, drawn: Drawn, release_id: str, day: date) -> dict[str, str]:
        """Reference → right value, for the stamps that hold a wrong number.

        The library says which value it was: a reference to a city may have been answered by its province.
        """
        found: dict[str, str] = {}
        for canonical, stamp in drawn.stamps.items():
            was = _value(release_id, canonical, day)
            if was is not None and self._is_wrong(canonical, was):
                right = _value(self.release_id, canonical, day)
                number = str(right.value) if right is not None and right.mark.may_be_scored else ""
                if number != stamp.value:
                    found[canonical] = number
        return found

    def _is_wrong(self, canonical: str, was: Value) -> bool:
        name = canonical.partition("/")[0]
        return any(one.parameter == name and one.is_row(was) for one in self.wrongs)


def _contains(sign: str) -> ColumnElement[bool]:
    return Attempt.paper.contains(sign, autoescape=True)


@lru_cache(maxsize=4096)
def _value(release_id: str, canonical: str, day: date) -> Value | None:
    asked, policies = parse(canonical), policies_of(release_id)
    return policies.answer(asked, day).current if asked.name in policies.parameters else None
