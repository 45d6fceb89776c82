"""The standing rule for those hired: who gets the course, when, and by when."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.assignments.models import Assignment, Cause
from lms.assignments.operations import assign_by_hand
from lms.assignments.queries import duties_of
from lms.campaigns.cycles import apply_rules
from lms.campaigns.models import Case, Reason, Rule, Trigger
from lms.campaigns.standing_rules import set_joining_rule
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.people.models import Audience, Person
from tests.support.campaigns import AT, TODAY, crowd, hr_person, library
from tests.support.people import leave, make_person
from tests.support.racing import race
from tests.support.statements import statements

FROM = date(2026, 11, 1)
HIRED = date(2026, 11, 16)


@pytest.fixture
def _rule(database: Session) -> None:
    """Whoever is hired from November on gets the basics."""
    library()
    with unit_of_work():
        set_joining_rule("basics", hired_from=FROM, at=AT)


pytestmark = pytest.mark.usefixtures("_rule")


def apply(*, days: int = 0) -> int:
    with unit_of_work():
        return apply_rules(AT + timedelta(days=days))


def test_somebody_hired_gets_the_course_due_two_weeks_after_hiring() -> None:
    person = make_person(hired_on=HIRED)
    assert apply() == 1
    (duty,) = duties_of(person.id)
    assert (duty.course, duty.cycle, duty.cause) == ("basics", 1, Cause.ONBOARDING)
    assert (duty.assigned_on, duty.due_on) == (TODAY, HIRED + timedelta(days=14))


def test_running_it_again_changes_nothing(database: Session) -> None:
    make_person(hired_on=HIRED)
    assert [apply(), apply(), apply(days=1)] == [1, 0, 0]
    assert database.scalar(select(func.count()).select_from(Assignment)) == 1


@pytest.mark.parametrize(
    ("hired_on", "assigned"), [(FROM - timedelta(days=1), 0), (TODAY, 1), (TODAY + timedelta(days=1), 0)]
)
def test_the_rule_is_for_those_hired_from_its_day_on_and_until_today(hired_on: date, assigned: int) -> None:
    make_person(hired_on=hired_on)
    assert apply() == assigned


def test_somebody_who_begins_later_gets_it_on_the_first_day() -> None:
    person = make_person(hired_on=TODAY + timedelta(days=7))
    assert [apply(), apply(days=7)] == [0, 1]
    assert duties_of(person.id)[0].assigned_on == TODAY + timedelta(days=7)


@pytest.mark.parametrize(("hired_on", "is_case"), [(date(2026, 11, 12), False), (date(2026, 11, 11), True)])
def test_who_would_have_less_than_three_days_is_a_case_for_decision(
    database: Session, hired_on: date, is_case: bool
) -> None:
    make_person(hired_on=hired_on)
    assert apply() == (0 if is_case else 1)
    cases = database.scalars(select(Case)).all()
    assert [(one.reason, one.due_on) for one in cases] == (
        [(Reason.TOO_LITTLE_TIME, date(2026, 11, 25))] if is_case else []
    )


def test_somebody_who_left_gets_nothing() -> None:
    leave(make_person(hired_on=HIRED))
    assert apply() == 0


def test_somebody_for_whom_the_course_is_not_written_gets_nothing_until_it_is(database: Session) -> None:
    person = make_person(hired_on=HIRED, audience=Audience.HR)
    assert apply() == 0
    person.audience = Audience.EMPLOYEE
    database.commit()
    assert apply(days=1) == 1


def test_somebody_who_has_the_course_already_does_not_get_it_again() -> None:
    person, actor = make_person(hired_on=HIRED), hr_person()
    with unit_of_work():
        due_on = TODAY + timedelta(days=30)
        assign_by_hand([person.id], "basics", due_on=due_on, actor_id=actor.id, today=TODAY, at=AT)
    apply()
    assert [duty.cause for duty in duties_of(person.id)] == [Cause.BY_HAND]


def test_a_rule_that_exists_stays_as_it_is(database: Session) -> None:
    with unit_of_work():
        set_joining_rule("basics", hired_from=date(2020, 1, 1), at=AT)
    assert database.scalars(select(Rule.hired_from)).all() == [FROM]


def test_the_journal_says_how_many_and_is_silent_about_none(database: Session) -> None:
    crowd(3, hired_on=HIRED)
    apply()
    apply(days=1)
    entries = database.scalars(select(Entry).where(Entry.act == "rule.applied")).all()
    assert [(entry.facts["assigned"], entry.facts["people"]) for entry in entries] == [(3, 3)]


def test_a_whole_company_takes_no_more_statements_than_three_persons(app: Flask) -> None:
    heard: list[int] = []
    for number, size in enumerate((3, 300)):
        crowd(size, hired_on=HIRED)
        apply(days=number * 2)
        crowd(size, hired_on=HIRED)
        with statements(app) as asked:
            assert apply(days=number * 2 + 1) == size
        heard.append(len(asked))
    assert heard[0] == heard[1]


def test_two_workers_at_the_same_moment_assign_once(app: Flask, database: Session) -> None:
    crowd(20, hired_on=HIRED)
    counts = race(app, lambda: apply_rules(AT), lambda: apply_rules(AT))
    assert sorted(count for count in counts if isinstance(count, int)) == [0, 20]
    assert database.scalar(select(func.count()).select_from(Assignment)) == 20


def test_a_rule_gives_some_time_to_learn(database: Session) -> None:
    rule = Rule(courses=["basics"], selection={}, trigger=Trigger.MATCHING, due_days=0, anchor_on=FROM)
    rule.reminders, rule.created_at = [], AT
    database.add(rule)
    with pytest.raises(IntegrityError):
        database.flush()


def test_somebody_new_is_met_though_others_were_met_in_the_same_second() -> None:
    make_person(hired_on=HIRED)
    assert apply() == 1
    second: Person = make_person(hired_on=HIRED)
    assert apply() >= 1
    assert len(duties_of(second.id)) == 1
