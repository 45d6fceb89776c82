"""One's own lessons on paper: the print centre, a lesson on a sheet, a course as a booklet."""

import re
from datetime import date

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Account
from lms.access.queries import Asker, asker
from lms.courses.queries import courses_of
from lms.courses.rules import Form
from lms.kernel.database import session
from lms.library.marks import mark
from lms.library.queries import live_release_id
from lms.outreach.models import Hotline
from lms.people.models import Audience, Person
from lms.printing.documents import Booklet, Paper, Phone, Sheet
from lms.printing.typesetting import pdf
from lms.web import sheets
from lms.web.reading import Reader
from tests.support.learning import learner, lessons_of
from tests.support.library import publish_library
from tests.support.papers import PdfFile, printed

__all__ = ["printed"]
NANJING = "320100"
SHEET = "/easy/print/easy-away/register.pdf"


@pytest.fixture
def retiree(database: Session, client: FlaskClient) -> Person:
    """A retired person in Nanjing, signed in; the real library is live."""
    publish_library()
    return learner(client, audience=Audience.RETIREE, region=NANJING, name="陈桂芬")


def rows(page: str) -> list[str]:
    """Addresses of the big rows."""
    return re.findall(r'<a class="erow" href="([^"]+)"', page)


def only(papers: list[Paper]) -> Sheet | Booklet:
    """The one part of the one paper that was set."""
    (paper,) = papers
    (part,) = paper.parts
    assert isinstance(part, Sheet | Booklet)
    return part


def test_the_centre_lists_courses_a_few_at_a_time_and_each_leads_somewhere(
    retiree: Person, client: FlaskClient
) -> None:
    found = rows(client.get("/easy/print").text)
    assert 1 < len(found) <= 5
    assert [address for address in found if client.get(address).status_code != 200] == []


def test_a_course_offers_its_booklet_and_its_lessons(retiree: Person, client: FlaskClient) -> None:
    page = client.get("/easy/print/easy-away").text
    lessons = [f"/easy/print/easy-away/{lesson.id}.pdf" for lesson in lessons_of("easy-away")]
    assert rows(page) == ["/easy/print/easy-away.pdf", *lessons]


def test_a_lesson_comes_as_a_pdf_to_look_at(retiree: Person, client: FlaskClient) -> None:
    answer = client.get(SHEET)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == "inline; filename=easy-away-register.pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert PdfFile(answer.data).claims


def test_a_sheet_says_source_date_number_to_call_and_address(
    retiree: Person, client: FlaskClient, printed: list[Paper]
) -> None:
    client.get(SHEET)
    found = only(printed)
    assert isinstance(found, Sheet)
    lesson = lessons_of("easy-away")[0]
    assert found.title == lesson.title
    assert [one.title for one in found.sections] == [page.title for page in lesson.pages]
    basis, version = found.foot
    assert basis.startswith("Basis: ")
    assert "23 Nov 2026" in version
    assert found.phone == Phone("Questions? Call", "12393")
    assert found.link
    assert found.link.url == "http://127.0.0.1:8000/easy/lesson/easy-away/register/1"


def test_each_document_is_named_once_in_the_basis(
    retiree: Person, client: FlaskClient, printed: list[Paper]
) -> None:
    client.get(SHEET)
    basis = only(printed).foot[0].removeprefix("Basis: ").split(", Article")[0]  # type: ignore[union-attr]
    assert basis.count("Jiangsu") <= 2


def test_the_number_of_the_company_goes_before_the_public_one(
    retiree: Person, client: FlaskClient, printed: list[Paper]
) -> None:
    session().add(Hotline(region=NANJING, phone="025-8300-0000", hours=""))
    client.get(SHEET)
    assert only(printed).phone == Phone("Questions? Call", "025-8300-0000")  # type: ignore[union-attr]


def test_figures_are_those_of_the_readers_city(
    retiree: Person, client: FlaskClient, printed: list[Paper]
) -> None:
    client.get(SHEET)
    told = str(only(printed))
    assert "6个月" in told
    assert "tells rules of" not in told


def test_a_reader_elsewhere_is_told_whose_rules_these_are(
    database: Session, client: FlaskClient, printed: list[Paper]
) -> None:
    publish_library()
    learner(client, audience=Audience.RETIREE)
    client.get(SHEET)
    note = only(printed).note  # type: ignore[union-attr]
    assert note == "This lesson tells rules of Jiangsu. You are insured in Beijing; the rules there decide."


def test_a_page_whose_rules_change_says_so_on_paper(
    retiree: Person, client: FlaskClient, printed: list[Paper]
) -> None:
    mark("page", "easy-away/register#which", cause="c", since=date(2027, 1, 1), withheld=False)
    client.get(SHEET)
    notes = [one.note for one in only(printed).sections]  # type: ignore[union-attr]
    assert notes[0] == "The rules change from 1 Jan 2027; this page is being checked and updated."
    assert notes[1] == ""


def test_a_course_comes_as_a_booklet_of_its_lessons(
    retiree: Person, client: FlaskClient, printed: list[Paper]
) -> None:
    answer = client.get("/easy/print/easy-away.pdf")
    found = only(printed)
    assert isinstance(found, Booklet)
    assert [one.title for one in found.sheets] == [lesson.title for lesson in lessons_of("easy-away")]
    assert PdfFile(answer.data).pages >= 2 + len(found.sheets)


def test_the_page_to_print_from_the_browser_stays_where_it_is(retiree: Person, client: FlaskClient) -> None:
    assert client.get("/easy/print/easy-away/register").mimetype == "text/html"


@pytest.mark.parametrize(
    "address", ["/easy/print/nothing", "/easy/print/nothing.pdf", "/easy/print/easy-away/nothing.pdf"]
)
def test_what_is_not_there_is_not_found(retiree: Person, client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_course_for_others_is_not_printed(retiree: Person, client: FlaskClient) -> None:
    assert client.get("/easy/print/hr-essentials.pdf").status_code == 404


@pytest.mark.parametrize("region", [NANJING, "110000"])
def test_every_easy_lesson_fits_on_one_sheet_of_paper(app: Flask, retiree: Person, region: str) -> None:
    """Both sides of it at most, in 18 points: with the most figures, and with a note on rules of others."""
    release_id = str(live_release_id())
    easy = [one for one in courses_of(release_id).values() if one.form is Form.EASY]
    reader = Reader(region, "retired", date(2026, 11, 23), "zh_Hans")
    sides = {}
    with app.test_request_context("/"), sheets.in_chinese():
        g.asker = asker_of(retiree)
        for course in easy:
            for lesson in course.lessons:
                made = sheets.lesson_sheet(release_id, course, lesson, reader)
                sides[lesson.key] = PdfFile(pdf(sheets.paper(lesson.title, [made]))).pages
    assert len(sides) >= 32
    assert {key: count for key, count in sides.items() if count > 2} == {}


def asker_of(person: Person) -> Asker | None:
    """The person as a request would know them."""
    account = session().scalars(select(Account).where(Account.person_id == person.id)).one()
    return asker(account.id, account.stamp)


def test_words_are_chinese_while_paper_is_made_for_people_here(app: Flask, database: Session) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        with sheets.in_chinese():
            assert sheets.letter("陈桂芬", "", "一").day == "2026年11月23日"
        found = sheets.letter("陈桂芬", "", "一\n\n 二 ")
    assert found.day == "23 Nov 2026"
    assert found.paragraphs == ("一", "二")
