"""Workshops and visits: what waits for its attendance, what is to come month by month, what is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext

from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.permissions import Permission
from lms.web.event_words import EVENTS, KINDS, when
from lms.web.guard import asker, requires
from lms.web.languages import chosen
from lms.web.manage.event_words import TAGS
from lms.web.manage.parts import screens, show
from lms.web.manage.progress import Select, asked, code_of, selects
from lms.workshops.lists import coming_events, past_events, unfinished_events
from lms.workshops.queries import Event
from lms.workshops.rules import EventKind, EventState


@dataclass(frozen=True)
class Month:
    """The events of a month; ``name`` in the language of the page."""

    name: str
    events: Sequence[Event]


@screens.get("/events")
@requires(Permission.EVENT_VIEW)
def events() -> str:
    """The list; narrowed to a kind if one is asked for."""
    given = asked(("kind",))
    kind, at = code_of(EventKind, given.get("kind", "")), clock.now()
    coming, left, past = (
        [one for one in found if kind in {None, one.kind}]
        for found in (coming_events(at), unfinished_events(at), past_events(at))
    )
    return show(
        "events",
        months=_by_month(coming),
        left=left,
        past=past,
        given=given,
        selects=_selects(given),
        may_edit=asker().may(Permission.EVENT_EDIT),
        kinds=KINDS,
        states=EVENTS,
        tags=TAGS,
        when=when,
        now=at,
        draft=EventState.DRAFT,
    )


def _selects(given: dict[str, str]) -> list[Select]:
    options = {"kind": (gettext("Kind"), [(one.value, str(words)) for one, words in KINDS.items()])}
    return selects(options, given)


def _by_month(events: Sequence[Event]) -> list[Month]:
    def month(one: Event) -> tuple[int, int]:
        day = china_date(one.starts_at)
        return day.year, day.month

    return [Month(_name(*key), list(found)) for key, found in groupby(events, month)]


def _name(year: int, month: int) -> str:
    return f"{year}-{month:02}" if chosen() == "en" else f"{year}年{month}月"
