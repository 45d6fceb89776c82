"""The tree of departments: changed so that it stays a tree, and read with people and heads."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.people.models import Audience, Department
from lms.staff import departments
from lms.staff.refusals import (
    BadDepartmentName,
    CannotHead,
    DepartmentNameTaken,
    DepartmentNotEmpty,
    UnderItself,
)
from lms.staff.tree import Candidate, candidates, department
from lms.staff.tree import departments as lines
from tests.support.changes import refused
from tests.support.people import leave, make_department, make_person
from tests.support.staff import hr, person

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def do(act: Callable[..., Any], *args: object) -> Any:
    actor_id = person("HR1").id
    with unit_of_work():
        return act(*args, actor_id=actor_id, at=AT)


def no(refusal: type[Any], act: Callable[..., Any], *args: object) -> Any:
    return refused(refusal, act, *args, actor_id=person("HR1").id, at=AT)


def begin() -> Department:
    """The company at the top of the tree, and somebody who works at it."""
    hr()
    return make_department(name="启衡科技")


def shape() -> list[tuple[str, int]]:
    return [(one.name, one.depth) for one in lines() if one.name != "研发中心"]


def test_departments_are_added_renamed_moved_and_removed(database: Session) -> None:
    root = begin()
    shop = do(departments.add, "  总装  车间 ", root.key)
    team = do(departments.add, "甲班", shop)
    do(departments.add, "工会", None)
    do(departments.rename, shop, "总装车间")
    do(departments.rename, shop, "总装车间")
    assert shape() == [("启衡科技", 0), ("总装车间", 1), ("甲班", 2), ("工会", 0)]
    do(departments.move, team, root.key)
    do(departments.move, team, root.key)
    do(departments.remove, shop)
    do(departments.move, team, None)
    assert shape() == [("启衡科技", 0), ("甲班", 0), ("工会", 0)]
    acts = [entry.act for entry in database.scalars(select(Entry).order_by(Entry.id))]
    assert acts == [
        "department.added",
        "department.added",
        "department.added",
        "department.renamed",
        "department.moved",
        "department.removed",
        "department.moved",
    ]


def test_no_department_stands_below_itself(database: Session) -> None:
    root = begin()
    shop = do(departments.add, "总装车间", root.key)
    team = do(departments.add, "甲班", shop)
    for above in (shop, team):
        no(UnderItself, departments.move, shop, above)
    no(UnderItself, departments.move, root.key, team)
    assert shape() == [("启衡科技", 0), ("总装车间", 1), ("甲班", 2)]


def test_names_are_usable_in_paths_and_single_in_their_place(database: Session) -> None:
    root = begin()
    shop = do(departments.add, "总装车间", root.key)
    for name in ("", "  ", "生产/总装", "生产／总装", "x" * 81, "a\x01"):
        no(BadDepartmentName, departments.add, name, root.key)
    no(DepartmentNameTaken, departments.add, "总装车间", root.key)
    other = do(departments.add, "总装车间", None)
    no(DepartmentNameTaken, departments.move, other, root.key)
    second = do(departments.add, "甲班", root.key)
    no(DepartmentNameTaken, departments.rename, second, "总装车间")
    no(NotFound, departments.rename, "NOWHERE", "x")
    no(NotFound, departments.move, shop, "NOWHERE")


def test_a_department_with_somebody_or_something_in_it_stays(database: Session) -> None:
    root = begin()
    shop = make_department(name="总装车间", parent=root)
    leave(make_person(department=shop))
    assert no(DepartmentNotEmpty, departments.remove, shop.key).facts == {"people": 1, "departments": 0}
    assert no(DepartmentNotEmpty, departments.remove, root.key).facts["departments"] == 1


def test_a_department_has_one_head_or_none(database: Session) -> None:
    root = begin()
    first, second = make_person(name="甲", department=root), make_person(name="乙", department=root)
    do(departments.set_head, root.key, first.key)
    do(departments.set_head, root.key, second.key)
    do(departments.set_head, root.key, second.key)
    assert department(root.key).head_name == "乙"
    do(departments.set_head, root.key, None)
    assert department(root.key).head_key is None
    heads = [e.facts["head"] for e in database.scalars(select(Entry).where(Entry.act == "department.headed"))]
    assert heads == [first.key, second.key, ""]


def test_who_is_retired_or_has_left_heads_nothing(database: Session) -> None:
    root = begin()
    gone = make_person()
    leave(gone)
    for one in (gone, make_person(audience=Audience.RETIREE)):
        no(CannotHead, departments.set_head, root.key, one.key)
    no(NotFound, departments.set_head, root.key, "NOBODY")


def test_the_tree_is_read_with_people_and_heads(database: Session) -> None:
    root = begin()
    shop = make_department(name="总装车间", parent=root)
    head = make_person(name="甲", department=shop)
    leave(make_person(department=shop))
    shop.head_id = head.id
    leave(head)
    make_person(department=shop)
    found = department(shop.key)
    assert (found.people, found.below, found.head_name, found.head_gone) == (1, 1, "甲", "left")
    above = department(root.key)
    assert (above.people, above.below, above.head_gone) == (0, 1, "")


def test_heads_are_looked_for_by_part_of_name_or_number(database: Session) -> None:
    root = begin()
    one = make_person(name="林晓", number="X_1", department=root)
    make_person(name="林晓满", number="X21", audience=Audience.RETIREE)
    leave(make_person(name="林晓川"))
    assert candidates("林") == [Candidate(one.key, "X_1", "林晓", "启衡科技")]
    assert [found.number for found in candidates("X_")] == ["X_1"]
    assert candidates(" ") == []
