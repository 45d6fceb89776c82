"""Events in the easy view: five rows a screen, the way there from home, with a card and with a helper."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from time_machine import Traveller

from lms.people.models import Audience, Person
from lms.workshops.rules import SeatState
from tests.support.assisting import beside
from tests.support.cards import AT, code_for, retiree, scan
from tests.support.company import hr
from tests.support.events import published, sign_up, standing
from tests.support.learning import learner
from tests.support.library import publish_library
from tests.support.people import make_person

HOUR = timedelta(hours=1)


@pytest.fixture
def zhou(database: Session) -> Person:
    return make_person(name="周敏", audience=Audience.HR)


def test_in_the_easy_view_there_are_five_rows_and_the_rest_one_further_on(
    database: Session, zhou: Person, client: FlaskClient
) -> None:
    publish_library()
    person = learner(client, audience=Audience.RETIREE, name="陈桂芬")
    keys = [published(zhou, title=f"宣讲会{number}") for number in range(6)]
    sign_up(keys[0], person)
    page = client.get("/event").text
    assert page.count('class="erow"') == 5
    assert "Signed up" in page
    last = client.get(re.findall(r'class="erow" href="([^"]+)"', page)[-1]).text
    assert len(set(re.findall(r'href="(/event/[^/"]+)"', page + last))) == len(keys)
    assert "/event/past" not in last
    assert "Nothing yet." in client.get("/event/past").text
    assert "btn--block" in client.get(f"/event/{keys[1]}").text


def test_the_day_before_the_easy_home_leads_there(
    database: Session, zhou: Person, client: FlaskClient
) -> None:
    publish_library()
    person = learner(client, audience=Audience.RETIREE, name="陈桂芬")
    later = published(zhou, title="以后的宣讲会")
    sign_up(later, person)
    home = client.get("/easy").text
    assert f"/event/{later}" not in home
    assert "You have a place: 26 Nov" in home
    assert 'href="/easy/me"' in home
    key = published(zhou, starts_at=AT + 30 * HOUR, ends_at=AT + 31 * HOUR, sign_up_until=AT + HOUR)
    sign_up(key, person)
    page = client.get("/easy").text
    assert f'href="/event/{key}"' in page
    assert page.count('class="erow"') <= 4
    own = client.get("/easy/me").text
    assert 'href="/event"' in own
    assert own.count('class="erow"') == 5


def test_in_the_easy_view_what_is_over_has_a_row_once_there_is_something(
    database: Session, zhou: Person, client: FlaskClient, clock: Traveller
) -> None:
    publish_library()
    person = learner(client, audience=Audience.RETIREE, name="陈桂芬")
    key = published(zhou, starts_at=AT + 2 * HOUR, ends_at=AT + 3 * HOUR, sign_up_until=AT + HOUR)
    sign_up(key, person)
    assert "/event/past" not in client.get("/event").text
    clock.shift(4 * HOUR)
    assert 'href="/event/past"' in client.get("/event").text


def test_a_card_opens_events_too(database: Session, zhou: Person, client: FlaskClient) -> None:
    publish_library()
    key = published(zhou)
    scan(client, code_for(retiree()))
    assert client.post(f"/event/{key}/sign-up").status_code == 303


def test_a_helper_signs_somebody_up_who_sits_beside(
    database: Session, zhou: Person, client: FlaskClient
) -> None:
    publish_library()
    person = retiree()
    hr(client)
    key = published(zhou)
    one = beside(client, person)
    assert f"{one.below}/event/{key}" in one.get("/event").text
    assert one.post(f"/event/{key}/sign-up").location == f"{one.below}/event/{key}"
    assert standing(key) == {"陈桂芬": (SeatState.SIGNED, 0)}
