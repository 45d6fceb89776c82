"""The empty staff list to fill in. Its columns for numbers are text, which a spreadsheet leaves alone."""

import csv
import io

from flask import send_file
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.kernel.late import library
from lms.kernel.permissions import Permission
from lms.staff.columns import COLUMNS, template
from lms.web.guard import requires
from lms.web.languages import chosen
from lms.web.manage.parts import screens

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ROWS_WITH_LISTS = 10_000


@screens.get("/people/import/template.<any(csv, xlsx):ending>", endpoint="people_template")
@requires(Permission.PEOPLE_EDIT)
def template_file(ending: str) -> Response:
    """The template in the language of the page."""
    language = "en" if chosen() == "en" else "zh"
    headings, example = template(language)
    content = _csv(headings) if ending == "csv" else _xlsx(headings, example)
    kind = "text/csv; charset=utf-8" if ending == "csv" else _SHEET
    name = gettext("staff-list")
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=f"{name}.{ending}")


def _csv(headings: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(headings)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(headings: list[str], example: list[str]) -> bytes:
    """One sheet with the headings only; the example stands in a second one, which is not read."""
    file = io.BytesIO()
    with library("xlsxwriter").Workbook(file, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "num_format": "@"})
        sheet = book.add_worksheet(gettext("Staff list"))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings) - 1, 18, text)
        sheet.write_row(0, 0, headings, bold)
        for number, choices in _choices().items():
            sheet.data_validation(
                1, number, _ROWS_WITH_LISTS, number, {"validate": "list", "source": choices}
            )
        shown = book.add_worksheet(gettext("Example"))
        shown.set_column(0, len(headings) - 1, 18, text)
        shown.write_row(0, 0, headings, bold)
        shown.write_row(1, 0, example, text)
    return file.getvalue()


def _choices() -> dict[int, list[str]]:
    """Index of a column → what may stand in it."""
    english = chosen() == "en"
    words = {
        "audience": ["hr", "employee", "retired"] if english else ["人事", "职工", "退休"],
        "state": ["active", "retired", "left"] if english else ["在职", "退休", "离职"],
        "reach": ["phone app", "text message", "letter", "call"]
        if english
        else ["手机查看", "短信", "信件", "电话"],
        "head": ["yes", "no"] if english else ["是", "否"],
    }
    return {number: words[one.name] for number, one in enumerate(COLUMNS) if one.name in words}
