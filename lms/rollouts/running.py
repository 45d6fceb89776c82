"""Changes that are under way: approved, and not over."""

from datetime import datetime

from sqlalchemy import select

from lms.kernel.database import session
from lms.kernel.errors import DomainError
from lms.rollouts import queries
from lms.rollouts.models import Change, ChangeState


class NotRunning(DomainError):
    """The change is not approved, or it is over. Fact ``state``."""

    code = "change-not-running"


UNDER_WAY = (ChangeState.RUNNING, ChangeState.PAUSED)


def running_changes() -> list[int]:
    """Ids of the changes whose clocks run after approval, the oldest first."""
    return _ids(ChangeState.RUNNING)


def changes_under_way() -> list[int]:
    """The same with those that are paused."""
    return _ids(*UNDER_WAY)


def _ids(*states: ChangeState) -> list[int]:
    return list(
        session().scalars(select(Change.id).where(Change.state.in_(states)).order_by(Change.id)).all()
    )


def change_under_way(change_key: str) -> Change:
    """A change that was approved and is not over, paused or not. Raises ``NotFound`` and ``NotRunning``."""
    change = queries.change(change_key)
    if change.state not in UNDER_WAY:
        raise NotRunning(state=change.state.value)
    return change


def approved_at(change: Change) -> datetime:
    """When the change went live. Raises ``NotRunning`` before."""
    if change.approved_at is None:
        raise NotRunning(state=change.state.value)
    return change.approved_at
