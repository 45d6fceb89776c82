"""The outbox: one worker at a time, tries counted, waits between them, an end to trying."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from lms.kernel.database import session, unit_of_work
from lms.notifications.models import Channel, Delivery, DeliveryState
from lms.notifications.operations import (
    claim_due,
    hand_back,
    settle_failed,
    settle_sent,
    settle_skipped,
    skip_all,
)
from lms.notifications.queries import Sending, sendings
from lms.notifications.rules import HOLD, MOST_TRIES, Due, next_try
from tests.support.messages import AT, CHANGE, post, reachable
from tests.support.people import leave
from tests.support.racing import race

SECOND = timedelta(seconds=1)


def claim(now: datetime = AT, limit: int = 10) -> list[Due]:
    with unit_of_work():
        return claim_due(Channel.EMAIL, now, limit=limit)


def fail(now: datetime, *, retryable: bool = True) -> None:
    (due,) = claim(now)
    with unit_of_work():
        settle_failed(due, "smtp-451", retryable=retryable, at=now)


def mail() -> Sending:
    """The only delivery by e-mail."""
    session().rollback()
    (found,) = [one for one in sendings(CHANGE) if one.channel is Channel.EMAIL]
    return found


def queue(count: int = 1) -> None:
    people = [reachable("林晓", f"somebody{number}@example.org") for number in range(count)]
    post(*people)


def test_a_claim_says_what_to_send_where_and_nobody_else_gets_it(database: Session) -> None:
    queue()
    (due,) = claim()
    assert (due.address, due.topic, due.tries, due.held_until) == (
        "somebody0@example.org",
        "change.reminder",
        1,
        AT + HOLD,
    )
    assert claim() == []
    assert claim(AT + HOLD - SECOND) == []


def test_a_claim_takes_no_more_than_it_may(database: Session) -> None:
    queue(5)
    assert [len(claim(limit=3)), len(claim(limit=3)), len(claim(limit=3))] == [3, 2, 0]


def test_two_workers_share_the_queue_and_no_delivery_goes_to_both(database: Session, app: Flask) -> None:
    queue(20)
    claims = race(app, *[lambda: claim_due(Channel.EMAIL, AT, limit=20)] * 2)
    taken = [due.id for claimed in claims if isinstance(claimed, list) for due in claimed]
    assert len(taken) == len(set(taken)) == 20


def test_what_is_sent_is_never_claimed_again(database: Session) -> None:
    queue()
    (due,) = claim()
    with unit_of_work():
        assert settle_sent([due], AT + SECOND) == 1
    assert (mail().state, mail().sent_at, mail().tries) == (DeliveryState.SENT, AT + SECOND, 1)
    assert claim(AT + timedelta(days=1)) == []


def test_a_worker_whose_hold_is_over_cannot_settle_any_more(database: Session) -> None:
    queue()
    (slow,) = claim()
    (quick,) = claim(AT + HOLD)
    assert quick.tries == 2
    with unit_of_work():
        assert settle_sent([slow], AT + HOLD) == 0
        assert settle_sent([quick], AT + HOLD) == 1


def test_tries_wait_longer_and_longer_and_the_fifth_is_the_last(database: Session) -> None:
    queue()
    now = AT
    for wait in (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1)):
        fail(now)
        assert mail().state is DeliveryState.QUEUED
        assert claim(now + wait - SECOND) == []
        now += wait
    fail(now)
    assert (mail().state, mail().tries, mail().error) == (DeliveryState.DEAD, MOST_TRIES, "smtp-451")
    assert claim(now + timedelta(days=1)) == []


def test_a_final_refusal_is_final_at_once(database: Session) -> None:
    queue()
    fail(AT, retryable=False)
    assert (mail().state, mail().tries) == (DeliveryState.DEAD, 1)


def test_what_workers_lose_again_and_again_is_given_up(database: Session) -> None:
    queue()
    for number in range(MOST_TRIES):
        assert len(claim(AT + number * HOLD)) == 1
    assert claim(AT + MOST_TRIES * HOLD) == []
    assert (mail().state, mail().error) == (DeliveryState.DEAD, "lost")


def test_what_is_handed_back_is_due_at_once_and_was_not_tried(database: Session) -> None:
    queue()
    with unit_of_work():
        hand_back(claim_due(Channel.EMAIL, AT, limit=10), AT)
    assert [due.tries for due in claim()] == [1]


def test_who_has_left_is_not_written_to(database: Session) -> None:
    person = reachable("林晓", "lin@example.org")
    post(person)
    leave(person)
    (due,) = claim()
    assert (due.address, due.lacks) == ("", "left")
    with unit_of_work():
        settle_skipped(due, due.lacks, AT)
    assert (mail().state, mail().tries, mail().error) == (DeliveryState.SKIPPED, 0, "left")


def test_a_channel_that_is_off_skips_all_that_is_queued_for_it_alone(database: Session) -> None:
    queue(3)
    with unit_of_work():
        assert skip_all(Channel.EMAIL, "channel-off", AT) == 3
        assert skip_all(Channel.EMAIL, "channel-off", AT) == 0
    states = {(one.channel, one.state, one.error) for one in sendings(CHANGE)}
    assert states == {
        (Channel.EMAIL, DeliveryState.SKIPPED, "channel-off"),
        (Channel.INBOX, DeliveryState.SENT, ""),
    }
    assert {one.sent_at for one in session().query(Delivery).filter_by(channel=Channel.INBOX)} == {AT}


@given(tries=st.integers(min_value=1, max_value=MOST_TRIES - 1))
def test_each_wait_is_longer_than_the_one_before(tries: int) -> None:
    first = next_try(tries, AT, retryable=True)
    second = next_try(tries + 1, AT, retryable=True)
    assert first is not None
    assert second is None or second > first > AT


@pytest.mark.parametrize(("tries", "retryable"), [(1, False), (MOST_TRIES, True)])
def test_trying_ends(tries: int, retryable: bool) -> None:
    assert next_try(tries, AT, retryable=retryable) is None
