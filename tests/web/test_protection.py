"""What protects a session from other sites, and what every refusal looks like."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.factory import create_app
from lms.kernel.database import db
from tests.support.client import FreshContextClient
from tests.support.people import PASSWORD, is_signed_in, make_account, make_learner, make_person, sign_in
from tests.support.routes import routes

Build = Callable[..., Flask]


@pytest.fixture
def build(app: Flask) -> Iterator[Build]:
    """Builds the program as it is served, on the database of the test and with other settings."""
    built: list[Flask] = []

    def make(**settings: object) -> Flask:
        served = create_app(replace(app.extensions["xuanguan.settings"], testing=False, **settings))
        served.test_client_class = FreshContextClient
        built.append(served)
        return served

    yield make
    for served in built:
        with served.app_context():
            db.engine.dispose()


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


# -- forms of other sites -------------------------------------------------------------------------------


def test_signing_in_takes_a_form_of_this_site(database: Session, build: Build) -> None:
    client = build().test_client()
    data = {"number": make_learner().number, "password": PASSWORD}
    assert client.post("/enter", data=data).status_code == 400
    assert not is_signed_in(client)
    token = token_in(client.get("/enter").text)
    assert client.post("/enter", data={**data, "csrf_token": token}).status_code == 303
    assert is_signed_in(client)


def test_a_token_of_another_session_is_worth_nothing(database: Session, build: Build) -> None:
    served = build()
    token = token_in(served.test_client().get("/enter").text)
    client = served.test_client()
    client.get("/enter")
    data = {"number": make_learner().number, "password": PASSWORD, "csrf_token": token}
    assert client.post("/enter", data=data).status_code == 400


def test_every_form_is_refused_without_its_token(database: Session, app: Flask, build: Build) -> None:
    person = make_person()
    make_account(person=person, role=Role.ADMIN)
    client = build().test_client()
    token = token_in(client.get("/enter").text)
    sign_in(client, number=person.number, token=token)
    addresses = [address for _endpoint, method, address in routes(app) if method == "POST"]
    answers = {address: client.post(address).status_code for address in addresses}
    assert set(answers.values()) == {400}, answers
    assert is_signed_in(client)


# -- cookies and headers --------------------------------------------------------------------------------


def test_the_session_cookie_is_for_this_site_and_not_for_scripts(client: FlaskClient) -> None:
    cookie = client.get("/enter").headers["Set-Cookie"]
    for flag in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    for flag in ("Secure", "Expires", "Domain"):
        assert flag not in cookie


def test_over_https_cookies_and_later_visits_stay_there(build: Build) -> None:
    response = build(secure_cookies=True).test_client().get("/enter", base_url="https://localhost")
    assert "Secure" in response.headers["Set-Cookie"]
    assert "max-age" in response.headers["Strict-Transport-Security"]


def test_pages_are_not_kept_by_browsers_and_run_no_foreign_script(client: FlaskClient) -> None:
    headers = client.get("/enter").headers
    assert headers["Cache-Control"] == "no-store"
    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


# -- refusals -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", ["not_found", "forbidden", "expired", "refused", "broken"])
def test_a_refusal_has_a_heading_and_a_way_on_whoever_asks(app: Flask, name: str, language: str) -> None:
    with app.test_request_context("/somewhere", headers={"Accept-Language": language}):
        page = render_template(f"errors/{name}.html", status=400)
    assert f'<html lang="{language}"' in page
    assert page.count("<h1>") == 1
    assert '<a class="btn btn--primary" href="/">' in page


def test_an_address_that_does_not_exist_is_told_in_a_page(client: FlaskClient) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "<h1>" in response.text


def test_what_is_not_for_a_learner_is_told_in_a_page(database: Session, client: FlaskClient) -> None:
    sign_in(client, number=make_learner().number)
    response = client.get("/manage")
    assert response.status_code == 403
    assert "<h1>" in response.text


def test_a_fault_of_the_database_is_told_in_a_page_that_needs_none(
    database: Session, client: FlaskClient, build: Build, tmp_path: Path
) -> None:
    sign_in(client, number=make_learner().number)
    cookie = client.get_cookie("xuanguan")
    assert cookie
    without = build(database_url=f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}").test_client()
    without.set_cookie("xuanguan", cookie.value)
    response = without.get("/me")
    assert response.status_code == 500
    assert '<a class="btn btn--primary" href="/">' in response.text
