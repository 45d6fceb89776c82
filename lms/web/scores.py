"""Scores as people read them."""

from decimal import ROUND_DOWN, Decimal

from lms.quizzes.queries import PastAttempt, Sitting
from lms.web.formats import plain


def score_of(paper: Sitting | PastAttempt) -> str:
    """The rounded score without needless zeros; with its decimal where it only rounds to the pass line.

    Empty while the paper is open.
    """
    verdict = paper.verdict
    if verdict is None:
        return ""
    return str(verdict.shown) if exact_score(paper) else plain(verdict.shown)


def exact_score(paper: Sitting | PastAttempt) -> str:
    """The score cut to two decimals where it only rounds to the pass line; empty everywhere else."""
    verdict = paper.verdict
    if verdict is None or verdict.passed or verdict.shown < paper.pass_line:
        return ""
    return str(verdict.score.quantize(Decimal("0.01"), rounding=ROUND_DOWN))
