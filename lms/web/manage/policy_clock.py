"""How far a rollout has come: the day, both deadlines, what is late, and who."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lms.courses.queries import courses_of
from lms.kernel.clock import china_date
from lms.people.models import Audience
from lms.rollouts.clocks import Clock
from lms.rollouts.delivery import Readiness, readiness
from lms.rollouts.models import Change, ChangeState, TaskState
from lms.rollouts.pauses import clock_of
from lms.rollouts.progress import Numbers, forecast, numbers
from lms.rollouts.queries import TaskLine, tasks_of
from lms.rollouts.rules import DELIVERY_DAYS
from lms.web.guard import asker


@dataclass(frozen=True)
class Rollout:
    """A change that was approved, on a day."""

    change: Change
    today: date
    clock: Clock
    tasks: Sequence[TaskLine]
    numbers: Sequence[Numbers]
    ready: Sequence[Readiness]

    @property
    def day(self) -> int:
        """Which day it is on the clock."""
        return self.clock.day(self.today)

    @property
    def left(self) -> int:
        """Days until everybody has to know it; negative once that is overdue."""
        return DELIVERY_DAYS - self.day

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.change.state in {ChangeState.FINISHED, ChangeState.SUPERSEDED}

    @cached_property
    def open_tasks(self) -> list[TaskLine]:
        """Tasks that nobody has closed."""
        return [one for one in self.tasks if one.state is TaskState.OPEN]

    @cached_property
    def late_tasks(self) -> list[TaskLine]:
        """Tasks that are overdue, the oldest first."""
        return [one for one in self.open_tasks if one.days_overdue]

    @property
    def days_refresh_late(self) -> int:
        """Days by which the oldest task is overdue."""
        return max((one.days_overdue for one in self.late_tasks), default=0)

    @property
    def late_owners(self) -> str:
        """Names of those whose tasks are overdue."""
        return "、".join(dict.fromkeys(one.owner_name for one in self.late_tasks))

    @property
    def tasks_by_urgency(self) -> list[TaskLine]:
        """Overdue ones first, then open ones by due date, then what is closed."""
        return sorted(self.tasks, key=lambda one: (one.state is not TaskState.OPEN, one.due_on))

    @property
    def refresh_node(self) -> str:
        """How the node of day 7 is drawn: ``late``, ``on`` once everything is closed, or plain."""
        return "late" if self.late_tasks else "" if self.open_tasks else "on"

    @property
    def delivery_node(self) -> str:
        """How the node of day 14 is drawn."""
        if self.change.state is ChangeState.FINISHED:
            return "on"
        return "late" if self.is_delivery_late else ""

    @property
    def concerned(self) -> int:
        """People whom the change concerns, without those excused or gone."""
        return sum(one.concerned - one.excused - one.left for one in self.numbers)

    @property
    def given(self) -> int:
        """People who were given it, whether they have it already or a letter is still on its way."""
        ready = {one.audience for one in self.ready if one.delivered_at}
        return sum(one.concerned - one.excused - one.left for one in self.numbers if one.audience in ready)

    @property
    def delivered(self) -> int:
        """People who have it, without those excused or gone."""
        return sum(one.delivered - one.excused - one.left for one in self.numbers if one.delivered)

    @property
    def done(self) -> int:
        """People who have learned it."""
        return sum(one.done for one in self.numbers)

    @property
    def is_delivery_late(self) -> bool:
        """Whether the last day has passed while somebody is not done."""
        return not self.is_over and self.left < 0

    @property
    def expected_on(self) -> date | None:
        """When everybody will be done if it goes on like this; ``None`` when nobody can tell."""
        return forecast(self.numbers, today=self.today)

    @cached_property
    def days_early(self) -> int:
        """Days by which it was finished before the last one; 0 when it was not."""
        finished = self.change.finished_at
        return max(0, (self.clock.delivery_due - china_date(finished)).days) if finished else 0

    def numbers_of(self, audience: Audience) -> Numbers | None:
        """The numbers of an audience."""
        return next((one for one in self.numbers if one.audience == audience), None)

    def held_by(self, audience: Audience) -> list[TaskLine]:
        """The open tasks that an audience waits for, the oldest first."""
        courses = courses_of(asker().release_id)
        return [
            one
            for one in self.open_tasks
            if one.course not in courses or audience in courses[one.course].audiences
        ]


def rollout_of(change: Change, today: date) -> Rollout:
    """How far an approved change has come."""
    return Rollout(
        change=change,
        today=today,
        clock=clock_of(change),
        tasks=tasks_of(change.id, today=today),
        numbers=numbers(change, today=today),
        ready=readiness(change),
    )
