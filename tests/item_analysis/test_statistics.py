"""Item statistics equal to published tables and to sums done by hand."""

import math
from collections.abc import Sequence
from random import Random

import pytest

from lms.item_analysis.reckoning import Marked, Reckoning
from lms.item_analysis.rules import (
    Concern,
    Fall,
    Given,
    ItemStatistics,
    Sample,
    Score,
    concern,
    group_size,
    in_group,
    item_statistics,
    reliability,
    sample,
)

# K. L. Wuensch (East Carolina University), "The Kuder-Richardson 20": ten students, ten questions, with the
# products p * q and the variance of the sums. https://core.ecu.edu/wuenschk/StatHelp/KR20.txt
WUENSCH = """
1 1 1 1 1 1 0 1 1 0
1 0 1 1 0 1 1 1 0 1
1 1 1 1 0 1 1 0 0 1
0 0 1 0 0 0 1 0 0 0
0 0 0 0 0 1 0 0 1 0
1 1 1 0 1 1 1 1 1 1
1 1 0 1 1 1 0 1 1 1
1 1 1 1 1 1 1 1 0 1
0 1 0 1 1 1 1 1 0 1
1 1 0 1 1 0 1 1 1 0
"""
WUENSCH_P = (0.7, 0.7, 0.6, 0.7, 0.6, 0.8, 0.7, 0.7, 0.5, 0.6)
WUENSCH_PQ = (0.21, 0.21, 0.24, 0.21, 0.24, 0.16, 0.21, 0.21, 0.25, 0.24)
WUENSCH_VARIANCE = 5.84


def matrix(text: str) -> list[list[int]]:
    return [[int(cell) for cell in line.split()] for line in text.strip().splitlines()]


def counted(rows: Sequence[Sequence[int]], points: Sequence[int] | None = None) -> Reckoning:
    """A paper a row, a question a column."""
    reckoning = Reckoning()
    for row in rows:
        worth = points or [1] * len(row)
        reckoning.add(
            [
                Marked(f"q{number}", worth[number], Given("0" if right else "1", bool(right)))
                for number, right in enumerate(row)
            ]
        )
    return reckoning


def editions(count: int) -> list[str]:
    return [f"q{number}" for number in range(count)]


def one_item(pairs: Sequence[tuple[int, int]], points: int = 10) -> ItemStatistics:
    """A question by pairs of right (1 or 0) and the points earned on a paper of *points*."""
    tally: dict[Given, dict[Score, int]] = {}
    for right, earned in pairs:
        table = tally.setdefault(Given("0" if right else "1", bool(right)), {})
        score = Score(earned, points)
        table[score] = table.get(score, 0) + 1
    return item_statistics(tally, 1)


# -- published ------------------------------------------------------------------------------------------


def test_difficulties_and_their_variances_are_wuenschs() -> None:
    items = counted(matrix(WUENSCH)).items()
    assert [items[name].difficulty for name in editions(10)] == pytest.approx(WUENSCH_P)
    products = [p * (1 - p) for p in (items[name].difficulty for name in editions(10))]
    assert products == pytest.approx(WUENSCH_PQ)


def test_kr20_is_that_of_wuenschs_table() -> None:
    found = counted(matrix(WUENSCH)).reliability(editions(10), 10, least=2)
    expected = 10 / 9 * (1 - sum(WUENSCH_PQ) / WUENSCH_VARIANCE)
    assert found.kr20 == pytest.approx(expected)
    assert found.kr20 == pytest.approx(0.6963, abs=5e-5)
    assert found.alpha == pytest.approx(expected)
    assert (found.items, found.pairs, found.known) == (10, 45, 45)


def test_alpha_is_that_of_the_covariance_matrix_in_the_manual_of_statsbase() -> None:
    # StatsBase.jl 0.34, example of cronbachalpha: variances 10, 11, 12, 13, every covariance 6; all items
    # 0.8136, without the first 0.7500, the second 0.7606, the third 0.7714, the fourth 0.7826.
    variances = (10, 11, 12, 13)
    assert reliability(4, sum(variances) / 4, 6) == pytest.approx(0.8136, abs=5e-5)
    without = [reliability(3, (sum(variances) - one) / 3, 6) for one in variances]
    assert without == pytest.approx([0.7500, 0.7606, 0.7714, 0.7826], abs=5e-5)


def test_the_point_biserial_correlation_is_that_of_scipys_manual() -> None:
    # https://docs.scipy.org/doc/scipy-1.4.0/reference/generated/scipy.stats.pointbiserialr.html:
    # a = [0, 0, 0, 1, 1, 1, 1], b = 0 … 6 gives 0.8660254037844386.
    found = one_item(list(zip([0, 0, 0, 1, 1, 1, 1], range(7), strict=True)), points=6)
    assert found.total == pytest.approx(0.8660254037844386, abs=1e-12)


@pytest.mark.parametrize(
    ("asked", "size", "upper", "lower", "published"),
    [
        # A class of 40, groups of 11, 9 and 3 of them right: D = 0.55.
        # https://examoo.com/mcqs/6797/a-researcher-conducting-item-analysis-using-ctt-calculates-item-discrimination
        (40, 11, 9, 3, 0.55),
        # Of 100, groups of 27, 22 and 11 right: 0.4074; of 120, groups of 32, 12 and 18 right: -0.1875.
        # https://askfilo.com/user-question-answers-smart-solutions/ (…) define-the-term-discrimination-index
        (100, 27, 22, 11, 0.4074),
        (120, 32, 12, 18, -0.1875),
    ],
)
def test_the_discrimination_of_27_percent_groups_is_the_published_one(
    asked: int, size: int, upper: int, lower: int, published: float
) -> None:
    people = [(0, rank) for rank in range(asked)]
    people[:lower] = [(1, rank) for rank in range(lower)]
    people[asked - upper :] = [(1, rank) for rank in range(asked - upper, asked)]
    found = one_item(people, points=asked)
    assert found.group == size
    assert found.discrimination == pytest.approx(published, abs=0.005)


# -- by hand --------------------------------------------------------------------------------------------


def test_the_correlation_with_the_rest_of_the_paper_by_hand() -> None:
    # Five people, three questions. Of the first: x = 1 1 1 0 0, the others together y = 2 1 1 1 0.
    # Means 0.6 and 1; covariance (2 + 1 + 1) / 5 - 0.6 = 0.2; variances 0.24 and 0.4; 0.2 / sqrt(0.096).
    rows = [[1, 1, 1], [1, 1, 0], [1, 0, 1], [0, 1, 0], [0, 0, 0]]
    found = counted(rows).items()["q0"]
    assert found.rest == pytest.approx(0.2 / math.sqrt(0.096))
    # With itself: sums 3 2 2 1 0, mean 1.6, variance 1.04; covariance 7 / 5 - 0.96 = 0.44.
    assert found.total == pytest.approx(0.44 / math.sqrt(0.24 * 1.04))


def test_alpha_weighs_questions_by_their_points_by_hand() -> None:
    # Points 2 and 1. Earned: 2+1, 2+0, 0+1, 0+0. Variances 1 and 0.25, of the sums 1.25: no covariance.
    square = [[1, 1], [1, 0], [0, 1], [0, 0]]
    assert counted(square, [2, 1]).reliability(editions(2), 2, least=2).alpha == pytest.approx(0)
    # Earned 3, 3, 0, 0 and 2: right with 0.6 and with 0.4, so variances 4 * 0.24 and 0.24.
    rows = [[1, 1], [1, 1], [0, 0], [0, 0], [1, 0]]
    sums = [3, 3, 0, 0, 2]
    of_sums = sum(one**2 for one in sums) / 5 - (sum(sums) / 5) ** 2
    expected = 2 * (1 - (4 * 0.24 + 0.24) / of_sums)
    assert counted(rows, [2, 1]).reliability(editions(2), 2, least=2).alpha == pytest.approx(expected)


def test_distractors_are_told_by_who_chose_them() -> None:
    # Ten people, groups of three. The right option: the five best; "1": the next two; "2": the last three.
    tally = {
        Given("0", True): {Score(earned, 10): 1 for earned in (10, 9, 8, 7, 6)},
        Given("1", False): {Score(5, 10): 1, Score(4, 10): 1},
        Given("2", False): {Score(earned, 10): 1 for earned in (3, 2, 1)},
    }
    found = item_statistics(tally, 1)
    assert [(one.value, one.n, one.mean, one.upper, one.lower) for one in found.answers] == [
        ("0", 5, pytest.approx(0.8), 3, 0),
        ("2", 3, pytest.approx(0.2), 0, 3),
        ("1", 2, pytest.approx(0.45), 0, 0),
    ]
    assert found.fifths == pytest.approx([0, 0, 0.5, 1, 1])


# -- rules of ours --------------------------------------------------------------------------------------


def test_people_of_the_same_score_share_the_places_left_in_a_group() -> None:
    # Ten people, three places. One has 10 points, four have 8: each of these belongs to it by a half.
    scores = {Score(10, 10): 1, Score(8, 10): 4, Score(2, 10): 5}
    assert in_group(scores, highest=True) == {Score(10, 10): 1, Score(8, 10): 0.5, Score(2, 10): 0}
    assert in_group(scores, highest=False)[Score(2, 10)] == pytest.approx(0.6)


def test_scores_of_papers_worth_different_points_are_compared_by_their_share() -> None:
    assert in_group({Score(5, 10): 2, Score(10, 20): 2}, highest=True) == {
        Score(5, 10): 0.25,
        Score(10, 20): 0.25,
    }


@pytest.mark.parametrize(("n", "size"), [(1, 1), (10, 3), (40, 11), (50, 14), (100, 27)])
def test_a_group_is_27_percent_rounded_half_up(n: int, size: int) -> None:
    assert group_size(n) == size


@pytest.mark.parametrize(
    ("n", "says"),
    [(29, Sample.TOO_FEW), (30, Sample.PRELIMINARY), (99, Sample.PRELIMINARY), (100, Sample.ENOUGH)],
)
def test_few_answers_conclude_nothing(n: int, says: Sample) -> None:
    assert sample(n) is says


def test_where_everybody_is_right_or_all_scores_are_equal_there_is_no_correlation() -> None:
    assert one_item([(1, 3), (1, 4)]).total is None
    assert one_item([(1, 5), (0, 5)]).total is None
    assert counted([[1], [0]]).items()["q0"].rest is None


def test_papers_of_one_question_or_without_any_spread_have_no_reliability() -> None:
    assert reliability(1, 0.25, 0) is None
    assert reliability(5, 0, 0) is None


def test_pairs_that_few_were_asked_together_do_not_count() -> None:
    found = counted(matrix(WUENSCH)[:9]).reliability(editions(10), 10)
    assert (found.kr20, found.alpha, found.known) == (None, None, 0)


def test_reliability_needs_half_of_the_pairs_of_a_bank() -> None:
    few = counted(matrix(WUENSCH)).reliability(editions(20), 10, least=2)
    assert few.kr20 is None
    assert (few.items, few.pairs, few.known) == (10, 190, 45)


def crowd(right: int, wrong: int, *, best_are_right: bool = True) -> list[tuple[int, int]]:
    """People of whom the best, or the worst, are right."""
    high, low = (right, wrong) if best_are_right else (wrong, right)
    first = 1 if best_are_right else 0
    return [(first, 60 + rank % 40) for rank in range(high)] + [(1 - first, rank % 40) for rank in range(low)]


@pytest.mark.parametrize(
    ("people", "wrong_options", "found"),
    [
        (crowd(20, 9), ["1"], None),
        (crowd(40, 20, best_are_right=False), ["1"], Concern.KEY),
        (crowd(10, 50), ["1"], Concern.TOO_HARD),
        (crowd(58, 2), ["1"], Concern.TOO_EASY),
        ([(rank % 2, rank // 2) for rank in range(60)], ["1"], Concern.WEAK),
        (crowd(40, 20), ["1", "2"], Concern.IDLE),
        (crowd(40, 20), ["1"], None),
    ],
)
def test_the_worst_of_a_question_is_named(
    people: list[tuple[int, int]], wrong_options: list[str], found: Concern | None
) -> None:
    assert concern(one_item(people, points=100), wrong_options) is found


@pytest.mark.parametrize(
    ("fall", "collapses"),
    [
        (Fall(100, 80, 100, 50), True),
        (Fall(100, 80, 29, 0), False),
        (Fall(29, 29, 100, 0), False),
        (Fall(1000, 800, 1000, 610), False),
        (Fall(40, 32, 30, 18), False),
        (Fall(100, 50, 100, 80), False),
        (Fall(100, 100, 100, 100), False),
    ],
)
def test_a_collapse_is_steep_and_not_by_chance(fall: Fall, collapses: bool) -> None:
    assert fall.is_collapse is collapses


def test_the_test_of_two_proportions_by_hand() -> None:
    # 0.8 and 0.5 of a hundred each: pooled 0.65, standard error sqrt(0.65 * 0.35 * 0.02) = 0.067454.
    assert Fall(100, 80, 100, 50).z == pytest.approx(0.3 / 0.0674537, abs=1e-4)
    assert Fall(40, 32, 30, 18).z < 2.58


def test_papers_drawn_from_a_bank_are_as_reliable_as_those_with_every_question() -> None:
    """Everybody answers twelve questions; a draw of six of them for each says the same of papers of six."""
    random = Random(7)
    whole, drawn = Reckoning(), Reckoning()
    for _ in range(4000):
        skill = random.gauss(0, 1)
        rights = [random.random() < 1 / (1 + math.exp(-skill)) for _ in range(12)]
        paper = [Marked(f"q{n}", 1, Given("", right)) for n, right in enumerate(rights)]
        whole.add(paper)
        drawn.add(random.sample(paper, 6))
    expected, found = (one.reliability(editions(12), 6).kr20 for one in (whole, drawn))
    assert expected is not None
    assert found == pytest.approx(expected, abs=0.02)
