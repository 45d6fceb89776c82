"""What the pages of HR's desk share: the blueprint, and the counts beside the navigation."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request

from lms.courses.queries import courses_of
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.permissions import Permission
from lms.policies.queries import Policies
from lms.policies.rules import Level
from lms.reports.workbench import Waiting, waiting
from lms.rollouts.overview import beside as at_desk
from lms.web.agenda import course_title
from lms.web.citations import joined, place_name
from lms.web.freshness import bring_up_to_date, freshness
from lms.web.guard import asker
from lms.web.identity import STATUS_WORDS, region_name
from lms.web.manage.navigation import navigation
from lms.web.manage.words import LEVELS

screens = Blueprint("manage", __name__, url_prefix="/manage")
_FILES = (".csv", ".pdf", ".xlsx", ".zip")
_LAST_PAGE = 1_000_000


@screens.before_request
def _up_to_date() -> None:
    """What waits is counted beside the navigation of every page; files are made from the ledger."""
    if request.method == "GET" and not request.path.endswith(_FILES):
        bring_up_to_date()


def today() -> date:
    """The day in China of this request."""
    return china_date(clock.now())


def show(view: str, *, counts: Waiting | None = None, **values: Any) -> str:
    """The page of a view. *counts* are read here unless the view knows them already."""
    counts = counts or waiting(today())
    found = at_desk(asker().id, today=today(), may_approve=asker().may(Permission.CHANGE_APPROVE))
    return render_template(
        f"manage/{view}.html",
        counts={"progress": counts.overdue, "catchup": counts.help, "policy": found.policy},
        unread=found.unread,
        today=today(),
        freshness=freshness(),
        navigation=navigation(),
        **values,
    )


def asked_page() -> int:
    """The page in the address; no list is as long as the largest number that can stand there."""
    return min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)


def course_name(course: str) -> str:
    """Title of a course in the language of the page; its id when the library no longer has it."""
    found = courses_of(asker().release_id).get(course)
    return course_title(found) if found else course


def place(region: str) -> str:
    """Name of a region in the language of the page."""
    return region_name(asker().release_id, region)


def scope(policies: Policies, region: str, status: str, level: Level) -> str:
    """For whom a value holds: place, standing and level of care, as far as they matter."""
    words = [place_name(policies, region)]
    words += [str(text) for known, text in STATUS_WORDS.items() if known == status]
    words += [str(LEVELS[level])] if level in LEVELS else []
    return joined(words, "、")
