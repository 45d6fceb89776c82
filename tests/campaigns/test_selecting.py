"""Whom a campaign selects, why each one is in, and who is left out."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.operations import assign_by_hand
from lms.campaigns.models import Outcome, Reason
from lms.campaigns.preview import preview, preview_page, reach
from lms.campaigns.selection import (
    Selection,
    chosen,
    reasons,
    size_of,
    sizes,
    unknown_departments,
    unknown_numbers,
)
from lms.kernel.database import unit_of_work
from lms.people.models import Audience, Person
from lms.rollouts.standing import Standing
from tests.support.campaigns import (
    AT,
    DUE,
    EVERYBODY,
    TODAY,
    crowd,
    drafted,
    gone_out,
    hr_person,
    library,
    some,
)
from tests.support.company import tree
from tests.support.people import NANJING, leave, make_person
from tests.support.statements import statements


def who(selection: Selection, session: Session) -> dict[str, str]:
    """Name → why."""
    rows = chosen(selection, TODAY).subquery()
    found = session.execute(select(Person.name, rows.c.why).join(rows, rows.c.person_id == Person.id))
    return {row.name: row.why for row in found}


@pytest.fixture
def people(database: Session) -> Session:
    """Four people in a tree of departments."""
    root, production, workshop = tree()
    make_person(name="根", department=root, audience=Audience.HR, number="R1")
    make_person(name="产", department=production, hired_on=date(2020, 1, 1), number="P1")
    make_person(name="间", department=workshop, region=NANJING, number="W1")
    make_person(name="退", department=workshop, audience=Audience.RETIREE, number="T1")
    leave(make_person(name="走", department=workshop, number="L1"))
    for one, key in ((root, "ROOT"), (production, "PROD"), (workshop, "SHOP")):
        one.key = key
    database.commit()
    return database


def test_nothing_chosen_is_nobody(people: Session) -> None:
    assert who(Selection(), people) == {}
    assert size_of(Selection(without_persons=frozenset({"R1"})), TODAY) == 0


def test_departments_hold_those_below_them(people: Session) -> None:
    assert who(some(departments={"PROD"}), people) == dict.fromkeys("产间退", "department:PROD")


def test_of_several_departments_it_says_which_one(people: Session) -> None:
    found = who(some(departments={"PROD", "SHOP"}), people)
    assert found == {"产": "department:PROD", "间": "department:PROD", "退": "department:PROD"}


def test_all_criteria_have_to_fit(people: Session) -> None:
    selection = some(departments={"PROD"}, audiences={"employee", "hr"}, regions={NANJING})
    assert who(selection, people) == {"间": "audience:employee;department:PROD;region:320100"}


def test_hired_since_a_day(people: Session) -> None:
    found = who(some(audiences={"employee"}, hired_since=date(2026, 11, 1)), people)
    assert found == {"间": "audience:employee;hired-since:2026-11-01"}


def test_named_persons_are_in_besides(people: Session) -> None:
    found = who(some(regions={NANJING}, persons={"R1", "W1", "L1", "NOBODY"}), people)
    assert found == {"根": "person", "间": "region:320100"}
    assert unknown_numbers(["R1", "L1", "NOBODY"]) == ["L1", "NOBODY"]


def test_what_is_left_out_always_wins(people: Session) -> None:
    everybody = {"employee", "hr", "retiree"}
    assert set(who(some(audiences=everybody), people)) == set("根产间退")
    assert set(who(some(audiences=everybody, without_departments={"SHOP"}), people)) == set("根产")
    assert set(who(some(audiences=everybody, without_audiences={"hr"}), people)) == set("产间退")
    named = some(audiences=everybody, persons={"R1"}, without_persons={"R1"})
    assert set(who(named, people)) == set("产间退")


def test_a_department_that_is_gone_is_named(people: Session) -> None:
    selection = some(departments={"PROD", "GONE"}, without_departments={"LOST"})
    assert unknown_departments(selection) == ["GONE", "LOST"]


def test_how_a_person_stands_towards_a_policy(people: Session) -> None:
    library()
    found = who(some(policy="city-rules", standing=Standing.NEVER, audiences={"employee"}), people)
    assert found == {"产": "audience:employee;policy:city-rules:never"}
    assert reasons(found["产"]) == ("audience:employee", "policy:city-rules:never")


def test_a_selection_is_kept_as_json() -> None:
    selection = Selection(
        audiences=frozenset({"hr"}),
        hired_since=date(2026, 1, 1),
        policy="city-rules",
        standing=Standing.OUTDATED,
        without_persons=frozenset({"A", "B"}),
    )
    assert selection.to_json() == {
        "audiences": ["hr"],
        "hired_since": "2026-01-01",
        "policy": "city-rules",
        "standing": "outdated",
        "without_persons": ["A", "B"],
    }
    assert Selection.from_json(selection.to_json()) == selection
    assert Selection.from_json({}) == Selection()


def test_sizes_are_those_of_active_people(people: Session) -> None:
    found = sizes(TODAY)
    assert (found.everybody, found.audiences) == (4, {"employee": 2, "hr": 1, "retiree": 1})
    assert found.hired_this_month == 3


# -- the preview ------------------------------------------------------------------------------------------


def test_the_preview_says_who_gets_it_and_who_does_not_and_why(people: Session) -> None:
    library()
    author = hr_person("周敏")
    open_ones = people.query(Person).filter(Person.number.in_(["P1", "W1"])).order_by(Person.number).all()
    with unit_of_work():
        for person, due_on in zip(open_ones, (DUE, DUE - timedelta(days=2)), strict=True):
            assign_by_hand([person.id], "basics", due_on=due_on, actor_id=author.id, today=TODAY, at=AT)
    draft = drafted(author, EVERYBODY)
    found = preview(draft, TODAY)
    assert (found.chosen, found.people) == (5, 0)
    assert found.counts == {
        ("basics", Outcome.HAS_IT): 1,
        ("basics", Outcome.EXCEPTION): 1,
        ("", Outcome.NOT_FOR_THEM): 3,
    }
    (line,), total = preview_page(draft, TODAY, Outcome.EXCEPTION, page=1)
    assert (line.number, line.reason, line.due_on, line.has_due_on, total) == (
        "W1",
        Reason.HAS_EARLIER,
        DUE,
        DUE - timedelta(days=2),
        1,
    )
    assert line.why == ("audience:employee",)
    assert preview_page(draft, TODAY, None, page=1)[1] == 5
    assert preview_page(draft, TODAY, None, page=2)[0] == []


def test_somebody_who_gets_two_courses_is_one_person(database: Session) -> None:
    library()
    author = hr_person()
    crowd(3)
    found = preview(drafted(author, EVERYBODY, path="start"), TODAY)
    assert (found.chosen, found.people, found.of(Outcome.ASSIGNED)) == (4, 4, 4)


def test_before_a_date_is_known_nobody_is_an_exception(database: Session) -> None:
    library()
    author = hr_person()
    crowd(2)
    gone_out(drafted(author))
    draft = drafted(author, due_on=None)
    assert preview(draft, TODAY).counts == {("basics", Outcome.HAS_IT): 2}


def test_the_preview_of_a_whole_company_takes_two_statements(app: Flask, database: Session) -> None:
    library()
    crowd(100)
    draft = drafted(hr_person(), EVERYBODY, path="start")
    preview(draft, TODAY)
    with statements(app) as heard:
        preview(draft, TODAY)
    assert len([one for one in heard if "people_persons" in one]) == 2


def test_who_can_be_written_to(database: Session) -> None:
    library()
    first, second, third = (make_person() for _ in range(3))
    first.email, first.wecom_id = "a@example.org", "a"
    second.email = "b@example.org"
    database.commit()
    assert third.email == ""
    found = reach(drafted(hr_person()), TODAY)
    assert (found.people, found.email, found.wecom, found.phone, found.none) == (3, 2, 1, 0, 1)
