"""The list of everybody, and first passwords for many at once."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.journal.models import Entry
from lms.people.models import Audience, Person
from tests.support.company import hr
from tests.support.library import publish_texts
from tests.support.people import (
    PASSWORD,
    leave,
    make_account,
    make_department,
    make_person,
    sign_in,
)
from tests.support.quiz_texts import quiz_texts
from tests.support.statements import statements


@pytest.fixture
def desk(database: Session, client: FlaskClient) -> FlaskClient:
    publish_texts(quiz_texts())
    hr(client, name="周敏", department=make_department(name="人事部"))
    return client


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/manage/people/\w+">([^<]+)</a>', page)


def passwords(page: str) -> list[str]:
    return re.findall(r"<code>([\w-]+)</code>", page)


# -- the list -------------------------------------------------------------------------------------------


def test_it_lists_who_is_here_and_not_who_has_left(desk: FlaskClient) -> None:
    make_person(name="林晓")
    leave(make_person(name="徐静"))
    assert set(names(desk.get("/manage/people").text)) == {"周敏", "林晓"}
    assert names(desk.get("/manage/people?state=left").text) == ["徐静"]
    assert set(names(desk.get("/manage/people?state=all").text)) == {"周敏", "林晓", "徐静"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=林", {"林晓"}),
        ("text=Q-77", {"何平"}),
        ("audience=retiree", {"何平"}),
        ("account=yes", {"周敏"}),
        ("account=no", {"林晓", "何平"}),
        ("account=yes&text=林", set()),
    ],
)
def test_filters_are_read_from_the_address(desk: FlaskClient, query: str, found: set[str]) -> None:
    make_person(name="林晓")
    make_person(name="何平", number="Q-77", audience=Audience.RETIREE)
    page = desk.get(f"/manage/people?{query}").text
    assert set(names(page)) == found
    assert ("Nobody matches these filters" in page) == (not found)


def test_a_department_means_those_below_it_too(desk: FlaskClient) -> None:
    top = make_department(name="生产制造部")
    make_person(name="林晓", department=make_department(name="总装车间", parent=top))
    page = desk.get(f"/manage/people?department={top.key}").text
    assert names(page) == ["林晓"]
    assert f'<option value="{top.key}" selected>' in page


@pytest.mark.parametrize("query", ["state=asleep", "audience=guest", "department=NOSUCH", "account=maybe"])
def test_a_filter_that_no_list_offers_is_not_found(desk: FlaskClient, query: str) -> None:
    assert desk.get(f"/manage/people?{query}").status_code == 404


def test_a_long_list_has_pages_and_needs_no_query_a_row(desk: FlaskClient, app: Flask) -> None:
    department = make_department()
    for number in range(60):
        make_person(name=f"员工{number}", department=department)
    desk.get("/manage/people")
    with statements(app) as few:
        first = desk.get("/manage/people?text=员工")
    assert len(names(first.text)) == 50
    assert "/manage/people?page=2" in first.text
    for page in ("2", "99"):
        assert len(names(desk.get(f"/manage/people?text=员工&page={page}").text)) == 10
    with statements(app) as one:
        desk.get("/manage/people?text=员工59")
    assert len(few) == len(one)


def test_a_learner_does_not_see_it(desk: FlaskClient, app: Flask) -> None:
    learner = make_person()
    make_account(person=learner)
    other = app.test_client()
    sign_in(other, number=learner.number)
    assert other.get("/manage/people").status_code == 403


# -- first passwords ------------------------------------------------------------------------------------


def test_those_chosen_are_named_before_anything_happens(desk: FlaskClient, database: Session) -> None:
    new, known = make_person(name="林晓"), make_person(name="高远")
    make_account(person=known)
    page = desk.get(f"/manage/people/passwords?person={new.key}&person={known.key}").text
    assert "1 person gets an account" in page
    assert "1 person has an account already" in page
    assert passwords(page) == []


def test_they_are_shown_once_and_let_people_in(desk: FlaskClient, app: Flask) -> None:
    people = [make_person(name="林晓"), make_person(name="高远")]
    page = desk.post("/manage/people/passwords", data={"person": [one.key for one in people]}).text
    issued = passwords(page)
    assert len(set(issued)) == 2
    assert "<b>林晓</b>" in page
    number = re.findall(r'<dd class="num">([^<]+)</dd>', page)[0]
    other = app.test_client()
    sign_in(other, number=number, password=issued[0])
    assert other.get("/my").location == "/welcome"
    again = desk.get(f"/manage/people/passwords?person={people[0].key}").text
    assert issued[0] not in again


def test_an_old_password_stops_working(desk: FlaskClient, app: Flask) -> None:
    known = make_person(name="高远")
    make_account(person=known)
    desk.post("/manage/people/passwords", data={"person": known.key})
    response = app.test_client().post("/enter", data={"number": known.number, "password": PASSWORD})
    assert response.status_code == 422


def test_staff_and_oneself_are_left_out_and_named(desk: FlaskClient, database: Session) -> None:
    own = database.scalars(select(Person).where(Person.name == "周敏")).one()
    admin, learner = make_person(name="董雪晴"), make_person(name="林晓")
    make_account(person=admin, role=Role.ADMIN)
    page = desk.post("/manage/people/passwords", data={"person": [own.key, admin.key, learner.key]}).text
    assert len(passwords(page)) == 1
    assert "2 people got none" in page
    assert "董雪晴" in page


def test_issuing_is_put_on_record_without_the_passwords(desk: FlaskClient, database: Session) -> None:
    page = desk.post("/manage/people/passwords", data={"person": make_person().key}).text
    issued = passwords(page)[0]
    written = [str((entry.act, entry.subject, entry.facts)) for entry in database.scalars(select(Entry))]
    assert any("password-issued" in one for one in written)
    assert not any(issued in one for one in written)


def test_nobody_chosen_is_told(desk: FlaskClient) -> None:
    assert "Nobody is chosen" in desk.get("/manage/people/passwords").text
    assert "Nobody is chosen" in desk.post("/manage/people/passwords").text
