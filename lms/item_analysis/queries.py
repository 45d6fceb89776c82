"""What was found out, for pages: quizzes, questions by edition, alarms. Nothing is computed here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from lms.item_analysis.models import AnalysedItem, AnalysedQuiz, ItemAlarm
from lms.item_analysis.rules import AnswerStatistics, Concern, Fall, Sample, sample
from lms.kernel.database import session
from lms.library.models import Edition, Release, ReleaseItem
from lms.library.queries import live_release
from lms.people.models import Person
from lms.quizzes.compiled import question_from
from lms.quizzes.rules import Question
from lms.rollouts.models import Change

PAGE_SIZE = 50
MOST_ALARMS = 50


# -- alarms ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Alarm:
    """A question that far fewer people answer rightly since a change of policy: shares before and after.

    ``settled_by`` and ``note`` are empty while nobody has looked at it.
    """

    key: str
    quiz: str
    question: str
    change_key: str
    change_title: str
    before: float
    after: float
    before_n: int
    after_n: int
    z: float
    raised_at: datetime
    settled_at: datetime | None
    settled_by: str
    note: str


def alarms() -> list[Alarm]:
    """Open alarms, the newest first."""
    return _alarms(ItemAlarm.settled_at.is_(None))


def alarm_count() -> int:
    """How many alarms are open."""
    return session().scalar(select(func.count()).where(ItemAlarm.settled_at.is_(None))) or 0


def alarms_of(question: str) -> list[Alarm]:
    """All alarms that there ever were about a question, the newest first."""
    return _alarms(ItemAlarm.question == question)


def _alarms(where: Any) -> list[Alarm]:
    rows = session().execute(
        select(ItemAlarm, Change.key, Change.title, Person.name)
        .join(Change, Change.id == ItemAlarm.change_id)
        .outerjoin(Person, Person.id == ItemAlarm.settled_by)
        .where(where)
        .order_by(ItemAlarm.id.desc())
        .limit(MOST_ALARMS)
    )
    return [_alarm(*row) for row in rows]


def _alarm(row: ItemAlarm, change_key: str, title: str, by: str | None) -> Alarm:
    fall = Fall(row.before_n, row.before_right, row.after_n, row.after_right)
    numbers = (fall.before, fall.after, fall.before_n, fall.after_n, fall.z)
    about = (row.key, row.quiz, row.question, change_key, title)
    return Alarm(*about, *numbers, row.raised_at, row.settled_at, by or "", row.note)


# -- quizzes --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class QuizLine:
    """An analysed quiz. ``concerns`` counts its questions with something wrong about them."""

    found: AnalysedQuiz
    concerns: int

    @property
    def sample(self) -> Sample:
        """How much its papers allow to conclude."""
        return sample(self.found.papers)


def quizzes() -> list[QuizLine]:
    """Every analysed quiz, those with most papers first."""
    concerns = (
        select(AnalysedItem.quiz, func.count().label("n"))
        .where(AnalysedItem.concern != "")
        .group_by(AnalysedItem.quiz)
        .subquery()
    )
    rows = session().execute(
        select(AnalysedQuiz, func.coalesce(concerns.c.n, 0))
        .outerjoin(concerns, concerns.c.quiz == AnalysedQuiz.quiz)
        .order_by(AnalysedQuiz.papers.desc(), AnalysedQuiz.quiz)
    )
    return [QuizLine(*row) for row in rows]


def quiz(name: str) -> AnalysedQuiz | None:
    """What was found out about a quiz; ``None`` before the first paper was analysed."""
    return session().get(AnalysedQuiz, name)


# -- questions ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ItemLine:
    """An analysed edition of a question."""

    edition: str
    question: str
    quiz: str
    n: int
    right: int
    group: int
    discrimination: float
    total: float | None
    rest: float | None
    concern: Concern | None
    detail: Mapping[str, Any]

    @property
    def difficulty(self) -> float:
        """Share of right answers."""
        return self.right / self.n

    @property
    def sample(self) -> Sample:
        """How much the answers allow to conclude."""
        return sample(self.n)

    @property
    def answers(self) -> list[AnswerStatistics]:
        """Who answered what, the right answer first."""
        return [AnswerStatistics(**one) for one in self.detail["answers"]]


_ORDERS: Mapping[str, Callable[[ItemLine], Any]] = {
    "concern": lambda one: (one.concern is None, list(Concern).index(one.concern) if one.concern else 0),
    "difficulty": lambda one: one.difficulty,
    "discrimination": lambda one: one.discrimination,
    "rest": lambda one: (one.rest is None, one.rest or 0.0),
    "n": lambda one: -one.n,
    "question": lambda one: one.question,
}
ORDERS = tuple(_ORDERS)
"""By what the questions of a quiz can be sorted; what needs attention comes first."""


def items(quiz_name: str, order: str) -> list[ItemLine]:
    """Every analysed edition of the questions of a quiz. Raises ``KeyError`` for an unknown order."""
    rows = session().scalars(select(AnalysedItem).where(AnalysedItem.quiz == quiz_name))
    found = sorted(map(_line, rows), key=lambda one: (one.question, -one.n))
    return sorted(found, key=_ORDERS[order])


def items_of(question: str) -> dict[str, ItemLine]:
    """Edition → what was found out about it."""
    rows = session().scalars(select(AnalysedItem).where(AnalysedItem.question == question))
    return {row.edition: _line(row) for row in rows}


def _line(row: AnalysedItem) -> ItemLine:
    about = (row.edition, row.question, row.quiz, row.n, row.right, row.group)
    concern = Concern(row.concern) if row.concern else None
    return ItemLine(*about, row.discrimination, row.total, row.rest, concern, row.detail)


@dataclass(frozen=True)
class EditionOf:
    """An edition of a question, and since when it has been asked."""

    question: Question
    since: datetime


def editions(question: str) -> list[EditionOf]:
    """Every edition of a question that was ever published, the live one first, then the latest."""
    is_live = func.max(case((Release.id == live_release(), 1), else_=0))
    rows = session().execute(
        select(Edition.sha256, Edition.body, func.min(Release.published_at).label("since"))
        .join(ReleaseItem, ReleaseItem.edition == Edition.sha256)
        .join(Release, Release.id == ReleaseItem.release_id)
        .where(ReleaseItem.kind == "question", ReleaseItem.key == question)
        .group_by(Edition.sha256)
        .order_by(is_live.desc(), func.max(Release.published_at).desc())
    )
    return [EditionOf(question_from(question, sha, body), since) for sha, body, since in rows]


@dataclass(frozen=True)
class OptionStatistics:
    """An option: how many chose it, with which mean score, how many of the two groups."""

    number: int
    n: int
    mean: float
    upper: float
    lower: float


def by_option(answers: Sequence[AnswerStatistics], count: int) -> list[OptionStatistics]:
    """The answers by option; where several may be chosen, one answer counts for each of its options."""
    found = []
    for number in range(count):
        mine = [one for one in answers if str(number) in one.value.split(",")]
        n = sum(one.n for one in mine)
        mean = sum(one.n * one.mean for one in mine) / n if n else 0.0
        groups = (sum(one.upper for one in mine), sum(one.lower for one in mine))
        found.append(OptionStatistics(number, n, mean, *groups))
    return found


def path_of(release_id: str, question: str) -> str:
    """The file of a question in a release; empty once it is retired."""
    path = select(ReleaseItem.path).where(
        ReleaseItem.release_id == release_id, ReleaseItem.kind == "question", ReleaseItem.key == question
    )
    return session().scalar(path) or ""
