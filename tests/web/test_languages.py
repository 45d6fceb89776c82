"""In which language a page is: chosen, remembered, the browser's, Chinese."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.support.people import (
    make_learner,
    sign_in,
)


def language_of(response: TestResponse) -> str:
    found = re.search(r'<html lang="([^"]+)"', response.text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("browser", "shown"),
    [
        ("", "zh-CN"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-TW", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR,en;q=0.5", "en"),
        ("fr-FR", "zh-CN"),
    ],
)
def test_a_strangers_browser_chooses_the_language(client: FlaskClient, browser: str, shown: str) -> None:
    assert language_of(client.get("/enter", headers={"Accept-Language": browser})) == shown


def test_a_chosen_language_is_remembered_by_the_browser(client: FlaskClient) -> None:
    chosen = client.get("/enter?next=/course&lang=en", headers={"Accept-Language": "zh-CN"})
    assert chosen.location == "/enter?next=%2Fcourse"
    assert language_of(client.get("/enter", headers={"Accept-Language": "zh-CN"})) == "en"


def test_the_other_language_is_one_link_away(client: FlaskClient) -> None:
    assert 'href="/enter?next=%2Fcourse&amp;lang=en"' in client.get("/enter?next=/course").text


def test_a_language_chosen_while_signed_in_is_remembered_for_every_device(
    database: Session, app: Flask, client: FlaskClient
) -> None:
    person = make_learner()
    sign_in(client, number=person.number)
    client.get("/me?lang=en")
    elsewhere = app.test_client()
    sign_in(elsewhere, number=person.number)
    assert language_of(elsewhere.get("/me", headers={"Accept-Language": "zh-CN"})) == "en"


def test_ones_own_language_goes_before_the_one_of_the_browser(database: Session, client: FlaskClient) -> None:
    client.get("/enter?lang=en")
    sign_in(client, number=make_learner(language="zh_Hans").number)
    assert language_of(client.get("/me")) == "zh-CN"


def test_an_unknown_language_changes_nothing(client: FlaskClient) -> None:
    assert language_of(client.get("/enter?lang=tlh")) == "zh-CN"
