"""The help list: who waits, since when, and what was missed."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.reports import helplist
from lms.reports.helplist import missed_topics
from tests.support.company import TODAY, WAITED, failed, helped, obliged, passed, sitting
from tests.support.desk import longest_wait, stuck, stuck_count
from tests.support.library import publish_texts
from tests.support.people import leave, make_person
from tests.support.quiz_texts import COURSE, QUIZ, quiz_texts
from tests.support.sittings import AT, duty_of, start
from tests.support.statements import statements


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def names() -> list[str]:
    return [one.name for one in stuck(page=1)]


def test_only_those_who_cannot_go_on_are_listed() -> None:
    helper = make_person()
    obliged("未")
    sitting(obliged("考"))
    failed(obliged("补"))
    passed(obliged("毕"))
    helped(failed(obliged("帮"), papers=2), helper)
    leave(failed(obliged("离"), papers=2))
    again = helped(failed(obliged("再"), papers=2), helper)
    start(again, seed=3)
    failed(obliged("等"), papers=2)
    assert names() == ["等"]
    assert stuck_count() == 1


def test_who_waits_longest_stands_first() -> None:
    failed(obliged("后"), papers=2, at=AT + timedelta(days=1))
    failed(obliged("先", due_in=-2), papers=2)
    first = stuck(page=1)[0]
    assert names() == ["先", "后"]
    assert first.since == longest_wait() == AT + WAITED
    assert (first.course, first.quiz, first.failed, first.overdue(TODAY)) == (COURSE, QUIZ, 2, 2)


def test_nobody_waits() -> None:
    assert (stuck(page=1), stuck_count(), longest_wait()) == ([], 0, None)


def test_topics_are_those_missed_since_the_last_help() -> None:
    person = failed(obliged(), papers=2, missing=10)
    key = duty_of(person).key
    assert missed_topics([key])[key] == {"claims": 16, "card": 2, "sums": 2}
    helped(person, make_person())
    assert missed_topics([key])[key] == {}


def test_what_was_never_sat_misses_nothing() -> None:
    key = duty_of(obliged()).key
    assert missed_topics([key]) == {key: {}}


def test_there_is_nothing_behind_the_last_page() -> None:
    failed(obliged(), papers=2)
    assert stuck(page=2) == []


@pytest.mark.parametrize("headcount", [2, 6])
def test_the_database_is_asked_equally_often_whatever_the_headcount(app: Flask, headcount: int) -> None:
    for _ in range(headcount):
        failed(obliged(), papers=2)
    missed_topics([one.assignment for one in stuck(page=1)])
    with statements(app) as heard:
        missed_topics([one.assignment for one in helplist.stuck(page=1)])
        helplist.stuck_count()
        helplist.longest_wait()
    assert len(heard) == 6
