"""The progress list to take away: same rows as the screen, harmless in a spreadsheet, on record."""

import csv
import io
import re
import zipfile
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.journal.models import Entry
from lms.web.manage.exports import safe
from tests.support.company import TODAY, failed, hr, obliged, passed, sitting, tree
from tests.support.library import publish_texts
from tests.support.people import NANJING, make_department
from tests.support.quiz_texts import quiz_texts
from tests.support.sittings import DUE
from tests.support.statements import statements

FILTERS = ("", "?state=unfinished", "?state=done", "?due=overdue", "?text=毕", "?text=nobody")


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def lines(response: TestResponse) -> list[dict[str, str]]:
    """The lines of a CSV file below its headings."""
    assert response.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


def sheet(response: TestResponse) -> list[list[object]]:
    """The lines of a workbook, headings first."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.data))
    return list(book.get_sheet_by_index(0).to_python())


def company() -> None:
    _, production, workshop = tree()
    obliged("未", department=workshop, due_in=-2)
    sitting(obliged("考", department=production))
    failed(obliged("补", region=NANJING))
    passed(obliged("毕"))


def shown(page: str) -> int:
    """How many rows the screen says there are."""
    found = re.search(r"(\d+) assigned course", page)
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("query", FILTERS)
def test_an_export_has_as_many_lines_as_the_screen_says(client: FlaskClient, query: str) -> None:
    hr(client)
    company()
    rows = shown(client.get(f"/manage/progress{query}").text)
    assert len(lines(client.get(f"/manage/progress.csv{query}"))) == rows
    assert len(sheet(client.get(f"/manage/progress.xlsx{query}"))) == rows + 1


def test_a_line_says_what_the_screen_says(client: FlaskClient) -> None:
    hr(client)
    company()
    line = next(one for one in lines(client.get("/manage/progress.csv")) if one["Name"] == "补")
    assert line["Insured in"] == f"region code {NANJING}"
    assert (line["State"], line["Failed papers"], line["Last score"]) == ("Catching up", "1", "70.0")
    assert (line["Due on"], line["Assigned on"]) == (DUE.isoformat(), TODAY.isoformat())
    late = next(one for one in lines(client.get("/manage/progress.csv")) if one["Name"] == "未")
    assert (late["Department"], late["Days overdue"], late["Last score"]) == ("总装车间", "2", "")


def test_both_files_hold_the_same(client: FlaskClient) -> None:
    hr(client)
    company()
    headings, *rows = sheet(client.get("/manage/progress.xlsx"))
    texts = [[_as_text(cell) for cell in row] for row in rows]
    assert [dict(zip(map(str, headings), row, strict=True)) for row in texts] == [
        {**line, "Last score": line["Last score"].removesuffix(".0")}
        for line in lines(client.get("/manage/progress.csv"))
    ]


def _as_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "=cmd|' /C calc'!A0"])
def test_a_name_is_never_a_formula(client: FlaskClient, name: str) -> None:
    hr(client)
    obliged(name)
    assert [line["Name"] for line in lines(client.get("/manage/progress.csv"))] == [f"'{name}"]
    response = client.get("/manage/progress.xlsx")
    assert sheet(response)[1][1] == name
    assert b"<f>" not in _parts(response)


def _parts(response: TestResponse) -> bytes:
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_a_web_address_is_a_text(client: FlaskClient) -> None:
    hr(client)
    obliged("http://example.com/")
    assert sheet(client.get("/manage/progress.xlsx"))[1][1] == "http://example.com/"
    assert b"hyperlink" not in _parts(client.get("/manage/progress.xlsx"))


def test_only_texts_are_made_harmless() -> None:
    assert [safe(cell) for cell in (-1, None, "", "a=b", "-")] == [-1, None, "", "a=b", "'-"]


def test_a_name_with_commas_quotes_and_lines_stays_in_its_cell(client: FlaskClient) -> None:
    hr(client)
    obliged('a,"b"\nc')
    assert [line["Name"] for line in lines(client.get("/manage/progress.csv"))] == ['a,"b"\nc']


def test_the_files_are_named_and_typed(client: FlaskClient) -> None:
    hr(client)
    table, book = client.get("/manage/progress.csv"), client.get("/manage/progress.xlsx")
    assert table.mimetype == "text/csv"
    assert book.mimetype.endswith("spreadsheetml.sheet")
    assert f"progress-{TODAY.isoformat()}.csv" in table.headers["Content-Disposition"]
    assert table.headers["Cache-Control"] == "no-store"
    assert client.get("/manage/progress.pdf").status_code == 404


def test_who_took_what_away_is_on_record_without_names(database: Session, client: FlaskClient) -> None:
    somebody = hr(client)
    company()
    client.get("/manage/progress.csv?state=unfinished&text=未")
    database.rollback()
    (entry,) = database.scalars(select(Entry).where(Entry.act == "progress.exported"))
    assert (entry.actor_id, entry.subject) == (somebody.id, "csv")
    assert entry.facts == {"rows": 1, "filters": {"state": "unfinished", "text": "…"}}


def test_an_empty_list_is_a_file_with_headings(client: FlaskClient) -> None:
    hr(client)
    assert lines(client.get("/manage/progress.csv")) == []
    assert len(sheet(client.get("/manage/progress.xlsx"))) == 1


@pytest.mark.parametrize("headcount", [5, 50])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_export_takes_four_statements_whatever_the_headcount(
    app: Flask, client: FlaskClient, ending: str, headcount: int
) -> None:
    hr(client)
    for number in range(headcount):
        obliged(number=f"N{number:03}", department=make_department(name=str(number)))
    client.get("/manage/progress.csv")
    with statements(app) as heard:
        assert client.get(f"/manage/progress.{ending}").status_code == 200
    assert len(heard) == 4
