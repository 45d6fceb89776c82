"""Style sheets and scripts leave small. Pages do not: they hold secrets beside what others put there."""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

TYPES = ("text/css", "text/javascript", "image/svg+xml")


@lru_cache(maxsize=32)
def _small(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _compress(response: Response) -> Response:
    if request.endpoint != "static" or response.status_code != 200 or response.mimetype not in TYPES:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0:
        response.direct_passthrough = False
        response.set_data(_small(response.get_data()))
        response.content_encoding = "gzip"
    return response


def install(app: Flask) -> None:
    """Connect to the application."""
    app.after_request(_compress)
