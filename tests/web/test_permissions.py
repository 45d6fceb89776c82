"""Who may open what, over every route that there is."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.access.rules import may
from lms.kernel.permissions import Permission
from lms.web.guard import OPEN, access_of
from tests.support.people import make_account, make_learner, make_person, sign_in
from tests.support.routes import routes

OPEN_TO_ALL = {
    "static",
    "about.page",
    "access.enter",
    "access.sign_in",
    "access.start",
    "calendar.feed",
    "cards.code",
    "cards.digits",
    "cards.enter",
    "cards.scanned",
    "cards.take_code",
    "certificate.verified",
    "certificate.verify",
    "easy.enter",
    "easy.standard",
}
BEFORE_A_PASSWORD_OF_ONES_OWN = {"access.leave", "access.welcome"}


def declared(app: Flask) -> dict[str, Permission | str | None]:
    """Endpoint → what its route declares."""
    with app.app_context():
        return {rule.endpoint: access_of(rule.endpoint) for rule in app.url_map.iter_rules()}


def closed(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and an address of the routes that are not open to all."""
    return (one for one in routes(app) if one[0] not in OPEN_TO_ALL)


def test_every_route_declares_who_may_open_it(app: Flask) -> None:
    assert [endpoint for endpoint, access in declared(app).items() if access is None] == []


def test_the_open_routes_are_exactly_these(app: Flask) -> None:
    assert {endpoint for endpoint, access in declared(app).items() if access == OPEN} == OPEN_TO_ALL


def test_every_permission_opens_something(app: Flask) -> None:
    assert set(Permission) - set(declared(app).values()) == set()


def test_a_stranger_is_sent_to_sign_in_from_everywhere(app: Flask, client: FlaskClient) -> None:
    for endpoint, method, address in closed(app):
        response = client.open(address, method=method)
        assert response.status_code == 302, (endpoint, method)
        assert response.location.startswith("/enter?next=/"), (endpoint, method)


def test_everything_below_manage_is_beyond_a_learner(
    database: Session, app: Flask, client: FlaskClient
) -> None:
    sign_in(client, number=make_learner().number)
    below = [one for one in routes(app) if one[2].startswith("/manage")]
    assert below
    for endpoint, method, address in below:
        assert client.open(address, method=method).status_code == 403, (endpoint, method)


@pytest.mark.parametrize("role", Role)
def test_a_route_is_forbidden_exactly_to_roles_without_its_permission(
    database: Session, app: Flask, client: FlaskClient, role: Role
) -> None:
    person = make_person()
    make_account(person=person, role=role)
    sign_in(client, number=person.number)
    accesses = declared(app)
    for endpoint, method, address in closed(app):
        access = accesses[endpoint]
        assert isinstance(access, Permission), endpoint
        if method in {"GET", "HEAD"} or not may(role, access):
            answer = client.open(address, method=method).status_code
            assert (answer == 403) is not may(role, access), (endpoint, method, answer)


def test_nothing_opens_before_a_password_of_ones_own_is_set(
    database: Session, app: Flask, client: FlaskClient
) -> None:
    person = make_person()
    make_account(person=person, role=Role.ADMIN, must_change=True)
    sign_in(client, number=person.number)
    for endpoint, method, address in closed(app):
        if endpoint not in BEFORE_A_PASSWORD_OF_ONES_OWN:
            response = client.open(address, method=method)
            assert (response.status_code, response.location) == (302, "/welcome"), (endpoint, method)
