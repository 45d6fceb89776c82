"""Sends what is queued in the outbox. The one place where a further channel plugs in.

A channel that is not set up is off. What is queued for it is not kept for the day on which it is set up,
when old news would come to everybody at once: it is marked as skipped, with the reason ``channel-off``. In
the inbox every message is all the same.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import TypeAlias, cast

from flask import current_app

from lms.access.queries import languages_of
from lms.jobs import mail, sms, wecom
from lms.jobs.rules import Outcome
from lms.kernel.database import unit_of_work
from lms.kernel.settings import Settings
from lms.notifications import operations
from lms.notifications.channels import is_off
from lms.notifications.rules import TURN, Channel, Due, Letter, NotTaken, Post, Unreachable, Write
from lms.people.operations import note_bounce

BATCH = 200
"""So many deliveries are claimed together, and go over one connection."""
LONGEST = timedelta(minutes=4)
"""No batch is begun later than this after the begin of a run; the next run goes on."""
SETTLED_TOGETHER: Mapping[Channel, int] = {Channel.EMAIL: 25}
"""So many letters are sent before it is noted: as many go out again when a worker is killed. Else a batch."""
WRITER = "xuanguan.letters"
"""Where the application keeps who puts messages into words: words belong to a higher floor."""

Connect: TypeAlias = Callable[[], AbstractContextManager[Post]]
Letters: TypeAlias = deque[tuple[Due, Letter]]
log = logging.getLogger(__name__)


def _by_mail(settings: Settings) -> Connect | None:
    if settings.mail is None or is_off(Channel.EMAIL):
        return None
    return partial(mail.connected, settings.mail)


CHANNELS: Mapping[Channel, Callable[[Settings], Connect | None]] = {
    Channel.EMAIL: _by_mail,
    Channel.WECOM: wecom.opens,
    Channel.SMS: sms.opens,
}
"""Channel → what opens it with the settings of the installation, or ``None`` when it is off.

Raises ``Unreachable`` for one that is known to be refused: what is queued waits until it is mended.
"""


def send_messages(now: datetime) -> Outcome:
    """Send what is due over every channel; how many were sent, and how many tries failed."""
    settings = cast(Settings, current_app.extensions["xuanguan.settings"])
    outcomes = [_send_over(channel, opens, settings, now) for channel, opens in CHANNELS.items()]
    return Outcome(sum(one.count for one in outcomes), sum(one.failures for one in outcomes))


def _send_over(
    channel: Channel, opens: Callable[[Settings], Connect | None], settings: Settings, now: datetime
) -> Outcome:
    try:
        connect = opens(settings)
    except Unreachable as error:
        log.warning("%s is refused: %s", channel, error.code)
        with unit_of_work():
            return Outcome(0, operations.give_up_old(channel, error.code, now))
    return _Run(channel, connect, now).all()


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
        while self._now() < self._begun + LONGEST:
            with unit_of_work():
                batch = operations.claim_due(self._channel, self._now(), limit=BATCH)
            written = self._written(batch)
            if not batch or (written and not self._send(self._connect, written)):
                break
        return Outcome(self._sent, self._failed)

    def _written(self, batch: Sequence[Due]) -> Letters:
        """The letters of a batch. Whom nothing reaches and what has no words stop nobody else."""
        languages = languages_of([due.person_id for due in batch])
        write = cast(Write, current_app.extensions[WRITER])
        written: Letters = deque()
        lacking = [due for due in batch if not due.address]
        wordless = []
        for due in (one for one in batch if one.address):
            try:
                written.append((due, write(due, languages.get(due.person_id, ""))))
            except Exception:
                log.exception("message %s cannot be put into words", due.key)
                wordless.append(due)
        if lacking or wordless:
            with unit_of_work():
                for due in lacking:
                    operations.settle_skipped(due, due.lacks, self._now())
                for due in wordless:
                    self._fail(due, "no-words", retryable=False)
        return written

    def _send(self, connect: Connect, letters: Letters) -> bool:
        """Whether the channel can be used on. No letter is charged with a try when it cannot."""
        try:
            with connect() as post:
                while letters and self._now() < letters[0][0].held_until - TURN:
                    self._send_some(post, letters)
        except Unreachable as error:
            log.warning("%s cannot be reached: %s", self._channel, error.code)
            self._breaks_off(letters, error.code)
            return False
        if letters:
            with unit_of_work():
                operations.hand_back([due for due, _ in letters], self._now())
        return True

    def _breaks_off(self, letters: Letters, code: str) -> None:
        """Those behind the letter at which it happened go first next time, lest it is at fault after all."""
        with unit_of_work():
            operations.settle_unreached(letters.popleft()[0], code, self._now())
            operations.hand_back([due for due, _ in letters], self._now())
            operations.give_up_old(self._channel, code, self._now())
        self._failed += 1

    def _send_some(self, post: Post, letters: Letters) -> None:
        """Send the next few outside any transaction, then note in one what became of those tried."""
        several = list(islice(letters, SETTLED_TOGETHER.get(self._channel, BATCH)))
        tried: list[tuple[Due, NotTaken | None]] = []
        try:
            for outcome in post([letter for _, letter in several]):
                due, _ = letters.popleft()
                tried.append((due, outcome))
        finally:
            if tried:
                with unit_of_work():
                    self._settle(tried)

    def _settle(self, tried: Sequence[tuple[Due, NotTaken | None]]) -> None:
        sent = [due for due, refusal in tried if refusal is None]
        self._sent += operations.settle_sent(sent, self._now())
        for due, refusal in tried:
            if refusal is None:
                continue
            self._fail(due, refusal.code, retryable=refusal.retryable)
            if refusal.bounced and self._channel is Channel.EMAIL:
                note_bounce(due.person_id, due.address, refusal.code)

    def _fail(self, due: Due, code: str, *, retryable: bool) -> None:
        log.warning("%s %s was not sent: %s", self._channel, due.key, code)
        operations.settle_failed(due, code, retryable=retryable, at=self._now())
        self._failed += 1

    def _now(self) -> datetime:
        return self._begun + timedelta(seconds=time.monotonic() - self._ticks)
