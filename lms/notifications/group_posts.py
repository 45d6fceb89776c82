"""The outbox of the robots: queueing posts into groups, claiming those that are due, settling them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zlib import crc32

from sqlalchemy import ColumnElement, select, update

from lms.kernel.database import session, upsert
from lms.kernel.keys import new_key
from lms.notifications.models import DeliveryState
from lms.notifications.robots import Robot, RobotKind, RobotPost
from lms.notifications.rules import HOLD, MOST_TRIES, next_try
from lms.people.models import Person, PersonState
from lms.people.queries import department_tree

KEPT = timedelta(days=3)
"""What could not be posted for so long is news no more."""
MOST_MENTIONED = 50
"""So many people are mentioned in one post at the most."""
_HALF_HOUR = 30


class GroupTopic(StrEnum):
    """The kinds of post. Each has its words in ``lms.web.group_texts``.

    Facts of ``group.starts``: ``title``, ``due_on`` (ISO 8601 or empty), ``count`` (people), ``page`` (a path
    of this site); of ``group.standing``: ``unfinished``, ``late`` (people), ``day``, ``page``, ``mentions``
    (ids of persons); of ``group.test``: none.
    """

    STARTS = "group.starts"
    STANDING = "group.standing"
    TEST = "group.test"


@dataclass(frozen=True)
class Access:
    """What it takes to speak through a robot."""

    id: int
    key: str
    kind: RobotKind
    token: str = field(repr=False)
    secret: str = field(repr=False)
    keyword: str


@dataclass(frozen=True)
class DuePost:
    """A post that this worker holds until ``held_until``. ``tries`` counts the one about to be made."""

    id: int
    tries: int
    held_until: datetime
    key: str
    topic: str
    facts: Mapping[str, Any]
    robot: Access


@dataclass(frozen=True)
class Mention:
    """Where somebody is known in a group: their account in WeCom and their phone, or empty."""

    wecom_id: str
    phone: str


def is_rush(at: datetime) -> bool:
    """Whether it is a full or half hour, when the services are busiest and refuse most."""
    return at.minute % _HALF_HOUR == 0


def out_of_rush(at: datetime, key: str) -> datetime:
    """*at* itself, or some minutes after the full or half hour: another moment for each *key*."""
    in_a_minute = at + timedelta(minutes=1)
    if not (is_rush(at) or is_rush(in_a_minute)):
        return at
    return at + timedelta(seconds=120 + crc32(key.encode()) % 300)


def post(
    topic: str,
    subject: str,
    facts: Mapping[str, Any],
    *,
    at: datetime,
    departments: Collection[int] | None = None,
) -> int:
    """Queue a post for every robot that is on and whose group it concerns; returns how many were queued.

    It concerns the groups of *departments* (by id) and of those above them, and groups of everybody; without
    *departments* all groups. Posting again about the same subject does nothing.
    """
    return sum(post_to(key, topic, subject, facts, at=at) for key in _concerned(departments))


def post_to(robot_key: str, topic: str, subject: str, facts: Mapping[str, Any], *, at: datetime) -> int:
    """Queue a post for one robot; 1 when it was, 0 when it is off or has posted this before."""
    robot_id = session().scalar(select(Robot.id).where(Robot.key == robot_key, Robot.is_on))
    if robot_id is None:
        return 0
    key = new_key(12)
    row = upsert(RobotPost).values(
        key=key,
        robot_id=robot_id,
        topic=GroupTopic(topic).value,
        subject=subject,
        facts=dict(facts),
        state=DeliveryState.QUEUED,
        tries=0,
        created_at=at,
        next_at=out_of_rush(at, robot_key),
        error="",
    )
    return len(session().scalars(row.on_conflict_do_nothing().returning(RobotPost.id)).all())


def _concerned(departments: Collection[int] | None) -> list[str]:
    rows = session().execute(select(Robot.key, Robot.department).where(Robot.is_on).order_by(Robot.id)).all()
    if departments is None or not any(row.department for row in rows):
        return [row.key for row in rows]
    concerned = _with_those_above(departments)
    return [row.key for row in rows if not row.department or row.department in concerned]


def _with_those_above(departments: Collection[int]) -> set[str]:
    """Keys of departments and of everything they belong to."""
    nodes = {node.id: node for node in department_tree()}
    found: set[str] = set()
    for one in departments:
        here = nodes.get(one)
        while here is not None and here.key not in found:
            found.add(here.key)
            here = nodes.get(here.parent_id or 0)
    return found


# -- sending -----------------------------------------------------------------------------------------------


def skip_old(now: datetime) -> int:
    """Leave out what has waited for too long; returns how many."""
    old = update(RobotPost).where(
        RobotPost.state == DeliveryState.QUEUED, RobotPost.created_at <= now - KEPT, RobotPost.next_at <= now
    )
    values = {"state": DeliveryState.SKIPPED, "next_at": now}
    return session().connection().execute(old.values(**values, error="too-late")).rowcount


def claim_due(now: datetime, *, limit: int) -> list[DuePost]:
    """Take up to *limit* posts that are due, for robots that are on and not refused; to be committed at once.

    What was lost by its worker at the last try is given up: the group may have it.
    """
    lost = update(RobotPost).where(
        RobotPost.state == DeliveryState.QUEUED, RobotPost.tries >= MOST_TRIES, RobotPost.next_at <= now
    )
    session().execute(lost.values(state=DeliveryState.DEAD, error="lost"))
    working = select(Robot.id).where(Robot.is_on, Robot.error == "")
    due = (
        select(RobotPost.id)
        .where(_is_due(now), RobotPost.robot_id.in_(working))
        .order_by(RobotPost.next_at, RobotPost.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte()
    )
    held_until = now + HOLD
    claim = update(RobotPost).where(RobotPost.id.in_(select(due.c.id)), _is_due(now))
    claim = claim.values(next_at=held_until, tries=RobotPost.tries + 1)
    ids = (
        session()
        .scalars(claim.returning(RobotPost.id), execution_options={"synchronize_session": False})
        .all()
    )
    return _held(ids, held_until)


def _is_due(now: datetime) -> ColumnElement[bool]:
    waits = (RobotPost.state == DeliveryState.QUEUED) & (RobotPost.next_at <= now)
    return waits & (RobotPost.tries < MOST_TRIES)


def _held(ids: Sequence[int], held_until: datetime) -> list[DuePost]:
    rows = session().execute(
        select(
            RobotPost.id,
            RobotPost.tries,
            RobotPost.key,
            RobotPost.topic,
            RobotPost.facts,
            *_ACCESS,
        )
        .join(Robot, Robot.id == RobotPost.robot_id)
        .where(RobotPost.id.in_(ids))
        .order_by(RobotPost.id)
    )
    return [
        DuePost(identity, tries, held_until, key, topic, facts, Access(*rest))
        for identity, tries, key, topic, facts, *rest in rows
    ]


_ACCESS = (Robot.id, Robot.key, Robot.kind, Robot.token, Robot.secret, Robot.keyword)


def access(robot_key: str) -> Access | None:
    """What it takes to speak through a robot, whether it is on or not; ``None`` when there is none."""
    row = session().execute(select(*_ACCESS).where(Robot.key == robot_key)).one_or_none()
    return Access(*row) if row else None


def mentions(facts: Mapping[str, Any]) -> list[Mention]:
    """Whom a post mentions, as far as they are still here and known somewhere."""
    ids = list(facts.get("mentions", ()))[:MOST_MENTIONED]
    known = select(Person.wecom_id, Person.phone).where(
        Person.id.in_(ids), Person.state == PersonState.ACTIVE, (Person.wecom_id != "") | (Person.phone != "")
    )
    return [Mention(*row) for row in session().execute(known.order_by(Person.id))]


def settle_sent(due: DuePost, at: datetime) -> bool:
    """Note that it is posted; false when the hold was over and another worker has taken it."""
    return _settle(due, state=DeliveryState.SENT, sent_at=at, next_at=at, error="")


def settle_failed(due: DuePost, error: str, *, retryable: bool, at: datetime) -> None:
    """Note a refusal by its code: queued again for later when that may help, else given up."""
    again = next_try(due.tries, at, retryable=retryable)
    state = DeliveryState.QUEUED if again else DeliveryState.DEAD
    _settle(due, state=state, next_at=again or at, error=error)


def hand_back(due: DuePost, error: str, at: datetime) -> None:
    """Give back what was claimed and not tried, or only to learn that the robot is refused."""
    _settle(due, tries=due.tries - 1, next_at=at, error=error)


def _settle(due: DuePost, **values: Any) -> bool:
    held = update(RobotPost).where(
        RobotPost.id == due.id,
        RobotPost.state == DeliveryState.QUEUED,
        RobotPost.tries == due.tries,
        RobotPost.next_at == due.held_until,
    )
    return session().connection().execute(held.values(**values)).rowcount == 1


def try_again(robot_key: str, at: datetime) -> int:
    """Queue again what was given up of late; returns how many."""
    mine = select(Robot.id).where(Robot.key == robot_key, Robot.is_on)
    dead = update(RobotPost).where(
        RobotPost.robot_id.in_(mine), RobotPost.state == DeliveryState.DEAD, RobotPost.created_at > at - KEPT
    )
    queued = dead.values(state=DeliveryState.QUEUED, tries=0, next_at=out_of_rush(at, robot_key))
    return session().connection().execute(queued).rowcount


def recent(robot_key: str, limit: int = 20) -> Sequence[RobotPost]:
    """What a robot was given to post, the newest first."""
    mine = select(RobotPost).join(Robot).where(Robot.key == robot_key)
    return (
        session().scalars(mine.order_by(RobotPost.created_at.desc(), RobotPost.id.desc()).limit(limit)).all()
    )
