"""Scores as people read them."""

from decimal import ROUND_DOWN, Decimal

from lms.quizzes.remarks import Scored
from lms.quizzes.rules import Verdict
from lms.web.formats import plain


def score_of(paper: Scored) -> str:
    """The rounded score without needless zeros; with its decimal where it only rounds to the pass line.

    Empty while the paper is open.
    """
    return _shown(paper.verdict, paper.pass_line)


def first_score(paper: Scored) -> str:
    """The same as it was given when the paper was handed in, before anything was marked anew."""
    return _shown(paper.first_verdict, paper.pass_line)


def exact_score(paper: Scored) -> str:
    """The score cut to two decimals where it only rounds to the pass line; empty everywhere else."""
    return _exact(paper.verdict, paper.pass_line)


def _shown(verdict: Verdict | None, pass_line: Decimal) -> str:
    if verdict is None:
        return ""
    return str(verdict.shown) if _exact(verdict, pass_line) else plain(verdict.shown)


def _exact(verdict: Verdict | None, pass_line: Decimal) -> str:
    if verdict is None or verdict.passed or verdict.shown < pass_line:
        return ""
    return str(verdict.score.quantize(Decimal("0.01"), rounding=ROUND_DOWN))
