"""Every refusal as a page that says what, why, and what to do next. The one place for it."""

from collections.abc import Mapping

from flask import Flask, render_template
from flask_babel import LazyString, lazy_gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound

from lms.kernel.errors import DomainError

Answer = tuple[str, int]
_REFUSALS: Mapping[str, tuple[int, LazyString]] = {
    "not-found": (404, lazy_gettext("There is no such page, or it is not yours.")),
    "already-submitted": (
        409,
        lazy_gettext("This paper has already been handed in. What was saved before counted."),
    ),
    "not-on-the-paper": (404, lazy_gettext("This question is not on your paper.")),
    "not-an-answer": (400, lazy_gettext("That cannot be an answer to this question.")),
    "older-tab": (409, lazy_gettext("This answer was changed on another page.")),
    "paper-not-open": (409, lazy_gettext("A paper cannot be opened yet.")),
    "cannot-draw": (
        503,
        lazy_gettext("The question bank cannot fill a paper today. HR has to add questions."),
    ),
    "not-yours-to-issue": (409, lazy_gettext("You cannot issue a password to this person.")),
    "not-by-oneself": (
        409,
        lazy_gettext("Nobody puts help for themselves on record. Ask a colleague in HR."),
    ),
    "no-help-needed": (409, lazy_gettext("This person is not waiting for help any more.")),
}


def _refused(error: DomainError) -> Answer:
    status, sentence = _REFUSALS.get(error.code, (409, lazy_gettext("This cannot be done now.")))
    name = "errors/not_found.html" if status == 404 else "errors/refused.html"
    return render_template(name, sentence=sentence, status=status), status


def _not_found(_error: NotFound) -> Answer:
    return render_template("errors/not_found.html", status=404), 404


def _expired(_error: CSRFError) -> Answer:
    return render_template("errors/expired.html", status=400), 400


def _http(error: HTTPException) -> Answer:
    status = error.code or 500
    name = "errors/forbidden.html" if status == 403 else "errors/refused.html"
    return render_template(name, sentence=lazy_gettext("This cannot be done now."), status=status), status


def _broken(_error: Exception) -> Answer:
    return render_template("errors/broken.html", status=500), 500


def install(app: Flask) -> None:
    """Connect to the application."""
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(404, _not_found)
    app.register_error_handler(500, _broken)
    app.register_error_handler(HTTPException, _http)
