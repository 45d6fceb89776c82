"""Marking an answer anew after the key turned out to be wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from lms.benefits.rules import CannotCompute, formula
from lms.quizzes.models import RegradePolicy
from lms.quizzes.papers import plain
from lms.quizzes.rules import UNSURE, Drawn, Numeric, Question, is_right, typed_number


@dataclass(frozen=True)
class Remarked:
    """A question marked anew: points before and after, and what it counted for before and after."""

    policy: RegradePolicy
    earned_before: int
    earned_after: int
    points_before: int
    points_after: int


def remark(
    question: Question,
    drawn: Drawn,
    value: str | None,
    *,
    policy: RegradePolicy,
    corrected: Mapping[str, str],
) -> Remarked:
    """Mark a stored answer by a declared policy; *corrected* gives the right value under its reference.

    Only a computed question has a new key that follows from the number. For any other one, and where the
    right value is not known (empty), what was said under the wrong number cannot be judged: it gets full
    credit unless it is withdrawn.
    """
    key = _key(question.numeric, drawn, corrected) if question.numeric else None
    return by_policy(
        drawn.points,
        was_right=is_right(question, drawn, value),
        is_right=None if key is None else _said(question, drawn, value) == key,
        policy=policy,
    )


def by_policy(points: int, *, was_right: bool, is_right: bool | None, policy: RegradePolicy) -> Remarked:
    """What a policy makes of an answer. *is_right* is by the new key; ``None`` where there is none."""
    before = points if was_right else 0
    if policy is RegradePolicy.WITHDRAW:
        return Remarked(policy, before, 0, points, 0)
    if is_right is None or policy is RegradePolicy.FULL_CREDIT:
        return Remarked(RegradePolicy.FULL_CREDIT, before, points, points, points)
    stays = policy is RegradePolicy.ACCEPT_BOTH and was_right
    return Remarked(policy, before, points if stays or is_right else 0, points, points)


_formula = lru_cache(maxsize=1024)(formula)


def _said(question: Question, drawn: Drawn, value: str | None) -> Decimal | None:
    """The number that the answer stands for."""
    if value is None or value == UNSURE:
        return None
    return typed_number(value) if question.is_typed else Decimal(drawn.outcome[int(value)])


def _key(numeric: Numeric, drawn: Drawn, corrected: Mapping[str, str]) -> Decimal | None:
    """What the formula gives with the numbers of the paper and the corrected values; ``None``: nothing."""
    known = {
        alias: corrected.get(canonical, drawn.stamps[canonical].value)
        for alias, canonical in numeric.parameters.items()
    }
    if not all(known.values()):
        return None
    values = {name: Decimal(number) for name, number in (known | dict(drawn.given)).items()}
    try:
        return Decimal(plain(_formula(numeric.formula).compute(values, places=numeric.places)))
    except CannotCompute:
        return None
