"""The progress list: filters, order, pages, totals; all three ways to read it say the same."""

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.assignments.models import Cause
from lms.people.models import Audience
from lms.reports import queries
from lms.reports.filters import Filters
from lms.reports.queries import PAGE_SIZE, Row, all_of
from lms.reports.rules import UNFINISHED, Due, State
from tests.support.company import TODAY, assign, failed, helped, obliged, passed, sitting, tree
from tests.support.desk import current, page_of, totals
from tests.support.library import publish_texts
from tests.support.people import NANJING, leave, make_person
from tests.support.quiz_texts import COURSE, quiz_texts
from tests.support.statements import statements


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def names(filters: Filters, *, page: int = 1) -> list[str]:
    return [row.name for row in page_of(filters, TODAY, page=page)]


def only(filters: Filters) -> Row:
    (row,) = page_of(filters, TODAY, page=1)
    return row


def test_what_is_due_first_stands_first_and_what_is_done_last() -> None:
    passed(obliged("甲", due_in=-9))
    obliged("乙", due_in=7)
    obliged("丙", due_in=-2)
    assert names(Filters()) == ["丙", "乙", "甲"]


def test_who_is_due_on_the_same_day_stands_by_number() -> None:
    for number in ("Q30", "Q10", "Q20"):
        obliged(number, number=number)
    assert names(Filters()) == ["Q10", "Q20", "Q30"]


def test_a_row_says_everything_that_is_known() -> None:
    _, _, workshop = tree()
    failed(obliged("林晓", number="Q7", department=workshop, region=NANJING, due_in=-3))
    row = only(Filters())
    assert (row.number, row.name, row.department, row.region) == ("Q7", "林晓", "总装车间", NANJING)
    assert (row.course, row.cause, row.audience) == (COURSE, Cause.BY_HAND, Audience.EMPLOYEE)
    assert (row.state, row.failed, row.score, row.overdue(TODAY)) == (State.REMEDIAL, 1, Decimal("70.0"), 3)
    assert (row.assigned_on, row.completed_at, row.certificate) == (TODAY, None, None)


def test_the_score_is_that_of_the_last_paper_handed_in() -> None:
    helper = make_person()
    obliged("甲")
    failed(obliged("乙"), papers=2, missing=4)
    passed(helped(failed(obliged("丙"), papers=2), helper))
    assert {row.name: row.score for row in page_of(Filters(), TODAY, page=1)} == {
        "甲": None,
        "乙": Decimal("60.0"),
        "丙": Decimal("100.0"),
    }


def test_what_is_done_has_a_certificate_and_is_never_overdue() -> None:
    passed(obliged(due_in=-5))
    row = only(Filters())
    assert row.certificate
    assert (row.state, row.overdue(TODAY)) == (State.DONE, 0)


def test_a_department_includes_everything_below_it() -> None:
    root, production, workshop = tree()
    for name, department in (("总", root), ("产", production), ("装", workshop)):
        obliged(name, department=department)
    assert names(Filters(department=root.key)) == ["总", "产", "装"]
    assert names(Filters(department=production.key)) == ["产", "装"]
    assert names(Filters(department=workshop.key)) == ["装"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(region=NANJING), ["南"]),
        (Filters(audience=Audience.RETIREE), ["退"]),
        (Filters(course=COURSE), ["逾", "近", "南", "退"]),
        (Filters(course="other"), []),
        (Filters(due=Due.OVERDUE), ["逾"]),
        (Filters(due=Due.SOON), ["近"]),
        (Filters(text="q10"), ["逾", "近"]),
        (Filters(text="近"), ["近"]),
        (Filters(text="%"), []),
        (Filters(text="_"), []),
        (Filters(region=NANJING, text="Q1"), []),
    ],
)
def test_filters_narrow_the_list(filters: Filters, found: list[str]) -> None:
    obliged("逾", number="Q101", due_in=-1)
    obliged("近", number="Q102", due_in=7)
    obliged("南", number="Q203", due_in=8, region=NANJING)
    obliged("退", number="Q204", due_in=9, audience=Audience.RETIREE)
    passed(obliged("毕", number="Q909", due_in=-1))
    wanted = set(names(filters)) - {"毕"} if filters.course == COURSE else names(filters)
    assert set(wanted) == set(found)


def test_who_left_is_not_on_the_list() -> None:
    leave(obliged("甲"))
    obliged("乙")
    assert names(Filters()) == ["乙"]
    assert totals(Filters(), TODAY).rows == 1


def company() -> None:
    """One person in every state, and one more who is done."""
    helper = make_person()
    obliged("未")
    sitting(obliged("考"))
    failed(obliged("补", due_in=-1))
    failed(obliged("等"), papers=2)
    helped(failed(obliged("帮"), papers=2), helper)
    passed(obliged("毕"))
    passed(obliged("业"))


def test_counts_by_state_do_not_depend_on_the_state_asked_for() -> None:
    company()
    everything, waiting = totals(Filters(), TODAY), totals(Filters(states=frozenset({State.DONE})), TODAY)
    assert (
        everything.by_state
        == waiting.by_state
        == {
            State.NOT_STARTED: 1,
            State.LEARNING: 0,
            State.IN_QUIZ: 1,
            State.REMEDIAL: 2,
            State.WAITING_FOR_HELP: 1,
            State.DONE: 2,
            State.EXCUSED: 0,
        }
    )
    assert (everything.rows, everything.people, everything.everything, everything.unfinished) == (7, 7, 7, 5)
    assert (waiting.rows, waiting.people) == (2, 2)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(states=UNFINISHED),
        Filters(states=frozenset({State.REMEDIAL})),
        Filters(due=Due.OVERDUE),
        Filters(text="毕"),
        Filters(text="nobody"),
    ],
)
def test_totals_pages_and_export_count_the_same(filters: Filters) -> None:
    company()
    found = totals(filters, TODAY)
    assert found.rows == len(page_of(filters, TODAY, page=1)) == len(list(all_of(filters, TODAY)))


def test_an_export_says_of_a_row_what_the_page_says() -> None:
    company()
    assert list(all_of(Filters(), TODAY)) == page_of(Filters(), TODAY, page=1)


def test_a_person_with_two_courses_is_one_person_in_two_rows() -> None:
    person = obliged()
    assign(person, course="another")
    found = totals(Filters(), TODAY)
    assert (found.rows, found.people) == (2, 1)


def test_pages_follow_on_each_other() -> None:
    for number in range(PAGE_SIZE + 3):
        obliged(number=f"N{number:03}")
    found = totals(Filters(), TODAY)
    assert (found.rows, found.pages) == (PAGE_SIZE + 3, 2)
    second = [row.number for row in page_of(Filters(), TODAY, page=2)]
    assert second == [f"N{number:03}" for number in range(PAGE_SIZE, PAGE_SIZE + 3)]


def test_an_empty_list_has_one_page() -> None:
    found = totals(Filters(), TODAY)
    assert (found.rows, found.people, found.pages) == (0, 0, 1)
    assert page_of(Filters(), TODAY, page=1) == []


@pytest.mark.parametrize("headcount", [5, 50])
def test_the_database_is_asked_equally_often_whatever_the_headcount(app: Flask, headcount: int) -> None:
    for number in range(headcount):
        obliged(number=f"N{number:03}")
    failed(obliged("补"))
    filters = Filters(states=UNFINISHED)
    current()
    with statements(app) as heard:
        queries.totals(filters, TODAY)
        queries.page_of(filters, TODAY, page=1)
        list(all_of(filters, TODAY))
    assert len(heard) == 5
