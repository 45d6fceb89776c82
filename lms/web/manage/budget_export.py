"""The budget of a year as a workbook: the sums, the single amounts, and what the sums mean."""

import io
from collections.abc import Iterator

from flask import send_file
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.journal.operations import record
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.late import library
from lms.kernel.permissions import Permission
from lms.planning.budgets import Budget, budget, costs
from lms.planning.rules import SUGGESTED
from lms.web.formats import plain
from lms.web.guard import asker, requires
from lms.web.manage.budget import open_year
from lms.web.manage.exports import Cell
from lms.web.manage.parts import screens
from lms.web.manage.plan_events import event_names
from lms.web.manage.plan_words import CATEGORIES

_WORKBOOK = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTH = 18


@screens.get("/plan/budget.xlsx", endpoint="budget_export")
@requires(Permission.PLAN_VIEW)
def export() -> Response:
    """The workbook of a year that has a budget."""
    year = open_year()
    found = budget(year) or Budget(year, None, 0, None, ())
    file = io.BytesIO()
    with library("xlsxwriter").Workbook(file, _WORKBOOK | {"in_memory": True}) as book:
        for name, lines in (
            (gettext("Budget"), list(_sums(found))),
            (gettext("Amounts"), list(_amounts(year))),
        ):
            sheet = book.add_worksheet(str(name))
            sheet.set_column(0, 7, _WIDTH)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line, None if number else book.add_format({"bold": True}))
            sheet.freeze_panes(1, 0)
    with unit_of_work():
        record("budget.exported", str(year), actor_id=asker().id, at=clock.now(), rows=len(lines) - 1)
    file.seek(0)
    return send_file(file, mimetype=_SHEET, as_attachment=True, download_name=f"budget-{year}.xlsx")


def _sums(found: Budget) -> Iterator[list[Cell]]:
    yield [gettext("Category"), gettext("Planned (yuan)"), gettext("Spent (yuan)")]
    for line in found.lines:
        yield [str(CATEGORIES[line.category]), line.planned, line.spent]
    yield [gettext("All together"), found.planned, found.spent]
    yield []
    yield [gettext("Amount a head (yuan)"), found.per_head]
    yield [gettext("People"), found.heads]
    yield [gettext("Counted on"), found.counted_on]
    yield [gettext("Reserved (yuan): amount a head × people"), found.total]
    yield [gettext("Left (yuan): reserved − spent"), found.left]
    yield [gettext("Spent a head (yuan)"), found.spent_per_head]
    least, most = (plain(one) for one in SUGGESTED)
    yield [
        gettext("Suggested by the founding document: %(least)s–%(most)s yuan a head", least=least, most=most)
    ]


def _amounts(year: int) -> Iterator[list[Cell]]:
    yield [
        gettext("Planned or spent"),
        gettext("Category"),
        gettext("Amount (yuan)"),
        gettext("Day"),
        gettext("What for"),
        gettext("Workshop or visit"),
        gettext("Entered by"),
    ]
    events, spent, planned = event_names(year), gettext("Spent"), gettext("Planned")
    for one in costs(year):
        yield [
            spent if one.is_spent else planned,
            str(CATEGORIES[one.category]),
            one.amount,
            one.on,
            one.note,
            events.get(one.event_key, one.event_key),
            one.by,
        ]
