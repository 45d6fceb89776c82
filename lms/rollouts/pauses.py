"""The pauses of a change, and the clock that they leave it."""

from sqlalchemy import select

from lms.kernel.database import session
from lms.rollouts.clocks import Clock
from lms.rollouts.models import Change, ChangeState, Pause


def pauses_of(change_id: int) -> list[Pause]:
    """The pauses of a change in their order; at most the last one has not ended."""
    return list(session().scalars(select(Pause).where(Pause.change_id == change_id).order_by(Pause.id)).all())


def present_pause(change_id: int) -> Pause | None:
    """The pause that has not ended."""
    open_ones = select(Pause).where(Pause.change_id == change_id, Pause.ended_on.is_(None))
    return session().scalars(open_ones).one_or_none()


def clock_of(change: Change) -> Clock:
    """The clock of a change that is registered; takes a statement only while it is paused."""
    if change.registered_on is None:
        raise ValueError("the clock starts at registration")
    pause = present_pause(change.id) if change.state is ChangeState.PAUSED else None
    return Clock(change.registered_on, change.paused_days, pause.begun_on if pause else None)
