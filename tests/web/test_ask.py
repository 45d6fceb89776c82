"""找人帮忙: whom to call, what can be asked for, and what one sees of it afterwards."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.outreach import requests
from lms.outreach.asked import own_requests
from lms.outreach.hotlines import set_hotline
from lms.outreach.rules import MOST_OPEN, ContactKind, RequestKind, RequestState, Result
from lms.people.models import Audience, Person
from lms.reports.contact_lists import needs_of
from tests.conftest import MONDAY
from tests.support.client import text
from tests.support.company import TODAY
from tests.support.desk import current
from tests.support.learning import learner
from tests.support.library import publish_library
from tests.support.outreach import PHONE, ask, come_to, taken
from tests.support.people import make_person, sign_in
from tests.support.quizzing import publish_quiz
from tests.support.sittings import AT
from tests.support.statements import statements


@pytest.fixture
def chen(database: Session, client: FlaskClient) -> Person:
    """A retired person in Beijing, signed in, with a number on file and no address."""
    publish_quiz()
    person = learner(client, audience=Audience.RETIREE, name="陈桂芬")
    person.phone = PHONE
    database.commit()
    return person


def hotline(person: Person, region: str = "", phone: str = "400-000-0000", hours: str = "周一至周五") -> None:
    with unit_of_work():
        set_hotline(region, phone=phone, hours=hours, actor_id=person.id, at=AT)


# -- whom to call ------------------------------------------------------------------------------------------


def test_the_first_row_calls_the_number_of_the_city(client: FlaskClient, chen: Person) -> None:
    hotline(chen)
    hotline(chen, region=chen.region, phone="010-11111111")
    page = text(client, "/easy/help")
    rows = re.findall(r'class="erow" href="([^"]+)"', page)
    assert rows[0] == "tel:01011111111"
    assert "周一至周五" in page
    assert len(rows) == 5


def test_without_a_number_of_the_company_the_public_one_is_called(
    database: Session, client: FlaskClient
) -> None:
    publish_library()
    learner(client, audience=Audience.RETIREE)
    assert 'href="tel:12393"' in text(client, "/easy/help")
    page = text(client, "/easy/help/phones")
    for said in ('href="tel:12393"', 'href="tel:12333"', "医保的事", "社保卡和人社的事"):
        assert said in page


def test_where_no_number_is_known_a_call_can_be_asked_for(client: FlaskClient, chen: Person) -> None:
    assert 'href="/easy/help/phones"' in text(client, "/easy/help")
    assert 'href="/easy/help/call"' in text(client, "/easy/help/phones")


def test_anyone_may_ask(database: Session, client: FlaskClient) -> None:
    publish_quiz()
    learner(client)
    assert 'data-mode="elder"' in text(client, "/easy/help")


# -- asking ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "data", "promised"),
    [
        ("call", {}, "Wed 25 Nov"),
        ("visit", {"text": "演示路5号楼，周三上午"}, "Mon 30 Nov"),
        ("question", {"text": "药费能报吗"}, "Wed 25 Nov"),
    ],
)
def test_what_is_asked_for_is_promised_for_a_day(
    client: FlaskClient, chen: Person, what: str, data: dict[str, str], promised: str
) -> None:
    assert promised in text(client, f"/easy/help/{what}")
    response = client.post(f"/easy/help/{what}?lesson=retirement/outpatient", data=data)
    assert (response.status_code, response.location) == (303, "/easy/help/mine")
    page = text(client, "/easy/help/mine")
    assert promised in page
    (one,) = own_requests(chen.id)
    assert (one.kind, one.text, one.lesson) == (what, data.get("text", ""), "retirement/outpatient")
    assert 'href="/easy/help/mine"' in text(client, "/easy/help")


def test_the_number_on_file_is_masked(client: FlaskClient, chen: Person) -> None:
    page = text(client, "/easy/help/call")
    assert "138****0013" in page
    assert PHONE not in page


@pytest.mark.parametrize(
    ("what", "data", "field"),
    [
        ("question", {"text": "  "}, "text"),
        ("question", {"text": "长" * 501}, "text"),
        ("visit", {}, "text"),
        ("call", {"phone": "给我打"}, "phone"),
    ],
)
def test_what_is_missing_is_told_and_what_was_typed_is_kept(
    client: FlaskClient, chen: Person, what: str, data: dict[str, str], field: str
) -> None:
    response = client.post(f"/easy/help/{what}", data=data)
    assert response.status_code == 422
    assert f'href="#{field}"' in response.text
    assert "Error:" in response.text
    assert data.get(field, "").strip() in response.text
    assert own_requests(chen.id) == []


def test_who_has_no_number_on_file_gives_one(database: Session, client: FlaskClient, chen: Person) -> None:
    chen.phone = ""
    assert client.post("/easy/help/call", data={}).status_code == 422
    assert client.post("/easy/help/call", data={"phone": "010-8888 0000"}).status_code == 303
    assert len(own_requests(chen.id)) == 1


def test_whose_address_is_on_file_need_not_write_it(
    database: Session, client: FlaskClient, chen: Person
) -> None:
    chen.address = "示例市虚构区演示路5号楼"
    assert "演示路" not in text(client, "/easy/help/visit")
    assert client.post("/easy/help/visit", data={}).status_code == 303


def test_asking_twice_is_one_request(client: FlaskClient, chen: Person) -> None:
    for _ in range(2):
        assert client.post("/easy/help/call", data={}).status_code == 303
    assert len(own_requests(chen.id)) == 1


def test_too_much_at_once_is_refused_kindly_and_nothing_typed_is_lost(
    client: FlaskClient, chen: Person
) -> None:
    hotline(chen)
    for number in range(MOST_OPEN):
        ask(chen, RequestKind.QUESTION, text=f"问题{number}")
    response = client.post("/easy/help/question", data={"text": "还有一个问题"})
    assert response.status_code == 409
    for said in ("还有一个问题", "tel:4000000000"):
        assert said in response.text


def test_an_address_that_names_no_lesson_is_left_out(client: FlaskClient, chen: Person) -> None:
    client.post("/easy/help/call?lesson=<script>", data={})
    assert own_requests(chen.id)[0].lesson == ""


# -- afterwards --------------------------------------------------------------------------------------------


def test_it_can_be_taken_back(client: FlaskClient, chen: Person) -> None:
    key = ask(chen)
    for _ in range(2):
        assert client.post(f"/easy/help/{key}/withdraw").status_code == 303
    assert own_requests(chen.id)[0].state is RequestState.WITHDRAWN


def test_nobody_takes_back_what_is_not_theirs(app: Flask, client: FlaskClient, chen: Person) -> None:
    key = ask(make_person(name="李"))
    assert client.post(f"/easy/help/{key}/withdraw").status_code == 404


def test_a_broken_promise_is_our_delay_and_not_theirs(
    client: FlaskClient, chen: Person, clock: time_machine.Traveller
) -> None:
    ask(chen)
    clock.move_to(MONDAY + timedelta(days=10))
    sign_in(client, number=chen.number)
    page = text(client, "/easy/help/mine")
    assert "25 Nov" not in page
    for word in ("overdue", "late", "delay"):
        assert word not in re.sub(r"<[^>]+>", "", page)


def test_the_answer_is_shown(client: FlaskClient, chen: Person) -> None:
    key = ask(chen, RequestKind.QUESTION, text="药费能报吗")
    with unit_of_work():
        requests.answer(key, "能，带发票来", actor_id=make_person().id, at=AT)
    assert "能，带发票来" in text(client, "/easy/help/mine")
    assert "Your question is answered" in text(client, "/inbox")


def test_who_was_called_in_vain_is_told_so(client: FlaskClient, chen: Person) -> None:
    ask(chen)
    current()
    (need,) = needs_of([chen.key], ContactKind.CALL, TODAY)
    zhou = make_person(name="周敏")
    come_to(taken(chen, zhou, need=need), zhou, Result.GAVE_UP)
    assert "We tried to reach you and could not" in text(client, "/easy/help/mine")


def test_the_page_asks_the_database_three_times(app: Flask, client: FlaskClient, chen: Person) -> None:
    client.get("/easy/help")
    with statements(app) as heard:
        client.get("/easy/help")
    assert len(heard) == 3
