"""Analysing a quiz: its papers counted up, by month and by the changes of policy between which they fall."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from lms.item_analysis.papers import FIRSTS, Reader
from lms.item_analysis.reckoning import Reckoning, Reliability
from lms.item_analysis.rules import Concern, Fall, ItemStatistics, concern
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.library.models import Release
from lms.quizzes.models import Attempt
from lms.quizzes.queries import quizzes_of
from lms.quizzes.rules import Question, QuestionType
from lms.rollouts.models import Change

LOOKING_BACK = timedelta(days=180)
"""Changes that went live so long ago or longer raise no alarm any more."""


@dataclass(frozen=True)
class Item:
    """An edition of a question with its statistics; ``months``: month, how many were asked and were right."""

    edition: str
    question: str
    statistics: ItemStatistics
    concern: Concern | None
    months: Sequence[tuple[str, int, int]]


@dataclass(frozen=True)
class Collapse:
    """A question that far fewer people answer rightly since a change."""

    question: str
    change_id: int
    fall: Fall


@dataclass(frozen=True)
class Analysis:
    """What was found out about a quiz. ``scores`` counts papers by tens of points."""

    quiz: str
    papers: int
    counted: int
    passed: int
    mean: float
    deviation: float
    length: int
    reliability: Reliability
    scores: Sequence[int]
    items: Sequence[Item]
    collapses: Sequence[Collapse]


@dataclass(frozen=True)
class _GoneLive:
    """A change of policy that has gone live."""

    id: int
    at: datetime


class _Periods:
    """Numbers for periods: the month in China, and after how many changes."""

    def __init__(self, changes: Sequence[_GoneLive]) -> None:
        self.changes = changes
        self._instants = [one.at for one in changes]
        self._numbers: dict[tuple[str, int], int] = {}
        self.all: list[tuple[str, int]] = []

    def number(self, at: datetime) -> int:
        """The number of the period that an instant falls into."""
        period = (f"{china_date(at):%Y-%m}", bisect_right(self._instants, at))
        if period not in self._numbers:
            self._numbers[period] = len(self.all)
            self.all.append(period)
        return self._numbers[period]


def analyse(quiz: str, release_id: str, *, at: datetime) -> Analysis | None:
    """What the papers of a quiz come to; ``None`` when there is none. Nothing is stored."""
    counted = count(quiz)
    changes = _gone_live()
    reader, reckoning, periods = Reader(), Reckoning(), _Periods(changes)
    passed = 0
    for paper in reader.first_papers(quiz):
        reckoning.add(paper.marked, periods.number(paper.started_at))
        passed += paper.passed
    if not reckoning.papers:
        return None
    bank = quizzes_of(release_id).get(quiz)
    live = [question.edition for question in bank.questions] if bank else list(reader.questions)
    length = bank.size if bank else reckoning.lengths.most_common(1)[0][0]
    mean, deviation = _moments(reckoning)
    return Analysis(
        quiz=quiz,
        papers=reckoning.papers,
        counted=counted,
        passed=passed,
        mean=mean,
        deviation=deviation,
        length=length,
        reliability=reckoning.reliability(live, length),
        scores=_by_tens(reckoning),
        items=_items(reckoning, reader, periods),
        collapses=list(_collapses(reckoning, reader, periods, at - LOOKING_BACK)),
    )


def count(quiz: str) -> int:
    """How many first papers of a quiz were handed in."""
    return session().scalar(select(func.count()).where(Attempt.quiz == quiz, *FIRSTS)) or 0


def _gone_live() -> list[_GoneLive]:
    rows = session().execute(
        select(Change.id, Release.published_at)
        .join(Release, Release.id == Change.release_after)
        .order_by(Release.published_at)
    )
    return [_GoneLive(*row) for row in rows]


def _moments(reckoning: Reckoning) -> tuple[float, float]:
    """Mean and standard deviation of the scores, out of 100."""
    mean = math.fsum(count * score.share for score, count in reckoning.scores.items()) / reckoning.papers
    squares = math.fsum(count * (score.share - mean) ** 2 for score, count in reckoning.scores.items())
    return 100 * mean, 100 * math.sqrt(squares / reckoning.papers)


def _by_tens(reckoning: Reckoning) -> list[int]:
    """Papers below 10 points, below 20 … and from 90 on."""
    found = [0] * 10
    for score, count in reckoning.scores.items():
        found[min(9, 10 * score.earned // score.points)] += count
    return found


def _items(reckoning: Reckoning, reader: Reader, periods: _Periods) -> list[Item]:
    return [
        Item(
            edition,
            reader.questions[edition].id,
            statistics,
            concern(statistics, wrong_options(reader.questions[edition])),
            _months(reckoning, edition, periods),
        )
        for edition, statistics in reckoning.items().items()
    ]


def wrong_options(question: Question) -> list[str]:
    """The answers that ought to tempt those who do not know; none where several options are chosen."""
    if question.numeric:
        return [str(number) for number in range(1, len(question.numeric.distractors) + 1)]
    if question.type is QuestionType.MULTIPLE:
        return []
    return [str(option.number) for option in question.options if not option.right]


def _months(reckoning: Reckoning, edition: str, periods: _Periods) -> list[tuple[str, int, int]]:
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for number, (n, n_right) in reckoning.periods([edition]).items():
        month = periods.all[number][0]
        asked[month] += n
        right[month] += n_right
    return [(month, asked[month], right[month]) for month in sorted(asked)]


def _collapses(
    reckoning: Reckoning, reader: Reader, periods: _Periods, since: datetime
) -> Iterator[Collapse]:
    """Every question over all its editions: up to each change, and from it to the next one."""
    editions: dict[str, list[str]] = {}
    for edition, question in reader.questions.items():
        editions.setdefault(question.id, []).append(edition)
    for question_id, several in editions.items():
        counts = [(0, 0)] * (len(periods.changes) + 1)
        for number, (asked, right) in reckoning.periods(several).items():
            place = periods.all[number][1]
            counts[place] = (counts[place][0] + asked, counts[place][1] + right)
        for place, change in enumerate(periods.changes, 1):
            asked, right = (sum(several) for several in zip(*counts[:place], strict=True))
            fall = Fall(asked, right, *counts[place])
            if change.at > since and fall.is_collapse:
                yield Collapse(question_id, change.id, fall)
