"""Security headers of every response, and no caching of what belongs to one person."""

from flask import Flask, Response, request

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_STATIC = {**_HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}
_PERSONAL = {**_HEADERS, "Cache-Control": "no-store"}
_UNTOLD = {**_PERSONAL, "Referrer-Policy": "no-referrer"}
"""Of an address that nobody is to hear of, not even this site: it holds the code of a card."""
_FEED = {**_UNTOLD, "Cache-Control": "private, no-cache"}
"""Of a calendar: its program keeps it, and asks whether it is still the same."""
_KINDS = {"calendar.feed": _FEED, "cards.scanned": _UNTOLD, "static": _STATIC}
"""Endpoint → headers, where they are not those of everything else."""


def _add(response: Response) -> Response:
    response.headers.pop("Cache-Control", None)
    response.headers.extend(_KINDS.get(request.endpoint or "", _PERSONAL))
    return response


def install(app: Flask) -> None:
    """Connect to the application."""
    app.after_request(_add)
    if app.config["SESSION_COOKIE_SECURE"]:
        app.after_request(_only_https)


def _only_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response
