"""Certificates: printed by their owner, verified by anybody."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.models import Completion
from lms.people.models import Audience
from tests.support.quiz_texts import easy_texts, quiz_texts
from tests.support.quizzing import begin, hand_in, publish_quiz, ready_learner
from tests.support.small_library import COURSE_PATH

NUMBER = r"2026-[2-9A-HJKMNP-TV-Z]{5}-[2-9A-HJKMNP-TV-Z]{5}"


@pytest.fixture
def attempt(database: Session, client: FlaskClient) -> str:
    """Key of an attempt that passed, made by a learner who is signed in with *client*."""
    publish_quiz()
    ready_learner(client, name="欧阳晓")
    return hand_in(client, wrong=1).rsplit("/", 1)[1]


@pytest.fixture
def number(attempt: str, database: Session) -> str:
    """Number of the certificate for it."""
    return database.scalars(select(Completion.certificate)).one()


@pytest.fixture
def anybody(app: Flask) -> FlaskClient:
    """Somebody who is not signed in and reads English."""
    visitor = app.test_client()
    visitor.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return visitor


def test_the_certificate_says_who_passed_what_and_how_to_verify_it(
    attempt: str, number: str, client: FlaskClient
) -> None:
    assert re.fullmatch(NUMBER, number)
    page = client.get(f"/certificate/{attempt}").text
    assert '<p class="cert__who">欧阳晓</p>' in page
    assert '"First steps" and passed its quiz on 23 Nov 2026 with 90 points (pass line 80 of 100)' in page
    assert f"http://localhost/verify/{number}" in page
    assert "Print the certificate" in page


def test_only_its_owner_sees_a_certificate(attempt: str, app: Flask, client: FlaskClient) -> None:
    stranger = app.test_client()
    ready_learner(stranger)
    assert stranger.get(f"/certificate/{attempt}").status_code == 404
    assert client.get("/certificate/NOTHING").status_code == 404
    assert app.test_client().get(f"/certificate/{attempt}").status_code == 302


def test_there_is_none_for_a_paper_that_did_not_pass(database: Session, client: FlaskClient) -> None:
    publish_quiz()
    ready_learner(client)
    assert client.get(f"/certificate/{begin(client).key}").status_code == 404
    failed = hand_in(client, wrong=5).rsplit("/", 1)[1]
    assert client.get(f"/certificate/{failed}").status_code == 404


def test_a_certificate_keeps_the_title_under_which_the_course_was_taken(
    attempt: str, client: FlaskClient
) -> None:
    before = client.get(f"/certificate/{attempt}").text
    texts = quiz_texts()
    publish_quiz({**texts, COURSE_PATH: texts[COURSE_PATH].replace("First steps", "Another title")})
    assert client.get(f"/certificate/{attempt}").text == before


def test_a_retiree_gets_it_in_large_type(database: Session, client: FlaskClient) -> None:
    publish_quiz(easy_texts())
    ready_learner(client, audience=Audience.RETIREE)
    attempt = hand_in(client).rsplit("/", 1)[1]
    assert 'data-mode="elder"' in client.get(f"/certificate/{attempt}").text


# -- anybody verifies -----------------------------------------------------------------------------------


def test_anybody_can_verify_a_certificate_and_learns_little_else(
    number: str, attempt: str, anybody: FlaskClient
) -> None:
    page = anybody.get(f"/verify/{number}").text
    assert "This certificate is valid" in page
    assert "欧＊＊" in page
    assert "欧阳晓" not in page
    assert "First steps" in page
    assert "23 Nov 2026" in page
    assert number in page
    assert attempt not in page


@pytest.mark.parametrize("written", ["{}", " {} ", "lower", "plain", "spaced", "wide", "dashes"])
def test_the_number_may_be_typed_in_many_ways(number: str, anybody: FlaskClient, written: str) -> None:
    ways = {
        "lower": number.lower(),
        "plain": number.replace("-", ""),
        "spaced": number.replace("-", " "),
        "wide": number.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
        "dashes": number.replace("-", "—"),
    }
    typed = ways.get(written, written.format(number))
    answer = anybody.get("/verify", query_string={"number": typed})
    assert (answer.status_code, answer.location) == (303, f"/verify/{number}")


def test_an_address_with_the_number_in_small_letters_is_put_right(number: str, anybody: FlaskClient) -> None:
    assert anybody.get(f"/verify/{number.lower()}").location == f"/verify/{number}"


@pytest.mark.parametrize("wanted", ["2026-AAAAA-AAAAA", "hello", "—", "2026-AAAAA"])
def test_an_unknown_number_gets_kind_words_and_the_form(
    database: Session, anybody: FlaskClient, wanted: str
) -> None:
    answer = anybody.get("/verify", query_string={"number": wanted}, follow_redirects=True)
    assert answer.status_code == 404
    assert "There is no certificate with this number" in answer.text
    assert 'name="number"' in answer.text


def test_the_form_stands_by_itself(database: Session, anybody: FlaskClient) -> None:
    answer = anybody.get("/verify")
    assert answer.status_code == 200
    assert "There is no certificate" not in answer.text
    assert anybody.get("/verify", query_string={"number": "  "}).status_code == 200
