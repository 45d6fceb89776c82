"""Several workers, and one that is killed: every letter arrives, and no key twice."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.jobs.messages import SETTLED_TOGETHER
from lms.jobs.models import Occurrence, OccurrenceState
from lms.kernel.database import session, unit_of_work
from lms.notifications.models import Channel, DeliveryState, Message
from lms.notifications.operations import post_to
from lms.notifications.rules import HOLD
from lms.people.models import Audience, Person, Status
from tests.support.counting_mail import Counted, counting_mail_server
from tests.support.messages import AT, CHANGE, FACTS, delivery_states
from tests.support.outbox_worker import done, go, workers
from tests.support.people import BEIJING, make_department

PEOPLE = 1000
TOPIC = "change.reminder"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Counted]:
    with counting_mail_server(tmp_path) as found:
        yield found


def queue(people: int = PEOPLE) -> set[str]:
    """Letters to so many people; their keys."""
    department = make_department().id
    same = {
        "name": "林晓",
        "audience": Audience.EMPLOYEE,
        "status": Status.IN_SERVICE,
        "region": BEIJING,
        "department_id": department,
        "hired_on": AT.date(),
    }
    rows = [{"number": f"W{n}", "email": f"w{n}@example.org", **same} for n in range(people)]
    with unit_of_work():
        session().execute(insert(Person), rows)
        post_to(select(Person.id), topic=TOPIC, subject=CHANGE, facts=FACTS, at=AT)
    return set(session().scalars(select(Message.key)))


def sent() -> dict[DeliveryState, int]:
    session().rollback()
    states = delivery_states(CHANGE)
    return {state: count for (_, channel, state), count in states.items() if channel is Channel.EMAIL}


def url(app: Flask) -> str:
    return str(app.config["SQLALCHEMY_DATABASE_URI"])


def test_four_workers_send_every_letter_once(database: Session, app: Flask, server: Counted) -> None:
    keys = queue()
    session().rollback()
    with workers(url(app), server.port, AT, count=4) as started:
        go(started)
        told = done(started)
    assert sum(count for count, _ in told) == PEOPLE
    assert Counter(server.keys()) == Counter(keys)
    assert sent() == {DeliveryState.SENT: PEOPLE}


def test_by_the_timetable_a_second_worker_joins_in_while_the_first_is_at_it(
    database: Session, app: Flask, server: Counted
) -> None:
    keys = queue()
    session().rollback()
    with (
        workers(url(app), server.port, AT, by_timetable=True) as first,
        workers(url(app), server.port, AT + timedelta(seconds=30), by_timetable=True) as second,
    ):
        go(first)
        while not server.keys():
            time.sleep(0.002)
        go(second)
        told = [*done(first), *done(second)]
    assert all(count > 0 for count, _ in told), told
    assert sum(count for count, _ in told) == PEOPLE
    assert Counter(server.keys()) == Counter(keys)
    runs = session().scalars(select(Occurrence).order_by(Occurrence.due_at)).all()
    assert [run.state for run in runs] == [OccurrenceState.DONE] * 2


def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    database: Session, app: Flask, server: Counted
) -> None:
    keys = queue()
    session().rollback()
    with workers(url(app), server.port, AT) as started:
        go(started)
        while len(server.keys()) < 130:
            time.sleep(0.005)
        started[0].kill()  # SIGKILL: nothing can be tidied up
        started[0].wait(10)
    before = len(server.keys())
    settled = sent()[DeliveryState.SENT]
    assert 100 < before < PEOPLE
    assert before - SETTLED_TOGETHER[Channel.EMAIL] <= settled <= before

    with workers(url(app), server.port, AT + timedelta(minutes=1), count=2) as started:
        go(started)
        done(started)
    assert sent().get(DeliveryState.QUEUED, 0) > 0  # what the dead one held is not taken before its hold ends

    with workers(url(app), server.port, AT + HOLD + timedelta(seconds=30), count=2) as started:
        go(started)
        done(started)
    assert sent() == {DeliveryState.SENT: PEOPLE}
    assert set(server.keys()) == keys
    again = sum(count - 1 for count in Counter(server.keys()).values())
    assert again <= SETTLED_TOGETHER[Channel.EMAIL]  # the same key, by which a receiver knows a repetition
