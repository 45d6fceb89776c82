"""Assigning in five steps: what is wrong is said where it is mended, and everything is kept as a draft."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.campaigns.models import Campaign
from lms.campaigns.queries import campaign
from lms.people.models import Audience
from tests.support.assigning import CONTENT, NOTICE, PEOPLE, TIME, answer, begin, drafted
from tests.support.campaigns import library
from tests.support.people import NANJING, leave, make_department, make_learner, make_person, sign_in
from tests.support.policy_desk import Desk, desk, seen


@pytest.fixture
def hr(database: Session, app: Flask) -> Desk:
    library()
    make_person(number="Q1", name="林晓", department=make_department(name="研发中心"))
    make_person(number="Q2", name="何书航", department=make_department(name="生产制造部"), region=NANJING)
    make_person(number="Q3", name="陈桂芬", audience=Audience.RETIREE)
    return desk(app, role=Role.HR)


def drafts(database: Session) -> int:
    database.rollback()
    return database.scalar(select(func.count()).select_from(Campaign)) or 0


def test_a_draft_exists_from_the_first_answer_on(hr: Desk, database: Session) -> None:
    assert "What is to be learned?" in hr.get("/manage/assign/new")
    assert drafts(database) == 0
    key = begin(hr)
    found = campaign(key)
    assert (found.title, found.courses, found.path) == ("年度必修", ["basics"], "")
    assert "Who is to get this training?" in hr.get(f"/manage/assign/{key}/people")


def test_a_path_brings_its_courses_along(hr: Desk) -> None:
    key = begin(hr, content="path:start")
    assert (campaign(key).path, campaign(key).courses) == ("start", ["basics", "desk"])
    assert "2 courses" in hr.get(f"/manage/assign/{key}/people")


@pytest.mark.parametrize("content", ["", "course:no-such", "path:no-such", "nonsense"])
def test_content_that_the_library_lacks_begins_no_draft(hr: Desk, database: Session, content: str) -> None:
    response = hr.post("/manage/assign/new", {**CONTENT, "content": content})
    assert response.status_code == 422
    assert "Choose a course or a path" in response.text
    assert "年度必修" in response.text
    assert drafts(database) == 0


def test_people_are_kept_as_they_were_chosen(hr: Desk) -> None:
    key = begin(hr)
    typed = {
        "audiences": ["employee"],
        "regions": ["110000"],
        "hired_since": "2026-01-01",
        "persons": "Q3, Q2\nQ3",
        "without_persons": "Q2",
    }
    response = answer(hr, key, "people", typed)
    assert (response.status_code, response.location.rsplit("/", 1)[1]) == (303, "time")
    chosen = campaign(key).selection
    assert chosen["hired_since"] == "2026-01-01"
    assert (chosen["persons"], chosen["without_persons"]) == (["Q2", "Q3"], ["Q2"])
    page = hr.get(f"/manage/assign/{key}/people")
    assert 'value="2026-01-01"' in page
    assert "3 conditions" in page


def test_departments_hold_everybody_below_them(hr: Desk, app: Flask) -> None:
    top = make_department(name="销售与服务部")
    make_person(number="Q4", department=make_department(name="华东销售部", parent=top))
    top_key, key = top.key, begin(hr)
    answer(hr, key, "people", {"departments": [top_key]}, action="count")
    page = hr.get(f"/manage/assign/{key}/names")
    assert "Q4" in page
    assert "in 销售与服务部" in page
    assert ">Q1</span>" not in page


def test_nobody_chosen_is_said_at_the_choice(hr: Desk) -> None:
    key = begin(hr)
    response = answer(hr, key, "people", {})
    assert response.status_code == 422
    assert "This chooses nobody" in response.text
    assert 'href="#audiences-0"' in response.text
    assert "<title>Error:" in response.text


def test_everybody_has_to_be_confirmed(hr: Desk) -> None:
    key = begin(hr, content="path:start")
    everybody = {"audiences": [one.value for one in Audience]}
    response = answer(hr, key, "people", everybody)
    assert response.status_code == 422
    assert "This chooses all 4 people of the company" in response.text
    assert 'name="everybody"' in response.text
    assert answer(hr, key, "people", {**everybody, "everybody": "y"}).status_code == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"persons": "Q1 Q9999"}, "Nobody with the company has the number Q9999"),
        ({"without_persons": "Q9998"}, "Nobody with the company has the number Q9998"),
        ({"audiences": "everyone"}, "Choose from the list"),
        ({"departments": "NOSUCH"}, "Choose from the list"),
        ({"regions": "999999"}, "Choose from the list"),
        ({"hired_since": "last year"}, "Enter the day as in 2026-03-02"),
        ({"standing": "outdated"}, "Choose the policy too"),
        ({"policy": "city-rules"}, "Choose how people stand towards it"),
        ({"persons": " ".join(f"N{number}" for number in range(501))}, "Enter 500 numbers at most"),
    ],
)
def test_what_is_wrong_with_a_choice_is_said_and_what_was_typed_is_kept(
    hr: Desk, typed: dict[str, str], said: str
) -> None:
    key = begin(hr)
    response = answer(hr, key, "people", {**PEOPLE, **typed})
    assert response.status_code == 422
    assert said in response.text
    assert campaign(key).selection == {}


def test_somebody_who_left_has_no_number(hr: Desk) -> None:
    leave(make_person(number="Q7"))
    response = answer(hr, begin(hr), "people", {"persons": "Q7"})
    assert "Nobody with the company has the number Q7" in response.text


def test_people_can_be_chosen_by_what_they_know_of_a_policy(hr: Desk) -> None:
    key = begin(hr)
    response = answer(hr, key, "people", {"policy": "city-rules", "standing": "never"})
    assert response.status_code == 303
    names = hr.get(f"/manage/assign/{key}/names")
    assert "Q1" in names
    assert "Outpatient rules: Never taught" in names


def test_the_count_says_who_gets_it_and_who_does_not(hr: Desk) -> None:
    key = begin(hr)
    response = hr.client.post(f"/manage/assign/{key}/count", data={"audiences": ["employee", "retiree"]})
    assert response.status_code == 200
    assert "This will go to" in response.text
    assert "2 people" in response.text
    assert "No course here is written for them" in response.text
    assert campaign(key).selection == {}


def test_a_count_of_something_impossible_is_empty(hr: Desk) -> None:
    key = begin(hr)
    response = hr.client.post(f"/manage/assign/{key}/count", data={"persons": "Q9999"})
    assert (response.status_code, response.text) == (422, "")


def test_without_a_script_a_button_counts_and_keeps(hr: Desk) -> None:
    key = begin(hr)
    response = answer(hr, key, "people", PEOPLE, action="count")
    assert response.location.endswith("/people")
    assert "See the names and why each is in" in hr.get(f"/manage/assign/{key}/people")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"due_on": ""}, "Enter the last day"),
        ({"due_on": "soon"}, "Enter the day as in 2026-03-02"),
        ({"due_on": "2026-11-20"}, "The last day is before the first"),
        ({"due_on": "2026-11-23"}, "The time is too short: leave at least 3 days"),
        (
            {"starts": "on", "starts_on": "2026-12-10"},
            "The last day is before the first. Choose 10 Dec or later",
        ),
        ({"starts": "on", "starts_on": "2026-11-01"}, "The first day is past"),
        ({"starts": "on", "starts_on": ""}, "Enter the first day"),
        ({"starts": "whenever"}, "Choose when it begins"),
        ({"due": "never"}, "Choose when it is due"),
        ({"due": "after", "due_days": ""}, "Enter the number of days"),
        ({"due": "after", "due_days": "two"}, "Enter a whole number, for example 14"),
        ({"due": "after", "due_days": "0"}, "Enter a number from 1 to 365"),
        ({"due": "after", "due_days": "2"}, "The time is too short: leave at least 3 days"),
    ],
)
def test_an_impossible_time_is_said_beside_its_field(hr: Desk, typed: dict[str, str], said: str) -> None:
    response = answer(hr, begin(hr), "time", {**TIME, **typed})
    assert response.status_code == 422
    assert said in response.text
    assert 'aria-invalid="true"' in response.text or "starts" in typed or "due" in typed


def test_a_day_for_all_or_so_many_days_for_each(hr: Desk) -> None:
    key = begin(hr)
    answer(hr, key, "time", {**TIME, "starts": "on", "starts_on": "2026-12-01"})
    assert (campaign(key).starts_on, campaign(key).due_on) == (date(2026, 12, 1), date(2026, 12, 7))
    answer(hr, key, "time", {"starts": "now", "due": "after", "due_days": "14"})
    found = campaign(key)
    assert (found.starts_on, found.due_on, found.due_days) == (None, None, 14)


def test_channels_reminders_and_quiet_hours(hr: Desk) -> None:
    key = begin(hr)
    page = hr.get(f"/manage/assign/{key}/notice")
    assert page.count("checked") == 6
    assert "This is the message people get" in page
    assert answer(hr, key, "notice", NOTICE).status_code == 303
    found = campaign(key)
    assert (found.channels, found.reminders, found.quiet) == (["email", "wecom"], [-3, 0], ["22:00", "08:00"])
    answer(hr, key, "notice", {"channels": "email", "quiet_from": "", "quiet_to": ""})
    assert (campaign(key).reminders, campaign(key).quiet) == ([], [])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"quiet_from": ""}, "Enter the time as in 22:00"),
        ({"quiet_to": "late"}, "Enter the time as in 22:00"),
        ({"channels": "pigeon"}, "Choose from the list"),
        ({"reminders": "99"}, "Choose from the list"),
    ],
)
def test_an_impossible_notice_is_refused(hr: Desk, typed: dict[str, str], said: str) -> None:
    response = answer(hr, begin(hr), "notice", {**NOTICE, **typed})
    assert response.status_code == 422
    assert said in response.text


def test_a_save_over_what_a_colleague_saved_is_refused_and_kept_in_the_form(hr: Desk, app: Flask) -> None:
    key = begin(hr)
    old = seen(hr.get(f"/manage/assign/{key}/time"))
    answer(desk(app, name="董雪晴", role=Role.HR), key, "time", {**TIME, "due_on": "2026-12-20"})
    response = hr.post(f"/manage/assign/{key}/time", {**TIME, "seen": old, "action": "next"})
    assert response.status_code == 409
    assert "Somebody has changed this meanwhile" in response.text
    assert 'value="2026-12-07"' in response.text
    assert campaign(key).due_on == date(2026, 12, 20)


def test_leaving_keeps_the_draft_and_it_can_be_thrown_away(hr: Desk, database: Session) -> None:
    key = begin(hr)
    response = answer(hr, key, "people", PEOPLE, action="keep")
    assert response.location.endswith("/manage/assign")
    page = hr.get("/manage/assign")
    assert "年度必修" in page
    assert "The draft is kept." in page
    page = hr.get(f"/manage/assign/{key}/discard")
    assert hr.post(f"/manage/assign/{key}/discard", {"seen": seen(page)}).status_code == 303
    assert drafts(database) == 0


def test_a_path_that_the_library_lost_is_said_at_its_step(hr: Desk, database: Session) -> None:
    key = drafted(hr)
    campaign(key).courses = ["gone"]
    database.commit()
    page = hr.get(f"/manage/assign/{key}/check")
    assert "The library no longer has the course “gone”" in page
    assert f"/manage/assign/{key}/content" in page


def test_a_learner_assigns_nothing(hr: Desk, app: Flask) -> None:
    client = app.test_client()
    sign_in(client, number=make_learner().number)
    for address in ("/manage/assign", "/manage/assign/new", "/manage/rules", "/manage/exceptions"):
        assert client.get(address).status_code == 403


def test_an_unknown_draft_is_not_found(hr: Desk) -> None:
    assert hr.client.get("/manage/assign/NOSUCH/people").status_code == 404
    assert hr.client.get("/manage/assign/NOSUCH").status_code == 404
