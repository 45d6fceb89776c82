"""How fast others let themselves be written to, and who has written how much: one row for all workers.

The row holds the instant until which what was taken is paid off, in milliseconds: a number that both
engines can reckon with in the statement that takes a turn, so that no two workers take the same one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, String, case, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, session, upsert


@dataclass(frozen=True)
class Pace:
    """One turn every so many seconds, and up to *burst* of them at once after a rest.

    In any stretch of time of *seconds* there are at most ``burst + seconds / every`` turns.
    """

    every: timedelta
    burst: int

    @property
    def ahead(self) -> int:
        """Milliseconds that one may be in debt and still be given a turn."""
        return _milliseconds(self.every) * (self.burst - 1)


class Spent(Base):
    """What one robot, or one member, has been sent of late."""

    __tablename__ = "notifications_paces"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    #: Milliseconds since 1970 at which all that was taken is paid off.
    paid_at: Mapped[int] = mapped_column(BigInteger)


def take(keys: Iterable[str], pace: Pace, now: datetime) -> set[str]:
    """Take a turn for each of these; returns those that have one. One statement, to be committed at once.

    In the order of the keys, so that two workers that want the same ones do not wait for each other forever.
    """
    at, step = _milliseconds(now - _BEGIN), _milliseconds(pace.every)
    rows = [{"key": key, "paid_at": at + step} for key in sorted(set(keys))]
    if not rows:
        return set()
    later = case((Spent.paid_at > at, Spent.paid_at), else_=at)
    taking = upsert(Spent).values(rows)
    taking = taking.on_conflict_do_update(
        index_elements=["key"], set_={"paid_at": later + step}, where=Spent.paid_at <= at + pace.ahead
    )
    return set(session().scalars(taking.returning(Spent.key)))


def pause(keys: Collection[str], pace: Pace, until: datetime) -> None:
    """Nobody takes a turn for these before *until*; from then on they come one by one."""
    full = _milliseconds(until - _BEGIN) + pace.ahead
    for key in keys:
        putting = upsert(Spent).values(key=key, paid_at=full)
        session().execute(putting.on_conflict_do_update(index_elements=["key"], set_={"paid_at": full}))


def next_turn(key: str, pace: Pace) -> datetime:
    """When there is a turn again at the earliest; long past when none was ever taken."""
    paid_at = session().scalar(select(Spent.paid_at).where(Spent.key == key)) or 0
    return _BEGIN + timedelta(milliseconds=max(0, paid_at - pace.ahead))


_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
