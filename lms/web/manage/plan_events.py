"""Workshops to which an amount of the budget may belong."""

from datetime import date

from flask_babel import gettext

from lms.kernel.clock import china_date
from lms.web.event_words import KINDS
from lms.web.formats import day
from lms.workshops.queries import Event, events_between
from lms.workshops.rules import EventKind


def event_names(year: int) -> dict[str, str]:
    """Key → title and day of the workshops of a year; a visit at home without saying to whom."""
    return {one.key: _name(one) for one in events_between(date(year, 1, 1), date(year, 12, 31))}


def event_choices(year: int) -> list[tuple[str, str]]:
    """The same to choose from, after having none."""
    return [("", gettext("None")), *event_names(year).items()]


def _name(event: Event) -> str:
    title = str(KINDS[event.kind]) if event.kind is EventKind.HOME_VISIT else event.title
    return f"{title} · {day(china_date(event.starts_at))}"
