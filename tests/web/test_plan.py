"""The training year on HR's desk: list and calendar, entries, the project group."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.people.models import Person
from lms.planning.members import members
from lms.planning.queries import entries, entry, year_of
from lms.planning.rules import EntryState
from lms.surveys import opening
from lms.workshops.rules import EventKind
from tests.support import events
from tests.support.campaigns import drafted, gone_out
from tests.support.client import text
from tests.support.company import TODAY, hr, obliged
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.planning import lead, planned, year
from tests.support.quiz_texts import COURSE, quiz_texts
from tests.support.surveys import with_surveys

PLAN = "/manage/plan?year=2027"


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(quiz_texts())


@pytest.fixture
def ye(client: FlaskClient) -> Person:
    """The head of HR, signed in, in English."""
    return lead(client)


# -- the year ----------------------------------------------------------------------------------------------


def test_a_year_is_opened_by_its_button(client: FlaskClient, ye: Person) -> None:
    assert "has not been opened yet" in text(client, PLAN)
    assert client.post("/manage/plan/open", data={"year": "2027"}).location == PLAN
    page = text(client, PLAN)
    for said in (
        "with 10 entries",
        "April: annual settlement",
        "4 Jan",
        "Not approved yet",
        "0 of 10 entries",
    ):
        assert said in page
    client.post("/manage/plan/open", data={"year": "2027"})
    assert len(entries(2027)) == 10


def test_who_may_not_edit_sees_the_plan_without_buttons(client: FlaskClient, ye: Person) -> None:
    year(ye)
    hr(client)
    page = text(client, PLAN)
    assert "April: annual settlement" in page
    assert "Approve the plan" not in page
    assert client.post("/manage/plan/open", data={"year": "2028"}).status_code == 403


@pytest.mark.parametrize("query", ["year=1999", "view=week", "kind=nosuch"])
def test_what_there_is_not_is_not_found(client: FlaskClient, ye: Person, query: str) -> None:
    assert client.get(f"/manage/plan?{query}").status_code == 404
    assert client.post("/manage/plan/open", data={"year": "x"}).status_code == 404
    assert client.get("/manage/plan/approve?year=2031").status_code == 404
    assert client.get("/manage/plan/new?year=2031").status_code == 404


def test_a_month_stands_in_a_table_and_in_a_list(client: FlaskClient, ye: Person) -> None:
    year(ye)
    page = text(client, f"{PLAN}&view=calendar&month=4")
    assert page.count("April: annual settlement") == 3
    for said in ("April 2027", "Starts:", "Ends:", "Monday"):
        assert said in page
    assert "Nothing stands in this month" in text(client, f"{PLAN}&view=calendar&month=8")


def test_the_calendar_shows_what_every_floor_knows(client: FlaskClient, ye: Person) -> None:
    year(ye, 2026)
    planned(ye, "知识竞赛", TODAY)
    make_person()
    gone_out(drafted(ye, courses=(COURSE,), due_on=TODAY + timedelta(days=7)))
    events.published(ye, title="住院报销讲座")
    events.published(ye, title="上门：马长河", kind=EventKind.HOME_VISIT, place="某街道")
    page = text(client, "/manage/plan?year=2026")
    for said in ("知识竞赛", "年度必修", "住院报销讲座", "Home visit", "Training due"):
        assert said in page
    assert "马长河" not in page
    assert "某街道" not in page
    only = text(client, "/manage/plan?year=2026&kind=event")
    assert "住院报销讲座" in only
    assert "知识竞赛" not in only


def test_a_late_report_is_told_once_it_was_planned(client: FlaskClient, ye: Person) -> None:
    assert "Report on Q4 2026" not in text(client, PLAN)
    obliged()
    assert "Report on Q3 2026" not in text(client, "/manage/plan?year=2026")
    page = text(client, PLAN)
    assert "Report on Q4 2026" in page
    year(ye)
    page = text(client, PLAN)
    assert page.count("Report on Q4 2026") == 1
    assert "Training report, Q4 2026" not in page


def test_a_plan_is_approved_and_tells_of_changes(client: FlaskClient, ye: Person) -> None:
    year(ye)
    address = "/manage/plan/approve?year=2027"
    assert "none entered yet" in text(client, address)
    assert client.post(address, data={"note": "长" * 1001}).status_code == 422
    assert client.post(address, data={"note": "今年重点是跨省就医"}).status_code == 303
    page = text(client, PLAN)
    assert "今年重点是跨省就医" in page
    assert "Approved by 叶文瑾" in page
    found = year_of(2027)
    assert found
    assert found.approved_by == ye.name


# -- entries -----------------------------------------------------------------------------------------------

NEW = {
    "title": "知识竞赛",
    "title_en": "Quiz",
    "starts_on": "2027-05-10",
    "ends_on": "2027-05-14",
    "course": "",
}


def test_an_entry_is_added_and_changed(client: FlaskClient, ye: Person) -> None:
    year(ye)
    assert client.post("/manage/plan/new?year=2027", data=NEW).location == PLAN
    (own,) = [one for one in entries(2027) if not one.code]
    address = f"/manage/plan/entries/{own.key}"
    assert "Quiz" in text(client, address)
    assert 'value="2027-05-10"' in text(client, f"{address}/edit")
    changed = {**NEW, "title_en": "Quiz night", "ends_on": "2027-05-10"}
    assert client.post(f"{address}/edit", data=changed).location == address
    assert entry(own.key).ends_on == date(2027, 5, 10)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "Enter a title"),
        ({"ends_on": "2027-05-01"}, "The last day is before the first"),
        ({"starts_on": "2028-05-10", "ends_on": "2028-05-10"}, "Enter days in 2027"),
        ({"ends_on": "2027-05-01", "title": ""}, "The last day is before the first"),
        ({"starts_on": "2028-05-10", "ends_on": "2028-05-09"}, "Enter days in 2027"),
        ({"starts_on": "2028-05-10", "ends_on": "2028-05-09"}, "The last day is before the first"),
        ({"starts_on": "soon"}, "Enter the day as in"),
        ({"course": "nosuch"}, "Choose from the list"),
    ],
)
def test_an_entry_that_cannot_be_is_told_beside_its_field(
    client: FlaskClient, ye: Person, wrong: dict[str, str], said: str
) -> None:
    year(ye)
    key = planned(ye, "会议", date(2027, 5, 10))
    for address in ("/manage/plan/new?year=2027", f"/manage/plan/entries/{key}/edit"):
        answer = client.post(address, data={**NEW, **wrong})
        assert answer.status_code == 422
        assert said in answer.text
        assert "<title>Error:" in answer.text


def test_what_was_dropped_stays_crossed_out(client: FlaskClient, ye: Person) -> None:
    year(ye)
    key = planned(ye, "会议", date(2027, 5, 10))
    address = f"/manage/plan/entries/{key}"
    settle = f"{address}/settle"
    client.post(settle, data={"state": "dropped", "reason": "没有场地"})
    assert "没有场地" in text(client, address)
    assert "<s>会议</s>" in text(client, PLAN)
    client.post(settle, data={"state": "done"})
    assert "somebody has noted something else" in text(client, address)
    client.post(settle, data={"state": "planned"})
    client.post(settle, data={"state": "done"})
    assert entry(key).state is EntryState.DONE
    assert client.post(settle, data={"state": "lost"}).status_code == 404


def test_an_entry_past_its_date_says_so(client: FlaskClient, ye: Person) -> None:
    year(ye, 2026)
    key = planned(ye, "会议", TODAY - timedelta(days=3))
    for address in ("/manage/plan?year=2026", f"/manage/plan/entries/{key}"):
        assert "3 days past its date" in text(client, address)


# -- the project group -------------------------------------------------------------------------------------

JOIN = {"duty": "hr", "since": "2026-11-01"}


def test_a_group_without_a_leader_is_told(client: FlaskClient, ye: Person) -> None:
    assert "Nobody has been entered yet" in text(client, "/manage/plan/group")
    outside = {**JOIN, "duty": "authority", "name": "王老师", "organisation": "某区医保局"}
    assert client.post("/manage/plan/group/new", data=outside).status_code == 303
    page = text(client, "/manage/plan/group")
    for said in ("Nobody leads the group", "王老师", "某区医保局", "Gives authoritative explanations"):
        assert said in page
    client.post("/manage/plan/group/new", data={**JOIN, "duty": "lead", "number": ye.number})
    assert "Nobody leads the group" not in text(client, "/manage/plan/group")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "Enter an employee number, or leave it empty"),
        ({"number": "1", "name": "王"}, "not both"),
        ({"number": "nobody"}, "Nobody with the company has the number nobody"),
        ({"number": "nobody", "duty": "boss"}, "Nobody with the company has the number nobody"),
        ({"name": "王", "duty": "boss"}, "Choose a duty"),
    ],
)
def test_who_cannot_be_a_member_is_told(
    client: FlaskClient, ye: Person, wrong: dict[str, str], said: str
) -> None:
    answer = client.post("/manage/plan/group/new", data={**JOIN, **wrong})
    assert answer.status_code == 422
    assert said in answer.text


def test_a_member_gets_another_duty_and_leaves(client: FlaskClient, ye: Person) -> None:
    joined = {**JOIN, "number": ye.number}
    client.post("/manage/plan/group/new", data=joined)
    again = client.post("/manage/plan/group/new", data=joined)
    assert "this duty in the group already" in again.text
    address = f"/manage/plan/group/{members()[0].key}"
    assert client.post(address, data={"duty": "boss"}).status_code == 422
    client.post(address, data={"duty": "it", "duty_text": "维护平台"})
    assert "维护平台" in text(client, "/manage/plan/group")
    assert client.post(f"{address}/leave", data={"until": "2026-10-01"}).status_code == 422
    assert client.post(f"{address}/leave", data={"until": "2026-11-20"}).status_code == 303
    assert "Were members" in text(client, "/manage/plan/group")


def test_a_needs_survey_stands_for_its_date_in_the_plan(client: FlaskClient, ye: Person) -> None:
    year(ye)
    publish_texts(with_surveys())
    with unit_of_work():
        opening.open_needs(datetime(2027, 1, 4, 1, tzinfo=UTC))
    page = text(client, f"{PLAN}&view=calendar&month=1")
    assert "2027年第一季度需求调研" not in page
    assert "Needs survey, Q1 2027" not in page
    assert "/manage/surveys/" in page
