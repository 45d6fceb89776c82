"""What follows: the next step of an assignment, and the remedial plan after a failed paper."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from lms.quizzes.rules import Marked, verdict

ONBOARDING_DAYS = 14
"""Days after hiring by which the onboarding course is due. Source: commission for the platform."""
PAPERS_BEFORE_HELP = 2
"""Failed papers after which a person helps. Source: decision 4 of the interface design."""


class Step(StrEnum):
    """The one next thing for an assignment."""

    STUDY = "study"
    TAKE_QUIZ = "take_quiz"
    CONTINUE_QUIZ = "continue_quiz"
    REMEDIAL = "remedial"
    RETAKE = "retake"
    WAIT_FOR_HELP = "wait_for_help"
    ACKNOWLEDGE = "acknowledge"
    DONE = "done"


@dataclass(frozen=True)
class Facts:
    """What decides the next step.

    ``has_quiz`` is false of a course that ends with an acknowledgement; nothing of papers then counts.
    ``failed_since_help`` counts failed papers after the last recorded help; ``helped`` says that the last
    failed paper was answered by help, which opens a new paper without the plan having to be finished.
    """

    completed: bool
    studied: bool
    has_quiz: bool
    open_attempt: bool
    failed: int
    failed_since_help: int
    remedial_done: bool

    @property
    def helped(self) -> bool:
        """True when help was given after the last failed paper."""
        return self.failed > 0 and self.failed_since_help == 0


def next_step(facts: Facts) -> Step:
    """The next step of an assignment. Every state leads somewhere; only ``DONE`` is an end."""
    if facts.completed:
        return Step.DONE
    if not facts.has_quiz:
        return Step.ACKNOWLEDGE if facts.studied else Step.STUDY
    return Step.CONTINUE_QUIZ if facts.open_attempt else _before_a_paper(facts)


def _before_a_paper(facts: Facts) -> Step:
    if facts.failed == 0:
        return Step.TAKE_QUIZ if facts.studied else Step.STUDY
    if facts.failed_since_help >= PAPERS_BEFORE_HELP:
        return Step.WAIT_FOR_HELP
    if facts.helped or facts.remedial_done:
        return Step.RETAKE
    return Step.REMEDIAL


def may_open_paper(step: Step) -> bool:
    """Whether a new paper may be drawn."""
    return step in {Step.TAKE_QUIZ, Step.RETAKE}


@dataclass(frozen=True)
class Miss:
    """A question of the failed paper that was not answered right, and the pages that explain it."""

    position: int
    topic: str
    pages: tuple[str, ...]
    practised: bool


@dataclass(frozen=True)
class PlanPage:
    """A page to read again, the questions it fixes, and when it was read after the failed paper."""

    page: str
    positions: tuple[int, ...]
    read_at: datetime | None


@dataclass(frozen=True)
class PlanTopic:
    """What was missed in a topic: its pages, then its questions to practise."""

    topic: str
    pages: tuple[PlanPage, ...]
    misses: tuple[Miss, ...]


@dataclass(frozen=True)
class Plan:
    """The remedial plan: per topic exactly the pages to read again, then practice until right."""

    topics: tuple[PlanTopic, ...]

    @property
    def pages(self) -> tuple[PlanPage, ...]:
        """All pages, each once."""
        found = {page.page: page for topic in self.topics for page in topic.pages}
        return tuple(found.values())

    @property
    def misses(self) -> tuple[Miss, ...]:
        """All missed questions in the order of the paper."""
        return tuple(
            sorted((miss for topic in self.topics for miss in topic.misses), key=lambda one: one.position)
        )

    @property
    def reading_done(self) -> bool:
        """True when every page has been read since the paper was handed in."""
        return all(page.read_at for page in self.pages)

    @property
    def practice_done(self) -> bool:
        """True when every missed question has been answered right in practice."""
        return all(miss.practised for miss in self.misses)

    @property
    def done(self) -> bool:
        """True when a new paper may be opened."""
        return self.reading_done and self.practice_done


def remedial_plan(misses: Sequence[Miss], read: Mapping[str, datetime], since: datetime) -> Plan:
    """The plan after a paper handed in at *since*; *read* gives when each page was last read."""
    topics = []
    for topic in dict.fromkeys(miss.topic for miss in misses):
        mine = [miss for miss in misses if miss.topic == topic]
        pages = dict.fromkeys(page for miss in mine for page in miss.pages)
        topics.append(
            PlanTopic(topic, tuple(_plan_page(page, mine, read, since) for page in pages), tuple(mine))
        )
    return Plan(tuple(topics))


def _plan_page(
    page: str, misses: Collection[Miss], read: Mapping[str, datetime], since: datetime
) -> PlanPage:
    at = read.get(page)
    positions = tuple(miss.position for miss in misses if page in miss.pages)
    return PlanPage(page, positions, at if at is not None and at > since else None)


def questions_short(marked: Sequence[Marked], pass_line: Decimal) -> int:
    """The fewest missed questions that would have had to be right as well for a pass; 0 when it is one."""
    points = sum(one.points for one in marked)
    earned = sum(one.points for one in marked if one.right)
    short = 0
    for missed in sorted((one.points for one in marked if not one.right), reverse=True):
        if verdict(earned, points, pass_line).passed:
            break
        earned += missed
        short += 1
    return short


def days_overdue(due_on: date, today: date) -> int:
    """Whole days since the due date has passed; 0 on the due date itself and before."""
    return max(0, (today - due_on).days)
