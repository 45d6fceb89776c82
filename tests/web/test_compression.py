"""Style sheets and scripts are sent small to whoever can read that; pages never are."""

import gzip

import pytest
from flask.testing import FlaskClient

SMALL = {"Accept-Encoding": "gzip, deflate"}


@pytest.mark.parametrize("name", ["xg.css", "xg.js"])
def test_a_file_is_the_same_but_smaller(client: FlaskClient, name: str) -> None:
    plain = client.get(f"/static/{name}")
    small = client.get(f"/static/{name}", headers=SMALL)
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) == int(small.headers["Content-Length"]) < len(plain.data) / 2
    assert "Content-Encoding" not in plain.headers
    assert all("Accept-Encoding" in one.headers["Vary"] for one in (plain, small))
    assert "immutable" in small.headers["Cache-Control"]


def test_who_refuses_it_gets_it_plain(client: FlaskClient) -> None:
    assert (
        "Content-Encoding"
        not in client.get("/static/xg.css", headers={"Accept-Encoding": "gzip;q=0"}).headers
    )


def test_a_browser_that_has_it_already_gets_nothing(client: FlaskClient) -> None:
    first = client.get("/static/xg.css", headers=SMALL)
    again = client.get("/static/xg.css", headers={**SMALL, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_pages_are_sent_as_they_are(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/enter", headers=SMALL).headers
