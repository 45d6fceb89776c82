"""The tree of departments on the screen, and the questions that change it."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.kernel.database import session
from lms.people.models import Audience, Department, Status
from tests.support.company import hr, tree
from tests.support.library import publish_texts
from tests.support.people import leave, make_department, make_person
from tests.support.quiz_texts import quiz_texts


@pytest.fixture
def desk(database: Session, client: FlaskClient) -> FlaskClient:
    publish_texts(quiz_texts())
    hr(client, department=make_department(name="人事部"))
    return client


def fresh(database: Session, department: Department) -> Department:
    database.expire_all()
    return database.get_one(Department, department.id)


def post(desk: FlaskClient, department: Department, act: str, **data: str) -> tuple[int, str]:
    response = desk.post(f"/manage/departments/{department.key}/{act}", data=data)
    return response.status_code, response.text


def cells(page: str, name: str) -> str:
    """The row of a department without tags."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    row = next(row for row in rows if f">{name}" in row)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row))


def test_each_department_tells_its_people_and_its_head(desk: FlaskClient) -> None:
    root, production, workshop = tree()
    head = make_person(name="高远", department=production)
    make_person(department=workshop)
    production.head_id = head.id
    page = desk.get("/manage/departments").text
    assert "高远 1 2" in cells(page, "生产制造部")
    assert "no head 0 2" in cells(page, root.name)
    head.audience, head.status = Audience.RETIREE, Status.RETIRED
    session().commit()
    assert "高远 is retired 1 2" in cells(desk.get("/manage/departments").text, "生产制造部")
    leave(head)
    assert "高远 has left 0 1" in cells(desk.get("/manage/departments").text, "生产制造部")


def test_one_is_added_below_another(desk: FlaskClient, database: Session) -> None:
    root, *_ = tree()
    response = desk.post("/manage/departments/new", data={"name": "质量部", "parent": root.key})
    assert response.status_code == 303
    assert "质量部" in desk.get("/manage/departments").text


def test_renaming_keeps_everything_else(desk: FlaskClient, database: Session) -> None:
    _, production, _ = tree()
    assert post(desk, production, "rename", name="制造中心")[0] == 303
    found = fresh(database, production)
    assert (found.name, found.key) == ("制造中心", production.key)


@pytest.mark.parametrize("typed", ["", "甲/乙", "长" * 81])
def test_a_name_that_cannot_be_is_told(desk: FlaskClient, database: Session, typed: str) -> None:
    _, production, _ = tree()
    status, page = post(desk, production, "rename", name=typed)
    assert status == 422
    assert 'id="name-err"' in page
    assert fresh(database, production).name == "生产制造部"


def test_two_of_a_name_in_one_place_are_refused(desk: FlaskClient) -> None:
    root, *_ = tree()
    response = desk.post("/manage/departments/new", data={"name": "生产制造部", "parent": root.key})
    assert response.status_code == 422
    assert "A department there has this name already" in response.text


def test_moving_takes_everything_below_along(desk: FlaskClient, database: Session) -> None:
    root, production, _ = tree()
    other = make_department(name="运营中心", parent=root)
    assert post(desk, production, "move", parent=other.key)[0] == 303
    assert fresh(database, production).parent_id == other.id


def test_a_department_moved_under_itself_is_told(desk: FlaskClient, database: Session) -> None:
    root, production, workshop = tree()
    status, page = post(desk, production, "move", parent=workshop.key)
    assert status == 422
    assert "cannot lie below itself" in page
    assert 'id="parent-err"' in page
    assert fresh(database, production).parent_id == root.id


def test_a_head_is_named_by_number_and_taken_away_by_nothing(desk: FlaskClient, database: Session) -> None:
    _, production, _ = tree()
    head = make_person(name="高远", number="Q7", department=production)
    assert post(desk, production, "head", number="Q7")[0] == 303
    assert fresh(database, production).head_id == head.id
    assert "高远 now." in desk.get(f"/manage/departments/{production.key}/head").text
    assert post(desk, production, "head", number="")[0] == 303
    assert fresh(database, production).head_id is None


def test_who_cannot_head_is_told_beside_the_field(desk: FlaskClient, database: Session) -> None:
    _, production, _ = tree()
    make_person(number="R1", audience=Audience.RETIREE)
    for number, said in (("NOBODY", "Nobody has this number"), ("R1", "cannot be a head")):
        status, page = post(desk, production, "head", number=number)
        assert status == 422
        assert said in page
        assert f'value="{number}"' in page
    assert fresh(database, production).head_id is None


def test_only_an_empty_one_can_be_removed(desk: FlaskClient, database: Session) -> None:
    _, production, workshop = tree()
    make_person(department=production)
    status, page = post(desk, production, "remove")
    assert status == 422
    assert "It holds 1 people, those who have left among them, and 1 departments" in page
    identity = workshop.id
    assert post(desk, workshop, "remove")[0] == 303
    database.expire_all()
    assert database.get(Department, identity) is None


def test_one_that_is_not_there_is_not_found(desk: FlaskClient) -> None:
    for act in ("rename", "move", "head", "remove"):
        assert desk.get(f"/manage/departments/NOSUCH/{act}").status_code == 404
