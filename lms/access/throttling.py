"""Failures in a row, counted under keys that name nobody; too many of them lock a key for a while."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, select

from lms.access.models import Throttle
from lms.access.rules import WINDOW, locked_until
from lms.kernel.database import session, upsert


@dataclass(frozen=True)
class Counted:
    """What one more failure led to: until when nothing is accepted, and key → failures of what it locked."""

    until: datetime | None
    locked: Mapping[str, int]


def throttle_key(secret: str, text: str) -> str:
    """The key under which failures of *text* are counted; nobody can read from it what was typed."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def locked(limits: Mapping[str, int], *, at: datetime) -> datetime | None:
    """Until when one of these keys is locked; *limits* are key → failures that lock it."""
    rows = session().scalars(select(Throttle).where(Throttle.key.in_(limits)))
    untils = [locked_until(row.failures, row.last_at, limits[row.key]) for row in rows]
    return max((until for until in untils if until and until > at), default=None)


def count_failure(limits: Mapping[str, int], *, at: datetime) -> Counted:
    """One more failure under every key; a failure after the window begins to count anew."""
    failures = {key: _one_more(key, at) for key in limits}
    untils = {key: locked_until(count, at, limits[key]) for key, count in failures.items()}
    shut = {key: until for key, until in untils.items() if until}
    return Counted(max(shut.values(), default=None), {key: failures[key] for key in shut})


def _one_more(key: str, at: datetime) -> int:
    expired = Throttle.first_at <= at - WINDOW
    counted = (
        upsert(Throttle)
        .values(key=key, failures=1, first_at=at, last_at=at)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={
                "failures": case((expired, 1), else_=Throttle.failures + 1),
                "first_at": case((expired, at), else_=Throttle.first_at),
                "last_at": at,
            },
        )
    )
    return session().execute(counted.returning(Throttle.failures)).scalar_one()


def forget(key: str) -> None:
    """Somebody got it right: the failures before do not count."""
    session().execute(delete(Throttle).where(Throttle.key == key))
