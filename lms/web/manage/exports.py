"""Tables to take away. The progress list: the same filters and the same rows as on the screen."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import IO, Any

from flask import send_file
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from lms.journal.operations import record
from lms.kernel import clock
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.kernel.late import library
from lms.kernel.permissions import Permission
from lms.people.queries import department_tree
from lms.reports.queries import Row, all_of
from lms.web.guard import asker, requires
from lms.web.manage.parts import course_name, place, screens, today
from lms.web.manage.policy_words import STANDINGS
from lms.web.manage.progress import asked, filters_of
from lms.web.manage.words import AUDIENCES, CAUSES, HELP_KINDS, STATES
from lms.web.standings import policy_name

Cell = str | int | Decimal | date | None
FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
"""What a spreadsheet may take for the beginning of a formula. Source: OWASP, CSV injection."""
_HEADINGS = (
    lazy_gettext("Employee number"),
    lazy_gettext("Name"),
    lazy_gettext("Department"),
    lazy_gettext("Insured in"),
    lazy_gettext("Audience"),
    lazy_gettext("Course"),
    lazy_gettext("Cause"),
    lazy_gettext("Assigned on"),
    lazy_gettext("Due on"),
    lazy_gettext("State"),
    lazy_gettext("Days overdue"),
    lazy_gettext("Failed papers"),
    lazy_gettext("Last score"),
    lazy_gettext("Score before it was marked again"),
    lazy_gettext("Marked again on"),
    lazy_gettext("Why it was marked again"),
    lazy_gettext("Completed on"),
    lazy_gettext("Certificate number"),
    lazy_gettext("With a helper"),
)
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORKBOOK = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


@screens.get("/progress.<any(csv, xlsx):ending>")
@requires(Permission.PROGRESS_EXPORT)
def progress_export(ending: str) -> Response:
    """The whole list as CSV or XLSX; with a policy in the address, how everybody stands towards it."""
    given, day = asked(), today()
    filters = filters_of(given, department_tree())
    table = Table(
        f"progress-{day.isoformat()}",
        _headings(filters.policy),
        cells(all_of(filters, day), day, filters.policy),
    )
    return taken(table, ending, "progress.exported", ending, filters=without_names(given))


def _headings(policy: str) -> list[str]:
    headings = [str(heading) for heading in _HEADINGS]
    if policy:
        headings.append(gettext("Policy standing: %(policy)s", policy=policy_name(policy)))
    return headings


@dataclass(frozen=True)
class Table:
    """What is to be taken away: the name of its file without the ending, headings, and lines below them."""

    name: str
    headings: list[str]
    lines: Iterable[list[Cell]]


def taken(table: Table, ending: str, act: str, subject: str, **facts: object) -> Response:
    """The table as a file. It is written to the disk first, then noted, then handed out."""
    write, kind = _FORMATS[ending]
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response when it has been sent
    count = write(file, table.headings, table.lines)
    with unit_of_work():
        record(act, subject, actor_id=asker().id, at=clock.now(), rows=count, **facts)
    file.seek(0)
    return send_file(file, mimetype=kind, as_attachment=True, download_name=f"{table.name}.{ending}")


def without_names(given: dict[str, str]) -> dict[str, str]:
    """Filters for the journal, which holds no names: of a text only that there was one."""
    return {name: "…" if name == "text" else value for name, value in given.items()}


def cells(rows: Iterable[Row], day: date, policy: str = "") -> Iterator[list[Cell]]:
    """Lines of the table in the order of the headings. Each word is translated once, not once a line."""
    audiences = {key: str(text) for key, text in AUDIENCES.items()}
    causes = {key: str(text) for key, text in CAUSES.items()}
    states = {key: str(text) for key, text in STATES.items()}
    standings = {key: str(text) for key, text in STANDINGS.items()}
    helped = {key: str(text) for key, text in HELP_KINDS.items()}
    acknowledged = str(gettext("acknowledged"))
    title, city = cache(course_name), cache(place)
    for row in rows:
        yield [
            row.number,
            row.name,
            row.department,
            city(row.region),
            audiences[row.audience],
            title(row.course),
            causes[row.cause],
            row.assigned_on,
            row.due_on,
            states[row.state],
            row.overdue(day),
            row.failed,
            acknowledged if row.acknowledged else row.score,
            row.first_score,
            china_date(row.regraded_at) if row.regraded_at else None,
            row.regrade_reason,
            china_date(row.completed_at) if row.completed_at else None,
            row.certificate,
            helped[row.assisted] if row.assisted else None,
            *([standings[row.standing] if row.standing else None] if policy else []),
        ]


def safe(cell: Cell) -> Cell:
    """The cell, a text that a spreadsheet could take for a formula with an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def write_csv(file: IO[bytes], headings: list[str], lines: Iterable[list[Cell]]) -> int:
    """UTF-8 with a mark that tells spreadsheets so; returns the number of lines below the headings."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    counted = _Counted(lines)
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([safe(cell) for cell in line] for line in counted)
    text.detach()
    return counted.count


def write_xlsx(file: IO[bytes], headings: list[str], lines: Iterable[list[Cell]]) -> int:
    """A workbook with one sheet; no text in it is a formula or a link. Returns as ``write_csv`` does."""
    counted = _Counted(lines)
    with library("xlsxwriter").Workbook(file, _WORKBOOK) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings) - 1, 14)
        sheet.write_row(0, 0, headings, book.add_format({"bold": True}))
        for number, line in enumerate(counted, 1):
            sheet.write_row(number, 0, line)
        sheet.autofilter(0, 0, counted.count, len(headings) - 1)
    return counted.count


class _Counted:
    """Passes lines on and counts them."""

    def __init__(self, lines: Iterable[list[Cell]]) -> None:
        self._lines = lines
        self.count = 0

    def __iter__(self) -> Iterator[list[Cell]]:
        for line in self._lines:
            self.count += 1
            yield line


_FORMATS: dict[str, tuple[Callable[[IO[bytes], list[str], Iterable[list[Any]]], int], str]] = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, _SHEET),
}
