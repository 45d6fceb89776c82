"""Addresses that nobody has, channels that are refused, nights: what is not sent, and when it is."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.jobs import messages
from lms.jobs.messages import send_messages
from lms.jobs.rules import Outcome
from lms.kernel.clock import CHINA
from lms.kernel.database import session
from lms.notifications.models import Channel, DeliveryState
from lms.notifications.queries import sendings, unread_count
from lms.notifications.rules import HOLD, Unreachable
from lms.people.models import Person
from tests.support.mail import Postbox, mail_server
from tests.support.messages import AT, CHANGE, post, reachable

SOON = timedelta(seconds=31)


@pytest.fixture
def box(app: Flask) -> Iterator[Postbox]:
    with mail_server(app) as found:
        yield found


def states() -> list[tuple[DeliveryState, int, str]]:
    """Of the deliveries by e-mail, in the order of posting."""
    session().rollback()
    return [(one.state, one.tries, one.error) for one in sendings(CHANGE) if one.channel is Channel.EMAIL]


def refused(app: Flask, box: Postbox, answer: str) -> Person:
    """Somebody whose letter was answered so."""
    person = reachable("林晓", "lin@example.org")
    post(person)
    box.answers = [answer]
    send_messages(AT)
    session().refresh(person)
    return person


@pytest.mark.parametrize("answer", ["550 no such user", "550 5.1.1 unknown", "553 5.1.3 bad", "501 what"])
def test_an_address_that_nobody_has_is_noted_and_not_written_to_any_more(
    database: Session, app: Flask, box: Postbox, answer: str
) -> None:
    person = refused(app, box, answer)
    assert person.email_error == f"smtp-{answer[:3]}"
    post(person, subject="K7M2QX9A:again")
    assert states() == [(DeliveryState.DEAD, 1, f"smtp-{answer[:3]}")]
    person.email, person.email_error = "xiao@example.org", ""
    session().commit()
    post(person, subject="K7M2QX9A:mended")
    assert send_messages(AT) == Outcome(1, 0)
    assert box.recipients == ["xiao@example.org"]


def test_an_address_that_was_mended_meanwhile_is_not_blamed_for_the_old_one(
    database: Session, app: Flask, box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = reachable("林晓", "lin@example.org")
    person_id = person.id
    post(person)
    box.answers = ["550 no such user"]
    settle = messages.operations.settle_failed

    def mended(*args: Any, **kwargs: Any) -> None:
        settle(*args, **kwargs)
        session().execute(update(Person).where(Person.id == person_id).values(email="xiao@example.org"))

    monkeypatch.setattr(messages.operations, "settle_failed", mended)
    send_messages(AT)
    session().refresh(person)
    assert (person.email, person.email_error) == ("xiao@example.org", "")


@pytest.mark.parametrize(
    "answer", ["550 5.7.1 relaying denied", "552 5.2.2 mailbox full", "554 no", "451 later"]
)
def test_a_refusal_that_is_not_about_the_address_is_not_held_against_it(
    database: Session, app: Flask, box: Postbox, answer: str
) -> None:
    assert refused(app, box, answer).email_error == ""


def test_what_was_queued_before_is_not_sent_to_a_refused_address(
    database: Session, app: Flask, box: Postbox
) -> None:
    person = reachable("林晓", "lin@example.org")
    post(person)
    person.email_error = "smtp-550"
    session().commit()
    assert send_messages(AT) == Outcome(0, 0)
    assert states() == [(DeliveryState.SKIPPED, 0, "refused")]


# -- not now --------------------------------------------------------------------------------------------


def test_a_channel_that_is_known_to_be_refused_keeps_its_queue(
    database: Session, app: Flask, box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opens(_settings: object) -> None:
        raise Unreachable("smtp-535")

    post(reachable("林晓", "lin@example.org"))
    with monkeypatch.context() as patched:
        patched.setattr("lms.jobs.messages.CHANNELS", {Channel.EMAIL: opens})
        assert send_messages(AT) == Outcome(0, 0)
    assert states() == [(DeliveryState.QUEUED, 0, "")]
    assert send_messages(AT) == Outcome(1, 0)


def test_a_worker_whose_hold_nears_its_end_gives_back_what_it_has_not_begun(
    database: Session, app: Flask, box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        post(reachable("林晓", f"somebody{number}@example.org"))
    with monkeypatch.context() as patched:
        patched.setattr("lms.jobs.messages.SETTLED_TOGETHER", {Channel.EMAIL: 2})
        patched.setattr("lms.jobs.messages.TURN", HOLD)
        patched.setattr("lms.jobs.messages.LONGEST", timedelta(milliseconds=1))
        assert send_messages(AT) == Outcome(0, 0)
    assert states() == [(DeliveryState.QUEUED, 0, "")] * 3
    assert send_messages(AT + SOON) == Outcome(3, 0)


def test_what_is_queued_in_the_quiet_hours_leaves_in_the_morning(
    database: Session, app: Flask, box: Postbox
) -> None:
    night = datetime(2026, 11, 23, 22, 30, tzinfo=CHINA)
    person = reachable("林晓", "lin@example.org")
    post(person, at=night)
    assert unread_count(person.id) == 1
    assert send_messages(night + timedelta(hours=9)) == Outcome(0, 0)
    assert send_messages(night + timedelta(hours=10)) == Outcome(1, 0)
