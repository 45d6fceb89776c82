"""What a question says, in any edition: as somebody may be asked it today, else without its numbers."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from string import ascii_uppercase

from flask_babel import gettext

from lms.policies.queries import policies_of
from lms.policies.references import PARAMETER
from lms.quizzes.papers import ready
from lms.quizzes.queries import quizzes_of
from lms.quizzes.rules import Question, QuestionType, Quiz, Topic, draw
from lms.web.guard import asker
from lms.web.manage.parts import today
from lms.web.papertext import Shown, drafted

_GIVEN = re.compile(r"\{\w+\}")
_LEFT_OUT = "……"


@dataclass(frozen=True)
class OptionText:
    """An option in the order of the text, under a letter."""

    label: str
    text: str
    is_right: bool


@dataclass(frozen=True)
class QuestionText:
    """What a question says; no options where a number is typed."""

    stem: str
    options: Sequence[OptionText]


def stems_of(release_id: str, questions: Collection[str]) -> Mapping[str, str]:
    """Question → what it asks, without its numbers; its id once it is retired."""
    stems = {one.id: _bare(one.stem) for bank in quizzes_of(release_id).values() for one in bank.questions}
    return {question: stems.get(question, question) for question in questions}


def question_text(question: Question) -> QuestionText:
    """What an edition says."""
    shown = _shown(question)
    stem = shown.stem if shown else _bare(question.stem)
    lettered = zip(ascii_uppercase, _options(question, shown), strict=False)
    return QuestionText(stem, [OptionText(letter, *option) for letter, option in lettered])


def _options(question: Question, shown: Shown | None) -> list[tuple[str, bool]]:
    if question.numeric:
        mistakes = [(one.because, False) for one in question.numeric.distractors]
        return [(str(gettext("The right number")), True), *mistakes] if mistakes else []
    if question.type is QuestionType.TRUE_FALSE:
        words = {"true": str(gettext("True")), "false": str(gettext("False"))}
        return [(words[one.text], one.right) for one in question.options]
    texts = {one.number: _bare(one.text) for one in question.options}
    if shown:
        texts |= {number: one.text for number, one in zip(shown.drawn.order, shown.options, strict=True)}
    return [(texts[one.number], one.right) for one in question.options]


def _shown(question: Question) -> Shown | None:
    """The question as one of its papers today; ``None`` when it may not be asked today."""
    may_be_asked = ready(question, policies_of(asker().release_id), today())
    if may_be_asked is None:
        return None
    bank = Quiz(question.quiz, "", "", "", 1, (Topic(question.topic, "", "", 1),), (question,))
    return drafted(question, draw(bank, [may_be_asked], {}, Random(question.id))[0])


def _bare(text: str) -> str:
    return _GIVEN.sub(_LEFT_OUT, PARAMETER.sub(_LEFT_OUT, text))
