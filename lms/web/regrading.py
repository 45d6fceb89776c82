"""A paper that was marked anew, in words: the score before and now, why and when, and each question."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from flask_babel import gettext

from lms.item_analysis.rekeying import corrected_keys
from lms.quizzes.models import Wrong
from lms.quizzes.queries import Sitting
from lms.quizzes.remarks import Remark
from lms.web.papertext import Shown
from lms.web.scores import first_score, score_of


@dataclass(frozen=True)
class Regrading:
    """What marking anew did to a paper. ``cause`` and ``wrong`` are of the latest correction.

    ``kept``: it had passed, and would not have by the new marking; the verdict stays.
    """

    before: str
    after: str
    kept: bool
    cause: str
    wrong: Wrong
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
    about = (last.cause, last.wrong, last.reason, last.at, len(paper.remarks))
    return Regrading(first_score(paper), score_of(paper), kept, *about)


def mark_of(paper: Sitting, shown: Shown) -> Mark:
    """How a question of a closed paper counts."""
    remark = paper.remarks.get(shown.position)
    if remark is None:
        return Mark(shown.is_right, is_withdrawn=False, remark="")
    words = _with_answer(_words(remark, keeps_first=paper.keeps_first), remark.cause, shown)
    if paper.keeps_first:
        return Mark(shown.is_right, is_withdrawn=False, remark=words)
    return Mark(remark.earned_after > 0, remark.is_withdrawn, words)


def _words(remark: Remark, *, keeps_first: bool) -> str:
    words = _WORDS[remark.wrong]
    if keeps_first:
        return words.kept()
    if remark.is_withdrawn:
        return words.withdrawn()
    return words.right() if remark.earned_after else words.not_right()


def _with_answer(words: str, cause: str, shown: Shown) -> str:
    """With what is right, where that is an option of the paper: it shows another one as right."""
    numbers = zip(shown.drawn.order, shown.options, strict=False)
    texts = [option.text for number, option in numbers if number in _right_by(cause)]
    if not texts:
        return words
    return str(gettext("%(what)s. Right is: %(answer)s", what=words, answer="；".join(texts)))


@lru_cache(maxsize=1024)
def _right_by(cause: str) -> frozenset[int]:
    """The options that are right by the correction of a key; it never changes. Empty for any other one."""
    return corrected_keys([cause]).get(cause) or frozenset()


@dataclass(frozen=True)
class _Words:
    """What became of a question, by what was wrong about it."""

    kept: Callable[[], str]
    withdrawn: Callable[[], str]
    right: Callable[[], str]
    not_right: Callable[[], str]


_WORDS: Mapping[Wrong, _Words] = {
    Wrong.NUMBER: _Words(
        kept=lambda: gettext("the number was wrong; what was given for it stays"),
        withdrawn=lambda: gettext("the number was wrong; the question no longer counts"),
        right=lambda: gettext("the number was wrong; the answer counts as right"),
        not_right=lambda: gettext(
            "the number was wrong; by the corrected one the answer is not right either"
        ),
    ),
    Wrong.KEY: _Words(
        kept=lambda: gettext("our answer was wrong; what was given for it stays"),
        withdrawn=lambda: gettext("our answer was wrong; the question no longer counts"),
        right=lambda: gettext("our answer was wrong; yours counts as right"),
        not_right=lambda: gettext("our answer was wrong; yours is not right by the corrected one either"),
    ),
}
