"""What the workbench says about changes of policy: approvals wanted, tasks due, rollouts that are late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.kernel.permissions import Permission
from lms.rollouts.models import ChangeState
from lms.rollouts.queries import (
    DUE_SOON_DAYS,
    ChangeLine,
    TaskLine,
    changes,
    open_tasks_of,
    waiting_for_approval,
)
from lms.rollouts.queries import change as change_by_key
from lms.web.guard import asker
from lms.web.manage.policy_clock import Rollout, rollout_of


@dataclass(frozen=True)
class Queue:
    """Work around changes: *mine* are the asker's own open tasks, *late* what is overdue, whoever owns it."""

    approvals: Sequence[ChangeLine]
    mine: Sequence[TaskLine]
    soon: Sequence[TaskLine]
    running: Sequence[Rollout]

    @property
    def overdue(self) -> list[TaskLine]:
        """The asker's own tasks that are overdue."""
        return [one for one in self.mine if one.days_overdue]

    @property
    def late(self) -> list[Rollout]:
        """Rollouts with overdue texts of others, or beyond day 14."""
        mine = {one.key for one in self.mine}
        return [
            one
            for one in self.running
            if one.is_delivery_late or any(task.key not in mine for task in one.late_tasks)
        ]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.approvals or self.overdue or self.soon or self.late)


def queue(today: date) -> Queue:
    """What waits for the asker today, and what is late."""
    here = asker()
    mine = open_tasks_of(here.id, today=today)
    going_on = changes(ChangeState.RUNNING, ChangeState.PAUSED)
    return Queue(
        approvals=waiting_for_approval(here.id) if here.may(Permission.CHANGE_APPROVE) else [],
        mine=mine,
        soon=[one for one in mine if not one.days_overdue and (one.due_on - today).days <= DUE_SOON_DAYS],
        running=[rollout_of(change_by_key(one.key), today) for one in going_on],
    )
