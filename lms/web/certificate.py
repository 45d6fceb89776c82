"""Certificates: one's own to print, and a public page by which anybody can verify one."""

import re
import unicodedata
from datetime import datetime
from decimal import Decimal

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from lms.assignments.outcomes import outcome
from lms.assignments.records import certificate, own_certificate
from lms.courses.queries import course
from lms.courses.rules import Course
from lms.kernel.clock import china_date
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.quizzes.queries import quiz
from lms.quizzes.rules import PASS_LINE
from lms.web.addresses import url_for
from lms.web.formats import plain
from lms.web.guard import asker, open_to_all, requires
from lms.web.shells import home, shell
from lms.workshops.certified import attended

screens = Blueprint("certificate", __name__)
_NUMBER = re.compile(r"(\d{4})([0-9A-Z]{5})([0-9A-Z]{5})")


@screens.get("/certificate/<attempt>")
@requires(Permission.CERTIFICATE_PRINT)
def own(attempt: str) -> str:
    """The asker's own certificate for an attempt that passed."""
    found = outcome(asker().id, attempt)
    paper, result = found.paper, found.paper.verdict
    if result is None or not result.passed or found.certificate is None or found.completed_at is None:
        raise NotFound(kind="certificate", key=attempt)
    name = quiz(paper.release_id, paper.quiz).course
    return _page(
        found.certificate,
        course(paper.release_id, name),
        found.completed_at,
        score=plain(result.shown),
        line=paper.pass_line,
    )


@screens.get("/certificate/acknowledged/<number>")
@requires(Permission.CERTIFICATE_PRINT)
def acknowledged(number: str) -> str:
    """The asker's own certificate for a course without a quiz: read and confirmed, or taught at an event."""
    found = own_certificate(asker().id, number)
    if not found.acknowledged:
        raise NotFound(kind="certificate", key=number)
    return _page(number, course(found.release_id, found.course), found.completed_at)


def _page(number: str, of: Course, at: datetime, *, score: str = "", line: Decimal = PASS_LINE) -> str:
    """The certificate to print; without a *score* it says what the course was completed by instead."""
    return render_template(
        "certificate/own.html",
        shell=shell("_learner.html"),
        home=home(),
        course=of,
        score=score,
        event="" if score else attended(number),
        line=line,
        number=number,
        completed_on=china_date(at),
        address=url_for("certificate.verified", number=number, _external=True),
    )


@screens.get("/verify")
@open_to_all
def verify() -> str | Response | tuple[str, int]:
    """The form that takes a number; a number in it leads to its page."""
    typed = request.args.get("number", "").strip()
    if canonical(typed):
        return redirect(url_for("certificate.verified", number=canonical(typed)), code=303)
    return _form(typed)


def _form(typed: str) -> str | tuple[str, int]:
    """The form; with what was *typed* it says that there is no such certificate."""
    page = render_template("certificate/verify.html", shell=shell("_learner.html"), typed=typed)
    return (page, 404) if typed else page


@screens.get("/verify/<number>")
@open_to_all
def verified(number: str) -> str | Response | tuple[str, int]:
    """Whether a certificate with this number was given, to whom (masked), for what and when."""
    wanted = canonical(number)
    if wanted and wanted != number:
        return redirect(url_for("certificate.verified", number=wanted), code=303)
    try:
        found = certificate(wanted)
    except NotFound:
        return _form(number)
    return render_template(
        "certificate/verified.html",
        shell=shell("_learner.html"),
        found=found,
        event=attended(found.number) if found.acknowledged else "",
        name=masked(found.name),
        completed_on=china_date(found.completed_at),
        course=course(found.release_id, found.course),
    )


def canonical(typed: str) -> str:
    """A number as it is printed, however it was typed: full width, small letters, spaces, any dashes."""
    letters = unicodedata.normalize("NFKC", typed).upper()
    bare = "".join(letter for letter in letters if letter.isalnum())
    match = _NUMBER.fullmatch(bare)
    return "-".join(match.groups()) if match else bare[:40]


def masked(name: str) -> str:
    """Enough of a name to compare, too little to learn it: the first character."""
    return name[:1] + "＊" * (len(name) - 1)
