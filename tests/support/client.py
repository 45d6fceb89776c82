"""A test client that treats every request as the first one."""

from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.kernel.database import session


class FreshContextClient(FlaskClient):
    """Pushes an application context of its own for each request.

    Flask re-uses an application context that is already open, and Flask-Login keeps the signed-in
    account in it: with the context of a fixture held open, the second request would be made by the
    account of the first one, whatever its cookie says, and every test of access would lie.

    What the test itself has written is committed first, so that the request sees it and never waits
    for a lock that the test holds.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            session().commit()
        kwargs.setdefault("buffered", True)
        with self.application.app_context():
            return super().open(*args, **kwargs)


def text(client: FlaskClient, address: str) -> str:
    """A page that is there."""
    response = client.get(address)
    assert response.status_code == 200
    return response.text


def pressed(client: FlaskClient, address: str, **data: str) -> str:
    """Press a button; the page to which it leads."""
    response = client.post(address, data=data)
    assert response.status_code == 303, response.text
    return text(client, response.location.partition("#")[0])
