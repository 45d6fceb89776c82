"""Which questions may be asked on a day, stamped with the parameters in force; a paper as text and back."""

import itertools
import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from lms.benefits.rules import CannotCompute, formula
from lms.policies.queries import Policies
from lms.policies.references import PARAMETER, parse
from lms.policies.rules import Value
from lms.quizzes.rules import Drawn, Numeric, Question, Ready, Stamp


def ready(question: Question, policies: Policies, day: date) -> Ready | None:
    """The question with its stamps, or ``None`` when it may not be asked on *day*.

    It may not when a clause or parameter it rests on is not in force, is not verified well enough to be
    scored, or has no value: on that day, or on the one whose rules it asks about. A clause that has been
    reworded is in force; whether the edition of the question still fits is for the refreshing of a change.
    """
    day = question.on or day
    if not all(_clause_counts(key, policies, day) for key in question.clauses):
        return None
    stamps: dict[str, Stamp] = {}
    for canonical in canonical_references(question):
        asked = parse(canonical)
        value = policies.answer(asked, day).current if asked.name in policies.parameters else None
        if value is None or not value.mark.may_be_scored:
            return None
        stamps[canonical] = _stamp(value, policies.parameters[asked.name].unit)
    if question.numeric is None:
        return Ready(question, stamps)
    try:
        return Ready(question, stamps, tuple(combinations(question.numeric, stamps)))
    except CannotCompute:
        return None


def _clause_counts(key: str, policies: Policies, day: date) -> bool:
    clause = policies.clauses.get(key)
    return clause is not None and clause.mark.may_be_scored and clause.in_force(day)


def _stamp(value: Value, unit: str) -> Stamp:
    since = value.since.isoformat() if value.since else ""
    return Stamp(str(value.value), str(unit), since, value.mark.value, value.source.title)


def canonical_references(question: Question) -> list[str]:
    """Canonical parameter references of a question, each once."""
    texts = [question.stem, question.explanation]
    texts += [part for option in question.options for part in (option.text, option.because)]
    found = [match[1] for text in texts for match in PARAMETER.finditer(text) if "/" in match[1]]
    if question.numeric:
        found += question.numeric.parameters.values()
    return list(dict.fromkeys(found))


def combinations(
    numeric: Numeric, stamps: Mapping[str, Stamp]
) -> Iterator[tuple[Mapping[str, str], tuple[str, ...]]]:
    """Every combination of the given numbers with the computed answer and distractors.

    Raises ``CannotCompute``.
    """
    formulas = [formula(numeric.formula), *(formula(one.formula) for one in numeric.distractors)]
    fixed = {alias: Decimal(stamps[canonical].value) for alias, canonical in numeric.parameters.items()}
    for picked in itertools.product(*numeric.given.values()):
        given = dict(zip(numeric.given, picked, strict=True))
        values = fixed | {name: Decimal(number) for name, number in given.items()}
        yield given, tuple(plain(one.compute(values, places=numeric.places)) for one in formulas)


def plain(number: Decimal) -> str:
    """A decimal as people write it: no exponent, no trailing zeros behind the point."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_text(paper: tuple[Drawn, ...]) -> str:
    """The paper as compact JSON."""
    drawn = [
        {**vars(one), "stamps": {key: vars(stamp) for key, stamp in one.stamps.items()}} for one in paper
    ]
    return json.dumps(drawn, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> tuple[Drawn, ...]:
    """The paper back from its JSON."""
    return tuple(map(_drawn, json.loads(text)))


_SEAM = '},{"question":'
"""Between two questions, and nowhere else: a text would have its quotation marks escaped."""


def parts(text: str) -> list[str]:
    """The JSON of each question of a paper, so that what many papers ask needs to be read only once."""
    first, *others = text[1:-2].split(_SEAM)
    return [f"{first}}}", *(f"{_SEAM[2:]}{one}}}" for one in others)]


def from_part(text: str) -> Drawn:
    """A question back from its part of a paper."""
    return _drawn(json.loads(text))


def _drawn(one: Mapping[str, Any]) -> Drawn:
    return Drawn(
        question=one["question"],
        edition=one["edition"],
        topic=one["topic"],
        points=one["points"],
        order=tuple(one["order"]),
        given=one["given"],
        stamps={key: Stamp(**stamp) for key, stamp in one["stamps"].items()},
        outcome=tuple(one["outcome"]),
    )
