"""The queue of requests, relatives who may help, and the company's own telephone numbers."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.outreach.family import family_of
from lms.outreach.hotlines import hotline_of
from lms.outreach.models import Contact
from lms.outreach.rules import ContactKind, RequestKind, Result
from lms.people.models import Person
from tests.support.client import text
from tests.support.company import TODAY, hr
from tests.support.library import publish_texts
from tests.support.outreach import ask, colleague, come_to, retiree, taken
from tests.support.quiz_texts import quiz_texts
from tests.support.sittings import AT


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


# -- requests ----------------------------------------------------------------------------------------------


def test_requests_stand_in_a_queue_and_late_ones_are_told(client: FlaskClient, zhou: Person) -> None:
    person = retiree()
    ask(person, RequestKind.QUESTION, text="药费能报吗", at=AT - timedelta(days=10))
    ask(person, RequestKind.VISIT)
    page = text(client, "/manage/contacts/requests")
    for said in ("Asks a question", "Wants to be visited", "Later than promised", "nobody yet"):
        assert said in page
    assert "药费能报吗" not in page


def test_a_question_is_answered_once(client: FlaskClient, zhou: Person) -> None:
    key = ask(retiree(), RequestKind.QUESTION, text="药费能报吗")
    address = f"/manage/contacts/requests/{key}"
    assert "药费能报吗" in text(client, address)
    assert client.post(address, data={"text": " "}).status_code == 422
    assert client.post(address, data={"text": "能"}).status_code == 303
    again = client.post(address, data={"text": "不能"})
    assert again.status_code == 409
    for said in ("This is answered already", "能", "不能", "has not been saved"):
        assert said in again.text


def test_who_wants_to_be_visited_has_to_be_taken_on_first(client: FlaskClient, zhou: Person) -> None:
    key = ask(retiree(), RequestKind.VISIT, text="三楼")
    page = text(client, f"/manage/contacts/requests/{key}")
    assert "Take 陈桂芬 on first" in page
    assert "三楼" not in page
    assert "/manage/contacts?list=visit" in page


# -- family and hotlines -----------------------------------------------------------------------------------

DAUGHTER = {"name": "陈明", "relation": "女儿", "phone": "13900000021", "consent_on": TODAY.isoformat()}


def test_a_relative_is_named_and_taken_off(client: FlaskClient, zhou: Person) -> None:
    person = retiree()
    address = f"/manage/contacts/person/{person.key}"
    assert "Nobody is named" in text(client, address)
    client.post(address, data=DAUGHTER)
    page = text(client, address)
    assert "139****0021" in page
    (daughter,) = family_of(person.id)
    client.post(f"{address}/family/{daughter.key}/end")
    assert family_of(person.id) == []


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", ""), ("relation", ""), ("phone", "ring"), ("consent_on", ""), ("consent_on", "2027-01-01")],
)
def test_nobody_is_named_without_a_name_and_consent(
    client: FlaskClient, zhou: Person, field: str, typed: str
) -> None:
    person = retiree()
    response = client.post(f"/manage/contacts/person/{person.key}", data={**DAUGHTER, field: typed})
    assert response.status_code == 422
    assert f'href="#{field}"' in response.text
    assert family_of(person.id) == []


def test_the_history_of_a_person_is_told(client: FlaskClient, zhou: Person, wang: Person) -> None:
    person = retiree()
    come_to(taken(person, wang), wang, Result.TOLD, note="讲了报销")
    ask(person, RequestKind.QUESTION, text="药费能报吗")
    taken(person, zhou, ContactKind.VISIT)
    page = text(client, f"/manage/contacts/person/{person.key}")
    for said in ("讲了报销", "Spoken to", "Asks a question", "周敏 has taken this on"):
        assert said in page


def test_hotlines_are_set_for_places(client: FlaskClient, zhou: Person) -> None:
    data = {"region": "", "phone": "400-000-0000", "hours": "周一至周五"}
    assert "No number is on record" in text(client, "/manage/hotlines")
    assert client.post("/manage/hotlines", data=data).status_code == 303
    assert "400-000-0000" in text(client, "/manage/hotlines")
    found = hotline_of("110000")
    assert found is not None
    assert found.phone == "400-000-0000"
    for wrong in ({"phone": ""}, {"phone": "nobody"}, {"region": "999999"}):
        assert client.post("/manage/hotlines", data=data | wrong).status_code == 422
    client.post("/manage/hotlines/remove", data={"region": ""})
    assert hotline_of("110000") is None


def test_every_list_is_within_reach_of_every_other(client: FlaskClient, zhou: Person) -> None:
    found = set(re.findall(r'href="(/manage/(?:contacts|hotlines)[^"]*)"', text(client, "/manage/contacts")))
    assert found >= {
        "/manage/contacts?list=visit",
        "/manage/contacts?list=mine",
        "/manage/contacts?list=taken",
        "/manage/contacts/requests",
        "/manage/hotlines",
    }


def test_a_contact_is_one_row(database: Session, client: FlaskClient, zhou: Person) -> None:
    person = retiree()
    client.get("/manage/contacts")
    for _ in range(2):
        client.post("/manage/contacts/take", data={"kind": "call", "person": person.key})
    assert len(database.scalars(select(Contact.id)).all()) == 1
