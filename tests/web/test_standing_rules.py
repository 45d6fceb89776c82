"""Standing rules: written, tried out, switched on; refused when they reach nobody or everybody."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.access.models import Role
from lms.campaigns.cycles import apply_rules
from lms.campaigns.models import Rule, RuleState, Trigger
from lms.campaigns.standing_rules import rule
from lms.kernel import clock as present
from lms.kernel.database import unit_of_work
from lms.people.models import Audience, Status
from tests.support.campaigns import assignments, library
from tests.support.people import make_person
from tests.support.policy_desk import Desk, desk, seen

TYPED: dict[str, object] = {
    "content": "course:basics",
    "title": "新人必修",
    "trigger": "matching",
    "audiences": ["employee"],
    "due_days": "14",
    "repeats": "again",
    "repeat_months": "12",
    "anchor_on": "2026-11-23",
    "reminders": ["-3", "0"],
}


@pytest.fixture
def hr(database: Session, app: Flask) -> Desk:
    library()
    make_person(number="Q1", name="林晓", hired_on=date(2020, 1, 1))
    make_person(number="Q2", name="何书航", hired_on=date(2026, 11, 20))
    return desk(app, role=Role.HR)


def written(hr: Desk, **typed: object) -> str:
    response = hr.client.post("/manage/rules/new", data={**TYPED, **typed})
    assert response.status_code == 303, response.text
    return str(response.location).rsplit("/", 1)[1]


def switched_on(hr: Desk, key: str, **typed: str) -> str:
    page = hr.get(f"/manage/rules/{key}")
    data = {"seen": seen(page), **typed}
    return hr.client.post(f"/manage/rules/{key}/on", data=data, follow_redirects=True).text


def applied() -> None:
    """The job runs."""
    with unit_of_work():
        apply_rules(present.now())


def found(key: str) -> Rule:
    return rule(key)


def test_a_rule_is_off_until_somebody_has_seen_whom_it_reaches(hr: Desk) -> None:
    assert "There is no rule yet" in hr.get("/manage/rules")
    key = written(hr)
    one = found(key)
    assert (one.state, one.trigger, one.repeat_months) == (RuleState.OFF, Trigger.MATCHING, 12)
    page = hr.get(f"/manage/rules/{key}")
    assert "Switch on for 2 people" in page
    assert "every 12 months" in page
    assert "Q1" in hr.get(f"/manage/rules/{key}/plus")
    assert "The rule is on" in switched_on(hr, key)
    applied()
    assert len(assignments()) == 2
    assert "2 people" in hr.get("/manage/rules")


def test_new_joiners_only(hr: Desk) -> None:
    key = written(hr, trigger="joining", hired_from="2026-11-01", repeats="once")
    assert found(key).hired_from == date(2026, 11, 1)
    page = hr.get(f"/manage/rules/{key}/plus")
    assert "何书航" in page
    assert "林晓" not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"content": ""}, "Choose a course or a path"),
        ({"audiences": []}, "This chooses nobody"),
        ({"trigger": "sometimes"}, "Choose who gets it"),
        ({"trigger": "joining", "hired_from": ""}, "Enter from which day of hiring"),
        ({"due_days": "2"}, "Enter a number from 3 to 365"),
        ({"due_days": "many"}, "Enter a whole number"),
        ({"repeat_months": ""}, "Enter the number of months"),
        ({"repeat_months": "0"}, "Enter a number from 1 to 60"),
        ({"repeats": ""}, "Choose how often"),
        ({"anchor_on": ""}, "Enter the first day"),
        ({"anchor_on": "31 February"}, "Enter the day as in 2026-03-02"),
        ({"persons": "Q999"}, "Nobody with the company has the number Q999"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_beside_its_field(
    hr: Desk, typed: dict[str, object], said: str
) -> None:
    response = hr.client.post("/manage/rules/new", data={**TYPED, **typed})
    assert response.status_code == 422
    assert said in response.text
    assert "There is no rule yet" in hr.get("/manage/rules")


def test_a_rule_that_reaches_nobody_is_refused_unless_it_is_meant(hr: Desk) -> None:
    key = written(hr, audiences=["retiree"], content="course:basics")
    page = switched_on(hr, key)
    assert "This chooses nobody" in page
    assert found(key).state is RuleState.OFF
    assert "The rule is on" in switched_on(hr, key, confirmed="y")


def test_a_rule_that_reaches_everybody_is_refused_unless_it_is_meant(hr: Desk) -> None:
    key = written(hr, audiences=[one.value for one in Audience], content="path:start")
    page = switched_on(hr, key)
    assert "This chooses all 3 people of the company" in page
    assert 'name="confirmed"' in page
    assert found(key).state is RuleState.OFF
    assert "The rule is on" in switched_on(hr, key, confirmed="y")


def test_a_rule_that_is_changed_is_off_until_it_is_looked_at_again(hr: Desk) -> None:
    key = written(hr)
    switched_on(hr, key)
    page = hr.get(f"/manage/rules/{key}/edit")
    typed = {**TYPED, "due_days": "21", "seen": seen(page)}
    assert hr.client.post(f"/manage/rules/{key}/edit", data=typed).status_code == 303
    assert (found(key).due_days, found(key).state) == (21, RuleState.OFF)


def test_a_rule_that_a_colleague_changed_is_not_overwritten(hr: Desk) -> None:
    key = written(hr)
    old = seen(hr.get(f"/manage/rules/{key}/edit"))
    hr.client.post(f"/manage/rules/{key}/edit", data={**TYPED, "due_days": "21", "seen": old})
    response = hr.client.post(f"/manage/rules/{key}/edit", data={**TYPED, "due_days": "30", "seen": old})
    assert response.status_code == 409
    assert 'value="30"' in response.text
    assert found(key).due_days == 21
    hr.post(f"/manage/rules/{key}/on", {"seen": old})
    assert "Somebody has changed this" in hr.get(f"/manage/rules/{key}")


def test_whom_a_rule_fits_no_more_can_be_let_off(hr: Desk, database: Session) -> None:
    key = written(hr)
    switched_on(hr, key)
    applied()
    moved = make_person(number="Q8", name="陈桂芬")
    applied()
    with unit_of_work():
        database.add(moved)
        moved.audience, moved.status = Audience.RETIREE, Status.RETIRED
    page = hr.get(f"/manage/rules/{key}")
    assert "Let them off" in page
    assert "Q8" in hr.get(f"/manage/rules/{key}/minus")
    assert "1 person has this open" in hr.get(f"/manage/rules/{key}/release")
    hr.post(f"/manage/rules/{key}/release")
    assert "1 assignment is no longer owed." in hr.get(f"/manage/rules/{key}")
    assert sum(one.excused_at is not None for one in assignments()) == 1


def test_a_rule_that_a_colleague_changed_is_not_switched_off_unseen(hr: Desk) -> None:
    key = written(hr)
    old = seen(hr.get(f"/manage/rules/{key}"))
    switched_on(hr, key)
    response = hr.post(f"/manage/rules/{key}/off", {"seen": old})
    assert response.status_code == 409
    assert "Somebody has changed this since you looked at it" in response.text
    assert found(key).state is RuleState.ON


def test_switching_off_leaves_what_was_given(hr: Desk) -> None:
    key = written(hr)
    switched_on(hr, key)
    applied()
    hr.post(f"/manage/rules/{key}/off", {"seen": seen(hr.get(f"/manage/rules/{key}"))})
    assert found(key).state is RuleState.OFF
    assert len(assignments()) == 2


@pytest.mark.parametrize("act", ["on", "off"])
def test_reloading_a_refusal_shows_the_rule_again(hr: Desk, act: str) -> None:
    key = written(hr)
    again = hr.client.get(f"/manage/rules/{key}/{act}")
    assert (again.status_code, again.location) == (303, f"/manage/rules/{key}")
