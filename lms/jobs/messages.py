"""Sends what is queued in the outbox. The one place where a further channel plugs in.

A channel that is not set up is off. What is queued for it is not kept for the day on which it is set up,
when old news would come to everybody at once: it is marked as skipped, with the reason ``channel-off``. In
the inbox every message is all the same.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias, cast

from flask import current_app

from lms.access.queries import languages_of
from lms.jobs import mail
from lms.jobs.rules import Outcome
from lms.kernel.database import unit_of_work
from lms.kernel.settings import Settings
from lms.notifications import operations
from lms.notifications.models import Channel
from lms.notifications.rules import Due, NotTaken, Post, Unreachable, Write

BATCH, MOST_BATCHES = 50, 20
"""So many letters go over one connection, and so many connections are made in one run."""
WRITER = "xuanguan.letters"
"""Where the application keeps who puts messages into words: words belong to a higher floor."""

Connect: TypeAlias = Callable[[], AbstractContextManager[Post]]
log = logging.getLogger(__name__)


def _by_mail(settings: Settings) -> Connect | None:
    return partial(mail.connected, settings.mail) if settings.mail else None


CHANNELS: Mapping[Channel, Callable[[Settings], Connect | None]] = {Channel.EMAIL: _by_mail}
"""Channel → what opens it with the settings of the installation, or ``None`` when it is off."""


def send_messages(now: datetime) -> Outcome:
    """Send what is due over every channel; how many were sent, and how many tries failed."""
    settings = cast(Settings, current_app.extensions["xuanguan.settings"])
    outcomes = [_Run(channel, opens(settings), now).all() for channel, opens in CHANNELS.items()]
    return Outcome(sum(one.count for one in outcomes), sum(one.failures for one in outcomes))


class _Run:
    """One run over one channel."""

    def __init__(self, channel: Channel, connect: Connect | None, now: datetime) -> None:
        self._channel, self._connect = channel, connect
        self._begun, self._ticks = now, time.monotonic()
        self._sent = self._failed = 0

    def all(self) -> Outcome:
        """Batch after batch, until nothing is due, the channel breaks down, or it is enough for one run."""
        if self._connect is None:
            with unit_of_work():
                operations.skip_all(self._channel, "channel-off", self._now())
            return Outcome(0)
        for _ in range(MOST_BATCHES):
            with unit_of_work():
                batch = operations.claim_due(self._channel, self._now(), limit=BATCH)
            if not batch or not self._send(self._connect, deque(batch)):
                break
        return Outcome(self._sent, self._failed)

    def _send(self, connect: Connect, batch: deque[Due]) -> bool:
        """Whether the channel can be used on. The letter that it broke down at is charged with a try."""
        languages = languages_of([due.person_id for due in batch])
        try:
            with connect() as post:
                while batch:
                    self._send_one(post, batch[0], languages.get(batch[0].person_id, ""))
                    batch.popleft()
        except Unreachable as error:
            log.warning("%s cannot be reached: %s", self._channel, error.code)
            with unit_of_work():
                self._fail(batch.popleft(), error.code, retryable=True)
                operations.hand_back(batch, self._now())
            return False
        return True

    def _send_one(self, post: Post, due: Due, language: str) -> None:
        """Send outside any transaction, then note in one what became of it."""
        failure = None if not due.address else self._try(post, due, language)
        with unit_of_work():
            if not due.address:
                operations.settle_skipped(due, "no-address", self._now())
            elif failure:
                self._fail(due, failure.code, retryable=failure.retryable)
            elif operations.settle_sent(due, self._now()):
                self._sent += 1

    def _try(self, post: Post, due: Due, language: str) -> NotTaken | None:
        """What kept a letter from being sent. One that cannot be written does not stop the others."""
        try:
            letter = cast(Write, current_app.extensions[WRITER])(due, language)
        except Exception:
            log.exception("message %s cannot be put into words", due.key)
            return NotTaken("no-words", retryable=False)
        try:
            post(letter)
        except NotTaken as refusal:
            return refusal
        return None

    def _fail(self, due: Due, code: str, *, retryable: bool) -> None:
        log.warning("%s %s was not sent: %s", self._channel, due.key, code)
        operations.settle_failed(due, code, retryable=retryable, at=self._now())
        self._failed += 1

    def _now(self) -> datetime:
        return self._begun + timedelta(seconds=time.monotonic() - self._ticks)
