"""What a survey is, what is wrong with one and with an answer, when people are reminded, and the measures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TypeAlias

from lms.courses.questionnaires import MOST_QUESTIONS, Question, QuestionKind, misfits

Answers: TypeAlias = Mapping[str, Sequence[str]]
"""Id of a question → what was chosen or written; of an open question one text."""
LONGEST_TEXT = 1000
"""Characters of an open answer."""
NEEDS_DAYS = 21
"""Days that the needs survey is open, the first and the last among them. Source: three weeks, issue 6."""
LATE_DAYS = 14
"""So long after its quarter a rolling survey still takes answers."""
LATELY_DAYS = 7
"""Who completed a course longer ago than this is not asked about it any more."""
FOLLOW_UP_DAYS = 30
"""After so many days the follow-up is asked. Source: founding document, "one month after the training"."""
REMINDER_DAYS = (7, 14)
"""So many days after the opening whoever has not answered is reminded …"""
REMINDER_BEFORE = 2
"""… and so many days before the last one."""
_SECONDS = 15
_SECONDS_OPEN = 45
"""How long a question takes, as people are told beforehand."""
_PROMOTER, _DETRACTOR = 9, 6
_CONTENT = 4
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")


class SurveyKind(StrEnum):
    """What a survey is for."""

    NEEDS = "needs"
    SATISFACTION = "satisfaction"
    FOLLOW_UP = "follow-up"
    OWN = "own"


ROLLING = frozenset({SurveyKind.SATISFACTION, SurveyKind.FOLLOW_UP})
"""Asked after a course, of one after the other."""


class SurveyState(StrEnum):
    """Where a survey stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    IN_WORK = "in_work"
    DONE = "done"
    DECLINED = "declined"


SETTLED = frozenset({ProposalState.DONE, ProposalState.DECLINED})


class Source(StrEnum):
    """Where a proposal comes from: answers of a survey, questions that were asked, quizzes."""

    SURVEY = "survey"
    QUESTION = "question"
    WEAK_TOPIC = "weak-topic"


# -- what is asked ----------------------------------------------------------------------------------------


def for_audience(questions: Sequence[Question], audience: str) -> tuple[Question, ...]:
    """What an audience is asked, in order."""
    return tuple(one for one in questions if not one.audiences or audience in one.audiences)


def minutes_for(questions: Sequence[Question]) -> int:
    """How long it takes, at least one minute."""
    seconds = sum(_SECONDS_OPEN if one.kind is QuestionKind.OPEN else _SECONDS for one in questions)
    return max(1, -(-seconds // 60))


@dataclass(frozen=True)
class Fault:
    """What is wrong with a survey: a code, and the id of the question that it is about."""

    code: str
    question: str = ""


def question_faults(questions: Sequence[Question], audiences: Sequence[str]) -> Iterator[Fault]:
    """What is wrong with the questions, for the audiences that are asked."""
    if not questions:
        yield Fault("no-questions")
        return
    if len(questions) > MOST_QUESTIONS:
        yield Fault("too-many-questions")
    for one in misfits(questions):
        yield Fault(one.code, questions[one.question].id)
    for audience in audiences:
        if not for_audience(questions, audience):
            yield Fault("audience-without-question", audience)


def day_faults(opens_on: date, closes_on: date | None, today: date) -> Iterator[Fault]:
    """What is wrong with the first and the last day."""
    if opens_on < today:
        yield Fault("open-passed")
    if closes_on is None:
        yield Fault("no-closing")
    elif closes_on < opens_on:
        yield Fault("close-before-open")
    elif closes_on < today:
        yield Fault("close-passed")


def closing(kind: SurveyKind, opens_on: date, closes_on: date | None) -> date | None:
    """The last day: what was said, and for the needs survey three weeks where nothing was."""
    if closes_on is None and kind is SurveyKind.NEEDS:
        return opens_on + timedelta(days=NEEDS_DAYS - 1)
    return closes_on


# -- what is answered -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """Answers sorted: what was chosen, in the order in which it is offered, and what was written."""

    values: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str]


def given(questions: Sequence[Question], answers: Answers) -> Given:
    """The answers to these questions without blanks around and without what is empty."""
    values: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    for question in questions:
        said = _said(answers, question.id)
        if question.kind is QuestionKind.OPEN and said:
            texts[question.id] = "\n".join(said)
        elif said:
            values[question.id] = tuple(one for one in question.values if one in said)
    return Given(values, texts)


def answer_faults(questions: Sequence[Question], answers: Answers) -> dict[str, str]:
    """Id of a question → code of what is wrong with its answer.

    ``answer-missing`` · ``answer-not-offered`` · ``answer-too-long`` · ``answer-not-asked``
    """
    found = {one.id: _answer_fault(one, _said(answers, one.id)) for one in questions}
    asked = {one.id for one in questions}
    found |= {name: "answer-not-asked" for name in answers if name not in asked and _said(answers, name)}
    return {name: code for name, code in found.items() if code}


def _said(answers: Answers, question: str) -> list[str]:
    return [one.strip() for one in answers.get(question, ()) if one.strip()]


def _answer_fault(question: Question, said: Sequence[str]) -> str:
    if not said:
        return "answer-missing" if question.required else ""
    if question.kind is QuestionKind.OPEN:
        return "answer-too-long" if len("\n".join(said)) > LONGEST_TEXT else ""
    several = question.kind is QuestionKind.MULTIPLE
    fits = set(said) <= set(question.values) and (several or len(said) == 1)
    return "" if fits else "answer-not-offered"


# -- when -------------------------------------------------------------------------------------------------


def reminder_step(opens_on: date, closes_on: date, today: date) -> date | None:
    """The last day up to today on which whoever had not answered was to be reminded; ``None`` before it.

    No reminder is due on the day of the opening, or after the last day.
    """
    steps = [opens_on + timedelta(days=days) for days in REMINDER_DAYS]
    steps.append(closes_on - timedelta(days=REMINDER_BEFORE))
    return max((one for one in steps if opens_on < one <= min(today, closes_on)), default=None)


# -- measures ---------------------------------------------------------------------------------------------


def mean(counts: Mapping[int, int]) -> Decimal | None:
    """Mean of a scale to two places; ``None`` when nobody answered. *counts*: value → how many."""
    n = sum(counts.values())
    if not n:
        return None
    total = sum(value * count for value, count in counts.items())
    return (Decimal(total) / n).quantize(_HUNDREDTH, ROUND_HALF_UP)


def csat(counts: Mapping[int, int]) -> Decimal | None:
    """Share of 4 and 5 on a scale of 1 to 5, between 0 and 1. Source: domain pack, G-4."""
    n = sum(counts.values())
    content = sum(count for value, count in counts.items() if value >= _CONTENT)
    return Decimal(content) / n if n else None


def nps(counts: Mapping[int, int]) -> Decimal | None:
    """Percentage of promoters (9, 10) less that of detractors (0 to 6), to one place. Source: G-4."""
    n = sum(counts.values())
    if not n:
        return None
    promoters = sum(count for value, count in counts.items() if value >= _PROMOTER)
    detractors = sum(count for value, count in counts.items() if value <= _DETRACTOR)
    return (Decimal(100 * (promoters - detractors)) / n).quantize(_TENTH, ROUND_HALF_UP)
