"""Signing a quarterly report on HR's desk, and correcting what was signed."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.jobs.quarterly import draft_reports, remind_of_reports
from lms.journal.models import Entry
from lms.kernel.database import session
from lms.quarterly import queries
from tests.support.company import obliged
from tests.support.library import publish_texts
from tests.support.quarterly import DRAFTED, QUARTER, figures, kept, signed, tampered
from tests.support.quiz_texts import quiz_texts
from tests.web.test_reports import PAGE, plain, staff


@pytest.fixture(autouse=True)
def library(database: Session, clock: time_machine.Traveller) -> None:
    publish_texts(quiz_texts())
    clock.move_to(DRAFTED + timedelta(hours=1))


def seen(client: FlaskClient) -> str:
    """The fingerprint on the page that asks to sign."""
    found = re.search(r'name="seen" value="(\w+)"', client.get(f"{PAGE}/sign").text)
    assert found
    return found[1]


def test_it_is_signed_by_who_may(client: FlaskClient) -> None:
    person = staff(client)
    kept()
    fingerprint = seen(client)
    assert "598 / 720 people" in plain(client.get(f"{PAGE}/sign").text)
    assert client.post(f"{PAGE}/sign", data={"seen": fingerprint}).status_code == 303
    page = plain(client.get(PAGE).text)
    assert "Edition 1, signed by 叶文瑾, 4 Jan 2027 10:30." in page
    assert fingerprint in page
    assert "Draft, not signed" not in page
    session().rollback()
    entry = session().scalars(select(Entry).where(Entry.act == "report.signed")).one()
    assert (entry.actor_id, entry.facts["sha256"]) == (person.id, fingerprint)
    assert client.post(f"{PAGE}/count").status_code == 409
    assert client.get(f"{PAGE}/words").status_code == 409


def test_what_changed_after_it_was_looked_at_is_not_signed(client: FlaskClient) -> None:
    staff(client)
    kept()
    fingerprint = seen(client)
    kept(figures(left=17))
    answer = client.post(f"{PAGE}/sign", data={"seen": fingerprint})
    assert answer.status_code == 409
    assert "The draft was changed after you opened this page" in answer.text


def test_a_quarter_counted_too_early_is_not_signed(client: FlaskClient) -> None:
    staff(client)
    kept(figures(until=DRAFTED - timedelta(days=20)))
    assert "Count them anew, then sign" in client.get(f"{PAGE}/sign").text
    assert client.post(f"{PAGE}/sign", data={"seen": "x"}).status_code == 409


def test_signed_words_stay_in_both_languages(client: FlaskClient) -> None:
    person = staff(client)
    kept()
    client.post(f"{PAGE}/sign", data={"seen": seen(client)})
    words = queries.edition(QUARTER).words or {}
    assert set(words) == {"zh_Hans", "en"}
    assert words["en"]["sentence"].startswith("Required completion rose")
    assert "知识点a" in words["zh_Hans"]["sentence"]
    assert person.id


@pytest.mark.parametrize(("role", "may"), [(Role.HR, 403), (Role.LEARNER, 403), (Role.ADMIN, 200)])
def test_who_may_sign(client: FlaskClient, role: Role, may: int) -> None:
    staff(client, role)
    kept()
    assert client.get(f"{PAGE}/sign").status_code == may


def test_a_correction_is_a_new_edition_that_says_why_and_what_differs(client: FlaskClient) -> None:
    person = staff(client)
    kept()
    signed(person.id)
    assert client.post(f"{PAGE}/correct", data={"reason": ""}).status_code == 422
    assert client.post(f"{PAGE}/correct", data={"reason": "漏了一个班组"}).status_code == 303
    page = plain(client.get(PAGE).text)
    assert "Correction, not signed" in page
    assert "漏了一个班组" in page
    assert "What differs from edition 1" in page
    assert "Required training completed · Count Numbers 598 0" in page
    assert client.get(f"{PAGE}.pdf").status_code == client.get(f"{PAGE}.pdf?edition=1").status_code == 200
    first = plain(client.get(f"{PAGE}?edition=1").text)
    assert "There is a newer one." in first
    assert "598 / 720" in first
    assert client.post(f"{PAGE}/correct", data={"reason": "again"}).status_code == 409
    assert client.post(f"{PAGE}/discard").status_code == 303
    assert "Correction, not signed" not in client.get(PAGE).text


def test_an_edition_that_is_not_what_was_signed_says_so(client: FlaskClient) -> None:
    person = staff(client)
    kept()
    signed(person.id)
    tampered()
    assert "This edition is not what was signed" in client.get(PAGE).text


# -- messages -------------------------------------------------------------------------------------------


def test_who_may_sign_is_told_in_words(client: FlaskClient) -> None:
    staff(client)
    obliged(due_in=10)
    draft_reports(DRAFTED)
    remind_of_reports(DRAFTED + timedelta(days=9))
    remind_of_reports(DRAFTED + timedelta(days=13))
    page = plain(client.get("/inbox").text)
    assert "Report of Q4 2026: the draft is ready" in page
    assert "sign it by Fri 15 Jan" in page
    assert "It is due by Fri 15 Jan. Please sign it." in page
    assert "2 days ago. Please sign it." in page
