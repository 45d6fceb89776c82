"""Quarterly reports on HR's desk: the list, a report as it is read, signing, correcting, taking it away."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.journal.models import Entry
from lms.kernel.database import session
from lms.people.models import Audience, Person
from lms.printing.documents import Paper
from lms.printing.figures import Grid, Report
from lms.quarterly import queries
from lms.quarterly.shapes import NOTHING, Need
from tests.support.company import obliged
from tests.support.library import publish_texts
from tests.support.papers import printed
from tests.support.people import make_account, make_person, sign_in
from tests.support.quarterly import DRAFTED, PAPERS, QUARTER, figures, kept, nothing, part, topic
from tests.support.quiz_texts import quiz_texts

__all__ = ["printed"]
NEED = Need(
    key="n", title="大病", quarter="2026-Q4", raised=3, state="open", result="", result_title="", note=""
)
PAGE = f"/manage/reports/{QUARTER}"


@pytest.fixture(autouse=True)
def library(database: Session, clock: time_machine.Traveller) -> None:
    publish_texts(quiz_texts())
    clock.move_to(DRAFTED + timedelta(hours=1))


def staff(client: FlaskClient, role: Role = Role.LEAD, *, language: str = "en") -> Person:
    """Somebody of HR, signed in."""
    person = make_person(name="叶文瑾", audience=Audience.HR)
    make_account(person=person, role=role, language=language)
    sign_in(client, number=person.number)
    return person


def plain(page: str) -> str:
    """The page's words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))


# -- reading --------------------------------------------------------------------------------------------


def test_before_anything_was_assigned_the_list_says_what_will_come(client: FlaskClient) -> None:
    staff(client)
    assert "No report yet" in client.get("/manage/reports").text
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "4 Jan 2027" in page.text
    assert client.get("/manage/reports/2026-Q5").status_code == 404
    assert client.get(f"{PAGE}?edition=2").status_code == 404
    assert client.get(f"{PAGE}.pdf").status_code == 404


def test_the_list_says_what_is_due(client: FlaskClient, clock: time_machine.Traveller) -> None:
    obliged()
    kept()
    clock.move_to(DRAFTED + timedelta(days=14))
    staff(client)
    page = plain(client.get("/manage/reports").text)
    assert "Q1 2027" in page
    assert "Quarter not over" in page
    assert "15 Jan 2027" in page
    assert "3 days late" in page
    desk = plain(client.get("/manage").text)
    assert "Report of Q4 2026: not signed yet" in desk


def test_a_report_reads_as_a_sentence_four_numbers_and_the_rest(client: FlaskClient) -> None:
    staff(client)
    kept()
    html = client.get(PAGE).text
    page = plain(html)
    for said in (
        "Required completion rose to 83%, 96% passed in the end. Weakest is still “Topic a”",
        "598 / 720 people · Q3 79%", "678 / 700 papers", "1 / 2 changes", "1 late", "312 answers", "NPS 41",
        "Pass line 80", "Second training: Topic a", "68% right at the first attempt; the line is 80%",
        "Family 86 times", "of them new", "withheld", "怎么报大病", "基础", "3 visits at home",
        "65600 yuan for the year", "practical tests are not offered".capitalize(),
        "Who had left is left out (4)", "Draft, not signed",
    ):  # fmt: skip
        assert said in page, said
    assert "style=" not in html.partition("<main")[2]


def test_an_empty_quarter_says_so_everywhere(client: FlaskClient) -> None:
    staff(client)
    kept(nothing())
    page = plain(client.get(PAGE).text)
    for said in (
        "Nothing required was due in this quarter.", "nothing was due", "no paper was handed in",
        "no change was due", "no answers yet", "No papers have been counted by topic yet", "Go on as planned",
        "Nobody had anything due", "Nobody asked anything",
    ):  # fmt: skip
        assert said in page, said
    assert client.get(f"{PAGE}.pdf").status_code == 200


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"before": part(9, 10)}, "Required completion fell to 83%, "),
        ({"before": part(83, 100)}, "Required completion stayed at 83%, "),
        ({"before": NOTHING}, "Required completion is 83%, "),
        ({"weakest_before": ""}, "Weakest is “Topic a”: a second training is proposed."),
        ({"topics": (topic("b", 93),)}, "No topic is below the line of 80%."),
        ({"needs": (NEED,), "asked": (), "changes": ()}, "1 point that people raised is still open"),
    ],
)
def test_the_sentence_and_the_steps_follow_the_numbers(
    client: FlaskClient, more: dict[str, object], said: str
) -> None:
    staff(client)
    kept(figures(**more))
    assert said in plain(client.get(PAGE).text)


def test_few_answers_on_satisfaction_are_withheld(client: FlaskClient) -> None:
    staff(client)
    kept(figures(satisfaction=None))
    assert "fewer than 5 answers: withheld" in plain(client.get(PAGE).text)


# -- writing --------------------------------------------------------------------------------------------


def test_words_are_changed_and_taken_back(client: FlaskClient) -> None:
    staff(client, Role.HR)
    kept()
    page = client.get(f"{PAGE}/words").text
    assert "Required completion rose to 83%" in page
    assert "Take the words that the numbers give" not in page
    typed = {
        "sentence": "这个季度很顺利。",
        "title-0": "去车间讲课",
        "text-0": "",
        "title-3": "",
        "text-3": "一句",
    }
    assert client.post(f"{PAGE}/words", data=typed).status_code == 303
    read = plain(client.get(PAGE).text)
    assert "这个季度很顺利。" in read
    assert "去车间讲课" in read
    assert "Second training" not in read
    back = {"as_drafted": "1"}
    unseen = client.post(f"{PAGE}/words", data=back, follow_redirects=True)
    assert "Somebody else has written other words meanwhile" in unseen.text
    assert "这个季度很顺利。" in unseen.text
    assert client.post(f"{PAGE}/words", data={**back, "seen": seen(unseen.text)}).status_code == 303
    assert "Second training" in client.get(PAGE).text


def test_who_writes_over_newer_words_is_told_with_both(client: FlaskClient) -> None:
    staff(client, Role.HR)
    kept()
    first = {"sentence": "甲写的", "title-0": "甲的一步"}
    assert client.post(f"{PAGE}/words", data={**first, "seen": ""}).status_code == 303
    mine = {"sentence": "乙写的", "title-0": "乙的一步"}
    told = client.post(f"{PAGE}/words", data={**mine, "seen": ""})
    assert told.status_code == 409
    for said in ("Not saved: somebody else", "甲写的", "甲的一步", "乙写的", "乙的一步"):
        assert said in told.text
    assert "甲写的" in plain(client.get(PAGE).text)
    assert client.post(f"{PAGE}/words", data={**mine, "seen": seen(told.text)}).status_code == 303
    assert "乙写的" in plain(client.get(PAGE).text)


def seen(html: str) -> str:
    """What stands on the page of words for the words that were looked at."""
    found = re.search(r'name="seen"[^>]* value="(\w+)"', html)
    assert found
    return found[1]


def test_an_empty_sentence_is_refused_and_the_steps_stay(client: FlaskClient) -> None:
    staff(client)
    kept()
    answer = client.post(f"{PAGE}/words", data={"sentence": " ", "title-0": "去车间讲课"})
    assert answer.status_code == 422
    assert "Write the sentence that stands at the top" in answer.text
    assert "去车间讲课" in answer.text


def test_the_due_date_is_after_the_quarter(client: FlaskClient) -> None:
    staff(client)
    kept()
    assert client.post(f"{PAGE}/due", data={"due_on": "2026-12-31"}).status_code == 422
    assert client.post(f"{PAGE}/due", data={"due_on": "soon"}).status_code == 422
    assert client.post(f"{PAGE}/due", data={"due_on": "2027-01-20"}).status_code == 303
    assert "20 Jan" in client.get(PAGE).text


def test_counting_anew_and_counting_the_running_quarter(client: FlaskClient) -> None:
    staff(client)
    obliged(due_in=10)
    assert client.post(f"{PAGE}/count").status_code == 303
    assert "0 / 1 person" in plain(client.get(PAGE).text)
    assert client.post("/manage/reports/2027-Q1/count").status_code == 303
    assert "The quarter is not over" in client.get("/manage/reports/2027-Q1").text
    assert client.post("/manage/reports/2027-Q2/count").status_code == 409


def test_a_large_company_is_counted_in_the_background(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.manage.report_acts.AT_ONCE", 0)
    staff(client)
    kept()
    answer = client.post(f"{PAGE}/count", follow_redirects=True)
    assert "Look again in a minute" in answer.text
    session().rollback()
    assert queries.figures_of(queries.edition(QUARTER)).required == part(0, 0)


# -- taking it away -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_the_pdf_is_tagged_and_names_who_took_it(client: FlaskClient, language: str) -> None:
    staff(client, language=language)
    kept()
    answer = client.get(f"{PAGE}.pdf")
    assert answer.mimetype == "application/pdf"
    assert b"pdfuaid" in answer.data
    assert answer.data.count(b"/Type /Page\n") + answer.data.count(b"/Type/Page\n") <= 2
    session().rollback()
    entry = session().scalars(select(Entry).where(Entry.act == "report.exported")).one()
    assert entry.facts == {"edition": 1, "kind": "pdf"}


def test_on_paper_what_followed_has_room_and_the_definitions_are_in_the_language(
    client: FlaskClient, printed: list[Paper]
) -> None:
    staff(client, language="zh_Hans")
    kept()
    client.get(f"{PAGE}.pdf")
    (report,) = printed[-1].parts
    assert isinstance(report, Report)
    assert [one.head[one.wide] for one in report.blocks if isinstance(one, Grid) and one.wide > 0] == [
        "处理结果"
    ]
    for words in report.definitions:
        assert not re.search(r"[a-z]{2}", words), words


def test_the_workbook_holds_every_table_and_the_definitions(client: FlaskClient) -> None:
    staff(client)
    kept(figures(papers=PAPERS.model_copy(update={"people": 651})))
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{PAGE}.xlsx").data))
    assert book.sheet_names == [
        "Report", "Numbers", "Scores", "Topics", "Groups of people", "Policy changes", "Points raised",
        "Asked about", "Events", "Budget", "Definitions",
    ]  # fmt: skip
    numbers = {row[0]: row[1:] for row in book.get_sheet_by_name("Numbers").to_python()}
    assert numbers["Required training completed"] == [598, 720, 83]
    assert numbers["People with a first paper"][0] == 651
    groups = {row[0]: row[1:] for row in book.get_sheet_by_name("Groups of people").to_python()}
    assert groups["HR staff"][0] == "withheld"


def test_learners_see_nothing_of_it(client: FlaskClient) -> None:
    staff(client, Role.LEARNER)
    kept()
    for address in ("/manage/reports", PAGE, f"{PAGE}.pdf", f"{PAGE}.xlsx"):
        assert client.get(address).status_code == 403
