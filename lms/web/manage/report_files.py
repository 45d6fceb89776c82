"""A report to take away: as a PDF to hand over, and as a workbook. The journal says who took it."""

import io

from flask import Response, request, send_file
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms.journal.operations import record
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.late import library
from lms.kernel.permissions import Permission
from lms.kernel.quarters import Quarter
from lms.printing.typesetting import pdf
from lms.quarterly import queries
from lms.quarterly.models import Report as Edition
from lms.quarterly.shapes import Figures
from lms.web import sheets
from lms.web.guard import asker, requires
from lms.web.manage import report_content as content
from lms.web.manage import report_words as words
from lms.web.manage.exports import safe
from lms.web.manage.parts import screens
from lms.web.manage.report_paper import foot, paper
from lms.web.manage.report_tables import Table, definitions_table, tables
from lms.web.manage.reports import named

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORKBOOK = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
_LONGEST_SHEET_NAME = 31


@screens.get("/reports/<quarter>.pdf", endpoint="report_pdf")
@requires(Permission.REPORT_VIEW)
def report_pdf(quarter: str) -> Response:
    """The report on A4, in the language of the page."""
    edition = _edition(quarter)
    document = paper(edition, exporter=asker().name)
    data = pdf(document)
    _note(edition, "pdf")
    return sheets.pdf_response(data, _name(edition))


@screens.get("/reports/<quarter>.xlsx", endpoint="report_xlsx")
@requires(Permission.REPORT_VIEW)
def report_xlsx(quarter: str) -> AnyResponse:
    """All tables with their definitions."""
    edition = _edition(quarter)
    figures = queries.figures_of(edition)
    file = io.BytesIO()
    _write(file, [_cover(edition, figures), *tables(figures), definitions_table(figures)])
    _note(edition, "xlsx")
    file.seek(0)
    return send_file(file, mimetype=_XLSX, as_attachment=True, download_name=f"{_name(edition)}.xlsx")


def _edition(quarter: str) -> Edition:
    return queries.edition(named(quarter), request.args.get("edition", 0, type=int))


def _name(edition: Edition) -> str:
    return f"report-{edition.quarter}-{edition.edition}"


def _note(edition: Edition, kind: str) -> None:
    facts = {"edition": edition.edition, "kind": kind}
    with unit_of_work():
        record("report.exported", edition.quarter, actor_id=asker().id, at=clock.now(), **facts)


def _cover(edition: Edition, figures: Figures) -> Table:
    wording = words.wording_of(edition)
    lines = [
        [words.title_of(Quarter.named(edition.quarter))],
        [wording.sentence],
        *([f"{number}. {one.title}", one.text] for number, one in enumerate(wording.steps, 1)),
        [content.span_words(figures)],
        *([line] for line in foot(edition, figures, asker().name)),
    ]
    return Table(gettext("Report"), [sheets.company() or gettext("Your company")], lines)


def _write(file: io.BytesIO, several: list[Table]) -> None:
    with library("xlsxwriter").Workbook(file, _WORKBOOK) as book:
        bold = book.add_format({"bold": True})
        for table in several:
            sheet = book.add_worksheet(table.name[:_LONGEST_SHEET_NAME])
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, 0, 40)
            sheet.set_column(1, max(1, len(table.headings) - 1), 16)
            sheet.write_row(0, 0, list(table.headings), bold)
            for number, line in enumerate(table.lines, 1):
                sheet.write_row(number, 0, [safe(cell) for cell in line])
