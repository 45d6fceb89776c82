"""What questions to people look like: in the files of the library, and in surveys that HR writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from lms.library.yaml import Shape

AUDIENCES = ("hr", "employee", "retiree")
"""Whom a question can be meant for; the values of ``people.models.Audience``."""
MOST_QUESTIONS, LEAST_OPTIONS, MOST_OPTIONS = 20, 2, 10
LONGEST_QUESTION, LONGEST_OPTION = 200, 80
"""Characters."""
_Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class QuestionKind(StrEnum):
    """How a question is answered: ``scale`` from 1 to 5, ``recommend`` from 0 to 10."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    RECOMMEND = "recommend"
    OPEN = "open"


CHOICES = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE})


class Option(Shape):
    """One of several answers."""

    id: _Id
    text: str = ""
    text_en: str = ""


class Question(Shape):
    """One question. It is for everybody unless ``audiences`` says for whom."""

    id: _Id
    kind: QuestionKind
    text: str = ""
    text_en: str = ""
    options: tuple[Option, ...] = ()
    audiences: tuple[str, ...] = ()
    required: bool = True

    @property
    def values(self) -> tuple[str, ...]:
        """What can be chosen, in order; nothing of an open question."""
        if self.kind is QuestionKind.SCALE:
            return tuple(str(one) for one in range(1, 6))
        if self.kind is QuestionKind.RECOMMEND:
            return tuple(str(one) for one in range(11))
        return tuple(one.id for one in self.options)


def questions_of(stored: Sequence[Any]) -> tuple[Question, ...]:
    """Questions out of the plain JSON that ``model_dump(mode="json")`` gave of each."""
    return tuple(Question.model_validate(one) for one in stored)


@dataclass(frozen=True)
class Misfit:
    """What is wrong with a question: a code, and what was found. ``option`` counts from 0."""

    code: str
    question: int
    found: str = ""
    option: int | None = None


def misfits(questions: Sequence[Question]) -> list[Misfit]:
    """What is wrong with questions one by one and beside each other, in their order.

    ``no-text`` · ``text-too-long`` · ``id-twice`` · ``unknown-audience`` · ``few-options`` ·
    ``many-options`` · ``options-not-wanted`` · ``option-without-text`` · ``option-twice``
    """
    ids = [question.id for question in questions]
    found: list[Misfit] = []
    for number, question in enumerate(questions):
        if question.id in ids[:number]:
            found.append(Misfit("id-twice", number, question.id))
        found += _text_misfits(number, question)
        found += _option_misfits(number, question)
    return found


def _text_misfits(number: int, question: Question) -> Iterator[Misfit]:
    if not question.text:
        yield Misfit("no-text", number, question.id)
    if max(len(question.text), len(question.text_en)) > LONGEST_QUESTION:
        yield Misfit("text-too-long", number, question.text)
    for audience in question.audiences:
        if audience not in AUDIENCES:
            yield Misfit("unknown-audience", number, audience)


def _option_misfits(number: int, question: Question) -> Iterator[Misfit]:
    count = len(question.options)
    if question.kind not in CHOICES:
        if count:
            yield Misfit("options-not-wanted", number, str(count))
        return
    if count < LEAST_OPTIONS:
        yield Misfit("few-options", number, str(count))
    if count > MOST_OPTIONS:
        yield Misfit("many-options", number, str(count))
    yield from _each_option(number, question)


def _each_option(number: int, question: Question) -> Iterator[Misfit]:
    for place, option in enumerate(question.options):
        others = question.options[:place]
        if not option.text:
            yield Misfit("option-without-text", number, option.id, place)
        elif len(option.text) > LONGEST_OPTION:
            yield Misfit("text-too-long", number, option.text, place)
        if option.id in {one.id for one in others} or option.text in {one.text for one in others}:
            yield Misfit("option-twice", number, option.text or option.id, place)
