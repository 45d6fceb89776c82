"""A department head's own view: the own tree, three words, nothing else; everybody else finds nothing."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.notifications.models import Message
from lms.people.models import Audience, Department, Person, Status
from tests.support.company import failed, obliged, passed, tree
from tests.support.library import publish_texts
from tests.support.people import make_account, make_department, make_person, sign_in
from tests.support.quiz_texts import quiz_texts


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def head(
    client: FlaskClient, database: Session, *departments: Department, role: Role = Role.LEARNER
) -> Person:
    """Somebody who answers for departments, signed in."""
    person = make_person(name="陈工", department=departments[0] if departments else None)
    for department in departments:
        database.merge(department).head_id = person.id
    database.commit()
    make_account(person=person, role=role, language="en")
    sign_in(client, number=person.number)
    return person


def names(page: str) -> list[str]:
    table = page.split('id="names"')[1]
    return re.findall(r'<th scope="row">(\S+?)<span class="d num">', table)


def test_the_own_tree_is_there_with_everything_below_and_nobody_else(
    client: FlaskClient, database: Session
) -> None:
    root, production, workshop = tree()
    obliged("总", department=root)
    obliged("产", department=production)
    obliged("装", department=workshop, due_in=-3)
    passed(obliged("完", department=workshop))
    head(client, database, production)
    page = client.get("/team").text
    assert names(page) == ["装", "产"]
    assert names(client.get("/team?list=overdue").text) == ["装"]
    assert names(client.get("/team?list=done").text) == ["完"]
    assert "1 / 3 assigned courses" in page
    assert "3 days overdue" in page


def test_who_heads_two_departments_sees_both(client: FlaskClient, database: Session) -> None:
    one, other = make_department(name="甲部"), make_department(name="乙部")
    obliged("甲", department=one)
    obliged("乙", department=other)
    head(client, database, one, other)
    page = client.get("/team").text
    assert sorted(names(page)) == ["乙", "甲"]
    assert "甲部" in page
    assert "乙部" in page


def test_no_points_no_papers_no_record(client: FlaskClient, database: Session) -> None:
    department = make_department()
    person = failed(obliged("输", department=department), papers=2)
    head(client, database, department)
    page = client.get("/team").text
    assert names(page) == ["输"]
    for secret in ("70", "Waiting for help", "paper", person.key, "/manage"):
        assert secret not in page.split("<main")[1].split("</main>")[0], secret
    assert client.get(f"/manage/people/{person.key}").status_code == 403


@pytest.mark.parametrize("role", Role)
def test_whoever_heads_nothing_finds_nothing(client: FlaskClient, database: Session, role: Role) -> None:
    head(client, database, role=role)
    assert client.get("/team").status_code == 404
    assert client.post("/team/remind").status_code == 404
    assert "/team" not in client.get("/my").text


def test_who_is_retired_heads_nothing_any_more(client: FlaskClient, database: Session) -> None:
    person = head(client, database, make_department())
    assert client.get("/team").status_code == 200
    retired = database.merge(person)
    retired.audience, retired.status = Audience.RETIREE, Status.RETIRED
    database.commit()
    assert client.get("/team").status_code == 404


def test_the_way_there_is_in_the_menu_of_a_head(client: FlaskClient, database: Session) -> None:
    head(client, database, make_department())
    assert 'href="/team"' in client.get("/my").text
    assert "Nothing has been assigned to your people yet" in client.get("/team").text


def test_who_is_not_done_is_reminded_once_a_day(client: FlaskClient, database: Session) -> None:
    department = make_department()
    late, soon = obliged("逾", department=department, due_in=-1), obliged("近", department=department)
    elsewhere = obliged("外", due_in=-1)
    head(client, database, department)
    response = client.post("/team/remind", data={"list": "overdue"})
    assert (response.status_code, response.location) == (303, "/team?list=overdue")
    assert "1 person was reminded." in client.get("/team").text
    client.post("/team/remind", data={"list": "unfinished"})
    assert "1 person had a reminder today already." in client.get("/team").text
    database.rollback()
    told = database.scalars(select(Message.person_id).where(Message.topic == "training.digest")).all()
    assert sorted(told) == sorted([late.id, soon.id])
    assert elsewhere.id not in told


def test_nobody_to_remind_is_said(client: FlaskClient, database: Session) -> None:
    department = make_department()
    passed(obliged(department=department))
    head(client, database, department)
    client.post("/team/remind", data={"list": "unfinished"})
    page = client.get("/team").text
    assert "Nobody in this list has anything left to finish." in page
    assert "Everybody is done" in page
