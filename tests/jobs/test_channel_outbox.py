"""The outbox over WeCom and text messages; and several processes at one robot."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs import wecom
from lms.jobs.messages import send_messages
from lms.jobs.robots import send_group_posts
from lms.jobs.rules import Outcome
from lms.kernel.database import db, session, unit_of_work
from lms.notifications import channels
from lms.notifications.models import DeliveryState
from lms.notifications.operations import post_to
from lms.notifications.queries import sendings
from lms.notifications.rules import Channel, Way
from lms.people.models import Person
from tests.support.gateways import AT, Services, known_at, post, robot, services, slow
from tests.support.messages import CHANGE, FACTS
from tests.support.people import leave

LATER = AT.replace(hour=5)
BOTH = Way(channels=(Channel.WECOM, Channel.SMS))


@pytest.fixture
def there(database: Session, app: Flask) -> Iterator[Services]:
    wecom.TOKENS.forget()
    with unit_of_work():
        channels.set_up(Channel.WECOM, {"corp": "ww1a2b", "agent": "7", "secret": "the-secret"})
        channels.set_up(Channel.SMS, {"signature": "启衡科技", "secret": "gateway-key"})
    with services(app) as found:
        yield found


def tell(*people: Person) -> None:
    chosen = select(Person.id).where(Person.id.in_([one.id for one in people]))
    with unit_of_work():
        post_to(chosen, topic="change.reminder", subject=CHANGE, facts=FACTS, at=AT, way=BOTH)


def states(channel: Channel) -> list[tuple[DeliveryState, str]]:
    session().rollback()
    return [(one.state, one.error) for one in sendings(CHANGE) if one.channel is channel]


def test_everybody_is_told_the_same_in_one_message_and_by_one_text_each(there: Services, app: Flask) -> None:
    tell(known_at(wecom_id="lisi", phone="13800001111"), known_at(wecom_id="anna"), known_at("周敏"))
    assert send_messages(AT) == Outcome(3)
    card, text = there.sent
    assert card.body["touser"] == "anna|lisi"
    assert "门诊起付线调整" in card.body["textcard"]["title"]
    assert card.body["textcard"]["url"] == "https://learn.example.org/my"
    assert text.body["to"] == "13800001111"
    assert "https://learn.example.org/inbox/" in text.body["text"]


def test_who_is_unknown_to_wecom_is_noted_and_the_others_are_sent(there: Services) -> None:
    there.answers = [{"errcode": 0, "invaliduser": "nobody"}]
    tell(known_at(wecom_id="lisi"), known_at(wecom_id="nobody"))
    assert send_messages(AT) == Outcome(1, 1)
    assert sorted(states(Channel.WECOM)) == [(DeliveryState.DEAD, "invalid-user"), (DeliveryState.SENT, "")]


def test_while_a_channel_is_refused_its_queue_is_kept_and_the_others_go_on(there: Services) -> None:
    there.tokens = [{"errcode": 40001}]
    tell(*(known_at(wecom_id=f"member{number}", phone=f"1380000000{number}") for number in range(3)))
    assert send_messages(AT) == Outcome(3, 1)
    assert len(states(Channel.SMS)) == 3
    assert send_messages(LATER) == Outcome(0)
    assert {state for state, _ in states(Channel.WECOM)} == {DeliveryState.QUEUED}
    with unit_of_work():
        channels.set_up(Channel.WECOM, {"corp": "ww1a2b", "agent": "7", "secret": "the-right-one"})
    assert send_messages(LATER) == Outcome(3)
    assert {state for state, _ in states(Channel.WECOM)} == {DeliveryState.SENT}


def test_a_channel_that_is_switched_off_is_skipped(there: Services) -> None:
    tell(known_at(wecom_id="lisi"))
    with unit_of_work():
        channels.switch(Channel.WECOM, on=False)
    assert send_messages(AT) == Outcome(0)
    assert states(Channel.WECOM) == [(DeliveryState.SKIPPED, "channel-off")]
    assert there.sent == []


def test_who_has_left_meanwhile_gets_nothing(there: Services) -> None:
    person = known_at(wecom_id="lisi", phone="13800001111")
    tell(person)
    leave(person)
    assert send_messages(AT) == Outcome(0)
    assert there.sent == []


@pytest.mark.real_time
def test_four_processes_keep_the_pace_of_one_robot_and_post_nothing_twice(
    there: Services, app: Flask
) -> None:
    robot()
    for number in range(20):
        post(f"subject-{number}")
    session().rollback()
    db.engine.dispose()
    children = [_in_a_child(app) for _ in range(4)]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    assert 6 <= len(there.sent) <= 8, "six at once, and one in five seconds"
    assert send_group_posts(AT.replace(minute=20)) == Outcome(6)


@pytest.mark.real_time
def test_what_a_worker_was_killed_over_goes_out_again_as_the_very_same_message(
    there: Services, app: Flask
) -> None:
    """WeCom is asked to drop what it has had before; so nobody reads it twice, and nothing is lost."""
    tell(*(known_at(wecom_id=f"member{number}") for number in range(5)))
    there.answers = [slow(5)]
    session().rollback()
    db.engine.dispose()
    child = _in_a_child(app, send_messages)
    while not there.sent:
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert {state for state, _ in states(Channel.WECOM)} == {DeliveryState.QUEUED}
    assert send_messages(AT + timedelta(minutes=9)) == Outcome(0)
    assert send_messages(AT + timedelta(minutes=11)) == Outcome(5)
    first, again = (one.body for one in there.sent)
    assert first == again
    assert again["enable_duplicate_check"] == 1


def _in_a_child(app: Flask, work: Callable[[datetime], object] = send_group_posts) -> int:
    child = os.fork()
    if child == 0:
        try:
            with app.app_context():
                work(AT)
            os._exit(0)
        except BaseException:
            os._exit(1)
    return child
