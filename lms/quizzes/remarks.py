"""What was marked anew on closed papers, and the verdict that then counts.

The rows of corrections add up: each says what a question earned and counted for before it and after it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from lms.kernel.database import read
from lms.quizzes.models import Attempt, Regrade, RegradePolicy, Wrong
from lms.quizzes.rules import Marked, Verdict, verdict


@dataclass(frozen=True)
class Remark:
    """A question of a closed paper as it was marked anew. ``cause`` is the key of the correction."""

    cause: str
    wrong: Wrong
    policy: RegradePolicy
    reason: str
    at: datetime
    earned_before: int
    earned_after: int
    points_before: int
    points_after: int

    @property
    def is_withdrawn(self) -> bool:
        """True when the question no longer counts."""
        return self.policy is RegradePolicy.WITHDRAW


class Scored:
    """The verdicts on a paper, for records that hold what it earned."""

    earned: int | None
    points: int
    pass_line: Decimal
    #: Points gained, and points that no longer count, by marking anew; empty where nothing was.
    gained: int | None
    lost: int | None

    @property
    def is_regraded(self) -> bool:
        """True when something on it was marked anew."""
        return self.gained is not None

    @property
    def first_verdict(self) -> Verdict | None:
        """What it came to when it was handed in; ``None`` while it is open."""
        return None if self.earned is None else verdict(self.earned, self.points, self.pass_line)

    @property
    def verdict(self) -> Verdict | None:
        """What counts: with everything that was marked anew; ``None`` while it is open."""
        return standing_verdict(self.earned, self.points, self.pass_line, self.gained, self.lost)

    @property
    def keeps_first(self) -> bool:
        """True when the first verdict stays although it was marked anew to something else."""
        return bool(self.gained or self.lost) and self.verdict == self.first_verdict


def standing_verdict(
    earned: int | None, points: int, pass_line: Decimal, gained: int | None, lost: int | None
) -> Verdict | None:
    """The verdict that counts after points were *gained* and points *lost* their count; ``None``: open.

    Who was told to have passed has passed: such a verdict stays. So does that on a paper of which every
    question was withdrawn.
    """
    if earned is None:
        return None
    first = verdict(earned, points, pass_line)
    left = points - (lost or 0)
    if gained is None or left <= 0:
        return first
    anew = verdict(earned + gained, left, pass_line)
    return first if first.passed and not anew.passed else anew


def as_remarked(marked: Iterable[Marked], remarks: Mapping[int, Remark]) -> tuple[Marked, ...]:
    """The questions of a paper as they count with *remarks*; those that were withdrawn are left out."""
    return tuple(
        replace(one, points=again.points_after, right=again.earned_after > 0) if again else one
        for one in marked
        if not (again := remarks.get(one.position)) or not again.is_withdrawn
    )


def _sum(column: ColumnElement[int]) -> ScalarSelect[int]:
    summed = select(func.sum(column)).where(Regrade.attempt_id == Attempt.id)
    return summed.correlate(Attempt).scalar_subquery()


GAINED = _sum(Regrade.earned_after - Regrade.earned_before)
LOST = _sum(Regrade.points_before - Regrade.points_after)
_LAST = (
    select(Regrade)
    .where(Regrade.attempt_id == Attempt.id)
    .order_by(Regrade.id.desc())
    .limit(1)
    .correlate(Attempt)
)
REGRADED_AT = _LAST.with_only_columns(Regrade.at).scalar_subquery()
REGRADE_REASON = _LAST.with_only_columns(Regrade.reason).scalar_subquery()
"""Columns beside ``Attempt``; empty where nothing was marked anew."""


def remarks_of(attempt_ids: Collection[int]) -> dict[int, dict[int, Remark]]:
    """Attempt → position → how it was marked anew, the latest correction counting."""
    rows: Sequence[Sequence[Any]] = read(
        select(
            Regrade.attempt_id,
            Regrade.position,
            Regrade.cause,
            Regrade.wrong,
            Regrade.policy,
            Regrade.reason,
            Regrade.at,
            Regrade.earned_before,
            Regrade.earned_after,
            Regrade.points_before,
            Regrade.points_after,
        )
        .where(Regrade.attempt_id.in_(attempt_ids))
        .order_by(Regrade.id)
    ).all()
    found: dict[int, dict[int, Remark]] = {}
    for attempt_id, position, *rest in rows:
        found.setdefault(attempt_id, {})[position] = Remark(*rest)
    return found
