"""What the report of a quarter says, as plain values that are kept as JSON.

``None`` in place of a number means that it is withheld, because the group is too small; a part of nothing
means that there was nothing to count.
"""

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """Base of everything here: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(Shape):
    """A part of a whole."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Whole percents rounded down, so that 100 means all; ``None`` when there is nothing to divide by."""
        return 100 * self.part // self.whole if self.whole else None


NOTHING = Part(part=0, whole=0)


class Mean(Shape):
    """What people answered on a scale from 1 to 5, and how many answered of those invited.

    ``csat`` is the share of 4 and 5 in percent, ``nps`` the share of 9 and 10 less that of 0 to 6.
    """

    n: int
    invited: int
    mean: Decimal | None
    csat: Decimal | None
    nps: Decimal | None


NO_ANSWERS = Mean(n=0, invited=0, mean=None, csat=None, nps=None)


class Papers(Shape):
    """First papers handed in in the quarter: by score, passed at once, passed by the end of it.

    ``bins`` count those below 60, from 60, 70, 80 and 90 points. ``people`` handed in ``first.whole``
    of them.
    """

    people: int
    bins: tuple[int, ...]
    first: Part
    final: Part


class Group(Shape):
    """A group of people: ``employee``, of them ``new``, ``hr``, ``retiree``."""

    group: str
    people: int | None
    done: Part | None
    first: Part | None
    final: Part | None
    satisfied: Mean | None


class Change(Shape):
    """A change of policy: materials refreshed by day 7, and people who had learned it by day 14.

    ``people`` is withheld when it concerns too few. What is not due yet is judged by neither.
    """

    key: str
    title: str
    registered_on: date
    refresh_due: date
    delivery_due: date
    tasks: Part
    people: Part | None

    def refreshed_in_time(self, until: date) -> bool | None:
        """Whether the materials were ready by day 7; ``None`` before that day is over."""
        return self.tasks.part == self.tasks.whole if until > self.refresh_due else None


class Topic(Shape):
    """How often questions about a topic were answered right at the first attempt."""

    topic: str
    title: str
    title_en: str
    right: Part
    people: int


class Need(Shape):
    """A point that people raised, and what became of it: ``open``, ``in_work``, ``done``, ``declined``.

    ``result`` is the course or ``course/lesson`` that came of it.
    """

    key: str
    title: str
    quarter: str
    raised: int
    state: str
    result: str
    result_title: str
    note: str


class Asked(Shape):
    """A topic that people asked about: questions put to HR, and comments in surveys."""

    topic: str
    title: str
    title_en: str
    questions: int
    comments: int

    @property
    def n(self) -> int:
        """Both together."""
        return self.questions + self.comments


class Event(Shape):
    """A workshop that was held, and how many came. All visits at home stand together, without titles.

    ``times``: how many they were; ``on`` is the day of the last one.
    """

    key: str
    kind: str
    title: str
    on: date
    came: int
    times: int = 1


class Cost(Shape):
    """A category of the budget: planned for the year, spent so far."""

    category: str
    planned: Decimal
    spent: Decimal


class Budget(Shape):
    """The budget of the year up to the end of the quarter."""

    per_head: Decimal | None
    heads: int
    total: Decimal | None
    planned: Decimal
    spent: Decimal
    lines: tuple[Cost, ...]


class Figures(Shape):
    """All numbers of a report."""

    quarter: str
    #: The last day that is counted: that of the quarter, or of the draft while it runs.
    end: date
    until: datetime
    required: Part
    #: The same of the quarter before.
    before: Part
    excused: int
    left: int
    assisted: Part
    papers: Papers
    satisfaction: Mean | None
    changes: tuple[Change, ...]
    topics: tuple[Topic, ...]
    #: The weakest topic of the quarter before; empty when there was none.
    weakest_before: str
    groups: tuple[Group, ...]
    needs: tuple[Need, ...]
    asked: tuple[Asked, ...]
    events: tuple[Event, ...]
    budget: Budget | None
    plan: Part

    @property
    def in_time(self) -> Part:
        """Changes whose materials were due by the end, and those of them that were ready by then."""
        judged = [one.refreshed_in_time(self.end) for one in self.changes]
        known = [one for one in judged if one is not None]
        return Part(part=sum(known), whole=len(known))

    @property
    def retired_open(self) -> int:
        """Of the retired people with something due those who were not done; 0 when withheld."""
        parts = [one.done for one in self.groups if one.group == "retiree" and one.done]
        return sum(part.whole - part.part for part in parts)

    @property
    def asked_in_all(self) -> int:
        """Questions and comments about any topic, and about none."""
        return sum(one.n for one in self.asked)


class Step(Shape):
    """Something to do in the next quarter."""

    title: str
    text: str = ""


class Wording(Shape):
    """The words of a report in one language."""

    sentence: str
    steps: tuple[Step, ...]
