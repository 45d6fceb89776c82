"""A key that was wrong: what a later edition says was right, and answers marked by it."""

from dataclasses import replace

import pytest

from lms.quizzes.models import RegradePolicy
from lms.quizzes.rekeying import as_value, from_value, is_rekeyed, new_key, remark_by_key
from lms.quizzes.rules import UNSURE, Choice, Question, QuestionType
from tests.support.banks import make_drawn, make_numeric, make_question

FULL, BOTH, NEW, WITHDRAW = RegradePolicy


def later(was: Question, *options: tuple[str, bool]) -> Question:
    """A later edition with these options: words, and whether they are right."""
    choices = tuple(Choice(number, text, right, "…") for number, (text, right) in enumerate(options))
    return replace(was, edition="later", options=choices)


def test_options_are_known_again_by_their_words_wherever_they_stand() -> None:
    was = make_question(right=[0])
    now = later(was, ("option 2", True), ("option 0", False), ("option 1", False))
    assert new_key(was, now) == {2}
    assert is_rekeyed(was, now)


def test_an_option_that_was_reworded_is_known_by_its_place() -> None:
    was = make_question(right=[0])
    now = later(was, ("option 0, put better", True), ("option 1", False), ("option 2", False))
    assert new_key(was, now) == {0}
    assert not is_rekeyed(was, now)


def test_what_could_not_be_chosen_then_leaves_no_key() -> None:
    was = make_question(right=[0])
    now = later(was, ("option 0", False), ("option 1", False), ("option 2", False), ("a new one", True))
    assert new_key(was, now) is None
    assert is_rekeyed(was, now)


def test_an_option_that_is_gone_does_not_matter_unless_it_was_right() -> None:
    was = make_question(right=[0])
    assert not is_rekeyed(was, later(was, ("option 0", True), ("option 1", False)))
    assert new_key(was, later(was, ("option 1", True), ("option 2", False))) == {1}


def test_of_several_right_options_each_counts() -> None:
    was = make_question(kind=QuestionType.MULTIPLE, right=[0, 1])
    now = later(was, ("option 0", True), ("option 1", True), ("option 2", True))
    assert new_key(was, now) == {0, 1, 2}


def test_another_kind_of_question_and_a_computed_one_have_no_key_in_common() -> None:
    was = make_question()
    assert new_key(was, replace(was, edition="later", type=QuestionType.MULTIPLE)) is None
    assert new_key(make_numeric(), make_numeric()) is None
    assert not is_rekeyed(make_numeric(), replace(make_numeric(), edition="later"))
    assert not is_rekeyed(was, was)


@pytest.mark.parametrize("key", [frozenset({2}), frozenset({0, 11}), None])
def test_a_key_is_stored_as_an_answer_is(key: frozenset[int] | None) -> None:
    assert from_value(as_value(key)) == key


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        ("0", {FULL: (1, 1), BOTH: (1, 1), NEW: (0, 1), WITHDRAW: (0, 0)}),
        ("1", {FULL: (1, 1), BOTH: (1, 1), NEW: (1, 1), WITHDRAW: (0, 0)}),
        ("2", {FULL: (1, 1), BOTH: (0, 1), NEW: (0, 1), WITHDRAW: (0, 0)}),
        (UNSURE, {FULL: (1, 1), BOTH: (0, 1), NEW: (0, 1), WITHDRAW: (0, 0)}),
        (None, {FULL: (1, 1), BOTH: (0, 1), NEW: (0, 1), WITHDRAW: (0, 0)}),
    ],
)
def test_each_policy_marks_an_answer_in_its_way(
    answer: str | None, points: dict[RegradePolicy, tuple[int, int]]
) -> None:
    was = make_question(right=[0])
    for policy, expected in points.items():
        done = remark_by_key(was, make_drawn(was), answer, policy=policy, key=frozenset({1}))
        assert (done.earned_after, done.points_after) == expected, policy
        assert (done.earned_before, done.points_before) == (int(answer == "0"), 1)


@pytest.mark.parametrize("policy", [FULL, BOTH, NEW])
def test_without_a_key_everybody_gets_full_credit(policy: RegradePolicy) -> None:
    was = make_question(right=[0])
    done = remark_by_key(was, make_drawn(was), "2", policy=policy, key=None)
    assert (done.policy, done.earned_after) == (FULL, 1)
