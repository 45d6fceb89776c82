"""A mail server that is down for long: no letter is to blame, until it is old news."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from lms.jobs.messages import send_messages
from lms.kernel.database import session
from lms.notifications.models import Channel, DeliveryState
from lms.notifications.queries import sendings
from lms.notifications.rules import KEPT_FOR, LATEST_AGAIN, SOONEST_AGAIN, again_when_reached
from tests.support.mail import free_port, mail_server, mail_to
from tests.support.messages import AT, CHANGE, post, reachable


def states() -> list[tuple[DeliveryState, int, str]]:
    session().rollback()
    return [(one.state, one.tries, one.error) for one in sendings(CHANGE) if one.channel is Channel.EMAIL]


def down(app: Flask, first: datetime, last: datetime, step: timedelta) -> int:
    """Runs of the job while nobody answers; how many there were."""
    at, runs = first, 0
    with mail_to(app, free_port()):
        while at <= last:
            send_messages(at)
            at, runs = at + step, runs + 1
    return runs


def test_a_night_without_a_mail_server_costs_nobody_a_letter(database: Session, app: Flask) -> None:
    post(*(reachable("林晓", f"somebody{number}@example.org") for number in range(3)))
    assert down(app, AT, AT + timedelta(hours=12), timedelta(minutes=5)) > 100
    assert {(state, tries) for state, tries, _ in states()} == {(DeliveryState.QUEUED, 0)}
    assert {error for _, _, error in states()} == {"connection"}
    with mail_server(app) as box:
        assert send_messages(AT + timedelta(hours=12, minutes=1) + LATEST_AGAIN).count == 3
    assert len(box.letters) == 3


def test_after_three_days_it_is_given_up_and_says_why(database: Session, app: Flask) -> None:
    post(*(reachable("林晓", f"somebody{number}@example.org") for number in range(3)))
    down(app, AT, AT + KEPT_FOR - timedelta(hours=1), timedelta(hours=6))
    assert {state for state, _, _ in states()} == {DeliveryState.QUEUED}
    down(app, AT + KEPT_FOR + LATEST_AGAIN, AT + KEPT_FOR + LATEST_AGAIN, timedelta(hours=1))
    assert states() == [(DeliveryState.DEAD, 0, "connection")] * 3
    with mail_server(app) as box:
        send_messages(AT + KEPT_FOR + timedelta(days=1))
    assert box.letters == []


def test_the_pause_grows_with_the_outage_up_to_ten_minutes() -> None:
    pauses: list[timedelta | None] = []
    at: datetime | None = AT
    while at is not None and len(pauses) < 8:
        again = again_when_reached(AT, at)
        pauses.append((again - at) if again else None)
        at = again
    seconds = [pause.total_seconds() for pause in pauses if pause]
    assert seconds == [30, 30, 60, 120, 240, 480, 600, 600]
    assert (SOONEST_AGAIN.total_seconds(), LATEST_AGAIN.total_seconds()) == (seconds[0], seconds[-1])
    assert again_when_reached(AT, AT + KEPT_FOR) is None
