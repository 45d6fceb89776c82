"""Cases that somebody decides: a course that is open already with another date, or too little time."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.campaigns.cases import cases_page
from lms.campaigns.models import Case, CaseState
from lms.campaigns.queries import campaign
from tests.support.campaigns import AT, assignments, drafted, gone_out, hr_person, library
from tests.support.people import make_person
from tests.support.policy_desk import Desk, desk


@pytest.fixture
def hr(database: Session, app: Flask) -> Desk:
    """Two people have the course until 7 December; then it is sent again, due on the 20th."""
    library()
    make_person(number="Q1", name="林晓")
    make_person(number="Q2", name="何书航")
    author = hr_person()
    gone_out(drafted(author))
    gone_out(drafted(author, due_on=date(2026, 12, 20)), at=AT)
    return desk(app, role=Role.HR)


def waiting() -> list[str]:
    return [one.key for one in cases_page(CaseState.WAITING, page=1)[0]]


def test_the_list_says_what_is_there_and_what_would_be(hr: Desk) -> None:
    page = hr.get("/manage/exceptions")
    assert "林晓" in page
    assert "Has it already, due earlier" in page
    assert "due on 7 Dec 2026 now, would be due on 20 Dec 2026" in page
    assert "2<span" in page or "2</span>" in page


def test_those_who_are_ticked_get_the_new_date(hr: Desk) -> None:
    first, second = waiting()
    hr.client.post("/manage/exceptions", data={"case": [first], "decision": "given", "note": "一并更新"})
    assert "Decided for 1 person." in hr.get("/manage/exceptions")
    assert waiting() == [second]
    assert sorted(one.due_on for one in assignments()) == [date(2026, 12, 7), date(2026, 12, 20)]
    page = hr.get("/manage/exceptions?state=given")
    assert "叶文瑾" in page
    assert "一并更新" in page


def test_everybody_on_the_page_can_be_decided_at_once(hr: Desk) -> None:
    keys = waiting()
    typed = {"shown": keys, "every": "y", "decision": "kept"}
    hr.client.post("/manage/exceptions", data=typed)
    assert waiting() == []
    assert {one.due_on for one in assignments()} == {date(2026, 12, 7)}
    assert "Nothing to decide" in hr.get("/manage/exceptions")


def test_a_date_of_ones_own_can_be_given(hr: Desk) -> None:
    hr.client.post(
        "/manage/exceptions", data={"case": waiting(), "decision": "given", "due_on": "2026-12-31"}
    )
    assert {one.due_on for one in assignments()} == {date(2026, 12, 31)}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"case": []}, "Tick whom you decide about"),
        ({"every": "y", "case": []}, "Tick whom you decide about"),
        ({"decision": ""}, "Choose what is to be done"),
        ({"due_on": "2026-11-23"}, "23 Nov 2026 is not after today. Choose a later day"),
        ({"due_on": "christmas"}, "Enter the day as in 2026-03-02"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_and_decides_nothing(
    hr: Desk, typed: dict[str, object], said: str
) -> None:
    keys = waiting()
    response = hr.client.post("/manage/exceptions", data={"case": keys, "decision": "given", **typed})
    assert response.status_code == 422
    assert said in response.text
    assert waiting() == keys


def test_ones_own_case_is_decided_by_somebody_else(hr: Desk, database: Session) -> None:
    keys = waiting()
    database.scalars(select(Case)).first().person_id = hr.person.id  # type: ignore[union-attr]
    database.commit()
    response = hr.client.post("/manage/exceptions", data={"case": keys, "decision": "skipped"})
    assert response.status_code == 422
    assert "One of them is you" in response.text
    assert waiting() == keys


def test_only_those_of_one_assignment(hr: Desk) -> None:
    cases, _ = cases_page(CaseState.WAITING, page=1)
    key = cases[0].campaign_key
    page = hr.get(f"/manage/exceptions?campaign={key}")
    assert campaign(key).title in page
    assert hr.client.get("/manage/exceptions?campaign=NOSUCH").status_code == 404
    response = hr.client.post(
        f"/manage/exceptions?campaign={key}", data={"case": waiting(), "decision": "skipped"}
    )
    assert response.location.endswith(f"campaign={key}")


def test_a_second_decision_changes_nothing(hr: Desk) -> None:
    keys = waiting()
    for _ in range(2):
        hr.client.post("/manage/exceptions", data={"case": keys, "decision": "skipped"})
    assert "Decided for 0 people." in hr.get("/manage/exceptions")
