"""Where an obligation stands, and a part of a whole."""

from dataclasses import dataclass
from enum import StrEnum

from lms.assignments.rules import PAPERS_BEFORE_HELP

LONG_OVERDUE_DAYS = 3
"""Days overdue after which somebody is counted apart. Source: mockup of the workbench."""
SOON_DAYS = 7
"""Days after today within which something unfinished is due soon. Source: mockup of the workbench."""


class State(StrEnum):
    """Where a person stands with an assigned course."""

    NOT_STARTED = "not_started"
    LEARNING = "learning"
    IN_QUIZ = "in_quiz"
    REMEDIAL = "remedial"
    WAITING_FOR_HELP = "waiting_for_help"
    DONE = "done"
    EXCUSED = "excused"


CLOSED = frozenset({State.DONE, State.EXCUSED})
UNFINISHED = frozenset(State) - CLOSED


class Papers(StrEnum):
    """What papers amount to: none handed in, or how the first one ended, and what came after."""

    NONE = "none"
    PASSED_AT_ONCE = "passed_at_once"
    FAILED_FIRST = "failed_first"
    PASSED_LATER = "passed_later"


class Level(StrEnum):
    """How finely lines are counted: over everybody, by department, or by everything at once."""

    COMPANY = "company"
    DEPARTMENT = "department"
    EVERYTHING = "everything"


class Due(StrEnum):
    """Unfinished after its due date, or to be finished within ``SOON_DAYS``."""

    OVERDUE = "overdue"
    SOON = "soon"


@dataclass(frozen=True)
class Standing:
    """What decides the state of an assignment. ``begun``: a page was read or a check answered."""

    completed: bool
    open_paper: bool
    failed: int
    failed_since_help: int
    begun: bool
    excused: bool = False


def state_of(standing: Standing) -> State:
    """The state of one assignment; the ledger says the same in SQL."""
    if standing.completed:
        return State.DONE
    if standing.excused:
        return State.EXCUSED
    if standing.open_paper:
        return State.IN_QUIZ
    if standing.failed:
        waits = standing.failed_since_help >= PAPERS_BEFORE_HELP
        return State.WAITING_FOR_HELP if waits else State.REMEDIAL
    return State.LEARNING if standing.begun else State.NOT_STARTED


@dataclass(frozen=True)
class Share:
    """A part of a whole, both kept, so that no percentage stands without what it is a percentage of."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Whole percents rounded down, so that 100 means all; ``None`` when there is nothing to divide by."""
        return 100 * self.part // self.whole if self.whole else None
