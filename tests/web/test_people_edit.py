"""One person's entry: addresses, numbers in full, leaving and coming back."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.people.models import Person, PersonState
from lms.people.operations import note_bounce
from tests.support.company import hr
from tests.support.library import publish_texts
from tests.support.people import make_account, make_person, sign_in
from tests.support.quiz_texts import quiz_texts

PHONE, ID_NUMBER = "13800000013", "11010519491231002X"


@pytest.fixture
def desk(database: Session, client: FlaskClient) -> FlaskClient:
    publish_texts(quiz_texts())
    hr(client)
    return client


@pytest.fixture
def lin(database: Session) -> Person:
    person = make_person(name="林晓", number="L1024")
    person.phone, person.id_number = PHONE, ID_NUMBER
    database.commit()
    return person


def lead(app: Flask) -> FlaskClient:
    """Somebody who may see numbers in full."""
    person = make_person(name="董雪晴")
    make_account(person=person, role=Role.LEAD, language="en")
    client = app.test_client()
    sign_in(client, number=person.number)
    return client


def fresh(database: Session, person: Person) -> Person:
    database.expire_all()
    return database.get_one(Person, person.id)


CONTACT = {"email": "", "phone": "", "wecom_id": ""}


def test_addresses_are_kept(desk: FlaskClient, database: Session, lin: Person) -> None:
    data = {"email": "lin@example.com", "phone": "13900000021", "wecom_id": "linxiao"}
    assert desk.post(f"/manage/people/{lin.key}/edit", data=data).status_code == 303
    found = fresh(database, lin)
    assert (found.email, found.phone, found.wecom_id) == ("lin@example.com", "13900000021", "linxiao")


@pytest.mark.parametrize(("typed", "kept"), [("", PHONE), ("-", "")])
def test_an_empty_number_keeps_and_a_hyphen_removes(
    desk: FlaskClient, database: Session, lin: Person, typed: str, kept: str
) -> None:
    desk.post(f"/manage/people/{lin.key}/edit", data={**CONTACT, "phone": typed})
    assert fresh(database, lin).phone == kept


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("email", "lin at example", "This is no e-mail address"),
        ("phone", "12345", "A mobile number has eleven digits"),
        ("wecom_id", "林 晓", "A WeCom account has"),
    ],
)
def test_a_wrong_address_is_told_beside_its_field(
    desk: FlaskClient, database: Session, lin: Person, field: str, typed: str, said: str
) -> None:
    response = desk.post(f"/manage/people/{lin.key}/edit", data={**CONTACT, field: typed})
    assert response.status_code == 422
    assert "<title>Error:" in response.text
    assert f'id="{field}-err"' in response.text
    assert said in response.text
    assert typed in response.text
    assert fresh(database, lin).phone == PHONE


def test_numbers_are_masked(desk: FlaskClient, lin: Person) -> None:
    page = desk.get(f"/manage/people/{lin.key}/edit").text
    assert "138****0013" in page
    assert "110***********002X" in page
    assert PHONE not in page
    assert ID_NUMBER not in page
    assert "Show in full" not in page


@pytest.mark.parametrize(("field", "text"), [("phone", PHONE), ("id_number", ID_NUMBER)])
def test_who_may_sees_one_number_in_full_and_the_journal_tells(
    app: Flask, desk: FlaskClient, database: Session, lin: Person, field: str, text: str
) -> None:
    client = lead(app)
    assert "Show in full" in client.get(f"/manage/people/{lin.key}/edit").text
    page = client.post(f"/manage/people/{lin.key}/reveal", data={"field": field}).text
    assert text in page
    assert (PHONE in page, ID_NUMBER in page).count(True) == 1
    assert text not in client.get(f"/manage/people/{lin.key}/edit").text
    entry = database.scalars(select(Entry).where(Entry.act == "person.revealed")).one()
    assert field in str(entry.facts)
    assert text not in str(entry.facts)


def test_hr_may_not_and_only_these_two_can_be_asked_for(app: Flask, desk: FlaskClient, lin: Person) -> None:
    address = f"/manage/people/{lin.key}/reveal"
    assert desk.post(address, data={"field": "phone"}).status_code == 403
    assert lead(app).post(address, data={"field": "name"}).status_code == 404


def test_a_refused_address_is_told_where_it_is_mended(
    desk: FlaskClient, database: Session, lin: Person
) -> None:
    desk.post(f"/manage/people/{lin.key}/edit", data={**CONTACT, "email": "lin@example.com"})
    with unit_of_work():
        note_bounce(lin.id, "lin@example.com", "550")
    said = "The mail server refuses this address"
    assert said in desk.get(f"/manage/people/{lin.key}/edit").text
    desk.post(f"/manage/people/{lin.key}/edit", data={**CONTACT, "email": "xiao@example.com"})
    assert said not in desk.get(f"/manage/people/{lin.key}/edit").text


def test_leaving_ends_access_at_once_and_coming_back_restores_it(
    app: Flask, desk: FlaskClient, database: Session, lin: Person
) -> None:
    make_account(person=lin)
    own = app.test_client()
    sign_in(own, number=lin.number)
    response = desk.post(f"/manage/people/{lin.key}/leave", data={"on": "2026-11-20"})
    assert response.status_code == 303
    assert fresh(database, lin).state is PersonState.LEFT
    assert own.get("/me/password").status_code == 302
    assert "Left on 20 Nov 2026" in desk.get(f"/manage/people/{lin.key}/edit").text
    assert desk.post(f"/manage/people/{lin.key}/return").status_code == 303
    assert own.get("/me/password").status_code == 200


@pytest.mark.parametrize("typed", ["", "yesterday", "2026-11-24", "2026-11-01"])
def test_a_day_that_cannot_be_is_told(desk: FlaskClient, database: Session, lin: Person, typed: str) -> None:
    response = desk.post(f"/manage/people/{lin.key}/leave", data={"on": typed})
    assert response.status_code == 422
    assert 'id="on-err"' in response.text
    assert fresh(database, lin).state is PersonState.ACTIVE


def test_nobody_enters_their_own_leaving(desk: FlaskClient, database: Session) -> None:
    own = database.scalars(select(Person).where(Person.name == "周敏")).one()
    response = desk.post(f"/manage/people/{own.key}/leave", data={"on": "2026-11-20"})
    assert response.status_code == 422
    assert "Nobody enters their own leaving" in re.sub(r"\s+", " ", response.text)


def test_somebody_who_is_not_there_is_not_found(app: Flask, desk: FlaskClient) -> None:
    for view in ("edit", "leave", "return"):
        assert desk.get(f"/manage/people/NOSUCH/{view}").status_code == 404
    assert lead(app).post("/manage/people/NOSUCH/reveal", data={"field": "phone"}).status_code == 404
