"""HR's lists of calls and visits, and taking people on."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.outreach.queries import held_by
from lms.people.models import Person
from tests.support.client import text
from tests.support.company import failed, hr
from tests.support.library import publish_texts
from tests.support.outreach import PHONE, ask, colleague, retiree, taken
from tests.support.people import make_learner
from tests.support.quiz_texts import quiz_texts
from tests.support.statements import statements


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


@pytest.fixture
def zhou(client: FlaskClient) -> Person:
    """HR, signed in, in English."""
    return hr(client, name="周敏")


@pytest.fixture
def wang(zhou: Person) -> Person:
    return colleague("王姐")


# -- lists -------------------------------------------------------------------------------------------------


def test_the_list_says_who_why_and_when_with_masked_numbers(client: FlaskClient, zhou: Person) -> None:
    failed(retiree("陈桂芬"), papers=2)
    ask(retiree("马长河"))
    page = text(client, "/manage/contacts")
    for said in ("陈桂芬", "Below 80 twice", "138****0013", "promised by 25 Nov", "2 people"):
        assert said in page
    assert PHONE not in page
    assert page.index("陈桂芬") < page.index("马长河")


@pytest.mark.parametrize("address", ["/manage/contacts", "/manage/contacts?list=visit"])
def test_nobody_on_the_list_is_said(client: FlaskClient, zhou: Person, address: str) -> None:
    assert "Nobody has to be" in text(client, address)
    assert "Nothing is taken on" in text(client, "/manage/contacts?list=mine")
    assert "Nobody waits for an answer" in text(client, "/manage/contacts/requests")


@pytest.mark.parametrize("query", ["list=nosuch", "reason=nosuch", "department=NOSUCH"])
def test_what_no_list_offers_is_not_found(client: FlaskClient, zhou: Person, query: str) -> None:
    assert client.get(f"/manage/contacts?{query}").status_code == 404


def test_a_filter_without_anybody_can_be_taken_away(client: FlaskClient, zhou: Person) -> None:
    retiree()
    assert "Nobody matches" in text(client, "/manage/contacts?reason=below")


@pytest.mark.parametrize("headcount", [1, 4])
def test_a_list_takes_equally_many_statements_whatever_its_length(
    app: Flask, client: FlaskClient, zhou: Person, headcount: int
) -> None:
    for _ in range(headcount):
        failed(retiree(), papers=2)
    client.get("/manage/contacts")
    with statements(app) as heard:
        client.get("/manage/contacts")
    assert len(heard) == STATEMENTS_OF_A_LIST


STATEMENTS_OF_A_LIST = 14


# -- taking on ---------------------------------------------------------------------------------------------


def test_who_is_ticked_is_taken_on(client: FlaskClient, zhou: Person) -> None:
    one, other = retiree("陈桂芬"), retiree("马长河")
    client.get("/manage/contacts")
    data = {"kind": "call", "person": one.key, "listed": [one.key, other.key], "to": zhou.key}
    response = client.post("/manage/contacts/take", data=data, follow_redirects=True)
    assert "1 person is with 周敏 now." in response.text
    assert "马长河" in response.text
    assert [holder.name for holder in held_by(one.id)] == ["周敏"]
    assert held_by(other.id) == []


def test_a_whole_page_is_given_to_a_colleague(client: FlaskClient, zhou: Person, wang: Person) -> None:
    people = [retiree("陈桂芬"), retiree("马长河")]
    client.get("/manage/contacts")
    data = {"kind": "call", "listed": [one.key for one in people], "every": "yes", "to": wang.key}
    client.post("/manage/contacts/take", data=data)
    assert all(held_by(one.id)[0].name == "王姐" for one in people)


def test_who_was_taken_on_meanwhile_is_told(client: FlaskClient, zhou: Person, wang: Person) -> None:
    person = retiree()
    client.get("/manage/contacts")
    taken(person, wang)
    data = {"kind": "call", "person": person.key, "to": zhou.key}
    page = client.post("/manage/contacts/take", data=data, follow_redirects=True).text
    assert "1 is not on the list any more" in page
    assert held_by(person.id)[0].name == "王姐"


def test_nothing_ticked_changes_nothing(client: FlaskClient, zhou: Person) -> None:
    page = client.post("/manage/contacts/take", data={"kind": "call"}, follow_redirects=True).text
    assert "Nobody was chosen" in page
    page = client.post("/manage/contacts/assign", data={}, follow_redirects=True).text
    assert "Nothing was chosen" in page


def test_contacts_go_to_those_who_make_them_only(client: FlaskClient, zhou: Person) -> None:
    person, learner = retiree(), make_learner()
    data = {"kind": "call", "person": person.key, "to": learner.key}
    assert client.post("/manage/contacts/take", data=data).status_code == 404
    assert client.post("/manage/contacts/take", data={"kind": "letter"}).status_code == 404


def test_contacts_are_handed_over(client: FlaskClient, zhou: Person, wang: Person) -> None:
    one = taken(retiree(), zhou)
    data = {"contact": one.key, "to": wang.key, "list": "mine"}
    page = client.post("/manage/contacts/assign", data=data, follow_redirects=True).text
    assert "1 is with 王姐 now." in page
    assert "陈桂芬" in text(client, "/manage/contacts?list=taken")
    assert "陈桂芬" not in text(client, "/manage/contacts?list=mine")
