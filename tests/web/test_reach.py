"""How somebody is told what is new: their own choice, HR's entry, the staff list."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.journal.models import Entry
from lms.people.models import Person, ReachBy
from tests.support.company import hr
from tests.support.library import publish_texts
from tests.support.people import make_account, make_person, sign_in
from tests.support.quiz_texts import quiz_texts
from tests.support.reaching import STREET, wants
from tests.support.staff import HEADERS, csv, known_cities, row, taken  # noqa: F401
from tests.support.staff import hr as uploader

CONTACT = {"email": "", "phone": "", "wecom_id": "", "address": ""}


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


@pytest.fixture
def lin(database: Session, client: FlaskClient) -> Person:
    person = make_person(name="林晓", number="L1024")
    make_account(person=person, language="en")
    sign_in(client, number="L1024")
    return person


def fresh(database: Session, person: Person) -> Person:
    database.expire_all()
    return database.get_one(Person, person.id)


@pytest.mark.parametrize("address", ["/easy/notices", "/me/notices"])
def test_one_chooses_how_to_be_told(
    client: FlaskClient, database: Session, lin: Person, address: str
) -> None:
    wants(lin, ReachBy.APP)
    assert 'value="app" id="reach-0" checked' in client.get(address).text
    answer = client.post(address, data={"reach": "letter"}, follow_redirects=True)
    assert "From now on: Send me a letter in large type." in answer.text
    assert fresh(database, lin).reach is ReachBy.LETTER
    noted = database.scalars(select(Entry).where(Entry.act == "person.way-chosen")).one()
    assert (noted.subject, noted.facts) == (lin.key, {"way": "letter"})


@pytest.mark.parametrize(("reach", "lacks"), [("letter", "your address"), ("call", "your telephone number")])
def test_a_choice_without_an_address_is_kept_and_told(
    client: FlaskClient, database: Session, lin: Person, reach: str, lacks: str
) -> None:
    answer = client.post("/easy/notices", data={"reach": reach}, follow_redirects=True)
    assert f"We do not have {lacks} yet" in answer.text
    assert fresh(database, lin).reach == reach


@pytest.mark.parametrize("reach", ["", "pigeon"])
def test_no_choice_is_told_in_words(client: FlaskClient, lin: Person, reach: str) -> None:
    answer = client.post("/me/notices", data={"reach": reach})
    assert answer.status_code == 422
    assert "Choose one of the four ways" in answer.text


def test_hr_enters_address_and_way(client: FlaskClient, database: Session) -> None:
    hr(client)
    person = make_person(name="陈桂芬")
    data = {**CONTACT, "reach": "letter", "address": f"  {STREET} "}
    assert client.post(f"/manage/people/{person.key}/edit", data=data).status_code == 303
    found = fresh(database, person)
    assert (found.reach, found.address) == (ReachBy.LETTER, STREET)
    page = client.get(f"/manage/people/{person.key}/edit").text
    assert STREET not in page
    assert "北京市朝阳区" in page
    client.post(f"/manage/people/{person.key}/edit", data={**CONTACT, "reach": "app", "address": "-"})
    assert fresh(database, person).address == ""


@pytest.mark.parametrize(
    ("reach", "address", "said"),
    [
        ("letter", "", "A letter needs an address"),
        ("call", "", "A call needs a telephone number"),
        ("sms", "", "A text message needs a mobile number"),
        ("app", "街", "6 to 120 characters"),
    ],
)
def test_hr_is_told_what_the_way_takes(client: FlaskClient, reach: str, address: str, said: str) -> None:
    hr(client)
    person = make_person()
    data = {**CONTACT, "reach": reach, "address": address}
    answer = client.post(f"/manage/people/{person.key}/edit", data=data)
    assert answer.status_code == 422
    assert said in answer.text


def test_who_chose_letters_without_an_address_stays_and_hr_sees_it(
    client: FlaskClient, database: Session
) -> None:
    hr(client)
    person = wants(make_person(), ReachBy.LETTER, address="")
    assert "no address is on record" in client.get(f"/manage/people/{person.key}/edit").text
    data = {**CONTACT, "reach": "letter", "email": "x@example.com"}
    assert client.post(f"/manage/people/{person.key}/edit", data=data).status_code == 303


def test_the_staff_list_brings_both(database: Session, known_cities: None) -> None:  # noqa: F811
    headers = (*HEADERS, "通信地址", "联系方式")
    author = uploader()
    file = csv([*row("N1"), STREET, "信件"], [*row("N2"), "", ""], headers=headers)
    taken(file, author, creates=True)
    first, second = (
        database.scalars(select(Person).where(Person.number == one)).one() for one in ("N1", "N2")
    )
    assert (first.address, first.reach) == (STREET, ReachBy.LETTER)
    assert (second.address, second.reach) == ("", ReachBy.APP)
    taken(csv([*row("N1"), "-", "电话"], headers=headers), author)
    assert (fresh(database, first).address, first.reach) == ("", ReachBy.CALL)
