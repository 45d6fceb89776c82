"""Robots that speak in groups: their tables, and how they are set up.

A robot that is refused keeps what waits for it until somebody has mended it; posts are for a day, so what
has waited too long is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.database import Base, enum_column, session
from lms.kernel.encryption import Encrypted
from lms.kernel.errors import NotFound
from lms.kernel.keys import new_key
from lms.notifications.models import DeliveryState
from lms.people.models import Department


class RobotKind(StrEnum):
    """Whose robot it is."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


class Robot(Base):
    """A robot in a group. Of the address it is called at, only the secret part is kept."""

    __tablename__ = "notifications_robots"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    kind: Mapped[RobotKind] = mapped_column(enum_column(RobotKind))
    name: Mapped[str] = mapped_column(String(80))
    token: Mapped[str] = mapped_column(Encrypted)
    #: What its calls are signed with; empty when they are not.
    secret: Mapped[str] = mapped_column(Encrypted, default="")
    #: A word that it wants to find in everything; empty when it wants none.
    keyword: Mapped[str] = mapped_column(String(40), default="")
    #: Key of the department whose group it is in, with everything below; empty: everybody's. A robot of a
    #: department that has been removed speaks only where all robots do.
    department: Mapped[str] = mapped_column(String(16), default="")
    is_on: Mapped[bool] = mapped_column(default=True)
    #: Code with which it is refused until somebody mends it; empty while it is not.
    error: Mapped[str] = mapped_column(String(80), default="")
    #: When it last took something, or was refused.
    checked_at: Mapped[datetime | None]


class RobotPost(Base):
    """One post into one group. What it says is put into words at the edge."""

    __tablename__ = "notifications_robot_posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True, default=new_key)
    robot_id: Mapped[int] = mapped_column(ForeignKey("notifications_robots.id"))
    #: Dotted name of the kind of post, for example ``group.starts``.
    topic: Mapped[str] = mapped_column(String(60))
    #: What it is about; a group gets one post of a topic about one subject.
    subject: Mapped[str] = mapped_column(String(80))
    #: Values that the words need, and the ids of who is mentioned. Never names or contact data.
    facts: Mapped[dict[str, Any]]
    state: Mapped[DeliveryState] = mapped_column(enum_column(DeliveryState))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    #: Not to be tried before; while a worker holds it, the end of its hold.
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    #: Code of the last refusal; empty when there was none.
    error: Mapped[str] = mapped_column(String(80), default="")

    __table_args__ = (
        UniqueConstraint("robot_id", "topic", "subject"),
        Index("ix_notifications_robot_posts_due", "state", "next_at"),
    )


@dataclass(frozen=True)
class RobotLine:
    """A robot in the list, with how many posts of it wait, and how many were given up."""

    robot: Robot
    department: str
    waiting: int
    given_up: int


@dataclass(frozen=True)
class Said:
    """What a robot is to be: ``token`` and ``secret`` as they are to be kept."""

    kind: RobotKind
    name: str
    token: str
    secret: str
    keyword: str
    department: str


def robots() -> Sequence[RobotLine]:
    """All robots by name."""
    waiting = func.count().filter(RobotPost.state == DeliveryState.QUEUED)
    given_up = func.count().filter(RobotPost.state == DeliveryState.DEAD)
    counts = select(RobotPost.robot_id, waiting.label("waiting"), given_up.label("given_up"))
    counted = counts.group_by(RobotPost.robot_id).subquery()
    none = func.coalesce
    rows = session().execute(
        select(Robot, none(Department.name, ""), none(counted.c.waiting, 0), none(counted.c.given_up, 0))
        .outerjoin(Department, Department.key == Robot.department)
        .outerjoin(counted, counted.c.robot_id == Robot.id)
        .order_by(Robot.name, Robot.id)
    )
    return [RobotLine(*row) for row in rows]


def robot(key: str) -> Robot:
    """The robot with this key. Raises ``NotFound``."""
    found = session().scalar(select(Robot).where(Robot.key == key))
    if found is None:
        raise NotFound(kind="robot", key=key)
    return found


def add(said: Said) -> Robot:
    """A new robot, which is on."""
    new = Robot(**vars(said), is_on=True)
    session().add(new)
    session().flush()
    return new


def change(key: str, said: Said) -> None:
    """Set a robot up anew. What it was refused for is forgotten: it is about to be seen."""
    found = robot(key)
    for name, value in vars(said).items():
        setattr(found, name, value)
    found.error, found.checked_at = "", None


def switch(key: str, at: datetime, *, on: bool) -> None:
    """Switch a robot on or off; what waits when it is switched off will not be posted."""
    found = robot(key)
    found.is_on = on
    if not on:
        waiting = update(RobotPost).where(
            RobotPost.robot_id == found.id, RobotPost.state == DeliveryState.QUEUED
        )
        session().execute(waiting.values(state=DeliveryState.SKIPPED, next_at=at, error="channel-off"))


def remove(key: str) -> None:
    """Take a robot away, with the list of what it posted."""
    found = robot(key)
    session().execute(delete(RobotPost).where(RobotPost.robot_id == found.id))
    session().delete(found)
    session().flush()


def note_refused(robot_id: int, code: str, at: datetime) -> None:
    """It is refused, and posts nothing until somebody has mended it."""
    session().execute(update(Robot).where(Robot.id == robot_id).values(error=code, checked_at=at))


def note_working(robot_id: int, at: datetime) -> None:
    """It has just posted something."""
    session().execute(update(Robot).where(Robot.id == robot_id).values(error="", checked_at=at))
