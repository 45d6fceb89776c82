"""Current, outdated or never taught: per person and policy, for any day in the past."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs.rollouts import deliver_changes
from lms.kernel.database import session, unit_of_work
from lms.people.models import Audience, Person
from lms.rollouts.excusing import excuse
from lms.rollouts.models import Severity
from lms.rollouts.standing import Standing, concerned, known_by, standing, standings
from lms.rollouts.steering import supersede
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import SHANGHAI, make_person
from tests.support.rollouts import (
    DAY,
    LONG_AGO,
    REWORDED,
    acknowledge,
    approve_units,
    close_tasks,
    complete,
    delivered,
    give,
    recipient,
    running,
    taught,
)
from tests.support.statements import statements

RULES = "city-rules"


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    """Two cities, one course for employees, live for long."""
    publish_texts(TWO_CITIES, at=LONG_AGO - DAY)


def at(day: int) -> datetime:
    return DAY_0 + day * DAY


def on(day: int, person: Person, *, document: str = RULES) -> Standing:
    found = standings(document, at(day).date()).where(Person.id == person.id)
    (identity, value), *others = session().execute(found).all()
    assert (identity, others) == (person.id, [])
    return Standing(value)


def test_who_was_never_taught_and_who_is_current() -> None:
    passed, middle = taught(), make_person()
    give(middle)
    assert (on(0, passed), on(0, middle)) == (Standing.CURRENT, Standing.NEVER)


def test_before_the_course_was_passed_and_before_anything_was_live_it_is_never() -> None:
    passed = taught()
    assert on(-31, passed) is Standing.NEVER
    assert on(-90, passed) is Standing.NEVER


def test_a_change_makes_those_outdated_whom_it_concerns() -> None:
    here, there = taught(), taught(region=SHANGHAI)
    running(CHEAPER_IN_BEIJING)
    assert (on(-1, here), on(0, here)) == (Standing.CURRENT, Standing.OUTDATED)
    assert on(0, there) is Standing.CURRENT


def test_the_unit_makes_current_from_the_day_on_which_it_was_done() -> None:
    person = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    complete(recipient(change, person).assignment_id, at=at(3))
    assert [on(day, person) for day in (-1, 2, 3, 9)] == [
        Standing.CURRENT,
        Standing.OUTDATED,
        Standing.CURRENT,
        Standing.CURRENT,
    ]


def test_the_course_in_its_new_version_does_too() -> None:
    person = taught()
    running(CHEAPER_IN_BEIJING)
    complete(give(person, at=at(1), cycle=2).id, at=at(2))
    assert (on(1, person), on(2, person)) == (Standing.OUTDATED, Standing.CURRENT)


def test_an_acknowledged_notice_makes_current() -> None:
    person = taught()
    change = delivered(REWORDED, severity=Severity.CLARIFYING)
    acknowledge(person, change, at=at(2))
    assert (on(1, person), on(2, person)) == (Standing.OUTDATED, Standing.CURRENT)


def test_an_editorial_change_outdates_nobody() -> None:
    person = taught()
    running(REWORDED, severity=Severity.EDITORIAL)
    assert on(1, person) is Standing.CURRENT


def test_of_two_changes_both_have_to_be_made_up_for() -> None:
    person = taught()
    first = delivered(CHEAPER_IN_BEIJING)
    second = running(REWORDED, at=at(1))
    complete(recipient(first, person).assignment_id, at=at(2))
    assert on(2, person) is Standing.OUTDATED
    close_tasks(second)
    approve_units(second)
    deliver_changes(at(3))
    complete(recipient(second, person).assignment_id, at=at(4))
    assert on(4, person) is Standing.CURRENT


def test_a_newer_change_stands_for_the_one_it_replaced() -> None:
    person = taught()
    first = delivered(CHEAPER_IN_BEIJING)
    second = running(REWORDED, at=at(1))
    assert second.approved_by is not None
    with unit_of_work():
        supersede(first.key, second.key, actor_id=second.approved_by, at=at(2))
    close_tasks(second)
    approve_units(second)
    deliver_changes(at(3))
    complete(recipient(second, person).assignment_id, at=at(4))
    assert on(4, person) is Standing.CURRENT


def test_an_excuse_teaches_nobody() -> None:
    person = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    assert change.approved_by is not None
    with unit_of_work():
        excuse(change.key, person.key, reason="长期病假", actor_id=change.approved_by, at=at(1))
    assert on(1, person) is Standing.OUTDATED


def test_a_document_that_is_not_taught_is_known_to_nobody() -> None:
    assert on(0, taught(), document="other-rules") is Standing.NEVER


def known(person: Person, day: int) -> list[tuple[str, Standing, list[str]]]:
    found = known_by(person.id, at(day).date())
    return [(one.document, one.standing, [change.key for change in one.missed]) for one in found]


def test_a_record_shows_what_is_taught_to_people_like_them_and_which_change_they_missed(app: Flask) -> None:
    person, hr = taught(), make_person(audience=Audience.HR)
    change = running(CHEAPER_IN_BEIJING)
    assert known(person, 0) == [(RULES, Standing.OUTDATED, [change.key])]
    assert known(person, -1) == [(RULES, Standing.CURRENT, [])]
    assert known(hr, 0) == []
    assert known(person, -90) == []
    person_id = person.id
    with statements(app) as heard:
        known_by(person_id, at(0).date())
    assert len(heard) <= 3


def test_of_two_missed_changes_the_older_one_stands_first() -> None:
    person = taught()
    first, second = running(CHEAPER_IN_BEIJING), running(REWORDED, at=at(1))
    assert known(person, 1) == [(RULES, Standing.OUTDATED, [first.key, second.key])]
    assert known(person, 0) == [(RULES, Standing.OUTDATED, [first.key])]


def test_who_was_never_taught_has_missed_no_change() -> None:
    never = make_person()
    delivered(CHEAPER_IN_BEIJING)
    assert known(never, 0) == [(RULES, Standing.NEVER, [])]


def test_a_policy_concerns_whoever_it_is_taught_to_where_it_holds() -> None:
    here, there, hr = make_person(), make_person(region=SHANGHAI), make_person(audience=Audience.HR)
    everybody = select(Person.id).where(Person.id.in_([here.id, there.id, hr.id]))
    assert session().scalars(everybody.where(concerned(RULES, at(0).date()))).all() == [here.id]
    assert session().scalars(everybody.where(concerned("other-rules", at(0).date()))).all() == []
    assert known(there, 0) == []


def test_people_are_filtered_by_how_they_stand() -> None:
    outdated, never, current = taught(), make_person(), taught(region=SHANGHAI)
    running(CHEAPER_IN_BEIJING)
    mine = select(Person.id).where(Person.id.in_([outdated.id, never.id, current.id]))
    for person, wanted in ((outdated, "outdated"), (never, "never"), (current, "current")):
        assert session().scalars(mine.where(standing(RULES, at(0).date()) == wanted)).all() == [person.id]
