"""Who gets a course: by the standing rule for those hired, and by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.assignments.models import Assignment, Cause, HiringRule
from lms.assignments.operations import apply_hiring_rules, assign_by_hand, set_hiring_rule
from lms.assignments.queries import duties_of, duty_by_key, duty_for_course
from lms.assignments.rules import ONBOARDING_DAYS
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.people.models import Audience, Person, PersonState, Status
from tests.support.people import leave, make_department, make_person
from tests.support.racing import race
from tests.support.statements import statements

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
FROM = date(2026, 11, 1)
HIRED = date(2026, 11, 16)


@pytest.fixture
def rule(database: Session) -> None:
    """Whoever is hired from November on gets the basics."""
    with unit_of_work():
        set_hiring_rule("basics", hired_from=FROM, at=AT)


def apply(*, today: date = TODAY) -> int:
    with unit_of_work():
        return apply_hiring_rules(today, at=AT)


def by_hand(*persons: Person, due_on: date = date(2026, 12, 7), course: str = "basics") -> int:
    actor = make_person(name="人事")
    with unit_of_work():
        ids = [person.id for person in persons]
        return assign_by_hand(ids, course, due_on=due_on, actor_id=actor.id, today=TODAY, at=AT)


def hire_many(count: int, *, hired_on: date = HIRED) -> None:
    """So many newcomers, entered in one go."""
    department_id = make_department().id
    with unit_of_work() as database:
        first = database.scalar(select(func.count()).select_from(Person)) or 0
        database.add_all(
            Person(
                number=f"N{first + number}",
                name="新人",
                audience=Audience.EMPLOYEE,
                status=Status.IN_SERVICE,
                region="110000",
                department_id=department_id,
                hired_on=hired_on,
            )
            for number in range(count)
        )


# -- the rule ----------------------------------------------------------------------------------------------


def test_somebody_hired_gets_the_course_due_two_weeks_after_hiring(rule: None) -> None:
    person = make_person(hired_on=HIRED)
    assert apply() == 1
    (duty,) = duties_of(person.id)
    assert (duty.course, duty.cycle, duty.cause) == ("basics", 1, Cause.ONBOARDING)
    assert (duty.assigned_on, duty.due_on) == (TODAY, HIRED + timedelta(days=14))
    assert ONBOARDING_DAYS == 14
    assert (duty.completed_at, duty.certificate, duty.failed, duty.open_attempt) == (None, None, 0, False)


@pytest.mark.parametrize("hired_on", [date(2024, 2, 20), date(2025, 12, 25)])
def test_a_due_date_is_counted_over_the_ends_of_months_and_years(database: Session, hired_on: date) -> None:
    with unit_of_work():
        set_hiring_rule("basics", hired_from=date(2020, 1, 1), at=AT)
    person = make_person(hired_on=hired_on)
    apply()
    assert duties_of(person.id)[0].due_on == hired_on + timedelta(days=14)


def test_running_it_again_changes_nothing(database: Session, rule: None) -> None:
    make_person(hired_on=HIRED)
    assert [apply(), apply(), apply(today=TODAY + timedelta(days=1))] == [1, 0, 0]
    assert database.scalar(select(func.count()).select_from(Assignment)) == 1


@pytest.mark.parametrize(
    ("hired_on", "assigned"),
    [(FROM - timedelta(days=1), 0), (FROM, 1), (TODAY, 1), (TODAY + timedelta(days=1), 0)],
)
def test_the_rule_is_for_those_hired_from_its_day_on_and_until_today(
    rule: None, hired_on: date, assigned: int
) -> None:
    make_person(hired_on=hired_on)
    assert apply() == assigned


def test_somebody_who_begins_later_gets_it_on_the_first_day(rule: None) -> None:
    person = make_person(hired_on=TODAY + timedelta(days=7))
    assert apply() == 0
    assert apply(today=TODAY + timedelta(days=7)) == 1
    assert duties_of(person.id)[0].assigned_on == TODAY + timedelta(days=7)


def test_somebody_who_left_gets_nothing(database: Session, rule: None) -> None:
    leave(make_person(hired_on=HIRED))
    assert apply() == 0


def test_somebody_who_has_the_course_already_does_not_get_it_again(rule: None) -> None:
    person = make_person(hired_on=HIRED)
    by_hand(person)
    apply()
    assert [duty.cause for duty in duties_of(person.id)] == [Cause.BY_HAND]


def test_every_rule_is_applied(database: Session, rule: None) -> None:
    with unit_of_work():
        set_hiring_rule("safety", hired_from=FROM, at=AT)
    person = make_person(hired_on=HIRED)
    assert apply() == 2
    assert {duty.course for duty in duties_of(person.id)} == {"basics", "safety"}


def test_a_rule_that_exists_stays_as_it_is(database: Session, rule: None) -> None:
    with unit_of_work():
        set_hiring_rule("basics", hired_from=date(2020, 1, 1), at=AT)
    assert database.scalars(select(HiringRule.hired_from)).all() == [FROM]
    assert database.scalars(select(Entry.act)).all() == ["hiring-rule.set"]


def test_the_journal_says_how_many_and_is_silent_about_none(database: Session, rule: None) -> None:
    hire_many(3)
    apply()
    apply()
    entries = database.scalars(select(Entry).where(Entry.act == "hiring-rule.applied")).all()
    assert [(entry.subject, entry.facts) for entry in entries] == [("basics", {"count": 3})]


def test_a_whole_company_takes_no_more_statements_than_three_persons(app: Flask, rule: None) -> None:
    heard: list[int] = []
    for count in (3, 300):
        hire_many(count)
        with statements(app) as asked:
            assert apply() == count
        heard.append(len(asked))
    assert heard[0] == heard[1] <= 3


def test_every_assignment_has_a_key_of_its_own(database: Session, rule: None) -> None:
    hire_many(300)
    apply()
    keys = database.scalars(select(Assignment.key)).all()
    assert len(set(keys)) == 300
    assert {len(key) for key in keys} == {12}
    assert set("".join(keys)) <= set("0123456789ABCDEF")


def test_two_workers_at_the_same_moment_assign_once(app: Flask, database: Session, rule: None) -> None:
    hire_many(20)
    counts = race(app, lambda: apply_hiring_rules(TODAY, at=AT), lambda: apply_hiring_rules(TODAY, at=AT))
    assert sorted(count for count in counts if isinstance(count, int)) == [0, 20]
    assert database.scalar(select(func.count()).select_from(Assignment)) == 20


def test_without_a_rule_nobody_gets_anything(database: Session) -> None:
    make_person(hired_on=HIRED)
    assert apply() == 0


# -- by hand -----------------------------------------------------------------------------------------------


def test_a_course_is_assigned_by_hand_to_several_at_once(database: Session) -> None:
    first, second = make_person(), make_person()
    assert by_hand(first, second) == 2
    (duty,) = duties_of(first.id)
    assert (duty.cause, duty.assigned_on, duty.due_on) == (Cause.BY_HAND, TODAY, date(2026, 12, 7))
    entry = database.scalars(select(Entry)).one()
    assert (entry.act, entry.facts) == ("course.assigned", {"count": 2, "due_on": "2026-12-07"})


def test_who_has_it_keeps_it_with_its_date(database: Session) -> None:
    first, second = make_person(), make_person()
    by_hand(first)
    assert by_hand(first, second, due_on=date(2027, 1, 1)) == 1
    assert duties_of(first.id)[0].due_on == date(2026, 12, 7)


def test_assigning_to_nobody_does_nothing(database: Session) -> None:
    assert by_hand() == 0
    assert database.scalars(select(Entry)).all() == []


# -- reading -----------------------------------------------------------------------------------------------


def test_the_duty_that_is_due_first_stands_first(database: Session) -> None:
    person = make_person()
    by_hand(person, course="later", due_on=date(2027, 1, 1))
    by_hand(person, course="sooner", due_on=date(2026, 12, 1))
    assert [duty.course for duty in duties_of(person.id)] == ["sooner", "later"]


def test_a_duty_is_found_by_course_and_by_key(database: Session) -> None:
    person = make_person()
    by_hand(person)
    duty = duty_for_course(person.id, "basics")
    assert duty is not None
    assert duty_by_key(duty.key) == duty
    assert duty_for_course(person.id, "safety") is None
    with pytest.raises(NotFound):
        duty_by_key("NOTHING")


def test_of_several_cycles_the_latest_counts(database: Session) -> None:
    person = make_person()
    by_hand(person)
    database.add(
        Assignment(
            person_id=person.id,
            course="basics",
            cycle=2,
            cause=Cause.BY_HAND,
            assigned_on=TODAY,
            due_on=date(2027, 12, 7),
        )
    )
    database.commit()
    duty = duty_for_course(person.id, "basics")
    assert duty is not None
    assert duty.cycle == 2
    assert len(duties_of(person.id)) == 2


def test_a_duty_is_overdue_from_the_day_after_its_date(database: Session) -> None:
    person = make_person()
    by_hand(person)
    (duty,) = duties_of(person.id)
    assert [duty.overdue(duty.due_on + timedelta(days=days)) for days in (-1, 0, 1, 5)] == [0, 0, 1, 5]


def test_a_rule_gives_some_time_to_learn(database: Session) -> None:
    database.add(HiringRule(course="basics", hired_from=FROM, due_days=0))
    with pytest.raises(IntegrityError):
        database.flush()


def test_reading_all_duties_of_a_person_takes_one_statement(app: Flask, database: Session) -> None:
    person = make_person()
    by_hand(person)
    by_hand(person, course="safety")
    person_id = person.id
    assert person.state is PersonState.ACTIVE
    with statements(app) as heard:
        assert len(duties_of(person_id)) == 2
    assert len(heard) == 1
