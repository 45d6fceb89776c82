"""More time or an excuse: one asks with a reason, another decides, both are told."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.assignments.adjustments import adjustments_page
from lms.assignments.models import AdjustmentState, Assignment, Cause
from lms.assignments.operations import assign_by_hand
from lms.kernel.database import session, unit_of_work
from tests.support.campaigns import AT, TODAY, assignments, library
from tests.support.people import make_account, make_person, sign_in
from tests.support.policy_desk import Desk, desk

TYPED = {"kind": "extension", "due_on": "2026-12-20", "reason": "项目驻场，月底才回公司"}


@pytest.fixture
def hr(database: Session, app: Flask) -> Desk:
    library()
    at = desk(app, name="董雪晴", role=Role.HR)
    person = make_person(number="Q1", name="林晓")
    make_account(person=person, language="en")
    ids, due_on = [person.id], TODAY + timedelta(days=7)
    with unit_of_work():
        assign_by_hand(ids, "basics", due_on=due_on, actor_id=at.person.id, today=TODAY, at=AT)
    return at


@pytest.fixture
def lead(app: Flask, hr: Desk) -> Desk:
    return desk(app, name="叶文瑾", role=Role.LEAD)


def the_assignment() -> Assignment:
    return assignments()[0]


def asked(hr: Desk, **typed: str) -> str:
    response = hr.post(f"/manage/adjust/{the_assignment().key}", {**TYPED, **typed})
    assert response.status_code == 303, response.text
    return str(response.location).rsplit("/", 1)[1]


def test_more_time_is_asked_for_on_the_record_and_granted_by_somebody_else(
    hr: Desk, lead: Desk, app: Flask
) -> None:
    person = adjustments_link(hr)
    assert "Ask for more time or an excuse" in person
    key = asked(hr)
    assert the_assignment().due_on == date(2026, 11, 30)
    assert "Somebody else decides this" in hr.get(f"/manage/adjustments/{key}")
    page = lead.get(f"/manage/adjustments/{key}")
    assert "Due on 20 Dec 2026 instead of 30 Nov 2026." in page
    assert "项目驻场" in page
    assert lead.post(f"/manage/adjustments/{key}/decide", {"answer": "granted"}).status_code == 303
    assert the_assignment().due_on == date(2026, 12, 20)
    assert "Granted" in hr.get(f"/manage/adjustments/{key}")
    for number in ("Q1", hr.person.number):
        client = app.test_client()
        sign_in(client, number=number)
        assert "First steps" in client.get("/inbox").text


def adjustments_link(hr: Desk) -> str:
    rows = hr.get("/manage/progress")
    return hr.get("/manage/people/" + rows.split("/manage/people/")[1].split('"')[0])


def test_who_may_decide_is_told(hr: Desk, lead: Desk) -> None:
    key = asked(hr)
    assert f"/manage/adjustments/{key}" in str(lead.client.get("/inbox").text) or "First steps" in lead.get(
        "/inbox"
    )


def test_an_excuse_ends_the_obligation(hr: Desk, lead: Desk) -> None:
    key = asked(hr, kind="excuse", due_on="")
    lead.post(f"/manage/adjustments/{key}/decide", {"answer": "granted"})
    assert the_assignment().excused_at is not None
    assert "no longer be owed" in lead.get(f"/manage/adjustments/{key}")


def test_a_refusal_needs_a_word_which_the_learner_reads(hr: Desk, lead: Desk, app: Flask) -> None:
    key = asked(hr)
    response = lead.post(f"/manage/adjustments/{key}/decide", {"answer": "refused"})
    assert response.status_code == 422
    assert "Say why it is refused" in response.text
    lead.post(f"/manage/adjustments/{key}/decide", {"answer": "refused", "note": "时间足够"})
    assert the_assignment().due_on == date(2026, 11, 30)
    learner = app.test_client()
    sign_in(learner, number="Q1")
    assert "时间足够" in learner.get("/inbox").text
    assert "时间足够" in hr.get(f"/manage/adjustments/{key}")
    assert "林晓" in hr.get("/manage/adjustments?state=refused")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": ""}, "Choose what is asked for"),
        ({"due_on": ""}, "Enter the new date"),
        ({"due_on": "later"}, "Enter the day as in 2026-03-02"),
        ({"due_on": "2026-11-25"}, "Choose a day after today and after the present date"),
        ({"reason": ""}, "Say why"),
        ({"reason": "长" * 501}, "Shorten this to 500 characters at most"),
    ],
)
def test_what_is_wrong_with_a_request_is_said_beside_its_field(
    hr: Desk, typed: dict[str, str], said: str
) -> None:
    response = hr.post(f"/manage/adjust/{the_assignment().key}", {**TYPED, **typed})
    assert response.status_code == 422
    assert said in response.text
    assert adjustments_page(AdjustmentState.WAITING, page=1)[1] == 0


def test_one_request_at_a_time(hr: Desk) -> None:
    asked(hr)
    response = hr.post(f"/manage/adjust/{the_assignment().key}", TYPED)
    assert response.status_code == 422
    assert "Somebody has asked for this already" in response.text


def test_what_a_change_of_policy_gave_is_excused_there(hr: Desk, database: Session) -> None:
    the_assignment().cause = Cause.ROLLOUT
    database.commit()
    response = hr.post(f"/manage/adjust/{the_assignment().key}", {**TYPED, "kind": "excuse"})
    assert response.status_code == 422
    assert "Excuse the person on the page of the change" in response.text


def test_whoever_asked_does_not_decide_even_with_the_permission(lead: Desk) -> None:
    key = asked(lead)
    response = lead.post(f"/manage/adjustments/{key}/decide", {"answer": "granted"})
    assert response.status_code == 409
    assert "Neither whoever asked decides nor whom it is about" in response.text


def test_a_second_decision_is_refused(hr: Desk, lead: Desk, app: Flask) -> None:
    key = asked(hr)
    other = desk(app, name="莫云帆", role=Role.ADMIN)
    lead.post(f"/manage/adjustments/{key}/decide", {"answer": "granted"})
    response = other.post(f"/manage/adjustments/{key}/decide", {"answer": "refused", "note": "不同意"})
    assert response.status_code == 409
    assert "Somebody has decided this already" in response.text


def test_granting_what_is_excused_or_too_late_by_now_is_refused_in_words(
    hr: Desk, lead: Desk, database: Session
) -> None:
    key = asked(hr)
    the_assignment().due_on = date(2026, 12, 24)
    database.commit()
    response = lead.post(f"/manage/adjustments/{key}/decide", {"answer": "granted"})
    assert response.status_code == 409
    assert "The date asked for has passed, or is not later than the present one" in response.text
    the_assignment().excused_at = AT
    database.commit()
    response = lead.post(f"/manage/adjustments/{key}/decide", {"answer": "granted"})
    assert response.status_code == 409
    assert "It has been completed or excused already" in response.text


def test_nobody_decides_about_themselves(hr: Desk, lead: Desk) -> None:
    the_assignment().person_id = lead.person.id
    session().commit()
    key = asked(hr)
    assert "Nobody decides about themselves" in lead.get(f"/manage/adjustments/{key}")
    response = lead.post(f"/manage/adjustments/{key}/decide", {"answer": "granted"})
    assert response.status_code == 409
    assert "Neither whoever asked decides nor whom it is about" in response.text


def test_hr_without_the_permission_decides_nothing(hr: Desk) -> None:
    key = asked(hr)
    assert hr.post(f"/manage/adjustments/{key}/decide", {"answer": "granted"}).status_code == 403


def test_reloading_a_refused_decision_shows_the_request_again(hr: Desk, lead: Desk) -> None:
    key = asked(hr)
    address = f"/manage/adjustments/{key}/decide"
    assert lead.post(address, {"answer": ""}).status_code == 422
    again = lead.client.get(address)
    assert (again.status_code, again.location) == (303, f"/manage/adjustments/{key}")


def test_more_time_is_a_link_in_the_progress_list(hr: Desk) -> None:
    assert f"/manage/adjust/{the_assignment().key}" in hr.get("/manage/progress")
