"""One contact: what is masked and for whom it is not, the result, and every refusal in words."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.journal.models import Entry
from lms.outreach.rules import ContactKind, ContactState
from lms.people.models import Person
from tests.support.client import text
from tests.support.company import TODAY, hr
from tests.support.library import publish_texts
from tests.support.outreach import ADDRESS, PHONE, colleague, come_to, contact_of, retiree, taken
from tests.support.people import make_learner, sign_in
from tests.support.quiz_texts import quiz_texts

GIVEN = {"result": "told", "done_on": TODAY.isoformat(), "minutes": "12", "note": "讲了报销"}


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


def looks(database: Session) -> int:
    database.rollback()
    return len(database.scalars(select(Entry.id).where(Entry.act == "contact.revealed")).all())


# -- one contact -------------------------------------------------------------------------------------------


def test_number_and_address_are_shown_to_the_one_who_has_taken_it_on(
    database: Session, client: FlaskClient, zhou: Person
) -> None:
    one = taken(retiree(), zhou, ContactKind.VISIT)
    page = text(client, f"/manage/contacts/{one.key}")
    assert PHONE not in page
    assert ADDRESS not in page
    shown = client.post(f"/manage/contacts/{one.key}/show", data={"field": "phone"}).text
    assert f'href="tel:{PHONE}"' in shown
    assert ADDRESS not in shown
    assert ADDRESS in client.post(f"/manage/contacts/{one.key}/show", data={"field": "address"}).text
    assert looks(database) == 2


def test_others_see_them_masked_and_cannot_look(
    database: Session, client: FlaskClient, zhou: Person, wang: Person
) -> None:
    one = taken(retiree(), wang)
    page = text(client, f"/manage/contacts/{one.key}")
    assert "王姐 has taken this on" in page
    assert f"/manage/contacts/{one.key}/show" not in page
    response = client.post(f"/manage/contacts/{one.key}/show", data={"field": "phone"})
    assert response.status_code == 409
    assert PHONE not in response.text
    assert looks(database) == 0


def test_the_result_is_recorded(client: FlaskClient, zhou: Person) -> None:
    person = retiree()
    one = taken(person, zhou)
    response = client.post(f"/manage/contacts/{one.key}", data=GIVEN, follow_redirects=True)
    assert "The result for 陈桂芬 is on record." in response.text
    found = contact_of(person)
    assert (found.state, found.minutes, found.note) == (ContactState.DONE, 12, "讲了报销")
    assert "讲了报销" in text(client, f"/manage/contacts/{one.key}")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({**GIVEN, "result": ""}, "result-0"),
        ({**GIVEN, "done_on": (TODAY + timedelta(days=1)).isoformat()}, "done_on"),
        ({**GIVEN, "done_on": "soon"}, "done_on"),
        ({**GIVEN, "result": "not_reached"}, "next_on"),
        ({**GIVEN, "minutes": "many"}, "minutes"),
        ({**GIVEN, "minutes": "481"}, "minutes"),
        ({**GIVEN, "note": "长" * 501}, "note"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    client: FlaskClient, zhou: Person, data: dict[str, str], field: str
) -> None:
    person = retiree()
    one = taken(person, zhou)
    response = client.post(f"/manage/contacts/{one.key}", data=data)
    assert response.status_code == 422
    assert f'href="#{field}"' in response.text
    assert data["note"] in response.text
    assert contact_of(person).state is ContactState.OPEN


def test_who_is_not_assigned_is_refused_in_words_and_keeps_what_was_typed(
    client: FlaskClient, zhou: Person, wang: Person
) -> None:
    person = retiree()
    one = taken(person, wang)
    response = client.post(f"/manage/contacts/{one.key}", data=GIVEN)
    assert response.status_code == 409
    for said in ("王姐 has taken this on", "讲了报销", "Take it over"):
        assert said in response.text
    assert contact_of(person).state is ContactState.OPEN
    client.post(f"/manage/contacts/{one.key}/take-over")
    assert client.post(f"/manage/contacts/{one.key}", data=GIVEN).status_code == 303


def test_a_second_visit_of_the_day_is_refused_in_words(
    client: FlaskClient, zhou: Person, wang: Person
) -> None:
    person = retiree()
    come_to(taken(person, wang, ContactKind.VISIT), wang)
    one = taken(person, zhou, ContactKind.VISIT)
    response = client.post(f"/manage/contacts/{one.key}", data=GIVEN)
    assert response.status_code == 409
    for said in ("A visit on 23 Nov 2026 is on record", "王姐 has recorded it", "讲了报销"):
        assert said in response.text


def test_a_double_click_records_once(database: Session, client: FlaskClient, zhou: Person) -> None:
    one = taken(retiree(), zhou)
    first, second = (client.post(f"/manage/contacts/{one.key}", data=GIVEN) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 409)
    assert "closed already" in second.text


def test_what_is_put_back_is_on_the_list_again(client: FlaskClient, zhou: Person, wang: Person) -> None:
    one = taken(retiree(), zhou)
    page = client.post(f"/manage/contacts/{one.key}/put-back", follow_redirects=True).text
    assert "is on the list again" in page
    assert "This is no longer wanted" in text(client, f"/manage/contacts/{one.key}")
    other = taken(retiree("马长河"), wang)
    assert client.post(f"/manage/contacts/{other.key}/put-back").status_code == 409


def test_learning_together_begins_from_the_contact(client: FlaskClient, zhou: Person) -> None:
    person = retiree()
    one = taken(person, zhou)
    assert f"/manage/assist/{person.key}?contact={one.key}" in text(client, f"/manage/contacts/{one.key}")


def test_an_unknown_contact_is_not_found(client: FlaskClient, zhou: Person) -> None:
    assert client.get("/manage/contacts/NOSUCH").status_code == 404
    assert client.post("/manage/contacts/NOSUCH/show", data={"field": "phone"}).status_code == 404
    assert client.get("/manage/contacts/person/NOSUCH").status_code == 404
    assert client.get("/manage/contacts/requests/NOSUCH").status_code == 404


def test_learners_have_no_business_there(client: FlaskClient) -> None:
    sign_in(client, number=make_learner().number)
    assert client.get("/manage/contacts").status_code == 403
