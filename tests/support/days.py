"""Days that pass in a journey: the program's clock stands where the test puts it, and its jobs run."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.jobs.campaigns import send_campaigns
from lms.jobs.chasing import escalate_overdue, send_digests
from lms.jobs.messages import send_messages
from lms.jobs.rules import Outcome
from lms.jobs.runner import run_due, worker_name
from lms.jobs.timetable import JOBS
from lms.kernel import clock
from lms.kernel.clock import CHINA, china_date
from lms.kernel.database import session
from lms.kernel.quarters import Quarter
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

    def come_to(self, day: date, hour: int, minute: int = 0) -> datetime:
        """It is that time of a date, in China."""
        return self.come((day - self.first).days, hour, minute)

    @property
    def next_quarter(self) -> Quarter:
        """The quarter that has not begun yet on day 0: in late 2026 that of 2027-01-04, its first workday."""
        return Quarter.of(self.first).next

    def on(self, day: int) -> date:
        """The date of a day."""
        return self.first + timedelta(days=day)

    def clockwork_runs(self) -> None:
        """Whatever is due now runs by itself. Lessons are not read to files: that takes a voice, and long."""
        jobs = [one for one in JOBS if one.name != "speak-lessons"]
        with self._app.app_context():
            failed = [one for one in run_due(self.now, worker_name(), jobs) if one.outcome is None]
        assert not failed

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
