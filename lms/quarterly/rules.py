"""When a report is due, what its numbers say, what follows for the next quarter, and its fingerprint."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from lms.kernel.quarters import Quarter
from lms.quarterly.shapes import Figures, Part, Topic

DUE_DAYS = 15
"""Days after the quarter within which it is handed in, unless HR sets another day. Our own decision."""
REMIND_DAYS = 7
"""So many days before the due date it is reminded of. Our own decision."""
WEAK_PERCENT = 80
"""Topics below it get a second training. Source: mockup of the report."""
MOST_STEPS = 4
MOST_SHOWN = 5
"""So many topics that were asked about, or were weakest, are shown."""


def due_on(quarter: Quarter) -> date:
    """The day by which the report of a quarter is due."""
    return quarter.last + timedelta(days=DUE_DAYS)


@dataclass(frozen=True)
class Before:
    """What the report of the quarter before says, where it was signed."""

    required: Part
    weakest: str


class Trend(StrEnum):
    """How completion compares with the quarter before; ``ALONE`` when that has no number."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    ALONE = "alone"


@dataclass(frozen=True)
class Conclusion:
    """The one sentence as values. *still*: the weakest topic is the one of the quarter before."""

    completion: int | None
    trend: Trend
    passed: int | None
    weakest: Topic | None
    still: bool


class StepKind(StrEnum):
    """What follows for the next quarter."""

    SECOND_TRAINING = "second-training"
    ANSWER = "answer"
    VISITS = "visits"
    MATERIALS = "materials"
    NEEDS = "needs"
    GO_ON = "go-on"


@dataclass(frozen=True)
class NextStep:
    """A step as values: which topic it is about, a count, and what part of all that is in percent."""

    kind: StepKind
    title: str = ""
    title_en: str = ""
    count: int = 0
    percent: int = 0


def conclusion(figures: Figures) -> Conclusion:
    """What the numbers say in one sentence."""
    now, before = figures.required.percent, figures.before.percent
    if now is None or before is None:
        trend = Trend.ALONE
    else:
        trend = Trend.UP if now > before else Trend.DOWN if now < before else Trend.SAME
    weak = weakest(figures)
    weakest_one = weak[0] if weak else None
    still = weakest_one is not None and weakest_one.topic == figures.weakest_before
    return Conclusion(now, trend, figures.papers.final.percent, weakest_one, still)


def weakest(figures: Figures) -> list[Topic]:
    """Topics below the line, the weakest first."""
    return [one for one in figures.topics if (one.right.percent or 0) < WEAK_PERCENT]


def next_steps(figures: Figures) -> list[NextStep]:
    """What is proposed: from the weakest topic, the most asked one, retired people, materials, needs."""
    weak = weakest(figures)[:1]
    asked = [one for one in figures.asked if one.topic][:1]
    late = figures.in_time.whole - figures.in_time.part
    waiting = sum(one.state in {"open", "in_work"} for one in figures.needs)
    found = [
        *(NextStep(StepKind.SECOND_TRAINING, one.title, one.title_en, 0, one.right.percent or 0)
          for one in weak),
        *(NextStep(StepKind.ANSWER, one.title, one.title_en, one.n, 100 * one.n // figures.asked_in_all)
          for one in asked),
        NextStep(StepKind.VISITS, count=figures.retired_open),
        NextStep(StepKind.MATERIALS, count=late),
        NextStep(StepKind.NEEDS, count=waiting),
    ]  # fmt: skip
    wanted = [one for one in found if one.count or one.kind is StepKind.SECOND_TRAINING]
    return wanted[:MOST_STEPS] or [NextStep(StepKind.GO_ON)]


@dataclass(frozen=True)
class Content:
    """What a signature stands for: an edition of a report, its numbers, its words, and why it exists."""

    quarter: str
    edition: int
    figures: Mapping[str, Any]
    words: Mapping[str, Any]
    reason: str = ""


def digest(content: Content) -> str:
    """SHA-256 of the content as JSON with sorted keys: the same for the same content, always."""
    return _digest(vars(content))


def digest_of_words(sentence: str, steps: Sequence[Mapping[str, str]] | None) -> str:
    """The same of what somebody wrote; empty while nobody did."""
    return _digest([sentence, steps]) if sentence or steps is not None else ""


def _digest(what: object) -> str:
    text = json.dumps(what, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
