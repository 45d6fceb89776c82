"""What the screens of a quiz share: their blueprint, the attempt of a form, and words for refusals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import Blueprint, request
from flask_babel import gettext

from lms.assignments.assistance import mark_attempt
from lms.kernel.errors import NotFound
from lms.quizzes import queries
from lms.quizzes.queries import Sitting
from lms.quizzes.rules import UNSURE, QuestionType
from lms.web.agenda import quiz_title
from lms.web.guard import asker
from lms.web.papertext import Shown

screens = Blueprint("quiz", __name__)


def open_or_none(name: str) -> Sitting | None:
    """The asker's open attempt at a quiz, if there is one."""
    try:
        return queries.open_sitting(asker().id, name)
    except NotFound:
        return None


def sitting_of_form(name: str, *, changing: bool = False) -> Sitting:
    """The attempt that the form or its address names, closed or not; the open one when neither does.

    One that is going to be changed while somebody helps is from then on one with help. Raises ``NotFound``.
    """
    key = request.values.get("attempt")
    if key:
        found = queries.sitting(asker().id, key, changing=changing)
    else:
        found = queries.open_sitting(asker().id, name, changing=changing)
    if found.quiz != name:
        raise NotFound(kind="attempt", key=key)
    beside = asker().helper
    if changing and beside is not None:
        mark_attempt(found.id, beside.assistance_id)
    return found


def title_of(sitting: Sitting) -> str:
    """The quiz's title in the language of the request, as it was when the paper was drawn."""
    return quiz_title(queries.quiz(sitting.release_id, sitting.quiz))


def unanswered(sitting: Sitting, besides: Collection[int] = ()) -> list[int]:
    """Positions that have no saved answer and are not among *besides*."""
    positions = range(1, len(sitting.paper) + 1)
    return [position for position in positions if position not in sitting.answers and position not in besides]


def whole(text: str | None) -> int:
    """A position or sequence number as a form sends it; 0 for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def picked(one: Shown) -> list[str]:
    """What a page marks as chosen: letters, or the number typed."""
    if one.question.is_typed or one.is_unsure:
        return [one.value]
    return [option.letter for option in one.options if option.chosen]


@dataclass(frozen=True)
class Trouble:
    """Why an answer was not saved. ``is_older`` when another page has saved a different one."""

    text: str
    is_older: bool = False


def older(one: Shown, sent: Sequence[str]) -> Trouble:
    """Both answers in words: what another page saved, and what was chosen on this one."""
    text: str = gettext(
        'Another page saved "%(saved)s" meanwhile. Here it is "%(sent)s". Save again to keep what is here.',
        saved=_words(one, picked(one)),
        sent=_words(one, sent),
    )
    return Trouble(text, is_older=True)


def _words(one: Shown, values: Sequence[str]) -> str:
    if list(values) == [UNSURE]:
        return str(gettext("I am not sure"))
    chosen = [option.text for option in one.options if option.letter in values]
    return "；".join(chosen or list(values))


def misshapen(one: Shown) -> Trouble:
    """How the question has to be answered."""
    if one.question.is_typed:
        return Trouble(gettext("Enter a number, for example 1250 or 1250.50"))
    if one.question.type is QuestionType.MULTIPLE:
        return Trouble(gettext("Choose at least one option"))
    return Trouble(gettext("Choose one of the options"))
