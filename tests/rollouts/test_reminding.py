"""Reminding by hand: who is not done, each at most once a day, whatever their number."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs.rollouts import climb_ladder, deliver_changes
from lms.journal.models import Entry
from lms.kernel.database import session, unit_of_work
from lms.notifications.models import Message
from lms.notifications.queries import sendings
from lms.people.models import Person
from lms.rollouts.excusing import excuse
from lms.rollouts.models import Change
from lms.rollouts.reminding import NobodyWaits, RemindedToday, Reminder, last_reminder, remind
from lms.rollouts.running import NotRunning
from lms.rollouts.steering import pause
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES, refused
from tests.support.crowds import crowd
from tests.support.library import publish_texts
from tests.support.people import leave
from tests.support.rollouts import DAY, complete, delivered, due_on, recipient, running, taught, told, unit_of
from tests.support.statements import statements

LATER = timedelta(hours=3)


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(TWO_CITIES)


def reminded(change: Change, *, at: datetime = DAY_0) -> int:
    assert change.approved_by is not None
    with unit_of_work():
        return remind(change.key, actor_id=change.approved_by, at=at)


def messages(person: Person) -> list[Message]:
    found = select(Message).where(Message.person_id == person.id, Message.topic == "change.reminder")
    return list(session().scalars(found.order_by(Message.id)))


def test_only_who_is_not_done_is_reminded() -> None:
    waiting, done, excused, gone = taught(), taught(), taught(), taught()
    change = delivered(CHEAPER_IN_BEIJING)
    assert change.approved_by is not None
    complete(recipient(change, done).assignment_id, at=DAY_0)
    with unit_of_work():
        excuse(change.key, excused.key, reason="长期病假", actor_id=change.approved_by, at=DAY_0)
    leave(gone)
    assert reminded(change) == 1
    assert [len(messages(one)) for one in (waiting, done, excused, gone)] == [1, 0, 0, 0]


def test_the_message_leads_to_what_they_were_given_with_their_own_due_date() -> None:
    person = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    reminded(change)
    (message,) = messages(person)
    assert message.facts == {
        "change": change.key,
        "title": change.title,
        "due_on": due_on(change, person).isoformat(),
        "course": unit_of(change),
        "count": 1,
    }


def test_nobody_is_reminded_twice_on_a_day_but_again_the_next_day() -> None:
    person = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    assert change.approved_by is not None
    reminded(change)
    refusal = refused(RemindedToday, remind, change.key, actor_id=change.approved_by, at=DAY_0 + LATER)
    assert refusal.at == DAY_0
    assert reminded(change, at=DAY_0 + DAY) == 1
    assert len(messages(person)) == 2


def test_a_reminder_by_the_platform_counts_for_its_day() -> None:
    person = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    assert change.approved_by is not None
    climb_ladder(DAY_0 + 10 * DAY)
    assert told(person, "change.reminder") == ["change.reminder"]
    at = DAY_0 + 10 * DAY + LATER
    refused(RemindedToday, remind, change.key, actor_id=change.approved_by, at=at)
    assert reminded(change, at=at + DAY) == 1


def test_when_everybody_is_done_there_is_nobody_to_remind() -> None:
    person = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    assert change.approved_by is not None
    complete(recipient(change, person).assignment_id, at=DAY_0)
    refused(NobodyWaits, remind, change.key, actor_id=change.approved_by, at=DAY_0)
    assert last_reminder(change.key) is None


def test_nobody_is_reminded_before_delivery_or_while_the_clocks_stand_still() -> None:
    taught()
    before = running(CHEAPER_IN_BEIJING)
    assert before.approved_by is not None
    refused(NobodyWaits, remind, before.key, actor_id=before.approved_by, at=DAY_0)
    with unit_of_work():
        pause(before.key, "等原文", actor_id=before.approved_by, at=DAY_0)
    refused(NotRunning, remind, before.key, actor_id=before.approved_by, at=DAY_0)


def test_it_is_on_record_and_in_the_notices_of_the_change() -> None:
    person = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    reminded(change)
    (entry,) = session().scalars(select(Entry).where(Entry.act == "change.reminded"))
    assert (entry.actor_id, entry.subject, entry.facts) == (change.approved_by, change.key, {"told": 1})
    assert last_reminder(change.key) == Reminder(DAY_0, 1)
    assert (person.id, "change.reminder") in {(one.person_id, one.topic) for one in sendings(change.key)}


def test_it_takes_as_many_statements_for_many_as_for_few(app: Flask) -> None:
    crowd(5)
    change = delivered(CHEAPER_IN_BEIJING)
    with statements(app) as few:
        assert reminded(change) == 10
    crowd(40)
    _deliver_to_newcomers()
    with statements(app) as many:
        assert reminded(change, at=DAY_0 + DAY) == 90
    assert len(many) <= len(few) + 4


def _deliver_to_newcomers() -> None:
    assert deliver_changes(DAY_0).failures == 0
