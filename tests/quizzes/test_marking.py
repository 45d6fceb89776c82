"""Marking answers, and judging a paper against the pass line."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules import (
    TYPED_LIMIT,
    UNSURE,
    Marked,
    QuestionType,
    TopicResult,
    by_topic,
    choices,
    is_right,
    judge,
    normal,
    typed_number,
    verdict,
)
from tests.support.banks import make_drawn, make_numeric, make_question

SINGLE = make_question(right=[1])
MULTIPLE = make_question(kind=QuestionType.MULTIPLE, right=[0, 2], options=4)
STATEMENT = make_question(kind=QuestionType.TRUE_FALSE, right=[0], options=2)
TYPED = make_numeric()
CHOSEN = make_numeric(distractors=["cost", "1800"])


def marked(*right: bool, points: int = 1) -> list[Marked]:
    return [Marked(number, "claims", points, one) for number, one in enumerate(right, 1)]


# -- answers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        (["1"], "1"),
        ([" 1 "], "1"),
        (["", "2"], "2"),
        ([UNSURE], UNSURE),
        ([], None),
        (["", " "], None),
        (["3"], None),
        (["-1"], None),
        (["01"], None),
        (["x"], None),
        (["0", "1"], None),
        (["0", UNSURE], None),
    ],
)
def test_a_single_choice_is_one_of_the_options_or_unsure(values: list[str], stored: str | None) -> None:
    assert normal(SINGLE, make_drawn(SINGLE), values) == stored


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        (["2", "0"], "0,2"),
        (["2", "2"], "2"),
        (["0", "1", "2", "3"], "0,1,2,3"),
        (["0", "4"], None),
        ([UNSURE], None),
        ([], None),
    ],
)
def test_a_multiple_choice_is_kept_in_one_order(values: list[str], stored: str | None) -> None:
    assert normal(MULTIPLE, make_drawn(MULTIPLE), values) == stored


@pytest.mark.parametrize(
    ("values", "stored"),
    [(["3200"], "3200"), ([" 3,200元 "], "3,200元"), (["many"], None), (["1", "2"], None), ([UNSURE], None)],
)
def test_a_typed_number_is_kept_as_it_was_typed(values: list[str], stored: str | None) -> None:
    assert normal(TYPED, make_drawn(TYPED), values) == stored


@pytest.mark.parametrize(("values", "stored"), [(["1"], "1"), ([UNSURE], UNSURE), (["3200"], None)])
def test_a_number_with_choices_is_answered_by_its_place(values: list[str], stored: str | None) -> None:
    drawn = make_drawn(CHOSEN, outcome=["3200", "5000", "1800"])
    assert normal(CHOSEN, drawn, values) == stored


@given(st.lists(st.text(max_size=60), max_size=4))
def test_whatever_is_sent_what_is_kept_fits_into_its_column(values: list[str]) -> None:
    for question in (SINGLE, MULTIPLE, STATEMENT, TYPED):
        stored = normal(question, make_drawn(question), values)
        assert stored is None or len(stored) <= 80


# -- right and wrong ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "right"), [("1", True), ("0", False), ("2", False), (UNSURE, False), (None, False)]
)
def test_one_option_is_right(value: str | None, right: bool) -> None:
    assert is_right(SINGLE, make_drawn(SINGLE), value) is right


@pytest.mark.parametrize(
    ("value", "right"),
    [("0,2", True), ("0", False), ("2", False), ("0,1,2", False), ("0,1,2,3", False), ("1,3", False)],
)
def test_several_options_count_only_all_together_none_missing_none_wrong(value: str, right: bool) -> None:
    assert is_right(MULTIPLE, make_drawn(MULTIPLE), value) is right


@pytest.mark.parametrize(
    ("value", "right"),
    [("3200", True), ("3200.00", True), ("３，２００元", True), ("3200.004", False), ("320", False)],
)
def test_a_typed_number_is_right_when_it_is_the_same_number(value: str, right: bool) -> None:
    assert is_right(TYPED, make_drawn(TYPED), value) is right


def test_of_computed_choices_the_answer_is_right_and_every_distractor_wrong() -> None:
    drawn = make_drawn(CHOSEN, outcome=["3200", "5000", "1800"])
    assert [is_right(CHOSEN, drawn, str(number)) for number in range(3)] == [True, False, False]


def test_choices_stand_in_the_order_of_the_paper_with_their_reasons() -> None:
    shown = choices(SINGLE, make_drawn(SINGLE))
    assert [(one.number, one.text, one.right, one.because) for one in shown] == [
        (2, "option 2", False, "reason 2"),
        (1, "option 1", True, "reason 1"),
        (0, "option 0", False, "reason 0"),
    ]


def test_computed_choices_show_their_numbers_and_why() -> None:
    shown = choices(CHOSEN, make_drawn(CHOSEN, outcome=["3200", "5000", "1800"]))
    assert [(one.number, one.text, one.right, one.because) for one in shown] == [
        (2, "1800", False, "because of 1800"),
        (1, "5000", False, "because of cost"),
        (0, "3200", True, "the explanation"),
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2240", "2240"),
        (" 2240.50 ", "2240.50"),
        ("2,240", "2240"),
        ("２２４０．５", "2240.5"),
        ("２，２４０元", "2240"),
        ("2 240 元", "2240"),
        ("¥2240", "2240"),
        ("70%", "70"),
        ("70％", "70"),
        ("15个工作日", "15"),
        ("-3", "-3"),
        ("－3", "-3"),
        ("0", "0"),
    ],
)
def test_a_number_is_read_as_people_type_it(text: str, number: str) -> None:
    assert typed_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    ["", " ", "元", "two", "1.2.3", "--1", "1/2", "NaN", "Infinity", "-inf", "sNaN", "1" * (TYPED_LIMIT + 1)],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert typed_number(text) is None


@given(st.decimals(min_value=-(10**8), max_value=10**8, places=2))
def test_every_amount_is_read_back_with_separators_and_unit(amount: Decimal) -> None:
    assert typed_number(f"{amount:,}元") == amount


# -- verdict -----------------------------------------------------------------------------------------------


def test_eight_of_ten_pass() -> None:
    assert judge(marked(*[True] * 8, False, False)).passed
    assert not judge(marked(*[True] * 7, False, False, False)).passed


def test_a_score_that_only_rounds_to_eighty_fails_and_shows_eighty() -> None:
    found = verdict(1999, 2500, Decimal(80))
    assert (found.score, found.shown, found.passed) == (Decimal("79.96"), Decimal("80.0"), False)


@pytest.mark.parametrize(
    ("earned", "points", "shown"),
    [(1, 3, "33.3"), (2, 3, "66.7"), (1, 8, "12.5"), (1, 16, "6.3"), (0, 9, "0.0"), (9, 9, "100.0")],
)
def test_what_is_shown_is_rounded_half_up_to_one_place(earned: int, points: int, shown: str) -> None:
    assert str(verdict(earned, points, Decimal(80)).shown) == shown


def test_questions_count_by_their_points() -> None:
    paper = [Marked(1, "claims", 3, right=True), Marked(2, "claims", 1, right=False)]
    found = judge(paper)
    assert (found.earned, found.points, found.score, found.passed) == (3, 4, Decimal(75), False)
    assert judge(paper, Decimal(75)).passed


@pytest.mark.parametrize("paper", [[], marked(True, points=0)])
def test_nothing_asked_cannot_be_judged(paper: Sequence[Marked]) -> None:
    with pytest.raises(ValueError, match="nothing was asked"):
        judge(paper)


@given(st.lists(st.tuples(st.integers(1, 100), st.booleans()), min_size=1, max_size=50), st.integers(1, 100))
def test_the_verdict_compares_whole_numbers_and_more_right_answers_never_lower_it(
    answers: list[tuple[int, bool]], line: int
) -> None:
    paper = [Marked(number, "t", points, right) for number, (points, right) in enumerate(answers, 1)]
    found = judge(paper, Decimal(line))
    assert found.passed == (100 * found.earned >= line * found.points)
    better = [Marked(one.position, one.topic, one.points, right=True) for one in paper]
    assert judge(better, Decimal(line)).score >= found.score


def test_results_are_counted_by_topic_in_the_order_of_the_paper() -> None:
    paper = [
        Marked(1, "travel", 1, right=True),
        Marked(2, "claims", 1, right=False),
        Marked(3, "travel", 1, right=False),
    ]
    assert by_topic(paper) == (TopicResult("travel", 1, 2), TopicResult("claims", 0, 1))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30))
def test_topics_add_up_to_the_paper(answers: list[tuple[str, bool]]) -> None:
    paper = [Marked(number, topic, 1, right) for number, (topic, right) in enumerate(answers, 1)]
    results = by_topic(paper)
    assert sum(one.asked for one in results) == len(paper)
    assert sum(one.right for one in results) == sum(one.right for one in paper)
