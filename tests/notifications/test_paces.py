"""Nobody is written to faster than they allow, however many workers there are."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.jobs import limits
from lms.kernel.database import session, unit_of_work
from lms.notifications import paces
from lms.notifications.paces import Pace
from lms.notifications.robots import RobotKind

AT = datetime(2026, 11, 23, 1, 7, tzinfo=UTC)
EVERY_TEN = Pace(timedelta(seconds=10), burst=2)


def take(*keys: str, pace: Pace = EVERY_TEN, after: float = 0) -> set[str]:
    with unit_of_work():
        return paces.take(keys, pace, AT + timedelta(seconds=after))


def test_some_at_once_and_then_one_by_one(database: Session) -> None:
    taken = [bool(take("a", after=after)) for after in (0, 0, 0, 9, 10, 11, 20, 29, 60, 60, 60)]
    assert taken == [True, True, False, False, True, False, True, False, True, True, False]


def test_each_key_has_a_pace_of_its_own_and_many_are_asked_for_at_once(database: Session) -> None:
    assert take("a", "b", "b") == {"a", "b"}
    assert take("a", "c") == {"a", "c"}
    assert take("a", "b", "c") == {"b", "c"}
    assert take() == set()


def test_when_there_is_a_turn_again(database: Session) -> None:
    assert paces.next_turn("a", EVERY_TEN) < AT
    take("a")
    take("a")
    assert paces.next_turn("a", EVERY_TEN) == AT + timedelta(seconds=10)
    assert take("a", after=10) == {"a"}


def test_after_a_pause_they_come_one_by_one(database: Session) -> None:
    take("a")
    with unit_of_work():
        paces.pause(["a"], EVERY_TEN, AT + timedelta(minutes=10))
    assert paces.next_turn("a", EVERY_TEN) == AT + timedelta(minutes=10)
    assert [bool(take("a", after=after)) for after in (599, 600, 601, 610)] == [False, True, False, True]


@pytest.mark.parametrize(
    ("pace", "allowed"),
    [
        (limits.ROBOTS[RobotKind.WECOM], [(60, 20)]),
        (limits.ROBOTS[RobotKind.DINGTALK], [(60, 20)]),
        (limits.ROBOTS[RobotKind.FEISHU], [(60, 100), (1, 5)]),
        (limits.MEMBER, [(60, 30), (3600, 1000)]),
    ],
    ids=["wecom", "dingtalk", "feishu", "member"],
)
def test_in_no_stretch_of_time_more_than_the_service_allows(
    database: Session, pace: Pace, allowed: list[tuple[int, int]]
) -> None:
    """Somebody who asks four times a second for two minutes; what may follow in an hour is reckoned."""
    instants = [step / 4 for step in range(480)]
    given = [after for after in instants if take("a", pace=pace, after=after)]
    for seconds, most in allowed:
        assert all(sum(begin <= one <= begin + seconds for one in given) < most for begin in given)
        assert pace.burst + timedelta(seconds=seconds) / pace.every < most


def test_of_four_workers_that_ask_together_no_more_are_let_through(database: Session, app: Flask) -> None:
    session().commit()

    def ask(_number: int) -> int:
        with app.app_context():
            return sum(len(take("a", f"b{number}")) for number in range(10))

    with ThreadPoolExecutor(4) as threads:
        taken = sum(threads.map(ask, range(4)))
    assert taken == 2 + 10 * 2
