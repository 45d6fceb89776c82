"""What a file of ``quizzes/`` must look like."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import Field

from lms.courses.questions import OptionShape, Words
from lms.library.yaml import Shape
from lms.policies.rules import Unit

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


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
    """What every question has. ``on`` is the day whose rules it asks about, if not the day it is taken."""

    id: Key
    topic: Key
    clauses: Annotated[list[str], Field(min_length=1)]
    pages: Annotated[list[str], Field(min_length=1)]
    on: date | None = None
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


QUESTIONS: Mapping[str, type[ChoiceShape | TrueFalseShape | NumericShape]] = {
    name: shape
    for shape in (ChoiceShape, TrueFalseShape, NumericShape)
    for name in get_args(shape.model_fields["type"].annotation)
}
"""Type of a question → its shape."""
