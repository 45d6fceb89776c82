"""The numbers of the workbench, and that each of them is the length of the list it leads to."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.people.queries import DepartmentNode
from lms.reports import workbench as desk
from lms.reports.filters import Filters
from lms.reports.rules import UNFINISHED, Due, Share, State
from lms.reports.workbench import Numbers, Waiting, roll_up
from tests.support.company import TODAY, assign, failed, helped, obliged, passed, sitting, tree
from tests.support.desk import current, totals, waiting
from tests.support.desk import numbers as workbench
from tests.support.library import publish_texts
from tests.support.people import leave, make_department, make_person
from tests.support.quiz_texts import quiz_texts
from tests.support.statements import statements


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def company() -> None:
    """Production with a workshop, research, and somebody at the top; one who left."""
    root, production, workshop = tree()
    research = make_department(name="研发中心", parent=root)
    passed(obliged("总", department=root))
    obliged("产", department=production, due_in=-1)
    failed(obliged("装", department=workshop, due_in=-4), papers=2)
    passed(obliged("配", department=workshop))
    passed(obliged("研", department=research))
    sitting(obliged("发", department=research, due_in=0))
    failed(obliged("中", department=research, due_in=7))
    obliged("心", department=research, due_in=8)
    helper = make_person(department=root)
    passed(helped(failed(obliged("工", department=research), papers=2), helper))
    leave(obliged("离", department=research, due_in=-9))


def test_every_number_is_that_of_its_list() -> None:
    company()
    found = workbench(TODAY).total
    assert found == Numbers(people=9, assigned=9, done=4, overdue=2, long_overdue=1, waiting=1, due_soon=2)
    assert found.overdue == totals(Filters(due=Due.OVERDUE), TODAY).people
    assert found.due_soon == totals(Filters(due=Due.SOON), TODAY).people
    assert found.waiting == totals(Filters(states=frozenset({State.WAITING_FOR_HELP})), TODAY).people
    everything = totals(Filters(), TODAY)
    assert (found.done, found.assigned) == (everything.by_state[State.DONE], everything.rows)


def test_the_counts_beside_the_navigation_are_those_of_the_workbench() -> None:
    company()
    total = workbench(TODAY).total
    assert waiting(TODAY) == Waiting(total.overdue, total.waiting) == Waiting(2, 1)


def test_departments_stand_slowest_first_with_everything_below_them() -> None:
    company()
    found = workbench(TODAY)
    lines = [(line.name, line.own, line.numbers.completion) for line in found.departments]
    assert lines == [
        ("生产制造部", False, Share(1, 3)),
        ("研发中心", False, Share(2, 5)),
        ("启衡科技", True, Share(1, 1)),
    ]
    assert found.most_overdue == found.departments[0]


def test_a_line_counts_what_its_link_lists() -> None:
    company()
    for line in workbench(TODAY).departments:
        if not line.own:
            listed = totals(Filters(department=line.key, states=UNFINISHED), TODAY)
            assert listed.rows == line.numbers.assigned - line.numbers.done


def test_shares_of_papers_keep_both_their_numbers() -> None:
    company()
    papers = workbench(TODAY).papers
    assert papers.first_time == Share(3, 6)
    assert papers.after_remedial == Share(1, 3)


def test_a_person_with_two_courses_is_counted_once_among_people() -> None:
    person = obliged(due_in=-1)
    assign(person, course="another", due_in=-5)
    found = workbench(TODAY).total
    assert (found.people, found.assigned, found.overdue, found.long_overdue) == (1, 2, 1, 1)


def test_without_assignments_there_is_nothing() -> None:
    found = workbench(TODAY)
    assert (found.total, found.departments, found.most_overdue) == (Numbers(), [], None)
    assert found.papers.first_time.percent is None


def test_nobody_overdue_is_no_department() -> None:
    obliged()
    assert workbench(TODAY).most_overdue is None


def test_several_roots_are_themselves_the_branches() -> None:
    nodes = [
        DepartmentNode(1, "A", "甲", None, 0),
        DepartmentNode(2, "B", "甲一", 1, 1),
        DepartmentNode(3, "C", "乙", None, 0),
    ]
    numbers = {1: Numbers(people=1, assigned=1), 2: Numbers(people=2, assigned=2)}
    (line,) = roll_up(nodes, numbers)
    assert (line.name, line.own, line.numbers.people) == ("甲", False, 3)


@pytest.mark.parametrize("headcount", [5, 50])
def test_the_database_is_asked_equally_often_whatever_the_headcount(app: Flask, headcount: int) -> None:
    for number in range(headcount):
        obliged(number=f"N{number:03}", department=make_department(name=str(number)))
    current()
    with statements(app) as heard:
        desk.workbench(TODAY)
        desk.waiting(TODAY)
    assert len(heard) == 4
