"""What is compared before and after, when it is looked at, and what it takes to say something."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lms.campaigns.rules import months_after
from lms.kernel.small_groups import LEAST

WEAK = 80
"""Below so many right answers in a hundred a topic stayed weak. Source: pass line, issue 6."""
CLEAR = 0.05
"""Shares that are nearer to each other are called about the same."""
QUARTERS_BACK = 4
"""So many quarters before the present one are looked through for what is ready by now."""


@dataclass(frozen=True)
class Share:
    """Right answers of questions that so many people were asked."""

    people: int = 0
    asked: int = 0
    right: int = 0

    @property
    def can_be_said(self) -> bool:
        """Whether enough people were asked for the number to tell about nobody in particular."""
        return self.people >= LEAST and self.asked > 0

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.right / self.asked if self.asked else 0.0

    @property
    def is_weak(self) -> bool:
        """Whether too few answers were right."""
        return 100 * self.right < WEAK * self.asked


@dataclass(frozen=True)
class Compared:
    """The same people or the same obligations, before and after."""

    before: Share
    after: Share

    @property
    def can_be_said(self) -> bool:
        """Whether both sides can."""
        return self.before.can_be_said and self.after.can_be_said

    @property
    def gain(self) -> float:
        """By how much more of the answers were right."""
        return self.after.share - self.before.share

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Compared":
        """What ``as_json`` wrote."""
        return cls(Share(*stored["before"]), Share(*stored["after"]))

    def as_json(self) -> dict[str, list[int]]:
        """As it is kept."""
        sides = {"before": self.before, "after": self.after}
        return {name: [one.people, one.asked, one.right] for name, one in sides.items()}


@dataclass(frozen=True)
class Figures:
    """What a course or a change came to.

    Of a course, ``papers`` compares by topic the first paper with the latest, ``checks`` by lesson (its key)
    the first answers to in-lesson checks with the latest. Of a change, ``papers``
    compares by topic the latest paper before it with the latest one since, of people who have both, and
    ``whole`` the first with the latest paper about the change itself.
    """

    people: int
    done: int
    #: Papers handed in at first, those of them that passed, and people who handed in more than one.
    first_papers: int = 0
    first_passed: int = 0
    sat_again: int = 0
    whole: Compared = field(default_factory=lambda: Compared(Share(), Share()))
    papers: Mapping[str, Compared] = field(default_factory=dict)
    checks: Mapping[str, Compared] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            **vars(self),
            "whole": self.whole.as_json(),
            "papers": {name: one.as_json() for name, one in self.papers.items()},
            "checks": {name: one.as_json() for name, one in self.checks.items()},
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Figures":
        """What ``as_json`` wrote."""
        values = dict(stored)
        values["whole"] = Compared.of(stored["whole"])
        for several in ("papers", "checks"):
            values[several] = {name: Compared.of(one) for name, one in stored[several].items()}
        return cls(**values)


def ready_on(due_on: date) -> date:
    """When the effect of what was due on a day is looked at: a month later."""
    return months_after(due_on, 1)
