"""Days that pass in a journey: the program's clock stands where the test puts it, and its jobs run."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.jobs.campaigns import send_campaigns
from lms.jobs.chasing import escalate_overdue, send_digests
from lms.jobs.messages import send_messages
from lms.jobs.rules import Outcome
from lms.kernel import clock
from lms.kernel.clock import CHINA, china_date
from lms.kernel.database import session
from lms.notifications.models import Message
from lms.notifications.rules import Topic
from lms.people.models import Person


class Days:
    """The clock of the served program. Day 0 is tomorrow: a browser drops cookies out of the past."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
        self._app = app
        self.first = china_date(clock.now()) + timedelta(days=1)
        self.now = clock.now()
        self.come(0, 10)
        monkeypatch.setattr(clock, "now", lambda: self.now)
        monkeypatch.setattr("lms.jobs.soon.now", lambda: self.now)

    def come(self, day: int, hour: int, minute: int = 0) -> datetime:
        """It is that time of a day, in China."""
        self.now = datetime.combine(self.on(day), time(hour, minute), CHINA).astimezone(UTC)
        return self.now

    def on(self, day: int) -> date:
        """The date of a day."""
        return self.first + timedelta(days=day)

    def campaigns_go_out(self) -> Outcome:
        """What the clockwork does every minute with campaigns."""
        with self._app.app_context():
            return send_campaigns(self.now)

    def messages_leave(self) -> Outcome:
        """What the clockwork does every minute with the outbox."""
        with self._app.app_context():
            return send_messages(self.now)

    def mornings(self, first: int, last: int) -> None:
        """Let these days come: every morning digests, heads of departments, and then the outbox."""
        for day in range(first, last + 1):
            with self._app.app_context():
                assert send_digests(self.come(day, 8, 35)).failures == 0
                escalate_overdue(self.come(day, 8, 40))
                assert send_messages(self.come(day, 9)).failures == 0

    def told(self, number: str, topic: Topic) -> list[int]:
        """The days on which somebody got a message of this kind."""
        found = (
            select(Message.created_at)
            .join(Person, Person.id == Message.person_id)
            .where(Person.number == number, Message.topic == topic)
            .order_by(Message.id)
        )
        with self._app.app_context():
            return [(china_date(at) - self.first).days for at in session().scalars(found)]
