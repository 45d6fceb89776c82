"""What changed, as employees read it: what holds for them, from when, and where it stands."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.people.models import Audience, Person
from lms.rollouts.overview import open_changes_of
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES, begun, two_admins
from tests.support.library import publish_texts
from tests.support.people import SHANGHAI, make_account, make_person, sign_in
from tests.support.policy_desk import desk
from tests.support.rollouts import complete, delivered, recipient, taught


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(TWO_CITIES)


def signed_in(client: FlaskClient, person: Person) -> FlaskClient:
    make_account(person=person, language="en")
    sign_in(client, number=person.number)
    return client


def test_whom_it_concerns_reads_old_and_new_and_begins_to_learn(client: FlaskClient) -> None:
    person = taught()
    found = delivered(CHEAPER_IN_BEIJING)
    page = signed_in(client, person).get(f"/change/{found.key}").text
    for said in ("1800 yuan a year", "1500 yuan a year", "From 1 Jan 2027", "Learn what changed", "Begin"):
        assert said in page
    assert f"/course/change-{found.key.lower()}" in page
    assert [one.key for one in open_changes_of(person.id)] == [found.key]


def test_once_learned_it_waits_for_nobody(client: FlaskClient) -> None:
    person = taught()
    found = delivered(CHEAPER_IN_BEIJING)
    complete(recipient(found, person).assignment_id, at=DAY_0)
    assert open_changes_of(person.id) == []
    assert "Learn what changed" not in signed_in(client, person).get(f"/change/{found.key}").text


def test_in_another_city_nothing_changes_and_the_rest_is_folded(client: FlaskClient) -> None:
    taught()
    found = delivered(CHEAPER_IN_BEIJING)
    page = signed_in(client, make_person(region=SHANGHAI)).get(f"/change/{found.key}").text
    assert "Nothing: it holds for other places, or for other people than you." in page
    assert "What changes for others" in page


def test_a_retired_person_reads_it_in_the_easy_view(client: FlaskClient) -> None:
    taught()
    found = delivered(CHEAPER_IN_BEIJING)
    page = signed_in(client, make_person(audience=Audience.RETIREE)).get(f"/change/{found.key}").text
    assert 'data-mode="elder"' in page


def test_in_the_easy_view_it_leads_to_what_stands_there(client: FlaskClient) -> None:
    person = taught()
    found = delivered(CHEAPER_IN_BEIJING)
    client.set_cookie("view", "easy")
    page = signed_in(client, person).get(f"/change/{found.key}").text
    assert f'href="/easy/course/change-{found.key.lower()}"' in page


def test_what_nobody_has_approved_is_not_found_whoever_asks(app: Flask, client: FlaskClient) -> None:
    found = begun(two_admins()[0])
    assert signed_in(client, taught()).get(f"/change/{found.key}").status_code == 404
    assert desk(app).client.get(f"/change/{found.key}").status_code == 404
    assert client.get("/change/NOSUCH").status_code == 404
