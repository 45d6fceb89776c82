"""With a helper: beginning, who may not be helped, and which pages are opened for somebody else."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.assignments.models import Assistance, HelpKind
from lms.people.models import Audience, Person
from tests.support.assisting import ENDED, LESSON, addresses, beside, contact_of, easy_texts, start
from tests.support.company import failed, hr, obliged
from tests.support.library import publish_texts
from tests.support.people import leave, make_account, make_person, sign_in
from tests.support.quiz_texts import COURSE, QUIZ


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(easy_texts())


@pytest.fixture
def learner(database: Session) -> Person:
    """A retired person without an account, with the course to learn."""
    return obliged("陈桂芬", audience=Audience.RETIREE)


# -- beginning ------------------------------------------------------------------------------------------


def test_the_page_says_what_to_read_out_and_what_is_owed(client: FlaskClient, learner: Person) -> None:
    hr(client)
    page = client.get(f"/manage/assist/{learner.key}").text
    for said in ("my name is 周敏", "Do you agree?", "First steps", "Agreed: begin"):
        assert said in page
    assert f"/manage/assist/{learner.key}" in client.get(f"/manage/people/{learner.key}").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"consent": ""}, "Without the person&#39;s consent nobody learns for them"),
        ({"kind": "telepathy"}, "Choose how you help"),
        ({"family_name": "陈" * 81}, "Shorten this to 80 characters at most"),
    ],
)
def test_nothing_begins_without_consent(
    database: Session, client: FlaskClient, learner: Person, typed: dict[str, str], said: str
) -> None:
    hr(client)
    response = start(client, learner, **typed)
    assert response.status_code == 422
    assert response.text.count(said) == 2
    assert "<title>Error: " in response.text
    database.rollback()
    assert database.scalars(select(Assistance)).all() == []


def test_a_session_opens_the_persons_own_easy_view(
    database: Session, client: FlaskClient, learner: Person
) -> None:
    helper = hr(client)
    one = beside(client, learner)
    page = one.get("/easy").text
    assert "You are helping 陈桂芬" in page
    assert f"/manage/assisting/{one.key}" in page
    assert 'data-mode="elder"' in page
    found = set(addresses(page))
    assert not {
        address for address in found if address.startswith(("/easy", "/quiz", "/me", "/inbox", "/leave"))
    }
    assert any(address.startswith(f"{one.below}/easy/lesson/{COURSE}/") for address in found)
    database.rollback()
    row = database.scalars(select(Assistance)).one()
    assert (row.person_id, row.helper_id, row.kind) == (learner.id, helper.id, HelpKind.PHONE)
    assert row.family_name == "女儿小陈"


def test_the_helpers_own_pages_stay_their_own(client: FlaskClient, learner: Person) -> None:
    hr(client)
    one = beside(client, learner)
    one.get("/easy")
    page = client.get("/easy").text
    assert "You are helping" not in page
    assert "/with/" not in page


# -- who may not, and where not -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/me", "/my", "/inbox", "/manage", f"/course/{COURSE}", "/enter", "/easy/help", "/nowhere", ""]
)
def test_only_lessons_and_questions_are_opened_for_somebody_else(
    client: FlaskClient, learner: Person, path: str
) -> None:
    hr(client)
    assert beside(client, learner).get(path).status_code == 404


def test_nobody_else_opens_it(client: FlaskClient, learner: Person) -> None:
    hr(client)
    one = beside(client, learner)
    hr(client, name="王姐")
    response = one.get("/easy")
    assert response.location == f"/manage/assisting/{one.key}"
    assert client.get(response.location).status_code == 404
    make_account(person=learner)
    sign_in(client, number=learner.number)
    assert one.get("/easy").status_code == 404
    client.post("/leave")
    response = client.get(f"{one.below}/easy")
    assert response.location == f"/enter?next=/with/{one.key}/easy"


def test_it_is_over_when_it_is_recorded_and_after_twelve_hours(
    client: FlaskClient, learner: Person, clock: time_machine.Traveller
) -> None:
    helper = hr(client)
    one = beside(client, learner)
    clock.shift(timedelta(hours=12))
    sign_in(client, number=helper.number)
    assert one.get("/easy").location == f"/manage/assisting/{one.key}"
    page = client.get(f"/manage/assisting/{one.key}").text
    assert "The session is over" in page
    assert client.post(f"/manage/assisting/{one.key}", data=ENDED).status_code == 303
    assert one.post(f"{LESSON}/1").status_code == 303


def test_who_left_or_has_a_desk_or_is_oneself_is_not_helped(client: FlaskClient, learner: Person) -> None:
    leave(learner)
    desk = make_person(name="同事")
    make_account(person=desk, role=Role.HR)
    own = hr(client)
    refused = {learner: "not with the company", desk: "works in HR", own: "Nobody helps themselves"}
    for person, said in refused.items():
        assert said in client.get(f"/manage/assist/{person.key}").text
        response = start(client, person)
        assert (response.status_code, said in response.text) == (409, True)
    assert client.get("/manage/assist/NOSUCH").status_code == 404


def test_the_second_helper_is_told_who_helps_already(client: FlaskClient, learner: Person) -> None:
    hr(client)
    one = beside(client, learner)
    assert start(client, learner).location == f"{one.below}/easy"
    hr(client, name="王姐")
    response = start(client, learner)
    assert response.status_code == 409
    assert "周敏 is helping 陈桂芬 just now" in response.text


def test_whose_contact_is_assigned_to_another_is_left_to_them(client: FlaskClient, learner: Person) -> None:
    other = hr(client, name="王姐")
    contact_of(learner, other)
    assert client.get(f"/manage/assist/{learner.key}").text.count("Agreed: begin") == 1
    hr(client, name="李姐")
    response = start(client, learner)
    assert response.status_code == 409
    assert "The contact with 陈桂芬 is assigned to 王姐" in response.text


def test_what_goes_to_the_family_is_an_address_that_opens_there(client: FlaskClient, learner: Person) -> None:
    hr(client)
    page = beside(client, learner).get(f"{LESSON}/family").text
    words = page.partition('id="words">')[2].partition("</div>")[0]
    assert f"{LESSON}/1" in words
    assert "/with/" not in words
    assert "%2Fwith%2F" not in page


def test_what_a_helper_looked_at_leaves_no_trace_in_the_pages_of_others(
    client: FlaskClient, learner: Person
) -> None:
    failed(learner)
    hr(client)
    below = beside(client, learner).get(f"/catchup/{QUIZ}")
    assert below.status_code == 200
    make_account(person=learner, language="en")
    sign_in(client, number=learner.number)
    own = client.get(f"/catchup/{QUIZ}").text
    assert f"{LESSON}/at/" in own
    assert "/with/" not in own
