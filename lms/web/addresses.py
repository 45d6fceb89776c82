"""Addresses of pages and files, built once: a page has dozens, and their parts never change."""

import hashlib
from functools import lru_cache
from pathlib import Path

import flask
from flask import current_app


def url_for(endpoint: str, **values: object) -> str:
    """The address of an endpoint, as Flask builds it; whole addresses, with the host, are not kept."""
    if any(name.startswith("_") or isinstance(value, list) for name, value in values.items()):
        return flask.url_for(endpoint, **values)  # type: ignore[arg-type]
    return _built(endpoint, tuple(values.items()))


@lru_cache(maxsize=8192)
def _built(endpoint: str, values: tuple[tuple[str, object], ...]) -> str:
    return flask.url_for(endpoint, **dict(values))  # type: ignore[arg-type]


@lru_cache(maxsize=64)
def static_url(name: str) -> str:
    """Address of a static file that changes with its content, so that it may be cached for ever."""
    content = (Path(str(current_app.static_folder)) / name).read_bytes()
    return flask.url_for("static", filename=name, v=hashlib.sha256(content).hexdigest()[:10])
