"""The journal on the screen: filters, pages, words, seals."""

import ast
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.jobs.housekeeping import seal_journal
from lms.journal.operations import record
from lms.journal.queries import PAGE
from lms.kernel.database import unit_of_work
from lms.kernel.settings import ROOT
from lms.people.models import Person
from lms.web.manage.log_words import ACTS
from tests.conftest import MONDAY
from tests.support.library import publish_texts
from tests.support.people import make_account, make_person, sign_in
from tests.support.quiz_texts import COURSE, quiz_texts

HOUR = timedelta(hours=1)


@pytest.fixture
def lead(client: FlaskClient, database: Session) -> Person:
    """The head of HR, signed in; that is the newest entry."""
    publish_texts(quiz_texts())
    person = make_person(name="陈岚", number="Q2001")
    make_account(person=person, role=Role.LEAD, language="en")
    sign_in(client, number=person.number)
    return person


def write(act: str, subject: str, *, actor: Person | None = None, **facts: object) -> None:
    with unit_of_work():
        record(act, subject, actor_id=actor.id if actor else None, at=MONDAY - HOUR, **facts)


def acts(page: str) -> list[str]:
    return re.findall(r'<th scope="row">([^<]+)<', page)


def test_entries_are_listed_with_the_newest_first(client: FlaskClient, lead: Person) -> None:
    learner = make_person(name="林晓")
    write("record.viewed", learner.key, actor=lead)
    write("course.assigned", COURSE, count=3, due_on="2026-12-07")
    page = client.get("/manage/log").text
    assert acts(page) == ["Course assigned", "Personal record viewed", "Signed in", "Library published"]
    assert f'<a href="/manage/people/{learner.key}">林晓</a>' in page
    assert "how many: 3 · due on: 2026-12-07" in page
    assert "the platform" in page
    assert "4 entries" in page


def test_filters_are_read_from_the_address_and_stay(client: FlaskClient, lead: Person) -> None:
    learner = make_person(name="林晓", number="Q1024")
    write("record.viewed", learner.key, actor=lead)
    write("task.closed", "T7", actor=learner)
    for query in ("act=task.closed", "actor=1024", "actor=林晓", "subject=T7", "act=task.closed&actor=晓"):
        assert acts(client.get(f"/manage/log?{query}").text) == ["Refresh task closed"], query
    for query in ("subject=林晓", f"subject={learner.key}", "subject=Q1024&act=&actor="):
        assert acts(client.get(f"/manage/log?{query}").text) == ["Personal record viewed"], query
    page = client.get("/manage/log?act=task.closed&actor=晓").text
    assert '<option value="task.closed" selected>' in page
    assert 'value="晓"' in page


def test_nothing_found_is_said(client: FlaskClient, lead: Person) -> None:
    assert "No entry matches these filters" in client.get("/manage/log?actor=%25").text
    assert client.get("/manage/log?act=no.such").status_code == 404


def test_a_long_journal_has_pages_that_keep_the_filter(client: FlaskClient, lead: Person) -> None:
    for number in range(PAGE + 1):
        write("task.closed", f"T{number}")
    first = client.get("/manage/log?act=task.closed").text
    assert len(acts(first)) == PAGE
    assert "Page 1 of 2" in first
    assert re.search(r'rel="next" href="/manage/log\?page=2&amp;act=task.closed"', first)
    assert len(acts(client.get("/manage/log?act=task.closed&page=2").text)) == 1
    assert "Page 2 of 2" in client.get("/manage/log?act=task.closed&page=99").text


def test_an_act_without_words_is_shown_under_its_own_name(client: FlaskClient, lead: Person) -> None:
    write("thing.done", "T7", what={"a": [1, None]})
    page = client.get("/manage/log").text
    assert acts(page)[0] == "thing.done"
    assert "what: a=1, " in page


def test_the_page_tells_how_far_the_journal_is_sealed(client: FlaskClient, lead: Person) -> None:
    write("task.closed", "T7")
    assert "Nothing is sealed yet" in client.get("/manage/log").text
    assert seal_journal(MONDAY) == 3
    write("task.closed", "T8")
    page = client.get("/manage/log").text
    assert "3 entries sealed, last on 23 Nov 2026 09:00" in page
    assert "1 not sealed yet" in page
    assert re.search(r"[0-9a-f]{64}", page)
    assert (page.count("</svg>no. "), page.count(">not yet<")) == (3, 1)


def test_the_journal_is_for_those_who_answer_for_it(client: FlaskClient, database: Session) -> None:
    person = make_person()
    make_account(person=person, role=Role.HR)
    sign_in(client, number=person.number)
    assert client.get("/manage/log").status_code == 403


def recorded_acts() -> set[str]:
    """Every act that the program writes."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "lms").rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "record"
        if isinstance(call.args[0], ast.Constant)
    }


def test_every_act_that_the_program_writes_has_words() -> None:
    assert sorted(recorded_acts() - ACTS.keys()) == []
