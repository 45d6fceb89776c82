"""Taking in a staff list through the pages: upload, preview with every fault, taking it, result."""

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.journal.models import Entry
from lms.people.models import Department, Person, PersonState
from lms.staff.models import Import, ImportState
from lms.web import uploads
from tests.support.company import hr
from tests.support.library import publish_library
from tests.support.people import leave, make_account, make_department, make_learner, make_person, sign_in
from tests.support.staff_lists import IMPORT, as_csv, row, take, text_of, upload, uploaded


@pytest.fixture
def desk(database: Session, client: FlaskClient) -> FlaskClient:
    publish_library()
    hr(client, department=make_department(name="人事部"))
    return client


def person(database: Session, number: str) -> Person | None:
    database.expire_all()
    return database.scalar(select(Person).where(Person.number == number))


def kinds(page: str) -> dict[str, int]:
    """The counts above the rows."""
    nav = re.search(r'aria-label="By kind">(.*?)</nav>', page, re.DOTALL)
    found = (
        re.findall(r"<li>\s*([A-Za-z ]+?) (\d+)\s*</li>", re.sub(r"</?[ab][^>]*>", "", nav[1])) if nav else []
    )
    return {words: int(count) for words, count in found}


# -- the form and its template --------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_template_can_be_filled_in_and_taken(desk: FlaskClient, database: Session, ending: str) -> None:
    content = desk.get(f"{IMPORT}/template.{ending}").data
    if ending == "xlsx":
        sheets = CalamineWorkbook.from_filelike(io.BytesIO(content))
        headings = [str(cell) for cell in sheets.get_sheet_by_index(0).to_python()[0]]
        assert len(sheets.get_sheet_by_index(0).to_python()) == 1
    else:
        headings = next(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert headings[:3] == ["Employee number*", "Name*", "Department*"]
    filled = dict(zip(headings, ["Q1", "林晓", "研发中心", "110000", "employee", "2026-11-16"], strict=False))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, headings)
    writer.writeheader()
    writer.writerow(filled)
    address = str(upload(desk, text.getvalue().encode()).location)
    assert kinds(desk.get(address).text) == {"New": 1}


def test_the_form_says_what_is_missing(desk: FlaskClient) -> None:
    response = desk.post(IMPORT, data={})
    assert response.status_code == 422
    assert 'id="file-err"' in response.text
    assert "Say whether everybody is in it" in response.text


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.csv", "The file is empty"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "old.xls", "old XLS format"),
        (b"PK\x03\x04 no zip after all", "broken.xlsx", "damaged"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "picture.png", "neither XLSX nor CSV"),
    ],
)
def test_a_file_that_is_no_list_is_told_at_once(
    desk: FlaskClient, content: bytes, name: str, said: str
) -> None:
    response = upload(desk, content, name=name)
    assert response.status_code == 422
    assert said in response.text


def test_a_file_too_large_is_told_and_other_pages_keep_their_limit(
    app: Flask, desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 10_000)
    monkeypatch.setattr(uploads, "LARGEST_FILE", 100_000)
    assert upload(desk, as_csv([row(f"Q{number}", "林晓") for number in range(1000)])).status_code == 303
    response = upload(desk, b"x" * 250_000)
    assert response.status_code == 303
    told = desk.get(response.location)
    assert told.status_code == 422
    assert "The file is larger than 40 MB" in told.text
    assert desk.post("/manage/departments/new", data={"name": "x" * 20_000}).status_code == 413
    assert upload(app.test_client(), b"x" * 20_000).status_code == 302


def test_a_large_file_is_read_from_nobody_who_may_not_send_it(
    app: Flask, desk: FlaskClient, database: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner, gone = make_learner(), make_person()
    make_account(person=gone, role=Role.HR)
    clients = app.test_client(), app.test_client()
    for client, person in zip(clients, (learner, gone), strict=True):
        sign_in(client, number=person.number)
    leave(database.merge(gone))
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 10_000)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert [upload(client, b"x" * 20_000).status_code for client in clients] == [413, 413]
    assert upload(desk, b"x" * 20_000).status_code == 400


# -- the preview ----------------------------------------------------------------------------------------


def test_nothing_is_changed_before_it_is_taken(desk: FlaskClient, database: Session) -> None:
    page = desk.get(uploaded(desk, [row("Q1", "林晓")])).text
    assert kinds(page) == {"New": 1}
    assert "Take all: 1 row" in page
    assert "1 new department" in page
    assert person(database, "Q1") is None


def test_every_fault_is_told_by_row_and_column_at_once(desk: FlaskClient) -> None:
    rows = [
        row("Q1", "林晓"),
        row("Q2", "高远", 入职日期="2026-02-30"),
        row("Q3", "徐静", 参保地="亚特兰蒂斯", 身份证号="1.1010119900307E+17"),
        row("Q3", "何平"),
    ]
    address = uploaded(desk, rows)
    page = desk.get(address).text
    assert kinds(page) == {"With faults": 3, "New": 1}
    said = text_of(page)
    for words in (
        "Row 3 Hired on This is no date",
        "Row 4 Employee number Row 5 has this number too",
        "Row 4 Insured in This city is not known",
        "Row 4 ID number The spreadsheet has made a decimal of it",
        "Row 5 Employee number Row 4 has this number too",
    ):
        assert words in said, words
    assert "Take the 1 good row" in page


def test_the_faults_can_be_taken_away(desk: FlaskClient, database: Session) -> None:
    address = uploaded(desk, [row("Q2", "高远", 入职日期="昨天")])
    text = desk.get(f"{address}/faults.csv").data.decode("utf-8-sig")
    [fault] = list(csv.DictReader(io.StringIO(text)))
    assert (fault["Row of the file"], fault["Column"], fault["Found"]) == ("2", "Hired on", "昨天")
    assert "This is no date" in fault["What is wrong"]
    assert database.scalars(select(Entry).where(Entry.act == "staff-import.faults-exported")).all()


def test_a_change_is_shown_from_what_to_what(desk: FlaskClient) -> None:
    department = make_department(name="研发中心")
    make_department(name="质量部")
    for number, name in (("Q1", "林晓"), ("Q2", "高远"), ("Q3", "徐静")):
        make_person(number=number, name=name, department=department)
    address = uploaded(
        desk, [row("Q1", "林晓晓", 手机="13800000013"), row("Q2", "高远", 部门="质量部"), row("Q3", "徐静")]
    )
    assert kinds(desk.get(address).text) == {"Moved": 1, "Changed": 1, "As before": 1}
    changed = text_of(desk.get(f"{address}?kind=change").text)
    assert "Name: 林晓 → 林晓晓" in changed
    assert "138****0013" in changed
    assert "13800000013" not in changed
    assert "Department: 研发中心 → 质量部" in text_of(desk.get(f"{address}?kind=move").text)


def test_while_it_is_at_work_the_page_renews_itself(desk: FlaskClient, database: Session) -> None:
    address = uploaded(desk, [row("Q1", "林晓")])
    assert "Refresh" not in desk.get(address).headers
    job = database.scalars(select(Import)).one()
    job.state, job.rows, job.done = ImportState.CHECKING, 400, 100
    database.commit()
    response = desk.get(address)
    assert response.headers["Refresh"] == "2"
    assert '<progress class="bar" value="100" max="400"' in response.text
    assert "100 of 400 rows" in response.text


# -- taking it ------------------------------------------------------------------------------------------


def test_all_of_it_is_taken(desk: FlaskClient, database: Session) -> None:
    address = uploaded(desk, [row("Q1", "林晓"), row("Q2", "高远")])
    assert take(desk, address, rows="all").status_code == 303
    page = desk.get(address).text
    assert "The list is in force" in page
    assert "2 people added" in page
    assert "/manage/people?account=no" in page
    assert person(database, "Q2") is not None
    assert database.scalars(select(Department).where(Department.name == "研发中心")).all()


def test_only_the_good_rows_are_taken(desk: FlaskClient, database: Session) -> None:
    address = uploaded(desk, [row("Q1", "林晓"), row("Q2", "高远", 入职日期="昨天")])
    refused = take(desk, address, rows="all")
    assert refused.status_code == 422
    assert "The list has faults" in refused.text
    assert person(database, "Q1") is None
    assert take(desk, address).status_code == 303
    assert "1 faulty row was left out" in desk.get(address).text
    assert person(database, "Q1") is not None
    assert person(database, "Q2") is None


def test_or_nothing(desk: FlaskClient, database: Session) -> None:
    address = uploaded(desk, [row("Q1", "林晓")])
    assert desk.post(f"{address}/discard").status_code == 303
    assert "This import was thrown away" in desk.get(address).text
    assert take(desk, address).status_code == 409
    assert person(database, "Q1") is None


def test_twice_changes_nothing(desk: FlaskClient) -> None:
    rows = [row("Q1", "林晓"), row("Q2", "高远")]
    take(desk, uploaded(desk, rows))
    page = desk.get(uploaded(desk, rows)).text
    assert kinds(page) == {"As before": 2}
    assert "Everything is as in the file already" in page
    assert "Take all" not in page


def test_many_leaving_have_to_be_said_yes_to(desk: FlaskClient, database: Session) -> None:
    department = make_department(name="研发中心")
    for number in ("Q1", "Q2", "Q3"):
        make_person(number=number, name=number, department=department)
    own = database.scalars(select(Person).where(Person.name == "周敏")).one()
    rows = [row("Q1", "Q1"), row(own.number, "周敏", 人员类别="人事", 部门="人事部")]
    address = uploaded(desk, rows, covers="all")
    assert "2 of 4 people would leave" in desk.get(address).text
    refused = take(desk, address, rows="all")
    assert refused.status_code == 422
    assert 'id="confirmed-err"' in refused.text
    assert take(desk, address, rows="all", confirmed="yes").status_code == 303
    left = person(database, "Q2")
    assert left is not None
    assert left.state is PersonState.LEFT


def test_what_is_private_stands_nowhere_in_the_pages_or_the_journal(
    desk: FlaskClient, database: Session
) -> None:
    address = uploaded(desk, [row("Q1", "林晓", 手机="13800000013", 身份证号="11010519491231002X")])
    pages = desk.get(address).text + desk.get(f"{address}?kind=add").text
    take(desk, address)
    pages += desk.get(address).text
    journal = str([(entry.act, entry.subject, entry.facts) for entry in database.scalars(select(Entry))])
    for secret in ("13800000013", "11010519491231002X"):
        assert secret not in pages
        assert secret not in journal


def test_earlier_imports_are_listed(desk: FlaskClient) -> None:
    address = uploaded(desk, [row("Q1", "林晓")])
    page = desk.get(IMPORT).text
    assert f'href="{address}"' in page
    assert "Checked, not taken" in page


def test_one_that_is_not_there_is_not_found(desk: FlaskClient) -> None:
    assert desk.get(f"{IMPORT}/NOSUCH").status_code == 404
    assert desk.get(f"{IMPORT}/NOSUCH/faults.csv").status_code == 404
