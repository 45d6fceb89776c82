"""What a session by card reaches, and what ends it."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.cards import Terms, revoke_cards
from lms.journal.models import Entry
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.people.models import Person
from lms.web.guard import OPEN_TO_CARDS
from tests.support.cards import AT, code_for, is_in, issued_to, retiree, scan, somebody_of_hr
from tests.support.routes import routes

TODAY = china_date(AT)


@pytest.fixture
def person(database: Session) -> Person:
    return retiree(number="T7001")


def test_a_card_opens_the_easy_view_and_ones_own_training_and_nothing_else(
    app: Flask, client: FlaskClient, person: Person
) -> None:
    scan(client, code_for(person))
    opened = set()
    for endpoint, method, address in routes(app):
        if endpoint == "access.leave" or endpoint.startswith("cards.") or method not in {"GET", "POST"}:
            continue
        response = client.open(address, method=method)
        if response.status_code != 403:
            opened.add(endpoint)
    open_pages = {"static", "access.start", "access.enter", "access.sign_in"}
    left = {one for one in opened - open_pages if one.split(".")[0] not in OPEN_TO_CARDS}
    assert left == {"about.page", "calendar.feed"}


def test_what_it_does_not_open_leads_back_to_the_easy_view(client: FlaskClient, person: Person) -> None:
    scan(client, code_for(person))
    for address in ("/my", "/me", "/me/password", "/manage", "/team", "/welcome", "/course"):
        response = client.get(address)
        assert response.status_code == 403, address
        assert "Your card does not open this page" in response.text
        assert 'href="/"' in response.text


def test_the_pages_that_it_opens_offer_no_way_that_it_does_not(client: FlaskClient, person: Person) -> None:
    scan(client, code_for(person))
    for page in ("/easy", "/easy/course", "/inbox", "/easy/help", "/easy/print", "/easy/me"):
        text = client.get(page).text
        for address in set(re.findall(r'href="(/[^"#]*)"', text)):
            if not address.startswith(("/static/", f"{page}?")):
                assert client.get(address).status_code != 403, (page, address)


def test_revoking_ends_the_session_at_once(database: Session, client: FlaskClient, person: Person) -> None:
    hr = somebody_of_hr()
    scan(client, issued_to(person, by=hr).cards[0].code)
    key = database.scalars(select(Entry.subject).where(Entry.act == "card.used")).one()
    with unit_of_work():
        revoke_cards(hr, [key], at=AT)
    assert client.get("/easy").location == "/enter?next=/easy"


def test_a_session_ends_with_the_last_day(
    client: FlaskClient, person: Person, clock: time_machine.Traveller
) -> None:
    scan(client, code_for(person, terms=Terms(TODAY)))
    assert is_in(client)
    clock.shift(timedelta(hours=15))
    assert client.get("/easy").location == "/enter?next=/easy"


def test_signing_out_ends_it(client: FlaskClient, person: Person) -> None:
    scan(client, code_for(person))
    assert client.post("/leave").status_code == 303
    assert client.get("/easy").location == "/enter?next=/easy"
    assert client.get("/card/digits").location == "/card"
