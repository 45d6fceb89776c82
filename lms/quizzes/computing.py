"""Reads numeric questions: every answer is computed before anybody is asked."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lms.benefits.rules import BadFormula, CannotCompute, formula
from lms.library.faults import Place
from lms.library.yaml import Document
from lms.policies.references import PARAMETER, parse, write
from lms.quizzes.papers import combinations
from lms.quizzes.rules import Distractor, Numeric, Stamp
from lms.quizzes.scoring import ScoredWriting
from lms.quizzes.shapes import NumericShape

MOST_COMBINATIONS = 1000
"""Of given numbers in one question: each is computed, today and for every day on which something changes."""
_GIVEN = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Reading:
    """A numeric question that is being read, and where it stands in its file."""

    shape: NumericShape
    document: Document
    number: int
    writing: ScoredWriting

    def at(self, *where: str | int) -> Place:
        """The place of a part of the question."""
        return self.document.at("questions", self.number, *where)


def computed(reading: Reading) -> dict[str, object]:
    """What is particular to the question, as plain JSON, after everything that it can ask was computed."""
    shape, before = reading.shape, len(reading.writing.faults)
    parameters: dict[str, str] = {}
    for alias, reference in shape.parameters.items():
        asked = reading.writing.asked(reference, reading.at("parameters", alias))
        if asked is not None:
            parameters[alias] = write(asked)
    numeric = Numeric(
        given={name: tuple(str(one) for one in several) for name, several in shape.given.items()},
        parameters=parameters,
        formula=shape.formula,
        places=shape.places,
        unit=shape.unit.value,
        distractors=tuple(Distractor(one.formula, one.because) for one in shape.distractors),
    )
    _check_words(reading)
    _check_names(reading)
    if len(reading.writing.faults) == before and len(parameters) == len(shape.parameters):
        _compute_all(reading, numeric)
    given = {name: list(several) for name, several in numeric.given.items()}
    return {"given": given, "parameters": parameters}


def _check_words(reading: Reading) -> None:
    """Numbers typed by hand, and ``{given}`` and ``[[alias]]`` that do not exist, in stem and explanation."""
    shape, faults = reading.shape, reading.writing.faults
    aliases = sorted(shape.parameters)
    for key, text, known in (
        ("stem", shape.stem, aliases),
        ("explanation", shape.explanation, sorted([*aliases, "answer"])),
    ):
        place = reading.at(key)
        reading.writing.refuse_hand_written(text, place)
        for match in _GIVEN.finditer(text):
            if match[1] not in shape.given:
                faults.append(place.fault("unknown-name", found=match[0], right=" / ".join(shape.given)))
        for match in PARAMETER.finditer(text):
            if match[1] not in known:
                faults.append(place.fault("unknown-name", found=match[0], right=" / ".join(known)))


def _check_names(reading: Reading) -> None:
    """Every formula can be read and uses only names that the question gives, each of them once."""
    shape, faults = reading.shape, reading.writing.faults
    for name in shape.given.keys() & shape.parameters.keys():
        faults.append(reading.at("parameters", name).fault("key-twice", found=name))
    names = shape.given.keys() | shape.parameters.keys()
    texts: list[tuple[Place, str]] = [(reading.at("formula"), shape.formula)]
    for row, one in enumerate(shape.distractors):
        texts.append((reading.at("distractors", row, "formula"), one.formula))
    for place, text in texts:
        try:
            unknown = formula(text).names - names
        except BadFormula as error:
            column, found = error.args
            faults.append(
                place.behind(column - 1).fault("bad-formula", found=found, right="+ - * / ( ) min max")
            )
            continue
        if unknown:
            found, right = " / ".join(sorted(unknown)), " / ".join(sorted(names))
            faults.append(place.fault("unknown-name", found=found, right=right))


def _compute_all(reading: Reading, numeric: Numeric) -> None:
    """Every combination of given numbers, today and on every later day on which a parameter turns over."""
    place, faults = reading.at("formula"), reading.writing.faults
    count = math.prod(len(several) for several in numeric.given.values())
    if count > MOST_COMBINATIONS:
        faults.append(reading.at("given").fault("not-allowed", found=count, right=f"≤ {MOST_COMBINATIONS}"))
        return
    for day in _turning_days(reading, numeric):
        stamps = _stamps(reading, numeric, day)
        try:
            for given, (answer, *others) in combinations(numeric, stamps):
                if len({answer, *others}) <= len(others):
                    found = f"{dict(given)} {day}: {answer} / {' / '.join(others)}"
                    faults.append(place.fault("same-numbers", found=found))
                    return
        except CannotCompute:
            faults.append(place.fault("cannot-compute", found=numeric.formula))
            return


def _turning_days(reading: Reading, numeric: Numeric) -> list[date]:
    today = reading.writing.day
    asked = [parse(canonical) for canonical in numeric.parameters.values()]
    values = [value for one in asked for value in reading.writing.policies.parameters[one.name].values]
    return sorted({today, *(value.starts for value in values if value.starts > today)})


def _stamps(reading: Reading, numeric: Numeric, day: date) -> Mapping[str, Stamp]:
    """What the parameters will be on a day; each of them has a value today, so it has one later."""
    policies, canonicals = reading.writing.policies, numeric.parameters.values()
    values = {canonical: policies.answer(parse(canonical), day).current for canonical in canonicals}
    return {key: Stamp(str(value.value), "", "", "", "") for key, value in values.items() if value}
