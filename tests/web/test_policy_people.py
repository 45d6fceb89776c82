"""The roster of a change on the screen and to take away, and reminding who is not done."""

import csv
import io
import re

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.people.models import Person
from lms.rollouts.excusing import excuse
from lms.rollouts.models import Change
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES, registered, two_admins
from tests.support.crowds import crowd
from tests.support.library import publish_texts
from tests.support.people import make_department, make_person
from tests.support.policy_desk import Desk, desk
from tests.support.rollouts import DAY, complete, delivered, give, recipient, taught
from tests.support.statements import statements

QUERIES = ("", "?outcome=done", "?outcome=excused", "?audience=employee", "?text=甲", "?text=nobody")


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(TWO_CITIES)


def named(name: str) -> Person:
    person = make_person(name=name, department=make_department(name=f"{name}部"))
    complete(give(person, at=DAY_0 - 30 * DAY).id, at=DAY_0 - 30 * DAY)
    return person


def rolled_out() -> tuple[Change, dict[str, Person]]:
    """A change that was given to four people: one waits, one is done, one is excused, one never had it."""
    people = {name: named(name) for name in "甲乙丙"}
    people["丁"] = make_person(name="丁")
    change = delivered(CHEAPER_IN_BEIJING)
    assert change.approved_by is not None
    complete(recipient(change, people["乙"]).assignment_id, at=DAY_0)
    with unit_of_work():
        excuse(change.key, people["丙"].key, reason="长期病假", actor_id=change.approved_by, at=DAY_0)
    return change, people


def names(page: str) -> set[str]:
    return set(re.findall(r'<th scope="row"><a href="/manage/people/\w+">([^<]+)</a>', page))


def lines(at: Desk, address: str) -> list[dict[str, str]]:
    text = at.client.get(address).data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# -- the list -------------------------------------------------------------------------------------------


def test_everybody_is_listed_with_what_became_of_it(app: Flask) -> None:
    at = desk(app)
    change, people = rolled_out()
    page = at.get(f"/manage/policy/{change.key}/people")
    assert names(page) == set("甲乙丙丁")
    assert "4 people" in page
    assert f'href="/manage/people/{people["甲"].key}"' in page
    for said in (
        "Learned on 23 Nov",
        "Excused by 莫云帆 on 23 Nov 2026: 长期病假",
        "only what changed",
        "the whole course",
    ):
        assert said in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("outcome=done", "乙"),
        ("outcome=excused", "丙"),
        ("outcome=delivered", "甲丁"),
        ("outcome=late", ""),
        ("audience=employee", "甲乙丙丁"),
        ("audience=retiree", ""),
        ("text=甲", "甲"),
        ("outcome=done&text=甲", ""),
    ],
)
def test_filters_are_read_from_the_address(app: Flask, query: str, found: str) -> None:
    at = desk(app)
    change, _ = rolled_out()
    page = at.get(f"/manage/policy/{change.key}/people?{query}")
    assert names(page) == set(found)
    assert ("Nobody matches these filters" in page) == (not found)


def test_a_department_is_a_filter_too_and_stays_chosen(app: Flask) -> None:
    at = desk(app)
    department = make_department(name="质量部")
    complete(give(make_person(name="己", department=department)).id, at=DAY_0 - DAY)
    change, _ = rolled_out()
    page = at.get(f"/manage/policy/{change.key}/people?department={department.key}")
    assert names(page) == {"己"}
    assert f'<option value="{department.key}" selected>' in page


@pytest.mark.parametrize("query", ["outcome=asleep", "audience=guest", "department=NOSUCH"])
def test_a_filter_that_no_list_offers_is_not_found(app: Flask, query: str) -> None:
    at = desk(app)
    change, _ = rolled_out()
    for view in ("people", "people.csv"):
        assert at.client.get(f"/manage/policy/{change.key}/{view}?{query}").status_code == 404


def test_a_change_that_nobody_has_approved_has_no_list(app: Flask) -> None:
    at = desk(app)
    key = registered(two_admins()[0]).key
    for view in ("people", "people.csv"):
        assert at.client.get(f"/manage/policy/{key}/{view}").status_code == 404


def test_a_long_list_has_pages_that_keep_the_filters(app: Flask) -> None:
    at = desk(app)
    crowd(30)
    key = delivered(CHEAPER_IN_BEIJING).key
    first = at.get(f"/manage/policy/{key}/people?audience=employee")
    assert "60 people" in first
    assert f"/manage/policy/{key}/people?page=2&amp;audience=employee" in first
    for page in ("2", "99"):
        assert at.get(f"/manage/policy/{key}/people?page={page}").count('<th scope="row">') == 10


def test_who_may_steer_can_excuse_those_who_are_waited_for(app: Flask) -> None:
    change, people = rolled_out()
    page = desk(app).get(f"/manage/policy/{change.key}/people")
    number = people["甲"].number
    assert f"/manage/policy/{change.key}/excuse?number={number}" in page
    assert f"number={people['乙'].number}" not in page
    staff = desk(app, name="周敏", role=Role.HR)
    assert "/excuse" not in staff.get(f"/manage/policy/{change.key}/people")
    form = desk(app, name="叶舟").get(f"/manage/policy/{change.key}/excuse?number={number}")
    assert f'value="{number}"' in form


def test_an_excuse_can_be_taken_back_and_the_change_is_waited_for_again(app: Flask) -> None:
    change, people = rolled_out()
    at, address = desk(app), f"/manage/policy/{change.key}/people"
    back = f"/manage/policy/{change.key}/excuse/{people['丙'].key}/back"
    assert f'action="{back}"' in at.get(address)
    staff = desk(app, name="周敏", role=Role.HR)
    assert staff.post(back, {}).status_code == 403
    for _ in range(2):
        assert desk(app, name="叶舟").post(back, {}).status_code == 303
    assert "丙" not in names(at.get(f"{address}?outcome=excused"))
    assert f"/manage/policy/{change.key}/excuse?number={people['丙'].number}" in at.get(address)


# -- to take away ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", QUERIES)
def test_an_export_has_as_many_lines_as_the_screen_says(app: Flask, query: str) -> None:
    at = desk(app)
    change, _ = rolled_out()
    address = f"/manage/policy/{change.key}/people"
    shown = re.search(r"(\d+) (person|people)", at.get(f"{address}{query}"))
    assert shown
    assert len(lines(at, f"{address}.csv{query}")) == int(shown[1])
    book = CalamineWorkbook.from_filelike(io.BytesIO(at.client.get(f"{address}.xlsx{query}").data))
    assert len(list(book.get_sheet_by_index(0).to_python())) == int(shown[1]) + 1


def test_a_line_says_what_the_screen_says(app: Flask) -> None:
    at = desk(app)
    change, people = rolled_out()
    found = {line["Name"]: line for line in lines(at, f"/manage/policy/{change.key}/people.csv")}
    done, excused = found["乙"], found["丙"]
    assert (done["Employee number"], done["Department"]) == (people["乙"].number, "乙部")
    assert (done["State"], done["Learned on"], done["Sent out on"]) == ("Learned", "2026-11-23", "2026-11-23")
    assert done["Certificate number"]
    assert (excused["State"], excused["Excused by"]) == ("Excused", "莫云帆")
    assert (excused["Reason for the excuse"], excused["Excused on"]) == ("长期病假", "2026-11-23")
    assert (found["甲"]["Due on"], found["甲"]["Days overdue"]) == ("2026-12-07", "0")


def test_taking_it_away_is_on_record_without_names(app: Flask, database: Session) -> None:
    at = desk(app)
    change, _ = rolled_out()
    key, actor = change.key, at.person.id
    at.get(f"/manage/policy/{key}/people.csv?text=甲")
    database.rollback()
    (entry,) = database.scalars(select(Entry).where(Entry.act == "change.roster-exported"))
    assert (entry.actor_id, entry.subject) == (actor, key)
    assert entry.facts == {"rows": 1, "kind": "csv", "filters": {"text": "…"}}


@pytest.mark.parametrize("headcount", [2, 20])
@pytest.mark.parametrize(("view", "wanted"), [("people", 9), ("people.csv", 5), ("people.xlsx", 5)])
def test_statements_do_not_grow_with_the_headcount(
    app: Flask, view: str, wanted: int, headcount: int
) -> None:
    at = desk(app)
    crowd(headcount)
    key = delivered(CHEAPER_IN_BEIJING).key
    at.client.get(f"/manage/policy/{key}/{view}")
    with statements(app) as heard:
        assert at.client.get(f"/manage/policy/{key}/{view}").status_code == 200
    assert len(heard) == wanted


# -- reminding ------------------------------------------------------------------------------------------


def test_reminding_is_done_once_a_day_and_says_when(app: Flask) -> None:
    at = desk(app)
    change, _ = rolled_out()
    key = change.key
    assert "Remind who is not done" in at.get(f"/manage/policy/{key}")
    assert at.post(f"/manage/policy/{key}/remind").status_code == 303
    page = at.get(f"/manage/policy/{key}")
    assert "2 people were reminded." in page
    assert "Remind who is not done" not in page
    at.post(f"/manage/policy/{key}/remind")
    assert "Already reminded at 09:00" in at.get(f"/manage/policy/{key}")


def test_the_journal_and_the_inbox_tell_of_it(app: Flask, database: Session) -> None:
    at = desk(app)
    change, _ = rolled_out()
    at.post(f"/manage/policy/{change.key}/remind")
    database.rollback()
    assert "Who is not done reminded by hand" in at.get("/manage/log")
    entry = database.scalars(select(Entry).where(Entry.act == "change.reminded")).one()
    assert (entry.actor_id, entry.facts) == (at.person.id, {"told": 2})


def test_who_may_not_steer_reminds_nobody(app: Flask) -> None:
    staff = desk(app, role=Role.HR)
    change, _ = rolled_out()
    assert "Remind who is not done" not in staff.get(f"/manage/policy/{change.key}")
    assert staff.post(f"/manage/policy/{change.key}/remind").status_code == 403


def test_when_everybody_is_done_there_is_no_button(app: Flask) -> None:
    at = desk(app)
    person = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    complete(recipient(change, person).assignment_id, at=DAY_0)
    assert "Remind who is not done" not in at.get(f"/manage/policy/{change.key}")
    at.post(f"/manage/policy/{change.key}/remind")
    assert "Nobody has to be reminded" in at.get(f"/manage/policy/{change.key}")
