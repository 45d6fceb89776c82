"""Reads ``quizzes/*.yaml``: question banks whose every answer is computed before anybody is asked."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Annotated, Literal, get_args

from pydantic import Field

from lms.benefits.rules import BadFormula, CannotCompute, formula
from lms.courses.loader import true_false_options
from lms.courses.questions import OptionShape, check_options
from lms.courses.writing import Writing
from lms.library.faults import Fault, Item
from lms.library.yaml import Document, Shape, entries, parse, shaped
from lms.policies.queries import Policies
from lms.policies.references import PARAMETER, write
from lms.policies.references import parse as parse_reference
from lms.policies.rules import Asked, Unit
from lms.quizzes.papers import combinations
from lms.quizzes.rules import Distractor, Numeric, Stamp

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Words = Annotated[str, Field(min_length=1)]
_GIVEN = re.compile(r"\{(\w+)\}")


class TopicShape(Shape):
    """A topic and its share of a paper."""

    id: Key
    title: Words
    title_en: Words
    draw: Annotated[int, Field(ge=1)]


class QuizShape(Shape):
    """A question bank."""

    id: Key
    title: Words
    title_en: Words
    course: Key
    size: Annotated[int, Field(ge=1, le=50)]
    topics: Annotated[list[TopicShape], Field(min_length=1)]
    questions: list[object]


class Asking(Shape):
    """What every question has."""

    id: Key
    topic: Key
    clauses: Annotated[list[str], Field(min_length=1)]
    pages: Annotated[list[str], Field(min_length=1)]
    points: Annotated[int, Field(ge=1, le=100)] = 1
    stem: Words
    explanation: Words


class ChoiceShape(Asking):
    """A question with written options."""

    type: Literal["single", "multiple"]
    options: list[OptionShape]


class TrueFalseShape(Asking):
    """A statement to be judged."""

    type: Literal["truefalse"]
    answer: bool
    because_true: Words
    because_false: Words


class DistractorShape(Shape):
    """A mistake as a formula, with what is wrong about it."""

    formula: Words
    because: Words


class NumericShape(Asking):
    """A question whose answer is computed."""

    type: Literal["numeric"]
    unit: Unit
    given: dict[str, Annotated[list[Decimal], Field(min_length=1)]] = Field(default_factory=dict)
    parameters: dict[str, str] = Field(default_factory=dict)
    formula: Words
    places: Annotated[int, Field(ge=0, le=4)] = 2
    distractors: list[DistractorShape] = Field(default_factory=list)


_SHAPES: Mapping[str, type[ChoiceShape | TrueFalseShape | NumericShape]] = {
    name: shape
    for shape in (ChoiceShape, TrueFalseShape, NumericShape)
    for name in get_args(shape.model_fields["type"].annotation)
}


@dataclass(frozen=True)
class _Bank:
    document: Document
    shape: QuizShape
    pages: Collection[str]
    writing: Writing
    day: date


def load(
    texts: Mapping[str, str], policies: Policies, courses: list[Item], day: date, faults: list[Fault]
) -> list[Item]:
    """Items of kind ``quiz`` and ``question``; everything wrong on *day* goes to *faults*."""
    writing = Writing(policies, faults)
    pages = {item.key for item in courses if item.kind == "page"}
    names = {item.key: item for item in courses if item.kind == "course"}
    items: list[Item] = []
    met: dict[str, Item] = {}
    for path, text in sorted(texts.items()):
        if not PurePosixPath(path).match("quizzes/*.yaml"):
            continue
        document = parse(path, text, faults)
        shape = shaped(QuizShape, document, faults) if document else None
        if document is None or shape is None:
            continue
        if shape.course not in names:
            faults.append(document.at("course").fault("no-such-course", found=shape.course, right=" / ".join(names)))
        bank = _Bank(document, shape, pages, writing, day)
        items += _quiz(bank, met)
    _quizzes_exist(names.values(), {item.key for item in items if item.kind == "quiz"}, faults)
    return items


def _quizzes_exist(courses: Collection[Item], quizzes: Collection[str], faults: list[Fault]) -> None:
    for item in courses:
        if item.body["quiz"] not in quizzes:
            right = " / ".join(sorted(quizzes))
            faults.append(item.place.fault("no-such-quiz", found=item.body["quiz"], right=right))


def _quiz(bank: _Bank, met: dict[str, Item]) -> list[Item]:
    questions: list[Item] = []
    for number in entries(bank.document, bank.writing.faults, "questions"):
        question = _question(bank, number)
        if question is None:
            continue
        before = met.setdefault(question.key, question)
        if before is not question:
            right = f"{before.place.path}:{before.place.line}"
            bank.writing.faults.append(question.place.fault("key-exists", found=question.key, right=right))
            continue
        questions.append(question)
    _enough(bank, questions)
    body = bank.shape.model_dump(mode="json", exclude={"id", "questions"})
    body["questions"] = [question.key for question in questions]
    return [Item("quiz", bank.shape.id, body, bank.document.at("id")), *questions]


def _enough(bank: _Bank, questions: list[Item]) -> None:
    """A topic needs twice its share, so that a second paper can be of questions not seen before."""
    topics = bank.shape.topics
    if sum(topic.draw for topic in topics) != bank.shape.size:
        place = bank.document.at("size")
        right = str(sum(topic.draw for topic in topics))
        bank.writing.faults.append(place.fault("draws-differ-from-size", found=bank.shape.size, right=right))
    for number, topic in enumerate(topics):
        has = sum(question.body["topic"] == topic.id for question in questions)
        if has < 2 * topic.draw:
            place = bank.document.at("topics", number)
            right = f"≥ {2 * topic.draw}"
            bank.writing.faults.append(place.fault("too-few-questions", found=f"{topic.id}: {has}", right=right))


def _question(bank: _Bank, number: int) -> Item | None:
    where = ("questions", number)
    raw = bank.document.data["questions"][number]
    kind = raw.get("type") if isinstance(raw, dict) else None
    if kind not in _SHAPES:
        place = bank.document.at(*where, "type")
        bank.writing.faults.append(place.fault("not-allowed", found=kind, right=" / ".join(_SHAPES)))
        return None
    shape = shaped(_SHAPES[kind], bank.document, bank.writing.faults, *where)
    if shape is None:
        return None
    _check_sources(bank, number, shape)
    body = shape.model_dump(mode="json", exclude={"id", "pages", "options", "answer", "because_true", "because_false"})
    body |= {"quiz": bank.shape.id, "pages": [f"{bank.shape.course}/{page}" for page in shape.pages]}
    if isinstance(shape, NumericShape):
        body |= _numeric(bank, number, shape)
    else:
        body |= _written(bank, number, shape)
    references = {("clause", clause) for clause in shape.clauses}
    references |= {("page", str(page)) for page in body["pages"]}
    references |= {("parameter", match[1].split("/")[0]) for match in PARAMETER.finditer(str(body)) if "/" in match[1]}
    references |= {("parameter", canonical.split("/")[0]) for canonical in body.get("parameters", {}).values()}
    return Item("question", shape.id, body, bank.document.at(*where, "id"), frozenset(references))


def _check_sources(bank: _Bank, number: int, shape: Asking) -> None:
    where, faults = ("questions", number), bank.writing.faults
    topics = [topic.id for topic in bank.shape.topics]
    if shape.topic not in topics:
        place = bank.document.at(*where, "topic")
        faults.append(place.fault("no-such-topic", found=shape.topic, right=" / ".join(topics)))
    for row, page in enumerate(shape.pages):
        if f"{bank.shape.course}/{page}" not in bank.pages:
            place = bank.document.at(*where, "pages", row)
            lesson = f"{bank.shape.course}/{page.partition('#')[0]}#"
            right = " / ".join(sorted(key.partition("/")[2] for key in bank.pages if key.startswith(lesson)))
            faults.append(place.fault("no-such-page", found=page, right=right))
    for row, key in enumerate(shape.clauses):
        place = bank.document.at(*where, "clauses", row)
        bank.writing.clause(key, place)
        clause = bank.writing.policies.clauses.get(key)
        if clause and not clause.mark.may_be_scored:
            faults.append(place.fault("not-verified", found=f"{key} ({clause.mark})", right="law / agreed"))
        if clause and clause.document.is_announced(bank.day):
            found = f"{key} ({clause.document.effective_on})"
            faults.append(place.fault("not-yet-in-force", found=found))


def _written(bank: _Bank, number: int, shape: ChoiceShape | TrueFalseShape) -> dict[str, object]:
    where, writing = ("questions", number), bank.writing
    if isinstance(shape, TrueFalseShape):
        options = true_false_options(
            answer=shape.answer, because_true=shape.because_true, because_false=shape.because_false
        )
    else:
        options = shape.options
        check_options(shape.type, options, bank.document, (*where, "options"), writing.faults)
    body = {
        "stem": writing.canonical(shape.stem, bank.document.at(*where, "stem")),
        "explanation": writing.canonical(shape.explanation, bank.document.at(*where, "explanation")),
        "options": [
            {
                "text": writing.canonical(option.text, bank.document.at(*where, "options", row), any_number=not option.right),
                "right": option.right,
                "because": writing.canonical(option.because, bank.document.at(*where, "options", row), any_number=True),
            }
            for row, option in enumerate(options)
        ],
    }
    for match in PARAMETER.finditer(str(body)):
        _scorable(bank, parse_reference(match[1]) if "/" in match[1] else None, where, "stem")
    return body


def _scorable(bank: _Bank, asked: Asked | None, where: tuple[str | int, ...], key: str) -> None:
    """What a question rests on must be the same for everybody, verified, and in force on the day."""
    if asked is None:
        return
    place, faults = bank.document.at(*where, key), bank.writing.faults
    if not asked.is_explicit:
        faults.append(place.fault("not-explicit", found=asked.name, right=f"[[{asked.name} region=… status=…]]"))
        return
    value = bank.writing.policies.answer(asked, bank.day).current
    if value is None:
        faults.append(place.fault("no-value", found=write(asked)))
    elif not value.mark.may_be_scored:
        faults.append(place.fault("not-verified", found=f"{asked.name} ({value.mark})", right="law / agreed"))


def _numeric(bank: _Bank, number: int, shape: NumericShape) -> dict[str, object]:
    where = ("questions", number)
    parameters: dict[str, str] = {}
    for alias, reference in shape.parameters.items():
        asked = bank.writing.asked(reference, bank.document.at(*where, "parameters", alias))
        if asked is not None:
            _scorable(bank, asked, (*where, "parameters"), alias)
            parameters[alias] = write(asked)
    numeric = Numeric(
        given={name: tuple(str(one) for one in several) for name, several in shape.given.items()},
        parameters=parameters,
        formula=shape.formula,
        places=shape.places,
        unit=shape.unit.value,
        distractors=tuple(Distractor(one.formula, one.because) for one in shape.distractors),
    )
    readable = _formulas(bank, number, shape) and len(parameters) == len(shape.parameters)
    if readable and _placeholders(bank, number, shape):
        _compute_all(bank, number, numeric)
    return {
        "given": {name: list(several) for name, several in numeric.given.items()},
        "parameters": parameters,
    }


def _formulas(bank: _Bank, number: int, shape: NumericShape) -> bool:
    """Whether every formula can be read and uses only names that the question gives."""
    names = shape.given.keys() | shape.parameters.keys()
    before = len(bank.writing.faults)
    places = [(("formula",), shape.formula)]
    places += [(("distractors", row, "formula"), one.formula) for row, one in enumerate(shape.distractors)]  # type: ignore[misc]
    for where, text in places:
        place = bank.document.at("questions", number, *where)
        try:
            unknown = formula(text).names - names
        except BadFormula as error:
            bank.writing.faults.append(place.fault("bad-formula", found=error.args[1], right="+ - * / ( ) min max"))
            continue
        if unknown:
            found, right = " / ".join(sorted(unknown)), " / ".join(sorted(names))
            bank.writing.faults.append(place.fault("unknown-name", found=found, right=right))
    return len(bank.writing.faults) == before


def _placeholders(bank: _Bank, number: int, shape: NumericShape) -> bool:
    """Whether ``{given}`` and ``[[alias]]`` in stem and explanation exist."""
    before = len(bank.writing.faults)
    for key, text, extra in (("stem", shape.stem, set[str]()), ("explanation", shape.explanation, {"answer"})):
        place = bank.document.at("questions", number, key)
        for name in {match[1] for match in _GIVEN.finditer(text)} - shape.given.keys():
            bank.writing.faults.append(place.fault("unknown-name", found=f"{{{name}}}", right=" / ".join(shape.given)))
        known = shape.parameters.keys() | extra
        for name in {match[1] for match in PARAMETER.finditer(text)} - known:
            bank.writing.faults.append(place.fault("unknown-name", found=f"[[{name}]]", right=" / ".join(sorted(known))))
    return len(bank.writing.faults) == before


def _compute_all(bank: _Bank, number: int, numeric: Numeric) -> None:
    """Every combination of given numbers, on every day on which a parameter turns over."""
    place = bank.document.at("questions", number, "formula")
    for day in _turning_days(bank, numeric):
        stamps = _stamps(bank, numeric, day)
        if stamps is None:
            continue
        try:
            computed = list(combinations(numeric, stamps))
        except CannotCompute:
            bank.writing.faults.append(place.fault("cannot-compute", found=numeric.formula))
            return
        for given, (answer, *others) in computed:
            if len({answer, *others}) <= len(others):
                found = f"{dict(given)} {day}: {answer} / {' / '.join(others)}"
                bank.writing.faults.append(place.fault("same-numbers", found=found))
                return


def _turning_days(bank: _Bank, numeric: Numeric) -> list[date]:
    starts = {
        value.starts
        for canonical in numeric.parameters.values()
        for value in bank.writing.policies.parameters[parse_reference(canonical).name].values
    }
    return sorted({bank.day, *starts})


def _stamps(bank: _Bank, numeric: Numeric, day: date) -> dict[str, Stamp] | None:
    stamps: dict[str, Stamp] = {}
    for canonical in numeric.parameters.values():
        value = bank.writing.policies.answer(parse_reference(canonical), day).current
        if value is None:
            return None
        stamps[canonical] = Stamp(str(value.value), "", "", value.mark.value, "")
    return stamps
