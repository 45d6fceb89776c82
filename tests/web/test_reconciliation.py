"""What the comparison of every night found, in words, and the line on the workbench."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.jobs.reports import reconcile_reports
from lms.kernel.database import unit_of_work
from lms.reports.models import Line
from lms.reports.reconciliation import Compared, Difference, keep
from tests.support.company import hr, obliged
from tests.support.desk import current
from tests.support.library import publish_texts
from tests.support.quiz_texts import quiz_texts
from tests.support.sittings import AT


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


def test_before_the_first_night_the_page_says_so(client: FlaskClient) -> None:
    hr(client)
    assert "Nothing has been compared yet" in client.get("/manage/reconciliation").text


def test_a_night_that_agrees(client: FlaskClient) -> None:
    hr(client)
    obliged()
    reconcile_reports(AT)
    page = client.get("/manage/reconciliation").text
    assert "Everything agrees." in page
    assert "agrees</span>" in page


def test_what_was_mended_is_told_but_waits_for_nobody(client: FlaskClient) -> None:
    hr(client)
    obliged()
    current()
    with unit_of_work() as session:
        session.execute(update(Line).values(course="other"))
    reconcile_reports(AT)
    page = client.get("/manage/reconciliation").text
    assert "worked out anew" in page
    assert "Rows of the progress list" in page
    assert "between the ledger and the lists" not in client.get("/manage").text


def test_what_cannot_be_mended_stands_in_the_queue(client: FlaskClient) -> None:
    hr(client)
    wrong = [Difference("ledger", "passed-without-completion", 0, 2)]
    with unit_of_work():
        keep(Compared({"assignments": 1}, wrong), begun_at=AT, at=AT, mended=False)
    assert "passed, but not completed" in client.get("/manage/reconciliation").text
    assert 'href="/manage/reconciliation"' in client.get("/manage").text
