"""A paper that was marked anew, in words: the score before and now, why and when, and each question."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from lms.quizzes.queries import Sitting
from lms.quizzes.remarks import Remark
from lms.web.papertext import Shown
from lms.web.scores import first_score, score_of


@dataclass(frozen=True)
class Regrading:
    """What marking anew did to a paper. ``cause`` is the key of the latest correction.

    ``kept``: it had passed, and would not have by the new marking; the verdict stays.
    """

    before: str
    after: str
    kept: bool
    cause: str
    reason: str
    at: datetime
    questions: int


@dataclass(frozen=True)
class Mark:
    """How a question counts now; *remark* says what became of it when it was marked anew, if it was."""

    is_right: bool
    is_withdrawn: bool
    remark: str


def regrading_of(paper: Sitting) -> Regrading | None:
    """``None`` for a paper that nobody marked anew, as nearly all."""
    if not paper.remarks:
        return None
    last = max(paper.remarks.values(), key=lambda one: one.at)
    kept = paper.keeps_first and paper.verdict is not None and paper.verdict.passed
    about = (last.cause, last.reason, last.at, len(paper.remarks))
    return Regrading(first_score(paper), score_of(paper), kept, *about)


def mark_of(paper: Sitting, shown: Shown) -> Mark:
    """How a question of a closed paper counts."""
    remark = paper.remarks.get(shown.position)
    if remark is None:
        return Mark(shown.is_right, is_withdrawn=False, remark="")
    if paper.keeps_first:
        stays = gettext("the number was wrong; what was given for it stays")
        return Mark(shown.is_right, is_withdrawn=False, remark=stays)
    return Mark(remark.earned_after > 0, remark.is_withdrawn, _words(remark))


def _words(remark: Remark) -> str:
    if remark.is_withdrawn:
        return str(gettext("the number was wrong; the question no longer counts"))
    if remark.earned_after:
        return str(gettext("the number was wrong; the answer counts as right"))
    return str(gettext("the number was wrong; by the corrected one the answer is not right either"))
