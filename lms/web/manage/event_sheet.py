"""签到表: the list that people sign by hand, on the screen and as PDF, by name or by department."""

from collections.abc import Sequence

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.kernel.errors import NotFound
from lms.kernel.permissions import Permission
from lms.printing.documents import Attendance
from lms.printing.typesetting import pdf
from lms.web import sheets
from lms.web.event_texts import long_when
from lms.web.guard import requires
from lms.web.manage.parts import screens, show
from lms.workshops.queries import Event, Order, Seat, event, seats
from lms.workshops.rules import SeatState

_ORDERS: dict[str, Order] = {"name": "name", "department": "department"}
LEAST_BLANK, MOST_BLANK = 5, 15
"""Empty lines for who comes without having signed up: the places left, though not fewer and not more."""


@screens.get("/events/<key>/sheet", endpoint="event_sheet")
@requires(Permission.EVENT_VIEW)
def sheet(key: str) -> str:
    """The list as a page that can be printed."""
    found, order = event(key), _order()
    return show(
        "event_sheet",
        event=found,
        when=long_when(found),
        rows=_signed(key, order),
        blank=_blank(found),
        order=order,
    )


@screens.get("/events/<key>/sheet.pdf", endpoint="event_sheet_pdf")
@requires(Permission.EVENT_VIEW)
def sheet_pdf(key: str) -> Response:
    """The same as PDF, in Chinese: it goes to people here."""
    found, order = event(key), _order()
    with sheets.in_chinese():
        made = sheets.paper(found.title, [_paper(found, _signed(key, order))])
    return sheets.pdf_response(pdf(made), f"event-{key}")


def _order() -> Order:
    given = request.args.get("order", "name")
    if given not in _ORDERS:
        raise NotFound(kind="order", key=given)
    return _ORDERS[given]


def _signed(key: str, order: Order) -> list[Seat]:
    return [one for one in seats(key, order) if one.state is SeatState.SIGNED]


def _blank(one: Event) -> int:
    return min(MOST_BLANK, max(LEAST_BLANK, one.free))


def _paper(one: Event, rows: Sequence[Seat]) -> Attendance:
    facts = [
        gettext("When: %(when)s", when=long_when(one)),
        gettext("Where: %(place)s", place=one.place),
    ]
    if one.host:
        facts.append(gettext("Led by: %(host)s", host=one.host))
    return Attendance(
        title=gettext("Attendance: %(title)s", title=one.title),
        facts=tuple(facts),
        head=(
            gettext("No."),
            gettext("Name"),
            gettext("Department"),
            gettext("Sign here"),
            gettext("Remarks"),
        ),
        rows=tuple((row.name, row.department) for row in rows),
        blank=_blank(one),
        note=gettext(
            "Not signed up? Write into an empty line. Remarks: came late, left early, was helped by whom."
        ),
    )
