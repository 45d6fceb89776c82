"""签到 by the learner: the square, the typed code, and what is said when it does not work."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from time_machine import Traveller

from lms.access.rules import shown_code
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.people.models import Audience, Person
from lms.workshops import arranging
from lms.workshops.door import code_of
from lms.workshops.queries import seat_of, seats
from lms.workshops.rules import How
from tests.support.cards import AT, END, code_for, retiree
from tests.support.events import published, sign_up
from tests.support.learning import learner
from tests.support.library import publish_library
from tests.support.people import PASSWORD, make_person

STARTS = AT + timedelta(hours=4)
ENDS = STARTS + timedelta(hours=2)
DAY = china_date(STARTS)
TODAY = {"starts_at": STARTS, "ends_at": ENDS, "sign_up_until": STARTS}
LIST = "Ask somebody of the staff to put you on the list."


@pytest.fixture
def zhou(database: Session) -> Person:
    publish_library()
    return make_person(name="周敏", audience=Audience.HR)


@pytest.fixture
def lin(zhou: Person, client: FlaskClient) -> Person:
    return learner(client)


@pytest.fixture
def key(zhou: Person, lin: Person, clock: Traveller) -> str:
    """An event that Lin has signed up for, at the minute it begins."""
    made = published(zhou, **TODAY)
    sign_up(made, lin)
    clock.move_to(STARTS)
    return made


def has_come(key: str, person: Person) -> bool:
    mine = seat_of(key, person.id)
    return mine is not None and mine.checked_in_at is not None


def scanned(key: str, day_before: int = 0) -> str:
    return f"/event/in/{code_of(key, DAY - timedelta(days=day_before))}?e={key}"


# -- it works --------------------------------------------------------------------------------------------


def test_one_button_behind_the_square(key: str, lin: Person, client: FlaskClient) -> None:
    page = client.get(scanned(key)).text
    assert "I am here" in page
    assert not has_come(key, lin)
    answer = client.post("/event/in", data={"code": code_of(key, DAY), "e": key})
    assert (answer.status_code, answer.location) == (303, f"/event/{key}/arrived")
    assert "It is on record that you have come, 13:00." in client.get(answer.location).text
    assert has_come(key, lin)
    assert seats(key)[0].how is How.CODE
    assert "You are here" in client.get(f"/event/{key}").text


def test_the_code_is_typed_as_it_is_read_and_twice_does_no_harm(
    key: str, lin: Person, client: FlaskClient
) -> None:
    typed = {"code": shown_code(code_of(key, DAY)).lower()}
    assert 'name="code"' in client.get("/event/in").text
    for _ in range(2):
        assert client.post("/event/in", data=typed).status_code == 303
    assert has_come(key, lin)


def test_who_is_not_signed_in_comes_back_after_it(
    key: str, lin: Person, client: FlaskClient, zhou: Person
) -> None:
    client.post("/leave")
    address = scanned(key)
    sent = client.get(address)
    assert sent.status_code == 302
    page = client.get(sent.location).text
    assert code_of(key, DAY) in page
    entered = client.post("/enter", data={"number": lin.number, "password": PASSWORD, "next": address})
    assert entered.location == address


def test_who_signs_in_with_a_card_comes_back_too(zhou: Person, client: FlaskClient, clock: Traveller) -> None:
    key, person = published(zhou, **TODAY), retiree()
    card = code_for(person)
    clock.move_to(STARTS)
    address = scanned(key)
    page = client.get(client.get(address).location).text
    assert "/card?next=" in page
    client.get("/card", query_string={"next": address})
    client.get(f"/card/{card}")
    assert client.post("/card/digits", data={"digits": END}).location == address
    assert client.post("/event/in", data={"code": code_of(key, DAY)}).status_code == 303
    assert has_come(key, person)


@pytest.mark.parametrize("wanted", ["/manage", "/my", "//evil.example", "https://evil.example", "/no-such"])
def test_a_card_leads_to_nothing_that_it_does_not_open(
    zhou: Person, client: FlaskClient, wanted: str
) -> None:
    card = code_for(retiree())
    client.get("/card", query_string={"next": wanted})
    client.get(f"/card/{card}")
    assert client.post("/card/digits", data={"digits": END}).location == "/easy"


def test_who_did_not_sign_up_takes_a_place_that_is_free(
    zhou: Person, lin: Person, client: FlaskClient, clock: Traveller
) -> None:
    key = published(zhou, **TODAY)
    clock.move_to(STARTS)
    client.post("/event/in", data={"code": code_of(key, DAY)})
    assert "there was a place left, and it is yours" in client.get(f"/event/{key}/arrived").text


# -- it does not -----------------------------------------------------------------------------------------


def refused(client: FlaskClient, key: str, **data: str) -> str:
    """What is said; always with the way that is still open."""
    answer = client.post("/event/in", data={"code": code_of(key, DAY), **data})
    assert answer.status_code == 422
    assert LIST in answer.text
    assert "<title>Error: " in answer.text
    return answer.text


def test_yesterdays_code_is_recognised_and_said_kindly(key: str, lin: Person, client: FlaskClient) -> None:
    old = code_of(key, DAY - timedelta(days=1))
    assert "the code of an earlier day" in refused(client, key, code=old, e=key)
    answer = client.get(scanned(key, 1))
    assert answer.status_code == 422
    assert "the code of an earlier day" in answer.text
    assert not has_come(key, lin)


def test_a_code_of_nothing_is_refused_in_words(key: str, client: FlaskClient) -> None:
    assert "does not open any event" in refused(client, key, code="22222222")
    answer = client.post("/event/in", data={"code": "7K3"})
    assert answer.status_code == 422
    assert "The code has 8 letters and digits" in answer.text
    assert 'value="7K3"' in answer.text


def test_outside_the_window_it_is_said_from_when_until_when(
    key: str, lin: Person, client: FlaskClient, clock: Traveller
) -> None:
    clock.move_to(STARTS - timedelta(minutes=31))
    assert "From 12:30 on" in refused(client, key)
    clock.move_to(ENDS + timedelta(minutes=31))
    assert "It was possible until 23 Nov 2026 15:30." in refused(client, key)
    assert not has_come(key, lin)


def test_where_all_places_are_taken_who_did_not_sign_up_is_told(
    zhou: Person, lin: Person, client: FlaskClient, clock: Traveller
) -> None:
    key = published(zhou, **TODAY, capacity=1)
    sign_up(key, make_person(name="何平"))
    clock.move_to(STARTS)
    assert "all places are taken" in refused(client, key)


def test_a_cancelled_event_opens_no_door(zhou: Person, key: str, lin: Person, client: FlaskClient) -> None:
    with unit_of_work():
        arranging.cancel(key, "停电", actor_id=zhou.id, at=AT)
    assert "停电" in refused(client, key)


def test_the_page_of_having_come_is_for_who_has(key: str, client: FlaskClient) -> None:
    assert client.get(f"/event/{key}/arrived").location == f"/event/{key}"
    assert client.get("/event/NOSUCHKY/arrived").location == "/event/NOSUCHKY"
