"""Questions of a frozen paper as people read them: with the numbers stamped on it, never today's.

On a page an option is a letter in the order of the paper; the numbers under which options are stored follow
the order of the text and would tell which one is right.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from string import ascii_lowercase

from flask_babel import force_locale, gettext

from lms.policies.references import PARAMETER
from lms.quizzes.queries import Saved, Sitting, quiz
from lms.quizzes.rules import UNSURE, Drawn, Question, QuestionType, choices, is_right, typed_number
from lms.web.formats import plain, quantity
from lms.web.languages import chosen

_GIVEN = re.compile(r"\{(\w+)\}")
_NOTHING = Saved("", 0)


@dataclass(frozen=True)
class Option:
    """An option of a question: its letter, what it says, whether it was chosen, and whether it is right."""

    letter: str
    text: str
    chosen: bool
    right: bool
    because: str


Figures = tuple[tuple[str, date | None, str], ...]
"""Numbers of policy that a paper froze: value, first day if known, source."""


@dataclass(frozen=True)
class Shown:
    """A question of a paper with the answer given to it.

    ``value`` is the answer as stored, empty when there is none; ``seq`` says how often it was saved.
    """

    position: int
    question: Question
    drawn: Drawn
    topic: str
    stem: str
    options: tuple[Option, ...]
    explanation: str
    right_answer: str
    figures: Figures
    value: str
    seq: int

    @property
    def is_unsure(self) -> bool:
        """True when the answer is that they do not know."""
        return self.value == UNSURE

    @property
    def is_right(self) -> bool:
        """Whether the answer is right."""
        return is_right(self.question, self.drawn, self.value or None)

    @property
    def to_choose(self) -> int:
        """How many options have to be chosen."""
        return sum(option.right for option in self.options)

    @property
    def may_be_unsure(self) -> bool:
        """Whether not knowing is one of the answers offered."""
        return not self.question.is_typed and self.question.type is not QuestionType.MULTIPLE

    @property
    def unit(self) -> str:
        """The word behind a number to be typed, in the language of the page."""
        return quantity("", self.question.numeric.unit).strip() if self.question.numeric else ""

    @property
    def words(self) -> Sequence[str]:
        """The answer given, in words; empty when there is none or it is that they do not know."""
        if self.question.is_typed and self.question.numeric:
            typed = typed_number(self.value)
            return [_quantity(plain(typed), self.question.numeric.unit)] if typed is not None else []
        return [option.text for option in self.options if option.chosen]

    @property
    def reasons(self) -> Sequence[str]:
        """Why the answer is not right: of each wrong option chosen, else of what should have been chosen."""
        wrong = [option.because for option in self.options if option.chosen and not option.right]
        if wrong or not self.value or self.is_unsure or self.question.is_typed:
            return wrong
        return [option.because for option in self.options if option.right and not option.chosen]


def shown(sitting: Sitting, positions: Collection[int] = ()) -> list[Shown]:
    """The questions of a paper in its order, all of them or those at *positions*."""
    topics = _topics(sitting)
    asked = enumerate(zip(sitting.questions, sitting.paper, strict=True), 1)
    return [
        _shown(position, question, drawn, sitting.answers.get(position, _NOTHING), topics)
        for position, (question, drawn) in asked
        if not positions or position in positions
    ]


def drafted(question: Question, drawn: Drawn) -> Shown:
    """A question on a paper that nobody was given: what a preview shows."""
    return _shown(1, question, drawn, _NOTHING, {})


def _topics(sitting: Sitting) -> Mapping[str, str]:
    english = chosen() == "en"
    bank = quiz(sitting.release_id, sitting.quiz)
    return {topic.id: topic.title_en if english else topic.title for topic in bank.topics}


def _shown(position: int, question: Question, drawn: Drawn, saved: Saved, topics: Mapping[str, str]) -> Shown:
    texts = _texts(question, drawn)
    options = _options(question, drawn, saved.value, texts)
    if question.is_typed:
        right_answer = texts.outcome
    else:
        right_answer = "；".join(option.text for option in options if option.right)
    return Shown(
        position=position,
        question=question,
        drawn=drawn,
        topic=topics.get(drawn.topic, ""),
        stem=texts.stem,
        options=options,
        explanation=texts.explanation,
        right_answer=right_answer,
        figures=texts.figures,
        value=saved.value,
        seq=saved.seq,
    )


def _options(question: Question, drawn: Drawn, value: str, texts: "_Texts") -> tuple[Option, ...]:
    if question.is_typed:
        return ()
    picked = value.split(",")
    judged = question.type is QuestionType.TRUE_FALSE
    return tuple(
        Option(
            letter=letter,
            text=_verdict(texts.options[number]) if judged else texts.options[number],
            chosen=str(number) in picked,
            right=number in texts.right,
            because=texts.reasons[number],
        )
        for letter, number in zip(ascii_lowercase, drawn.order, strict=False)
    )


def _verdict(text: str) -> str:
    """``true`` and ``false`` in the language of the page."""
    return str(gettext("True") if text == "true" else gettext("False"))


@dataclass(frozen=True)
class _Texts:
    """What a question says with its numbers filled in; options in the order of the text."""

    stem: str
    explanation: str
    options: tuple[str, ...]
    reasons: tuple[str, ...]
    right: frozenset[int]
    outcome: str
    figures: Figures


_kept: dict[tuple[object, ...], _Texts] = {}
_MOST_KEPT = 20_000


def _texts(question: Question, drawn: Drawn) -> _Texts:
    """The texts of an edition for the numbers that were drawn; they never change, so they are kept."""
    stamps = tuple((one.value, one.unit, one.since, one.source) for one in drawn.stamps.values())
    key = (drawn.edition, *drawn.given.values(), *stamps, *drawn.outcome)
    found = _kept.get(key)
    if found is None:
        if len(_kept) > _MOST_KEPT:
            _kept.clear()
        with force_locale("zh_Hans"):
            found = _kept[key] = _filled_in(question, drawn)
    return found


def _filled_in(question: Question, drawn: Drawn) -> _Texts:
    everything = sorted(choices(question, drawn), key=lambda choice: choice.number)
    numeric = question.numeric
    return _Texts(
        stem=_filled(question.stem, question, drawn),
        explanation=_filled(question.explanation, question, drawn),
        options=tuple(
            quantity(choice.text, numeric.unit) if numeric else _filled(choice.text, question, drawn)
            for choice in everything
        ),
        reasons=tuple(_filled(choice.because, question, drawn) for choice in everything),
        right=frozenset(choice.number for choice in everything if choice.right),
        outcome=quantity(drawn.outcome[0], numeric.unit) if numeric else "",
        figures=tuple(
            (quantity(one.value, one.unit), date.fromisoformat(one.since) if one.since else None, one.source)
            for one in drawn.stamps.values()
        ),
    )


def _filled(text: str, question: Question, drawn: Drawn) -> str:
    """The text with its placeholders filled in from the paper."""
    text = PARAMETER.sub(lambda match: _number(match[1], question, drawn) or match[0], text)
    return _GIVEN.sub(lambda match: drawn.given.get(match[1], match[0]), text)


def _number(inside: str, question: Question, drawn: Drawn) -> str:
    numeric = question.numeric
    if numeric and inside == "answer":
        return quantity(drawn.outcome[0], numeric.unit)
    stamp = drawn.stamps.get(numeric.parameters.get(inside, inside) if numeric else inside)
    return quantity(stamp.value, stamp.unit) if stamp else ""


def _quantity(number: str, unit: str) -> str:
    """A quantity inside Chinese text, whatever the language of the page."""
    with force_locale("zh_Hans"):
        return quantity(number, unit)


def stored(drawn: Drawn, sent: Sequence[str]) -> list[str]:
    """What a page sent, with letters of options turned into the numbers under which they are stored.

    What is no letter of this question stays as it is, for the floor below to refuse.
    """
    numbers = dict(zip(ascii_lowercase, map(str, drawn.order), strict=False))
    if not numbers:
        return list(sent)
    return [value if value == UNSURE else numbers.get(value, f"?{value}") for value in sent if value]
