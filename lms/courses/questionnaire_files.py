"""Reads ``content/surveys/<survey>.yaml``: the surveys that the clockwork opens by itself."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import Field

from lms.courses.questionnaires import (
    AUDIENCES,
    LEAST_OPTIONS,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    Misfit,
    Question,
    misfits,
    questions_of,
)
from lms.library.faults import Fault, Item
from lms.library.queries import items
from lms.library.yaml import Document, Shape, parse, shaped

KIND = "survey"
NAMES = ("needs", "satisfaction", "follow-up")
"""The surveys there can be files of."""
_BETWEEN = " / "
_Words = Annotated[str, Field(min_length=1)]


class Questionnaire(Shape):
    """The file of a survey."""

    id: str
    title: _Words
    title_en: _Words
    anonymous: bool
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=MOST_QUESTIONS)]


def load(texts: Mapping[str, str], faults: list[Fault]) -> list[Item]:
    """Items of kind ``survey``; everything wrong goes to *faults*. A library need not have the files."""
    found: list[Item] = []
    for path, text in sorted(texts.items()):
        if not PurePosixPath(path).match("content/surveys/*.yaml"):
            continue
        document = parse(path, text, faults)
        shape = shaped(Questionnaire, document, faults) if document else None
        if document is None or shape is None:
            continue
        faults += _faults(shape, document)
        body = shape.model_dump(mode="json", exclude={"id"})
        found.append(Item(KIND, PurePosixPath(path).stem, body, document.at("id")))
    return found


def _faults(shape: Questionnaire, document: Document) -> Iterator[Fault]:
    name = PurePosixPath(document.path).stem
    if shape.id != name:
        yield document.at("id").fault("wrong-value", found=shape.id, right=name)
    if name not in NAMES:
        yield document.at("id").fault("not-allowed", found=name, right=_BETWEEN.join(NAMES))
    for one in misfits(shape.questions):
        yield _FAULTS[one.code](one, document)
    asked = {audience for one in shape.questions for audience in one.audiences or AUDIENCES}
    for audience in sorted(set(AUDIENCES) - asked):
        yield document.at("questions").fault("missing-key", found=f"audiences: [{audience}]")
    yield from _not_in_english(shape, document)


def _not_in_english(shape: Questionnaire, document: Document) -> Iterator[Fault]:
    for number, question in enumerate(shape.questions):
        if question.text and not question.text_en:
            yield document.at("questions", number).fault("missing-key", found="text_en")
        for place, option in enumerate(question.options):
            if option.text and not option.text_en:
                yield document.at("questions", number, "options", place).fault("missing-key", found="text_en")


def _without_text(one: Misfit, document: Document) -> Fault:
    return document.at(*_place(one)).fault("missing-key", found="text")


def _too_long(one: Misfit, document: Document) -> Fault:
    most = LONGEST_QUESTION if one.option is None else LONGEST_OPTION
    return document.at(*_place(one), "text").fault("wrong-value", found=one.found, right=f"≤ {most}")


def _place(one: Misfit) -> tuple[str | int, ...]:
    question = ("questions", one.question)
    return question if one.option is None else (*question, "options", one.option)


def _option_count(one: Misfit, document: Document) -> Fault:
    right = f"{LEAST_OPTIONS}–{MOST_OPTIONS}"
    return document.at("questions", one.question, "options").fault(
        "option-count", found=one.found, right=right
    )


_FAULTS: Mapping[str, Callable[[Misfit, Document], Fault]] = {
    "no-text": _without_text,
    "option-without-text": _without_text,
    "text-too-long": _too_long,
    "id-twice": lambda one, document: document.at("questions", one.question, "id").fault(
        "key-twice", found=one.found
    ),
    "unknown-audience": lambda one, document: document.at("questions", one.question, "audiences").fault(
        "not-allowed", found=one.found, right=_BETWEEN.join(AUDIENCES)
    ),
    "few-options": _option_count,
    "many-options": _option_count,
    "options-not-wanted": lambda one, document: document.key_at("questions", one.question, "options").fault(
        "option-count", found=one.found, right="0"
    ),
    "option-twice": lambda one, document: document.at(*_place(one)).fault("option-twice", found=one.found),
}


@lru_cache(maxsize=4)
def questionnaires_of(release_id: str) -> Mapping[str, tuple[Questionnaire, str]]:
    """Name → questionnaire and its edition, of a release."""
    return {one.key: (_questionnaire(one.key, one.body), one.edition) for one in items(release_id, KIND)}


def _questionnaire(name: str, body: Mapping[str, Any]) -> Questionnaire:
    return Questionnaire(
        id=name,
        title=body["title"],
        title_en=body["title_en"],
        anonymous=body["anonymous"],
        questions=questions_of(body["questions"]),
    )
