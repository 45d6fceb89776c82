"""What anybody may know: where the content comes from, accessibility, personal data."""

from datetime import date

from flask import Blueprint, render_template

from lms.web.citations import MARKS
from lms.web.guard import open_to_all
from lms.web.shells import shell

screens = Blueprint("about", __name__)

REVIEWED_ON = date(2026, 11, 22)
"""Day on which the statements of this page were last compared with the program."""


@screens.get("/about")
@open_to_all
def page() -> str:
    """The three statements on one page."""
    return render_template(
        "about/page.html", shell=shell("_learner.html"), marks=MARKS, reviewed_on=REVIEWED_ON
    )
