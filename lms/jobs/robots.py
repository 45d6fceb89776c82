"""Posts into groups what is queued for their robots, at the pace that each service allows."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias, cast

from flask import current_app

from lms.jobs import dingtalk, feishu, wecom_robot
from lms.jobs.gateway import Call, Refused, Why, ask
from lms.jobs.groups import GroupText, WriteGroup, with_keyword
from lms.jobs.limits import ROBOTS
from lms.jobs.rules import Outcome
from lms.kernel.database import session, unit_of_work
from lms.kernel.settings import Settings
from lms.notifications import group_posts, paces, robots
from lms.notifications.group_posts import Access, DuePost
from lms.notifications.robots import RobotKind

BATCH = 10
LONGEST = timedelta(minutes=4)
"""No batch is begun later than this after the begin of a run; the next run goes on."""
GROUP_WRITER = "xuanguan.group-texts"
"""Where the application keeps who puts posts into words."""
Shape: TypeAlias = Callable[[Access, GroupText, datetime], Call]
Judge: TypeAlias = Callable[[Mapping[str, Any]], None]
KINDS: Mapping[RobotKind, tuple[Shape, Judge]] = {
    RobotKind.WECOM: (wecom_robot.call, wecom_robot.judge),
    RobotKind.DINGTALK: (dingtalk.call, dingtalk.judge),
    RobotKind.FEISHU: (feishu.call, feishu.judge),
}
log = logging.getLogger(__name__)


def send_group_posts(now: datetime) -> Outcome:
    """Post what is due; nothing in the minute of a full or half hour, when robots are refused most."""
    if group_posts.is_rush(now):
        return Outcome(0)
    with unit_of_work():
        group_posts.skip_old(now)
    return _Run(now).all()


def try_robot(robot: Access, at: datetime) -> str:
    """Post a test; returns the code with which it was refused, or nothing. What came of it is on record.

    Needs no transaction of the caller's.
    """
    if not _has_turn(robot, at):
        return "own-limit"
    try:
        _deliver(robot, group_posts.GroupTopic.TEST, {}, at)
    except Refused as refusal:
        _note(robot, refusal, at)
        return refusal.code
    with unit_of_work():
        robots.note_working(robot.id, at)
    return ""


class _Run:
    """One run over everything that is due."""

    def __init__(self, now: datetime) -> None:
        self._begun, self._ticks = now, time.monotonic()
        self._sent = self._failed = 0

    def all(self) -> Outcome:
        """Batch after batch, until nothing is due or it is enough for one run."""
        while self._now() < self._begun + LONGEST:
            with unit_of_work():
                batch = group_posts.claim_due(self._now(), limit=BATCH)
            if not batch:
                break
            self._send(batch)
        return Outcome(self._sent, self._failed)

    def _send(self, batch: Sequence[DuePost]) -> None:
        """A robot that is refused posts nothing more of the batch."""
        refused: dict[int, str] = {}
        for due in batch:
            code = refused.get(due.robot.id)
            if code:
                self._hand_back(due, code, self._now())
                continue
            try:
                self._send_one(due)
            except Refused as refusal:
                self._fail(due, refusal)
                if refusal.why is Why.REFUSED:
                    refused[due.robot.id] = refusal.code

    def _send_one(self, due: DuePost) -> None:
        """Send outside any transaction, then note in one that it is sent. Raises ``Refused``."""
        if not _has_turn(due.robot, self._now()):
            turn = paces.next_turn(_pace_key(due.robot), ROBOTS[due.robot.kind])
            self._hand_back(due, "", max(turn, self._now() + timedelta(seconds=1)))
            return
        _deliver(due.robot, due.topic, due.facts, self._now())
        with unit_of_work():
            robots.note_working(due.robot.id, self._now())
            self._sent += group_posts.settle_sent(due, self._now())

    def _fail(self, due: DuePost, refusal: Refused) -> None:
        log.warning("post %s of robot %s was not sent: %s", due.key, due.robot.key, refusal.code)
        self._failed += 1
        _note(due.robot, refusal, self._now())
        if refusal.why is Why.REFUSED:
            self._hand_back(due, refusal.code, self._now())
            return
        with unit_of_work():
            group_posts.settle_failed(due, refusal.code, retryable=refusal.is_retryable, at=self._now())

    def _hand_back(self, due: DuePost, code: str, at: datetime) -> None:
        with unit_of_work():
            group_posts.hand_back(due, code, at)

    def _now(self) -> datetime:
        return self._begun + timedelta(seconds=time.monotonic() - self._ticks)


def _deliver(robot: Access, topic: str, facts: Mapping[str, Any], at: datetime) -> None:
    """Raises ``Refused``."""
    settings = cast(Settings, current_app.extensions["xuanguan.settings"])
    try:
        text = cast(WriteGroup, current_app.extensions[GROUP_WRITER])(topic, facts)
    except Exception:
        log.exception("a post of topic %s cannot be put into words", topic)
        raise Refused("no-words", Why.UNFIT) from None
    text = with_keyword(replace(text, mentions=group_posts.mentions(facts)), robot.keyword)
    session().rollback()
    shape, judge = KINDS[robot.kind]
    judge(ask(getattr(settings.gateways, robot.kind), shape(robot, text, at)))


def _pace_key(robot: Access) -> str:
    return f"robot:{robot.key}"


def _has_turn(robot: Access, at: datetime) -> bool:
    """Whether the robot may say something now; if so, this turn is taken."""
    with unit_of_work():
        return bool(paces.take([_pace_key(robot)], ROBOTS[robot.kind], at))


def _note(robot: Access, refusal: Refused, at: datetime) -> None:
    """A robot whose key is refused rests until it is mended; one that was too fast, for a while."""
    with unit_of_work():
        if refusal.why is Why.REFUSED:
            robots.note_refused(robot.id, refusal.code, at)
        elif refusal.why is Why.TOO_FAST:
            paces.pause([_pace_key(robot)], ROBOTS[robot.kind], at + refusal.pause)
