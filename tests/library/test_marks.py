"""Marks on items that may be out of date, kept in memory under their revision."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.library.marks import NEVER, Marked, Stale, mark, mark_all, marks, unmark, withheld
from lms.library.models import Live
from tests.support.library import publish_texts
from tests.support.small_library import TEXTS
from tests.support.statements import statements

DAY = date(2027, 1, 1)
PAGE = ("page", "basics/outpatient#deductible")


@pytest.fixture
def library(database: Session) -> None:
    """A library is live."""
    publish_texts(TEXTS)


def revision(database: Session) -> int:
    return database.scalars(select(Live.marks)).one()


def put(kind: str, key: str, *, cause: str = "A", since: date | None = DAY, hidden: bool = False) -> None:
    with unit_of_work():
        mark(kind, key, cause=cause, since=since, withheld=hidden)


def test_nothing_is_marked_at_first(app: Flask, library: None, database: Session) -> None:
    with statements(app) as heard:
        assert marks(NEVER) == {}
    assert heard == []
    assert revision(database) == NEVER


def test_an_item_carries_the_marks_of_all_causes_until_each_is_taken_off(
    library: None, database: Session
) -> None:
    put(*PAGE)
    put(*PAGE, cause="B", since=None)
    assert set(marks(revision(database))[PAGE]) == {Marked("A", DAY, False), Marked("B", None, False)}
    with unit_of_work():
        unmark("A", *PAGE)
    assert marks(revision(database))[PAGE] == (Marked("B", None, False),)
    with unit_of_work():
        unmark("B", *PAGE)
        unmark("C", *PAGE)
    assert marks(revision(database)) == {}


def test_marking_again_changes_the_mark(library: None, database: Session) -> None:
    put(*PAGE)
    put(*PAGE, since=None, hidden=True)
    assert marks(revision(database))[PAGE] == (Marked("A", None, True),)


def test_only_what_is_withheld_is_kept_back(library: None, database: Session) -> None:
    put("question", "basics-01")
    put("question", "basics-02", hidden=True)
    put("page", "basics-03", hidden=True)
    assert withheld(revision(database), "question", DAY) == {"basics-02"}
    assert withheld(NEVER, "question", DAY) == frozenset()


def test_until_the_rules_differ_a_question_is_asked(library: None, database: Session) -> None:
    put("question", "basics-01", since=DAY, hidden=True)
    put("question", "basics-02", since=None, hidden=True)
    assert withheld(revision(database), "question", DAY - timedelta(days=1)) == {"basics-02"}
    assert withheld(revision(database), "question", DAY) == {"basics-01", "basics-02"}


def test_several_items_take_two_statements(app: Flask, library: None, database: Session) -> None:
    stale = [Stale("question", f"q{number}", DAY, withheld=True) for number in range(50)]
    with statements(app) as heard, unit_of_work():
        mark_all("A", stale)
        mark_all("A", [])
    assert len(heard) == 2
    assert len(withheld(revision(database), "question", DAY)) == 50


def test_marks_are_read_once_a_revision(app: Flask, library: None, database: Session) -> None:
    put(*PAGE)
    now = revision(database)
    assert marks(now)
    with statements(app) as heard:
        assert marks(now)
    assert heard == []


def test_what_did_not_come_to_pass_is_never_met_again(library: None, database: Session) -> None:
    def given_up() -> None:
        with unit_of_work() as session:
            mark(*PAGE, cause="A", since=DAY, withheld=False)
            assert marks(session.scalars(select(Live.marks)).one())
            raise InterruptedError

    with pytest.raises(InterruptedError):
        given_up()
    put("question", "basics-01")
    assert set(marks(revision(database))) == {("question", "basics-01")}


def test_marks_outlive_a_release(library: None, database: Session) -> None:
    put(*PAGE)
    before = revision(database)
    publish_texts({**TEXTS, "content/regions.yaml": TEXTS["content/regions.yaml"] + "\n"})
    assert revision(database) == before
    assert marks(before)
