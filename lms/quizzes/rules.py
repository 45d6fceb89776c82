"""Drawing a paper, marking answers, judging against the pass line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from random import Random

PASS_LINE = Decimal(80)
"""Least score that passes, in points of 100. Source: training system document, section on evaluation."""
UNSURE = "unsure"
"""Answer of somebody who says that they do not know; honest, and not right."""
TYPED_LIMIT = 40
"""Characters of the longest number that can be typed as an answer."""


class QuestionType(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "truefalse"
    NUMERIC = "numeric"


@dataclass(frozen=True)
class Stamp:
    """A parameter's value as it was when the paper was drawn."""

    value: str
    unit: str
    since: str
    mark: str
    source: str


@dataclass(frozen=True)
class Choice:
    """One option: its number in the order of the text, what it says, whether it is right and why."""

    number: int
    text: str
    right: bool
    because: str


@dataclass(frozen=True)
class Distractor:
    """A wrong number, computed by the mistake that leads to it."""

    formula: str
    because: str


@dataclass(frozen=True)
class Numeric:
    """How the answer of a numeric question is computed."""

    given: Mapping[str, tuple[str, ...]]
    parameters: Mapping[str, str]
    formula: str
    places: int
    unit: str
    distractors: tuple[Distractor, ...]


@dataclass(frozen=True)
class Question:
    """An edition of a question. ``pages`` explain it; ``on`` is the day asked about, if not the day taken."""

    id: str
    edition: str
    quiz: str
    topic: str
    type: QuestionType
    points: int
    clauses: tuple[str, ...]
    pages: tuple[str, ...]
    stem: str
    options: tuple[Choice, ...]
    explanation: str
    numeric: Numeric | None = None
    on: date | None = None

    @property
    def is_typed(self) -> bool:
        """True when the learner types a number instead of choosing one."""
        return self.numeric is not None and not self.numeric.distractors


@dataclass(frozen=True)
class Topic:
    """A topic of a bank and how many of its questions stand on a paper."""

    id: str
    title: str
    title_en: str
    draw: int


@dataclass(frozen=True)
class Quiz:
    """A bank of questions."""

    id: str
    title: str
    title_en: str
    course: str
    size: int
    topics: tuple[Topic, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Drawn:
    """A question on a paper, frozen: its edition, the order of its options, its numbers, its stamps.

    ``outcome`` are the computed numbers of a numeric question: the answer, then one a distractor.
    """

    question: str
    edition: str
    topic: str
    points: int
    order: tuple[int, ...]
    given: Mapping[str, str] = field(default_factory=dict)
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    outcome: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ready:
    """A question that may be asked today with what it needs: stamps, and computed numbers by drawn given."""

    question: Question
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    combinations: tuple[tuple[Mapping[str, str], tuple[str, ...]], ...] = ()


class TooFewQuestions(ValueError):
    """The bank cannot fill a paper today."""


def draw(quiz: Quiz, ready: Sequence[Ready], seen: Mapping[str, int], random: Random) -> tuple[Drawn, ...]:
    """A paper of ``quiz.size`` questions: topic by topic, never seen before least seen, both in random order.

    *seen* counts how often each question id was on an earlier paper of the same person. A topic that
    cannot give its share is made up for by the others. Raises ``TooFewQuestions``.
    """
    shuffled = random.sample(ready, len(ready))
    fresh_first = sorted(shuffled, key=lambda one: seen.get(one.question.id, 0))
    chosen: list[Ready] = []
    for topic in quiz.topics:
        of_topic = [one for one in fresh_first if one.question.topic == topic.id]
        chosen += of_topic[: topic.draw]
    taken = {one.question.id for one in chosen}
    rest = [one for one in fresh_first if one.question.id not in taken]
    chosen += rest[: quiz.size - len(chosen)]
    if len(chosen) < quiz.size:
        raise TooFewQuestions(quiz.id)
    return tuple(_frozen(one, random) for one in random.sample(chosen, len(chosen)))


def _frozen(ready: Ready, random: Random) -> Drawn:
    question = ready.question
    given, outcome = random.choice(ready.combinations) if ready.combinations else ({}, ())
    count = len(outcome) if question.numeric else len(question.options)
    order = list(range(count))
    if question.type is not QuestionType.TRUE_FALSE:
        random.shuffle(order)
    return Drawn(
        question=question.id,
        edition=question.edition,
        topic=question.topic,
        points=question.points,
        order=() if question.is_typed else tuple(order),
        given=given,
        stamps=ready.stamps,
        outcome=outcome,
    )


def choices(question: Question, drawn: Drawn) -> tuple[Choice, ...]:
    """The options in the order of the paper; computed numbers stand as plain decimals."""
    if question.numeric is None:
        return tuple(question.options[number] for number in drawn.order)
    reasons = [question.explanation, *(distractor.because for distractor in question.numeric.distractors)]
    return tuple(
        Choice(number, drawn.outcome[number], number == 0, reasons[number]) for number in drawn.order
    )


def typed_number(text: str) -> Decimal | None:
    """The number somebody typed.

    Full-width digits, thousands separators, spaces, a currency sign in front and a unit behind are forgiven.
    """
    if len(text) > TYPED_LIMIT:
        return None
    plain = text.translate(_FULL_WIDTH).lstrip("¥").rstrip(_UNITS)
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


_FULL_WIDTH = str.maketrans("０１２３４５６７８９．－￥％", "0123456789.-¥%", ",，_ \u3000\xa0")
_UNITS = "元块%天日个工作月年倍种"


def normal(question: Question, drawn: Drawn, values: Iterable[str]) -> str | None:
    """A submitted answer as it is stored; ``None`` when it is no answer to this question."""
    given = [value.strip() for value in values if value.strip()]
    if not given:
        return None
    if question.is_typed:
        return given[0] if len(given) == 1 and typed_number(given[0]) is not None else None
    if given == [UNSURE] and question.type is not QuestionType.MULTIPLE:
        return UNSURE
    allowed = {str(number) for number in drawn.order}
    several = question.type is QuestionType.MULTIPLE
    if not set(given) <= allowed or (len(given) > 1 and not several):
        return None
    return ",".join(sorted(set(given), key=int))


def is_right(question: Question, drawn: Drawn, value: str | None) -> bool:
    """Whether a stored answer is right; several options count only all together, none missing, none wrong."""
    if value is None or value == UNSURE:
        return False
    if question.is_typed:
        return typed_number(value) == Decimal(drawn.outcome[0])
    right = {choice.number for choice in choices(question, drawn) if choice.right}
    return {int(part) for part in value.split(",")} == right


@dataclass(frozen=True)
class Marked:
    """A question of a paper after marking."""

    position: int
    topic: str
    points: int
    right: bool


@dataclass(frozen=True)
class Verdict:
    """What an attempt came to. ``score`` is exact, ``shown`` is rounded half up to one decimal."""

    earned: int
    points: int
    score: Decimal
    shown: Decimal
    passed: bool


def judge(marked: Sequence[Marked], pass_line: Decimal = PASS_LINE) -> Verdict:
    """Score an attempt against the pass line.

    The score is ``100 * earned / points``, rounded half up to one decimal place *after* the
    comparison with the pass line: 79.96 shows as 80.0 and still fails.

    Raises ``ValueError`` when nothing was asked.
    """
    points = sum(one.points for one in marked)
    if points <= 0:
        raise ValueError("nothing was asked")
    return verdict(sum(one.points for one in marked if one.right), points, pass_line)


def verdict(earned: int, points: int, pass_line: Decimal) -> Verdict:
    """The verdict on *earned* of *points*."""
    score = Decimal(100) * earned / points
    shown = score.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return Verdict(earned, points, score, shown, passed=score >= pass_line)


@dataclass(frozen=True)
class TopicResult:
    """Right answers of questions asked in a topic."""

    topic: str
    right: int
    asked: int


def by_topic(marked: Sequence[Marked]) -> tuple[TopicResult, ...]:
    """Results per topic in the order in which the topics first appear."""
    topics = dict.fromkeys(one.topic for one in marked)
    return tuple(
        TopicResult(
            topic,
            sum(one.right for one in marked if one.topic == topic),
            sum(one.topic == topic for one in marked),
        )
        for topic in topics
    )
