"""Addresses of pages and files, built once: a page has dozens, and their parts never change.

Pages that a helper opens for somebody else stand below ``/with/<key>``: what tells them apart is their
address, so that the helper's own pages can be open beside them.
"""

import hashlib
from collections.abc import Iterable
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import flask
from flask import current_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HELPED = frozenset({"audio", "catchup", "easy", "event", "quiz", "sheets", "survey"})
"""Blueprints whose pages a helper may open for somebody else."""
WITH = "xuanguan.with"
"""In the environment of a request: the key below which it was asked for."""
_PREFIX = "/with/"
_FIRST = ("/catchup", "/easy", "/event", "/quiz", "/survey")
"""How the paths of ``HELPED`` begin."""
_beginning: ContextVar[str] = ContextVar("beginning", default="")
"""The beginning of all addresses of ``HELPED`` while a helper's page is made; otherwise empty."""


def url_for(endpoint: str, **values: object) -> str:
    """The address of an endpoint, as Flask builds it; whole addresses, with the host, are not kept."""
    if any(name.startswith("_") or isinstance(value, list) for name, value in values.items()):
        address = flask.url_for(endpoint, **values)  # type: ignore[arg-type]
    else:
        address = _built(endpoint, tuple(values.items()))
    beginning = _beginning.get()
    return beginning + address if beginning and is_helped(endpoint) and address.startswith("/") else address


@lru_cache(maxsize=8192)
def _built(endpoint: str, values: tuple[tuple[str, object], ...]) -> str:
    return flask.url_for(endpoint, **dict(values))  # type: ignore[arg-type]


def is_helped(endpoint: str) -> bool:
    """Whether a helper may open this endpoint for somebody else."""
    return endpoint.partition(".")[0] in HELPED


def below(key: str) -> str:
    """How all addresses begin that a helper opens for somebody."""
    return f"{_PREFIX}{key}"


def stay_below(key: str) -> None:
    """From here on, addresses of this request lead to pages that the helper opens for the same person."""
    _beginning.set(below(key))


def kept_below(address: str) -> str:
    """Where a helper's page leads on to: the address of a page that may be helped gets the key."""
    beginning = _beginning.get()
    return beginning + address if beginning and address.startswith(_FIRST) else address


class Below:
    """Takes ``/with/<key>`` off the address of a request and notes the key in its environment."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """The answer to a request."""
        path = str(environ.get("PATH_INFO", ""))
        if not path.startswith(_PREFIX):
            return self._application(environ, start)
        key, slash, rest = path.removeprefix(_PREFIX).partition("/")
        environ[WITH], environ["PATH_INFO"] = key, slash + rest or "/"
        before = _beginning.set("")
        try:
            return self._application(environ, start)
        finally:
            _beginning.reset(before)


@lru_cache(maxsize=64)
def static_url(name: str) -> str:
    """Address of a static file that changes with its content, so that it may be cached for ever."""
    content = (Path(str(current_app.static_folder)) / name).read_bytes()
    return flask.url_for("static", filename=name, v=hashlib.sha256(content).hexdigest()[:10])
