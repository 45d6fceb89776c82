"""Statistics of questions after classical test theory: plain arithmetic over counted answers.

The groups are the upper and lower 27 % of those who were asked (Kelley 1939). Where people of the same score
stand on both sides of a border, each of them counts by the same part, so that the groups are of equal size
and the order of the papers makes no difference.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple, TypeAlias

GROUP = 0.27
"""Share of the upper and of the lower group."""
FEW, ENOUGH = 30, 100
"""Below the first nothing is concluded; below the second everything is preliminary."""
TOGETHER = 10
"""Two questions tell something about the whole when so many people were asked both."""
FIFTHS = 5
TOO_HARD, TOO_EASY = 0.30, 0.95
"""Shares of right answers. A paper that is passed with 80 of 100 consists of easy questions."""
WEAK = 0.20
"""Below it a discrimination or a correlation tells nobody apart. Source: domain.md G-3."""
IDLE = 0.05
"""A wrong option that fewer choose does nothing. Source: domain.md G-3."""
FALL, CERTAIN = 0.2, 2.58
"""An alarm is raised when the share of right answers falls by so much, so many standard errors at least."""


class Score(NamedTuple):
    """Points earned of points asked on a paper."""

    earned: int
    points: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.earned / self.points


Table: TypeAlias = Mapping[Score, int]
"""Score of the paper → how many."""


class Sample(StrEnum):
    """How much can be concluded."""

    TOO_FEW = "too-few"
    PRELIMINARY = "preliminary"
    ENOUGH = "enough"


class Concern(StrEnum):
    """What is wrong with a question, the worst first. An easy one cannot tell people apart."""

    KEY = "key"
    TOO_HARD = "too-hard"
    TOO_EASY = "too-easy"
    WEAK = "weak"
    IDLE = "idle"


class Given(NamedTuple):
    """An answer as it was given, and whether it was right. Empty: none was given."""

    value: str
    right: bool


@dataclass(frozen=True)
class AnswerStatistics:
    """How often an answer was given, and by whom: mean score, and how many of the two groups."""

    value: str
    right: bool
    n: int
    mean: float
    upper: float
    lower: float


@dataclass(frozen=True)
class ItemStatistics:
    """What is known of a question. ``group`` is the size of each group.

    ``total`` is the point-biserial correlation with the score of the paper, ``rest`` the same without the
    question itself. What cannot be said is ``None``: everybody was right, or all scores are equal.
    """

    n: int
    right: int
    group: int
    discrimination: float
    total: float | None
    rest: float | None
    answers: Sequence[AnswerStatistics]
    fifths: Sequence[float]

    @property
    def difficulty(self) -> float:
        """Share of right answers: the higher, the easier."""
        return self.right / self.n


def sample(n: int) -> Sample:
    """What so many answers allow to conclude."""
    if n < FEW:
        return Sample.TOO_FEW
    return Sample.ENOUGH if n >= ENOUGH else Sample.PRELIMINARY


# -- one question ---------------------------------------------------------------------------------------


def item_statistics(tally: Mapping[Given, Table], points: int) -> ItemStatistics:
    """The statistics of a question worth *points*, from who answered what with which score."""
    everybody, right = _scores(tally), _scores({given: tally[given] for given in tally if given.right})
    upper, lower = in_group(everybody, highest=True), in_group(everybody, highest=False)
    group = group_size(everybody.total())
    answers = [
        AnswerStatistics(
            *given, sum(table.values()), _mean(table), _weighed(table, upper), _weighed(table, lower)
        )
        for given, table in tally.items()
    ]
    return ItemStatistics(
        n=everybody.total(),
        right=right.total(),
        group=group,
        discrimination=(_weighed(right, upper) - _weighed(right, lower)) / group,
        total=_point_biserial(everybody, right, lambda score, _right: score.share),
        rest=_point_biserial(everybody, right, lambda score, right: _rest(score, points, right=right)),
        answers=sorted(answers, key=lambda one: (not one.right, -one.n, one.value)),
        fifths=_fifths(everybody, right),
    )


def _scores(tally: Mapping[Given, Table]) -> Counter[Score]:
    found: Counter[Score] = Counter()
    for table in tally.values():
        found.update(table)
    return found


def group_size(n: int) -> int:
    """27 % of *n*, rounded half up, at least one."""
    return max(1, math.floor(GROUP * n + 0.5))


def in_group(scores: Table, *, highest: bool) -> dict[Score, float]:
    """Score → the part by which somebody with it belongs to the upper or the lower group."""
    left: float = group_size(sum(scores.values()))
    return _filled(scores, left, highest=highest)


def _filled(scores: Table, places: float, *, highest: bool) -> dict[Score, float]:
    """Fill *places* from one end; those of one score share what is left for them."""
    alike: dict[float, int] = {}
    for score, count in scores.items():
        alike[score.share] = alike.get(score.share, 0) + count
    parts: dict[float, float] = {}
    for share in sorted(alike, reverse=highest):
        parts[share] = min(1.0, places / alike[share])
        places = max(0.0, places - alike[share])
    return {score: parts[score.share] for score in scores}


def _weighed(table: Table, parts: Mapping[Score, float]) -> float:
    return math.fsum(count * parts[score] for score, count in table.items())


def _mean(table: Table) -> float:
    return math.fsum(count * score.share for score, count in table.items()) / sum(table.values())


def _rest(score: Score, points: int, *, right: bool) -> float:
    """The score without the question; nothing is left of a paper with one question."""
    left = score.points - points
    return (score.earned - points * right) / left if left else 0.0


def _point_biserial(everybody: Table, right: Table, value: Callable[[Score, bool], float]) -> float | None:
    """Pearson's correlation between being right and a *value* of the paper."""
    pairs = [(True, value(score, True), count) for score, count in right.items()]
    for score, count in everybody.items():
        pairs.append((False, value(score, False), count - right.get(score, 0)))
    n = sum(count for _, _, count in pairs)
    p = sum(count for is_right, _, count in pairs if is_right) / n
    mean = math.fsum(number * count for _, number, count in pairs) / n
    variance = math.fsum((number - mean) ** 2 * count for _, number, count in pairs) / n
    if p in (0, 1) or variance < 1e-12:
        return None
    covariance = math.fsum((is_right - p) * (number - mean) * count for is_right, number, count in pairs) / n
    return covariance / math.sqrt(p * (1 - p) * variance)


def _fifths(everybody: Table, right: Table) -> list[float]:
    """Share of right answers in each fifth of those asked, from the lowest scores to the highest."""
    size = sum(everybody.values()) / FIFTHS
    up_to = [_filled(everybody, size * number, highest=False) for number in range(1, FIFTHS + 1)]
    counts = [0.0, *(_weighed(right, parts) for parts in up_to)]
    return [(later - before) / size for before, later in pairwise(counts)]


def concern(statistics: ItemStatistics, wrong_options: Iterable[str] = ()) -> Concern | None:
    """The worst that is wrong with a question; *wrong_options* are the values that nobody should choose."""
    found, chosen = statistics, {one.value: one.n for one in statistics.answers}
    if sample(found.n) is Sample.TOO_FEW:
        return None
    signs = (found.discrimination, found.rest or 0.0)
    idle = any(chosen.get(option, 0) < IDLE * found.n for option in wrong_options)
    checks = {
        Concern.KEY: max(signs) < 0,
        Concern.TOO_HARD: found.difficulty < TOO_HARD,
        Concern.TOO_EASY: found.difficulty >= TOO_EASY,
        Concern.WEAK: max(signs) < WEAK,
        Concern.IDLE: idle,
    }
    return next((name for name, holds in checks.items() if holds), None)


# -- a whole paper --------------------------------------------------------------------------------------


def reliability(length: int, variance: float, covariance: float) -> float | None:
    """Cronbach's alpha of papers of so many questions; KR-20 where a question is right or wrong.

    By the mean variance of a question and the mean covariance of two of them, which for a paper that is the
    same for everybody gives exactly ``k / (k - 1) * (1 - sum of variances / variance of the sums)``. Papers
    that are drawn from a bank have no other one: nobody has answered every question.
    """
    whole = variance + (length - 1) * covariance
    return length * covariance / whole if length > 1 and whole > 0 else None


def covariance(n: int, first: int, second: int, both: int) -> float:
    """Of being right in two questions, of *n* people who were asked both; of one question, its variance.

    By n - 1, so that pairs that few were asked estimate the same as pairs that many were.
    """
    return (both - first * second / n) / (n - 1)


# -- before and after a change --------------------------------------------------------------------------


@dataclass(frozen=True)
class Fall:
    """Right answers of those asked before a change, and after it."""

    before_n: int
    before_right: int
    after_n: int
    after_right: int

    @property
    def before(self) -> float:
        """Share of right answers before."""
        return self.before_right / self.before_n

    @property
    def after(self) -> float:
        """Share of right answers after."""
        return self.after_right / self.after_n

    @property
    def z(self) -> float:
        """By how many standard errors the shares differ, as if they did not: the test of two proportions."""
        n = self.before_n + self.after_n
        p = (self.before_right + self.after_right) / n
        error = math.sqrt(p * (1 - p) * (1 / self.before_n + 1 / self.after_n))
        return (self.before - self.after) / error if error else 0.0

    @property
    def is_collapse(self) -> bool:
        """Whether it is too steep to be chance. Too few answers on one side conclude nothing."""
        if min(self.before_n, self.after_n) < FEW:
            return False
        return self.before - self.after >= FALL - 1e-9 and self.z > CERTAIN
