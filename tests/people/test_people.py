"""Persons under immutable keys, and the tree of departments."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.kernel.errors import NotFound
from lms.people.models import Audience, Department, Person, PersonState, Status
from lms.people.queries import (
    department_tree,
    is_empty,
    person_by_key,
    persons_by_number,
    with_descendants,
)
from tests.support.people import make_department, make_person


def names_below(database: Session, department: Department) -> set[str]:
    below = with_descendants(department.key)
    return set(database.scalars(select(Department.name).where(Department.id.in_(below))))


def test_a_person_is_found_by_a_key_that_stays_when_the_number_changes(database: Session) -> None:
    person = make_person(number="Q1")
    key = person.key
    person.number = "Q2"
    database.flush()
    assert person_by_key(key).number == "Q2"
    with pytest.raises(NotFound):
        person_by_key("NOBODY")


def test_a_new_person_is_active(database: Session) -> None:
    assert make_person().state is PersonState.ACTIVE


def test_persons_are_found_by_their_numbers(database: Session) -> None:
    first, second = make_person(number="Q1"), make_person(number="Q2")
    assert persons_by_number(["Q2", "Q1", "Q9"]) == {"Q1": first, "Q2": second}


def test_before_anybody_was_entered_there_is_nobody(database: Session) -> None:
    assert is_empty()
    make_person()
    assert not is_empty()


def test_two_persons_never_share_a_number(database: Session) -> None:
    make_person(number="Q1")
    with pytest.raises(IntegrityError):
        make_person(number="Q1")


@pytest.mark.parametrize(
    ("audience", "status"), [(Audience.RETIREE, Status.IN_SERVICE), (Audience.EMPLOYEE, Status.RETIRED)]
)
def test_retirees_are_those_who_are_retired(database: Session, audience: Audience, status: Status) -> None:
    person = make_person()
    person.audience, person.status = audience, status
    with pytest.raises(IntegrityError):
        database.flush()


def test_the_tree_stands_in_reading_order(database: Session) -> None:
    company = make_department(name="公司")
    sales = make_department(name="销售", parent=company)
    research = make_department(name="研发", parent=company)
    make_department(name="华北", parent=sales)
    make_department(name="平台", parent=research)
    make_department(name="另一家")
    assert [(node.name, node.depth) for node in department_tree()] == [
        ("公司", 0),
        ("销售", 1),
        ("华北", 2),
        ("研发", 1),
        ("平台", 2),
        ("另一家", 0),
    ]


def test_a_department_holds_everything_below_it(database: Session) -> None:
    company = make_department(name="公司")
    sales = make_department(name="销售", parent=company)
    make_department(name="华北", parent=sales)
    make_department(name="研发", parent=company)
    assert names_below(database, sales) == {"销售", "华北"}
    assert names_below(database, company) == {"公司", "销售", "华北", "研发"}


def test_departments_in_a_circle_do_not_hang_the_platform(database: Session) -> None:
    first = make_department(name="甲")
    second = make_department(name="乙", parent=first)
    first.parent_id = second.id
    database.flush()
    assert names_below(database, first) == {"甲", "乙"}


def test_no_department_is_its_own_parent(database: Session) -> None:
    department = make_department()
    department.parent_id = department.id
    with pytest.raises(IntegrityError):
        database.flush()


def test_a_department_has_a_head(database: Session) -> None:
    head = make_person()
    department = make_department(head=head)
    assert database.get_one(Person, department.head_id) is head
