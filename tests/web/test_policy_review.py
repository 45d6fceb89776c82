"""Registering a change and approving it: counts before anything is sent, reasons, a second person."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.library.queries import live_release_id
from lms.rollouts.models import ChangeState, Severity
from lms.rollouts.queries import change, items_of
from tests.support.changes import TODAY, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import SHANGHAI
from tests.support.policy_desk import CHEAPER, Desk, begin, cheaper, desk, register, save, seen
from tests.support.rollouts import taught


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(TWO_CITIES)


def keys(page: str) -> list[str]:
    """The differences that a review asks about."""
    return [part.split('"', 1)[0] for part in page.split('id="reason-')[1:] if "-hint" not in part[:25]]


def lead(app: Flask) -> Desk:
    """A second person who approves."""
    return desk(app, name="莫云帆", role=Role.LEAD)


def test_the_review_shows_differences_people_and_texts_before_anything_is_sent(app: Flask) -> None:
    taught()
    taught(region=SHANGHAI)
    at = desk(app)
    page = at.get(f"/manage/policy/{cheaper(at)}/review")
    for said in ("1 difference", "1800 yuan a year", "1500 yuan a year", "1 Jan 2027", "(proposed)"):
        assert said in page
    assert "1 person" in page
    assert "Beijing" in page
    assert "Shanghai" not in page
    assert "written by hand: 1800元" in page
    assert "not asked until it is revised" in page


def test_another_severity_than_the_proposed_one_needs_a_reason(app: Flask) -> None:
    at = desk(app)
    key = cheaper(at)
    address = f"/manage/policy/{key}/review"
    item = keys(at.get(address))[0]
    response = save(at, address, {f"severity-{item}": "clarifying"})
    assert response.status_code == 422
    assert "<title>Error: " in response.text
    assert f'href="#reason-{item}"' in response.text
    assert response.text.count("is not what was proposed") == 2
    assert 'value="clarifying" checked' in response.text
    assert change(key).state is ChangeState.DRAFT
    given = {f"severity-{item}": "clarifying", f"reason-{item}": "只是重述原有规定"}
    assert save(at, address, given).status_code == 303
    row = items_of(change(key).id)[0]
    assert (row.severity, row.reason) == (Severity.CLARIFYING, "只是重述原有规定")


def test_day_0_is_the_day_of_registration(app: Flask) -> None:
    at = desk(app)
    key = cheaper(at)
    assert register(at, key).status_code == 303
    found = change(key)
    assert (found.state, found.registered_on) == (ChangeState.REGISTERED, TODAY)
    assert "Registered on 23 Nov 2026, day 0" in at.get(f"/manage/policy/{key}")


def test_a_draft_without_a_difference_cannot_be_registered(app: Flask) -> None:
    at = desk(app)
    key = begin(at)
    page = at.get(f"/manage/policy/{key}/review")
    assert "The draft says what is live already" in page
    assert at.post(f"/manage/policy/{key}/review", {"seen": "1"}).status_code == 422
    assert change(key).state is ChangeState.DRAFT


def test_what_another_admin_drafted_meanwhile_is_shown_before_it_is_registered(app: Flask) -> None:
    first, second = desk(app), desk(app, name="莫云帆")
    key = cheaper(first)
    version = seen(first.get(f"/manage/policy/{key}/review"))
    about = {"title": "另一个标题", "region": "110000", "seen": version}
    second.post(f"/manage/policy/{key}/about", about)
    response = first.post(f"/manage/policy/{key}/review", {"seen": version})
    assert response.status_code == 409
    assert "Somebody else has saved this meanwhile" in response.text
    assert change(key).state is ChangeState.DRAFT


def test_faults_of_the_drafts_are_said_with_file_and_line(app: Flask) -> None:
    at = desk(app)
    key = begin(at)
    save(at, f"/manage/policy/{key}/value/outpatient.deductible", {**CHEAPER, "since": "2025-01-01"})
    save(at, f"/manage/policy/{key}/clause/1", {"action": "repeal", "since": "2024-01-01"})
    page = at.get(f"/manage/policy/{key}/review")
    assert "fault in the drafted files" in page
    assert "content/policies/city-rules.yaml:" in page
    assert "today is day 0" not in page


def test_who_registered_it_does_not_approve_it(app: Flask) -> None:
    at = desk(app)
    key = cheaper(at)
    register(at, key)
    page = at.get(f"/manage/policy/{key}")
    assert "somebody else has to" in page
    assert f"/manage/policy/{key}/approve" not in page
    response = at.post(f"/manage/policy/{key}/approve", {"seen": str(change(key).version)})
    assert response.status_code == 409
    assert change(key).state is ChangeState.REGISTERED


def test_a_second_person_approves_and_it_goes_live(app: Flask) -> None:
    at, other = desk(app), lead(app)
    before = live_release_id()
    key = cheaper(at)
    register(at, key)
    assert "policy change waits for your approval" in other.get("/manage")
    assert save(other, f"/manage/policy/{key}", {}).status_code == 405
    page = other.get(f"/manage/policy/{key}")
    response = other.post(f"/manage/policy/{key}/approve", {"seen": seen(page)})
    assert response.status_code == 303
    assert change(key).state is ChangeState.RUNNING
    assert live_release_id() != before
    assert "Day 0: 14 days left until everybody has to know it" in other.get(f"/manage/policy/{key}")


def test_hr_may_look_but_not_approve(app: Flask) -> None:
    at, other = desk(app), desk(app, name="董雪晴", role=Role.HR)
    key = cheaper(at)
    register(at, key)
    assert f"/manage/policy/{key}/approve" not in other.get(f"/manage/policy/{key}")
    assert other.post(f"/manage/policy/{key}/approve", {"seen": "2"}).status_code == 403
    assert other.client.get(f"/manage/policy/{key}/review").status_code == 403


def test_a_change_is_sent_back_with_a_reason_that_its_author_reads(app: Flask) -> None:
    at, other = desk(app), lead(app)
    key = cheaper(at)
    register(at, key)
    address = f"/manage/policy/{key}/send-back"
    assert save(other, address, {"reason": " "}).status_code == 422
    assert save(other, address, {"reason": "请附上原文"}).status_code == 303
    assert change(key).state is ChangeState.DRAFT
    assert "请附上原文" in at.get(f"/manage/policy/{key}")


def test_a_draft_is_withdrawn_and_stays_in_the_list(app: Flask) -> None:
    at = desk(app)
    key = cheaper(at)
    assert save(at, f"/manage/policy/{key}/withdraw", {"reason": "重复登记"}).status_code == 303
    assert change(key).state is ChangeState.WITHDRAWN
    assert "Withdrawn" in at.get("/manage/policy")
    assert "Withdrawn" in at.get(f"/manage/policy/{key}")
