"""Drawing a paper: fair shares of the topics, unseen questions first, everything frozen."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules import QuestionType, Ready, Stamp, TooFewQuestions, draw
from tests.support.banks import make_numeric, make_question, make_quiz, make_ready

QUIZ = make_quiz({"claims": 3, "travel": 2})
READY = [*make_ready(topic="claims", count=6), *make_ready(topic="travel", count=4)]
SEEDS = st.integers(0, 10**6)


@given(SEEDS)
def test_a_paper_has_the_share_of_every_topic_and_no_question_twice(seed: int) -> None:
    paper = draw(QUIZ, READY, {}, Random(seed))
    assert Counter(drawn.topic for drawn in paper) == {"claims": 3, "travel": 2}
    assert len({drawn.question for drawn in paper}) == QUIZ.size


@given(SEEDS)
def test_a_second_paper_repeats_nothing_while_there_is_something_unseen(seed: int) -> None:
    first = {drawn.question for drawn in draw(QUIZ, READY, {}, Random(seed))}
    second = {drawn.question for drawn in draw(QUIZ, READY, dict.fromkeys(first, 1), Random(seed + 1))}
    assert first.isdisjoint(second)


@given(SEEDS, st.dictionaries(st.sampled_from([one.question.id for one in READY]), st.integers(1, 5)))
def test_of_every_topic_the_least_seen_questions_are_drawn(seed: int, seen: dict[str, int]) -> None:
    paper = {drawn.question for drawn in draw(QUIZ, READY, seen, Random(seed))}
    for topic in QUIZ.topics:
        mine = [one.question.id for one in READY if one.question.topic == topic.id]
        asked = [seen.get(key, 0) for key in mine if key in paper]
        left = [seen.get(key, 0) for key in mine if key not in paper]
        assert max(asked) <= min(left)


def test_unseen_questions_and_their_order_differ_from_paper_to_paper() -> None:
    papers = {tuple(drawn.question for drawn in draw(QUIZ, READY, {}, Random(seed))) for seed in range(20)}
    assert len(papers) > 10
    assert len({frozenset(paper) for paper in papers}) > 5


@given(SEEDS)
def test_a_topic_that_cannot_give_its_share_is_made_up_for_by_the_others(seed: int) -> None:
    ready = [*make_ready(topic="claims", count=6), *make_ready(topic="travel", count=1)]
    paper = draw(QUIZ, ready, {}, Random(seed))
    assert Counter(drawn.topic for drawn in paper) == {"claims": 4, "travel": 1}


def test_a_bank_that_cannot_fill_a_paper_is_refused() -> None:
    assert len(draw(QUIZ, READY[:5], {}, Random(1))) == 5
    with pytest.raises(TooFewQuestions, match="basics"):
        draw(QUIZ, READY[:4], {}, Random(1))


@given(SEEDS)
def test_options_are_shuffled_but_none_is_lost(seed: int) -> None:
    ready = [Ready(make_question(key=f"q{number}", options=4)) for number in range(6)]
    for drawn in draw(make_quiz({"claims": 6}), ready, {}, Random(seed)):
        assert sorted(drawn.order) == [0, 1, 2, 3]


def test_options_do_not_always_stand_in_the_order_of_the_file() -> None:
    ready = [Ready(make_question(options=4))]
    papers = [draw(make_quiz({"claims": 1}), ready, {}, Random(seed)) for seed in range(20)]
    assert len({paper[0].order for paper in papers}) > 5


@given(SEEDS)
def test_true_always_stands_before_false(seed: int) -> None:
    ready = [Ready(make_question(kind=QuestionType.TRUE_FALSE, options=2))]
    assert draw(make_quiz({"claims": 1}), ready, {}, Random(seed))[0].order == (0, 1)


def test_a_drawn_number_is_frozen_with_its_results_and_the_parameters_it_rests_on() -> None:
    stamps = {"p/110000/any/any": Stamp("1800", "yuan", "2025-01-01", "law", "规定")}
    combinations = (({"cost": "5000"}, ("3200", "1")), ({"cost": "6400"}, ("4600", "1")))
    ready = [Ready(make_numeric(distractors=["1"]), stamps, combinations)]
    papers = [draw(make_quiz({"claims": 1}), ready, {}, Random(seed))[0] for seed in range(40)]
    assert {(drawn.given["cost"], drawn.outcome) for drawn in papers} == {
        ("5000", ("3200", "1")),
        ("6400", ("4600", "1")),
    }
    assert {drawn.order for drawn in papers} == {(0, 1), (1, 0)}
    assert all(drawn.stamps == stamps for drawn in papers)


def test_a_number_to_be_typed_has_no_options() -> None:
    ready = [Ready(make_numeric(), {}, (({"cost": "5000"}, ("3200",)),))]
    assert draw(make_quiz({"claims": 1}), ready, {}, Random(1))[0].order == ()
