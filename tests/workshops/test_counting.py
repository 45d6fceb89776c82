"""Attendance, and what it counts for: help after two failed papers, a course without a quiz; once only."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments.models import Completion, Help, HelpKind
from lms.assignments.rules import Step
from lms.journal.models import Entry
from lms.kernel.clock import china_date
from lms.kernel.database import unit_of_work
from lms.people.models import Audience, Person
from lms.reports import reconciliation
from lms.workshops import arranging, attendance, counting, seating
from lms.workshops.attendance import Mark
from lms.workshops.counting import Counter, Reckoning
from lms.workshops.held import held
from lms.workshops.queries import event, seats
from lms.workshops.refusals import (
    AlreadyCounted,
    AttendanceMissing,
    CourseHasQuiz,
    EventOver,
    OwnHelper,
    TooEarly,
)
from lms.workshops.rules import Counts, EventState, How, Level
from tests.support.company import assign, failed, obliged
from tests.support.desk import current
from tests.support.events import ENDS, STARTS, attended, draft, published, sign_up
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.quiz_texts import COURSE
from tests.support.racing import race
from tests.support.sittings import duty_of, release, standing_of
from tests.support.units import UNIT, unit_texts

DAY = china_date(STARTS)


@pytest.fixture(autouse=True)
def library(database: Session) -> None:
    publish_texts(unit_texts())


@pytest.fixture
def zhou(database: Session) -> Person:
    return make_person(name="周敏", audience=Audience.HR)


@pytest.fixture
def stuck(database: Session) -> Person:
    return failed(obliged("陈桂芬"), papers=2)


def test_who_was_taken_off_again_did_not_come(zhou: Person) -> None:
    guest, mistaken = make_person(), make_person()
    key = published(zhou)
    sign_up(key, guest, mistaken)
    attended(key, zhou, guest, mistaken, at=STARTS)
    with unit_of_work():
        seating.take_back(key, mistaken.key, actor_id=zhou.id, at=STARTS)
    with unit_of_work():
        counting.close(key, counter(zhou), release_id=release(), at=ENDS)
    assert [one.came for one in held(DAY, DAY)] == [1]


def counter(person: Person) -> Counter:
    return Counter(person.id, person.name)


def close(key: str, by: Person) -> Reckoning:
    with unit_of_work():
        return counting.close(key, counter(by), release_id=release(), at=ENDS)


def test_who_waits_for_help_and_was_there_may_write_a_new_paper(
    database: Session, zhou: Person, stuck: Person
) -> None:
    other, half, absent = (obliged(name) for name in ("甲", "乙", "丙"))
    key = published(zhou, counts=Counts.HELP, capacity=9)
    sign_up(key, stuck, other, half, absent)
    attended(key, zhou, stuck, other)
    attended(key, zhou, half, level=Level.PART)
    found = counting.reckon(key, counter(zhou))
    assert [(one.seat.name, one.helper) for one in found.lines] == [("陈桂芬", "周敏")]
    assert {one.seat.name: one.why for one in found.left} == {
        "甲": "nothing-open", "乙": "not-enough", "丙": "unknown",
    }  # fmt: skip
    assert standing_of(stuck).step is Step.WAIT_FOR_HELP
    with pytest.raises(AttendanceMissing):
        close(key, zhou)
    attended(key, zhou, absent, level=Level.NONE)
    assert close(key, zhou).people == 1
    assert standing_of(stuck).step is Step.RETAKE
    help_given = database.scalars(select(Help)).one()
    assert (help_given.kind, help_given.helped_on) == (HelpKind.WORKSHOP, DAY)
    assert (help_given.helper_id, help_given.after_attempt) == (zhou.id, 2)
    assert event(key).state is EventState.HELD
    (one,) = held(DAY, DAY)
    assert (one.came, one.full, one.part, one.helps, one.completions) == (3, 2, 1, 1, 0)
    acts = list(database.scalars(select(Entry.act)))
    assert acts.count("help.recorded") == 1
    assert "event.held" in acts


def test_part_of_it_counts_where_hr_says_so(zhou: Person, stuck: Person) -> None:
    key = published(zhou, counts=Counts.HELP, least=Level.PART)
    sign_up(key, stuck)
    attended(key, zhou, stuck, level=Level.PART)
    assert close(key, zhou).people == 1


def test_an_event_about_another_course_is_no_help(zhou: Person, stuck: Person) -> None:
    key = published(zhou, counts=Counts.HELP, course=UNIT)
    sign_up(key, stuck)
    attended(key, zhou, stuck)
    assert close(key, zhou).people == 0
    assert standing_of(stuck).step is Step.WAIT_FOR_HELP


def test_who_sat_beside_stands_in_the_record_and_nobody_helps_themselves(
    database: Session, zhou: Person, stuck: Person
) -> None:
    wang = make_person(name="王姐")
    key = published(zhou, counts=Counts.HELP, host_id=stuck.id)
    sign_up(key, stuck)
    with unit_of_work(), pytest.raises(OwnHelper):
        attendance.save(key, {stuck.key: Mark(Level.FULL, stuck.id)}, actor_id=zhou.id, at=ENDS)
    assert [one.helper for one in _lines(key, stuck, zhou)] == ["周敏"]
    with unit_of_work():
        attendance.save(key, {stuck.key: Mark(Level.FULL, wang.id)}, actor_id=zhou.id, at=ENDS)
    (line,) = counting.reckon(key, counter(zhou)).lines
    assert line.helper == "王姐"
    close(key, zhou)
    assert database.scalars(select(Help.helper_id)).one() == wang.id


def _lines(key: str, person: Person, by: Person) -> list[counting.Line]:
    attended(key, by, person)
    return list(counting.reckon(key, counter(by)).lines)


def test_a_course_without_a_quiz_is_fulfilled_by_having_been_there(database: Session, zhou: Person) -> None:
    owes, free = make_person(name="甲"), make_person(name="乙")
    assign(owes, course=UNIT)
    key = published(zhou, counts=Counts.COURSE, course=UNIT)
    sign_up(key, owes, free)
    attended(key, zhou, owes, free)
    assert [one.seat.name for one in close(key, zhou).lines] == ["甲"]
    (done,) = database.scalars(select(Completion))
    assert (done.attempt_id, done.release_id, done.completed_at) == (None, release(), ENDS)
    current(DAY)
    assert reconciliation.compare(ENDS).differences == []


def test_a_course_with_a_quiz_is_never_fulfilled_so(zhou: Person, stuck: Person) -> None:
    key = published(zhou, counts=Counts.COURSE, course=COURSE)
    sign_up(key, stuck)
    attended(key, zhou, stuck)
    with pytest.raises(CourseHasQuiz):
        close(key, zhou)
    assert event(key).state is EventState.PUBLISHED


def test_it_counts_once_and_nothing_changes_afterwards(app: Flask, zhou: Person, stuck: Person) -> None:
    key = published(zhou, counts=Counts.HELP)
    sign_up(key, stuck)
    attended(key, zhou, stuck)
    live, who = release(), counter(zhou)

    def finish() -> Reckoning:
        return counting.close(key, who, release_id=live, at=ENDS)

    found = race(app, finish, finish)
    assert sorted(type(one).__name__ for one in found) == ["AlreadyCounted", "Reckoning"]
    for act in (
        lambda: attended(key, zhou, stuck),
        lambda: arranging.edit(key, draft(), actor_id=zhou.id, at=ENDS),
    ):
        with unit_of_work(), pytest.raises((AlreadyCounted, EventOver)):
            act()


def test_attendance_is_noted_from_half_an_hour_before_and_closed_after_the_end(
    zhou: Person, stuck: Person
) -> None:
    key = published(zhou)
    sign_up(key, stuck)
    with pytest.raises(TooEarly):
        attended(key, zhou, stuck, at=STARTS - timedelta(minutes=31))
    attended(key, zhou, stuck, at=STARTS)
    with unit_of_work(), pytest.raises(TooEarly):
        counting.close(key, counter(zhou), release_id=release(), at=STARTS)
    (seat,) = seats(key)
    assert (seat.level, seat.how) == (Level.FULL, How.SHEET)
    assert duty_of(stuck).failed_since_help == 2
