"""Counting up papers one by one, so that any number of them can be analysed in little memory."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from lms.item_analysis.rules import (
    TOGETHER,
    Given,
    ItemStatistics,
    Score,
    covariance,
    item_statistics,
    reliability,
)


class Marked(NamedTuple):
    """A question of a paper: its edition, what it was worth, what was answered."""

    edition: str
    points: int
    given: Given


@dataclass(frozen=True)
class Reliability:
    """How reliable papers of so many questions are; ``None`` where too few pairs were asked together."""

    kr20: float | None
    alpha: float | None
    items: int
    pairs: int
    known: int


class Reckoning:
    """Papers of one quiz. A *period* is whatever the caller wants to tell apart, a number."""

    def __init__(self) -> None:
        self.papers = 0
        self.scores: Counter[Score] = Counter()
        self.lengths: Counter[int] = Counter()
        self.points: dict[str, int] = {}
        self._cells: Counter[tuple[str, Given, Score]] = Counter()
        self._periods: defaultdict[str, Counter[tuple[int, bool]]] = defaultdict(Counter)
        self._asked: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._right: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))

    def add(self, marked: Sequence[Marked], period: int = 0) -> None:
        """Count a paper."""
        earned = sum(one.points for one in marked if one.given.right)
        score = Score(earned, sum(one.points for one in marked))
        number, self.papers = self.papers, self.papers + 1
        self.scores[score] += 1
        self.lengths[len(marked)] += 1
        for edition, points, given in marked:
            self.points[edition] = points
            self._cells[edition, given, score] += 1
            self._periods[edition][period, given.right] += 1
            self._asked[edition].append(number)
            if given.right:
                self._right[edition].append(number)

    def items(self) -> dict[str, ItemStatistics]:
        """Edition → its statistics."""
        tallies: defaultdict[str, defaultdict[Given, Counter[Score]]] = defaultdict(
            lambda: defaultdict(Counter)
        )
        for (edition, given, score), count in self._cells.items():
            tallies[edition][given][score] += count
        return {edition: item_statistics(tally, self.points[edition]) for edition, tally in tallies.items()}

    def periods(self, editions: Collection[str]) -> dict[int, tuple[int, int]]:
        """Period → how often one of these editions was asked then, and how often answered rightly."""
        asked: Counter[int] = Counter()
        right: Counter[int] = Counter()
        for edition in editions:
            for (period, is_right), count in self._periods[edition].items():
                asked[period] += count
                right[period] += count * is_right
        return {period: (asked[period], right[period]) for period in sorted(asked)}

    def reliability(self, editions: Collection[str], length: int, *, least: int = TOGETHER) -> Reliability:
        """Of papers of *length* questions drawn from these *editions*.

        Two questions tell something together when *least* people were asked both; half of all pairs have to.
        Each counts by how many were asked, as it does in the scores of the papers.
        """
        known = {
            edition: _Bits(_bits(self._asked[edition]), _bits(self._right[edition]))
            for edition in editions
            if len(self._asked.get(edition, ())) >= least
        }
        pairs = _covariances(known, least)
        possible = len(editions) * (len(editions) - 1) // 2
        if not pairs or 2 * len(pairs) < possible:
            return Reliability(None, None, len(known), possible, len(pairs))
        worth = self.points
        plain = _mean(pairs.values())
        weighed = _mean((value * worth[one] * worth[two], n) for (one, two), (value, n) in pairs.items())
        variances = [(one.variance, one.asked.bit_count(), worth[key] ** 2) for key, one in known.items()]
        return Reliability(
            reliability(length, _mean((value, n) for value, n, _ in variances), plain),
            reliability(length, _mean((value * square, n) for value, n, square in variances), weighed),
            len(known),
            possible,
            len(pairs),
        )


class _Bits(NamedTuple):
    """Who was asked and who was right, one bit a paper: intersections cost next to nothing."""

    asked: int
    right: int

    @property
    def variance(self) -> float:
        """Of being right."""
        right = self.right.bit_count()
        return covariance(self.asked.bit_count(), right, right, right)


def _covariances(known: Mapping[str, _Bits], least: int) -> dict[tuple[str, str], tuple[float, int]]:
    """Pair of questions → how they vary together and how many were asked both, where enough were."""
    found: dict[tuple[str, str], tuple[float, int]] = {}
    for (one, first), (two, second) in combinations(known.items(), 2):
        n = (first.asked & second.asked).bit_count()
        if n >= least:
            rights = (first.right & second.asked, first.asked & second.right, first.right & second.right)
            found[one, two] = covariance(n, *(bits.bit_count() for bits in rights)), n
    return found


def _bits(numbers: Sequence[int]) -> int:
    found = bytearray((numbers[-1] >> 3) + 1 if numbers else 0)
    for number in numbers:
        found[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(found, "little")


def _mean(weighed: Iterable[tuple[float, int]]) -> float:
    """The mean of numbers, each with its weight."""
    several = list(weighed)
    return sum(number * weight for number, weight in several) / sum(weight for _, weight in several)
