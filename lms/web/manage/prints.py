"""The print centre of HR: lessons as sheets and courses as booklets, for a city and a standing."""

from dataclasses import dataclass

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.courses import queries as courses
from lms.courses.rules import Course, CourseKind, Form
from lms.kernel.permissions import Permission
from lms.people.models import Status
from lms.policies.queries import policies_of
from lms.printing.typesetting import pdf
from lms.web import sheets
from lms.web.citations import place_name
from lms.web.guard import asker, requires
from lms.web.identity import STATUS_WORDS
from lms.web.manage.parts import screens, show
from lms.web.manage.progress import Select, asked, code_of, offered
from lms.web.reading import Reader

_NAMES = ("region", "status")


@dataclass(frozen=True)
class _Asked:
    """For whom: somebody insured in a region, with a standing; both as they stand in addresses."""

    region: str
    status: Status


@screens.get("/prints", endpoint="prints")
@requires(Permission.SHEETS_PRINT)
def prints() -> str:
    """What can be printed; courses in the easy form first."""
    wanted = _wanted()
    return show(
        "prints",
        selects=_selects(wanted),
        given={"region": wanted.region, "status": wanted.status.value},
        courses=printable(),
    )


def printable() -> list[Course]:
    """Courses of the live release that may be given to anybody; those in the easy form first."""
    found = courses.courses_of(asker().release_id).values()
    open_ones = [one for one in found if one.kind is not CourseKind.DELTA]
    return sorted(open_ones, key=lambda one: one.form is not Form.EASY)


def _wanted() -> _Asked:
    """What the address asks for: retired people in the city of the asker unless it says otherwise."""
    given = asked(_NAMES)
    offered(given, "region", policies_of(asker().release_id).regions)
    return _Asked(
        given.get("region", asker().region), code_of(Status, given.get("status", "")) or Status.RETIRED
    )


def _selects(wanted: _Asked) -> list[Select]:
    policies = policies_of(asker().release_id)
    regions = [(code, place_name(policies, code)) for code in policies.regions]
    statuses = [(one.value, str(STATUS_WORDS[one])) for one in Status]
    return [
        Select("region", gettext("Insured in"), regions, wanted.region),
        Select("status", gettext("Standing"), statuses, wanted.status.value),
    ]


def _reader() -> Reader:
    return sheets.reader_of(_wanted())


@screens.get("/prints/<course>/<lesson>.pdf", endpoint="prints_sheet")
@requires(Permission.SHEETS_PRINT)
def sheet(course: str, lesson: str) -> Response:
    """A lesson on a sheet of A4."""
    release_id = asker().release_id
    of, found = courses.course(release_id, course), courses.lesson(release_id, course, lesson)
    with sheets.in_chinese():
        made = sheets.paper(found.title, [sheets.lesson_sheet(release_id, of, found, _reader())])
    return sheets.pdf_response(pdf(made), f"{course}-{lesson}-{request.args.get('region', '')}".rstrip("-"))


@screens.get("/prints/<course>.pdf", endpoint="prints_booklet")
@requires(Permission.SHEETS_PRINT)
def booklet(course: str) -> Response:
    """A course as a booklet."""
    release_id = asker().release_id
    found = courses.course(release_id, course)
    with sheets.in_chinese():
        made = sheets.paper(found.title, [sheets.booklet(release_id, found, _reader())])
    return sheets.pdf_response(pdf(made), f"{course}-{request.args.get('region', '')}".rstrip("-"))
