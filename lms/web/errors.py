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
    "cannot-acknowledge": (
        409,
        lazy_gettext("First read every page and answer every quick check; then you can confirm."),
    ),
    "not-yours-to-issue": (409, lazy_gettext("You cannot issue a password to this person.")),
    "not-by-oneself": (
        409,
        lazy_gettext("Nobody puts help for themselves on record. Ask a colleague in HR."),
    ),
    "not-a-draft": (409, lazy_gettext("This change is registered; it can no longer be edited.")),
    "not-registered": (409, lazy_gettext("This change does not wait for approval any more.")),
    "same-person": (409, lazy_gettext("Who registered a change does not approve it. Ask somebody else.")),
    "change-has-moved": (409, lazy_gettext("Somebody has changed this since you looked at it. Look again.")),
    "nothing-differs": (409, lazy_gettext("The drafts say what is live already.")),
    "live-has-moved": (
        409,
        lazy_gettext("Files were published meanwhile. Send the change back and bring its drafts up to date."),
    ),
    "library-has-faults": (409, lazy_gettext("The drafted files have faults. Nothing was published.")),
    "change-not-running": (409, lazy_gettext("This change is not being rolled out.")),
    "change-not-paused": (409, lazy_gettext("The clocks of this change are not paused.")),
    "not-a-newer-change": (409, lazy_gettext("Only a change that was approved later can take over.")),
    "unit-approved": (409, lazy_gettext("Somebody has approved this already.")),
    "unit-not-fit": (409, lazy_gettext("This unit cannot go to this audience. Look at its course file.")),
    "draft-has-moved": (409, lazy_gettext("Somebody has saved this file in the same moment. Try again.")),
    "not-editable-by-form": (
        409,
        lazy_gettext("This file cannot be changed by a form. Open it in the text editor."),
    ),
    "campaign-has-moved": (
        409,
        lazy_gettext("Somebody has changed this since you looked at it. Look again."),
    ),
    "campaign-not-a-draft": (
        409,
        lazy_gettext("This assignment is no draft any more. Open it from the list."),
    ),
    "campaign-too-late": (409, lazy_gettext("This assignment waits no longer. Open it from the list.")),
    "import-not-ready": (409, lazy_gettext("This list has been taken or thrown away meanwhile.")),
    "already-helped": (409, lazy_gettext("A colleague is learning with this person just now.")),
    "assistance-over": (409, lazy_gettext("This has been put on record already.")),
    "no-easy-form": (
        409,
        lazy_gettext(
            "This lesson has no easy form, so it cannot be read out here. "
            "Choose a lesson written for retirees."
        ),
    ),
    "report-no-draft": (
        409,
        lazy_gettext("This report has no draft: it was signed, or never begun. Open it from the list."),
    ),
    "report-nothing-signed": (
        409,
        lazy_gettext("There is nothing signed to correct, or a correction is under way already."),
    ),
    "person-left": (409, lazy_gettext("This person is not with the company any more.")),
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
