"""Marking anew after a key turned out to be wrong: by a policy that somebody declared."""

from dataclasses import replace

import pytest

from lms.quizzes.models import RegradePolicy
from lms.quizzes.remarking import remark
from lms.quizzes.rules import UNSURE, Distractor, Drawn, Numeric, Question, Stamp
from tests.support.banks import make_drawn, make_numeric, make_question

DEDUCTIBLE = "outpatient.deductible/110000/in_service/any"
WRONG, RIGHT = "1800", "1500"
STAMPS = {DEDUCTIBLE: Stamp(WRONG, "yuan", "2025-01-01", "law", "北京市医疗保障局网站")}
CORRECTED = {DEDUCTIBLE: RIGHT}


def typed() -> tuple[Question, Drawn]:
    """What is left of a cost of 5,000 above the deductible; the paper was drawn with the wrong one."""
    numeric = Numeric({"cost": ("5000",)}, {"deductible": DEDUCTIBLE}, "cost - deductible", 2, "yuan", ())
    question = replace(make_numeric(), numeric=numeric)
    return question, replace(make_drawn(question), given={"cost": "5000"}, stamps=STAMPS, outcome=("3200",))


def chosen() -> tuple[Question, Drawn]:
    """The same with 3,500, which is right with the corrected number, among the options."""
    question, drawn = typed()
    assert question.numeric is not None
    numeric = replace(question.numeric, distractors=(Distractor("cost - 1500", "an old number"),))
    return replace(question, numeric=numeric), replace(drawn, outcome=("3200", "3500"), order=(1, 0))


@pytest.mark.parametrize("answer", ["3200", "3500", "9", UNSURE, None])
def test_full_credit_asks_for_nothing(answer: str | None) -> None:
    question, drawn = typed()
    done = remark(question, drawn, answer, policy=RegradePolicy.FULL_CREDIT, corrected=CORRECTED)
    assert (done.earned_after, done.points_after) == (1, 1)


@pytest.mark.parametrize(
    ("answer", "before", "both", "new"),
    [("3200", 1, 1, 0), ("3500", 0, 1, 1), ("3499", 0, 0, 0), (UNSURE, 0, 0, 0), (None, 0, 0, 0)],
)
def test_a_typed_number_is_held_against_both_keys_or_the_new_one(
    answer: str | None, before: int, both: int, new: int
) -> None:
    question, drawn = typed()
    accepted = remark(question, drawn, answer, policy=RegradePolicy.ACCEPT_BOTH, corrected=CORRECTED)
    strict = remark(question, drawn, answer, policy=RegradePolicy.NEW_KEY, corrected=CORRECTED)
    assert (accepted.earned_before, accepted.earned_after, strict.earned_after) == (before, both, new)


@pytest.mark.parametrize(("answer", "new"), [("0", 0), ("1", 1), (UNSURE, 0)])
def test_a_chosen_number_counts_by_what_it_says_not_by_where_it_stands(answer: str, new: int) -> None:
    question, drawn = chosen()
    done = remark(question, drawn, answer, policy=RegradePolicy.NEW_KEY, corrected=CORRECTED)
    assert done.earned_after == new


def test_a_number_that_was_not_corrected_stays_as_the_paper_had_it() -> None:
    question, drawn = typed()
    done = remark(question, drawn, "3200", policy=RegradePolicy.NEW_KEY, corrected={})
    assert done.earned_after == 1


@pytest.mark.parametrize("policy", [RegradePolicy.ACCEPT_BOTH, RegradePolicy.NEW_KEY])
def test_what_was_chosen_in_words_under_a_wrong_number_gets_full_credit(policy: RegradePolicy) -> None:
    question = make_question(right=[1])
    done = remark(question, make_drawn(question), "0", policy=policy, corrected=CORRECTED)
    assert (done.policy, done.earned_before, done.earned_after) == (RegradePolicy.FULL_CREDIT, 0, 1)


def test_a_withdrawn_question_counts_for_nothing() -> None:
    question, drawn = typed()
    done = remark(question, drawn, "3200", policy=RegradePolicy.WITHDRAW, corrected=CORRECTED)
    assert (done.earned_before, done.earned_after, done.points_after) == (1, 0, 0)
