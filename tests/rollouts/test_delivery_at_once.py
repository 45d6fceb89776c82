"""Delivering is one act: for any number of people, whoever does it, and wherever the process dies."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.jobs.rollouts import deliver_changes
from lms.kernel.database import is_postgresql, unit_of_work
from lms.notifications.models import Message
from lms.rollouts import queries, spreading
from lms.rollouts.delivery import deliver_ready, include_newcomers
from lms.rollouts.models import Change, Path, Recipient
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES
from tests.support.crowds import crowd
from tests.support.killing import everything, killed_at_each_statement
from tests.support.library import publish_texts
from tests.support.racing import race
from tests.support.rollouts import DAY, REWORDED, approve_units, close_tasks, how_many, paths, running
from tests.support.statements import statements


def prepared(*, people: int, texts: dict[str, str] | None = None) -> Change:
    """A change that is ready, for so many people who passed and as many who never began."""
    publish_texts(TWO_CITIES)
    change = running(texts or dict(CHEAPER_IN_BEIJING))
    close_tasks(change)
    approve_units(change)
    crowd(people)
    return queries.change(change.key)


def asked(app: Flask, act: Callable[[], int]) -> tuple[int, int]:
    """How many people it went to, and how many statements that took."""
    with statements(app) as heard, unit_of_work():
        count = act()
    return count, len(heard)


def test_as_many_statements_for_ten_people_as_for_hundreds(app: Flask, database: Session) -> None:
    first = prepared(people=5)
    few = asked(app, lambda: deliver_ready(first.id, DAY_0))
    crowd(100)
    second = running(REWORDED, at=DAY_0 + DAY)
    close_tasks(second)
    approve_units(second)
    many = asked(app, lambda: deliver_ready(second.id, DAY_0 + DAY))
    assert (few[0], many[0]) == (10, 210)
    assert few[1] == many[1]
    assert few[1] < 40


def test_from_very_many_on_the_database_looks_at_its_tables_anew(
    app: Flask, database: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreading, "MANY", 10)
    change = prepared(people=5)
    with statements(app) as heard, unit_of_work():
        deliver_ready(change.id, DAY_0)
    looked = [one for one in heard if one.startswith("ANALYZE")]
    assert len(looked) == (3 if is_postgresql() else 0)


def test_newcomers_take_as_many_statements_too(app: Flask, database: Session) -> None:
    change = prepared(people=5)
    deliver_changes(DAY_0)
    counts = []
    for number, people in enumerate((1, 50), 1):
        crowd(people)
        counts.append(asked(app, lambda at=DAY_0 + number * DAY: include_newcomers(change.id, at)))  # type: ignore[misc]
    assert [people for people, _ in counts] == [2, 100]
    assert counts[0][1] == counts[1][1]


def test_a_second_run_does_nothing(database: Session) -> None:
    change = prepared(people=5)
    assert deliver_changes(DAY_0).count == 10
    assert deliver_changes(DAY_0).count == 0
    assert deliver_changes(DAY_0 + DAY).count == 0
    assert how_many(Recipient) == 10
    told = database.scalar(
        select(func.count()).where(Message.topic.in_(["change.to-learn", "change.course"]))
    )
    assert told == 10
    assert sorted(paths(change).values()) == [Path.COURSE] * 5 + [Path.DELTA] * 5


def test_two_workers_deliver_once(app: Flask, database: Session) -> None:
    change = prepared(people=20)
    change_id = change.id

    def deliver() -> int:
        return deliver_ready(change_id, DAY_0)

    counts = [one for one in race(app, deliver, deliver) if isinstance(one, int)]
    assert sorted(counts) == [0, 40]
    assert how_many(Recipient) == 40


def test_killed_at_any_statement_a_delivery_is_whole_or_has_not_happened(app: Flask) -> None:
    with app.app_context():
        change_id = prepared(people=3).id

    killed = killed_at_each_statement(app, lambda: deliver_ready(change_id, DAY_0), everything)

    assert killed > 8
    with app.app_context():
        assert everything()["rollouts_recipients"] == 6
