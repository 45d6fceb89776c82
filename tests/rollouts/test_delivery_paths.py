"""Who learns of a change, and how: by what they were taught, where they are, and what is asked of them."""

from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments import attempts
from lms.assignments.models import Assignment, Cause
from lms.jobs.rollouts import deliver_changes
from lms.kernel.database import session, unit_of_work
from lms.notifications.models import Message
from lms.people.models import Audience, Person
from lms.quizzes.queries import open_sitting
from lms.rollouts.models import Change, Path, Severity
from lms.rollouts.steering import finish_due
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import SHANGHAI, leave, make_person
from tests.support.rollouts import (
    DAY,
    REWORDED,
    acknowledge,
    approve_units,
    close_tasks,
    complete,
    delivered,
    due_on,
    give,
    paths,
    recipient,
    running,
    taught,
    told,
    unit_of,
)
from tests.support.sittings import filled_in, release, study

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def library(database: Session) -> None:
    """Two cities, one course for employees."""
    publish_texts(TWO_CITIES)


def course_given(change: Change, person: Person) -> str:
    found = session().get(Assignment, recipient(change, person).assignment_id)
    assert found is not None
    return found.course


def test_who_passed_gets_what_is_different_and_the_others_the_course() -> None:
    passed, middle, never = taught(), make_person(), make_person()
    open_one = give(middle).id
    change = delivered(CHEAPER_IN_BEIJING)
    assert paths(change) == {passed.id: Path.DELTA, middle.id: Path.COURSE, never.id: Path.COURSE}
    assert course_given(change, passed) == unit_of(change)
    assert recipient(change, middle).assignment_id == open_one
    assert course_given(change, never) == "basics"


def test_a_change_in_beijing_touches_nobody_in_shanghai() -> None:
    here, there = taught(), taught(region=SHANGHAI)
    assert set(paths(delivered(CHEAPER_IN_BEIJING))) == {here.id}
    assert told(there) == []


def test_who_has_left_and_who_learns_other_courses_is_not_concerned() -> None:
    gone, hr = taught(), make_person(audience=Audience.HR)
    leave(gone)
    assert not {gone.id, hr.id} & set(paths(delivered(CHEAPER_IN_BEIJING)))


def test_a_clarification_is_a_notice_to_those_who_were_taught() -> None:
    passed, never = taught(), make_person()
    change = delivered(REWORDED, severity=Severity.CLARIFYING)
    assert paths(change) == {passed.id: Path.NOTICE}
    assert told(passed) == ["change.to-acknowledge"]
    assert told(never) == []


def test_a_notice_is_done_by_acknowledging_it() -> None:
    passed = taught()
    change = delivered(REWORDED, severity=Severity.CLARIFYING)
    acknowledge(passed, change, at=DAY_0 + DAY)
    with unit_of_work():
        assert finish_due(change.id, DAY_0 + DAY)


def test_an_editorial_change_asks_nobody_and_is_over() -> None:
    passed = taught()
    change = running(REWORDED, severity=Severity.EDITORIAL)
    deliver_changes(DAY_0)
    assert paths(change) == {}
    assert told(passed) == []
    with unit_of_work():
        assert finish_due(change.id, DAY_0)


def test_everybody_gets_one_message_with_course_and_day() -> None:
    passed, never = taught(), make_person()
    change = delivered(CHEAPER_IN_BEIJING)
    deliver_changes(DAY_0 + DAY)
    assert (told(passed), told(never)) == (["change.to-learn"], ["change.course"])
    facts = session().scalars(select(Message.facts).where(Message.person_id == passed.id)).one()
    assert facts == {
        "change": change.key,
        "title": change.title,
        "due_on": "2026-12-07",
        "course": unit_of(change),
        "count": 1,
    }


def test_it_is_due_on_day_14_and_an_open_course_keeps_its_day() -> None:
    passed, middle = taught(), make_person()
    kept = give(middle).due_on
    change = delivered(CHEAPER_IN_BEIJING)
    assert due_on(change, passed) == DAY_0.date() + 14 * DAY
    assert due_on(change, middle) == kept


def test_who_passed_the_new_version_before_delivery_is_done_with_it() -> None:
    quick = make_person()
    change = running(CHEAPER_IN_BEIJING)
    complete(give(quick, at=DAY_0).id, at=DAY_0 + DAY)
    close_tasks(change)
    approve_units(change)
    deliver_changes(DAY_0 + 2 * DAY)
    assert paths(change) == {quick.id: Path.COURSE}
    assert told(quick) == []


def test_who_passed_again_since_then_is_not_asked_for_the_difference() -> None:
    again = taught()
    change = running(CHEAPER_IN_BEIJING)
    newer = give(again, at=DAY_0, cycle=2).id
    complete(newer, at=DAY_0 + DAY)
    close_tasks(change)
    approve_units(change)
    deliver_changes(DAY_0 + 2 * DAY)
    assert paths(change) == {again.id: Path.COURSE}
    assert recipient(change, again).assignment_id == newer


def test_a_newcomer_gets_the_course_with_two_weeks_time() -> None:
    passed = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    newcomer = make_person()
    deliver_changes(DAY_0 + 9 * DAY)
    assert paths(change) == {passed.id: Path.DELTA, newcomer.id: Path.COURSE}
    assert due_on(change, newcomer) == DAY_0.date() + 23 * DAY
    assert told(newcomer) == ["change.course"]


def test_who_moves_to_the_city_is_concerned_from_then_on() -> None:
    moves = taught(region=SHANGHAI)
    change = delivered(CHEAPER_IN_BEIJING)
    assert paths(change) == {}
    moves.region = "110000"
    session().commit()
    deliver_changes(DAY_0 + DAY)
    assert paths(change) == {moves.id: Path.DELTA}


def test_after_the_last_day_only_those_join_who_were_taught_otherwise() -> None:
    change = delivered(CHEAPER_IN_BEIJING)
    late, hired = taught(), make_person()
    deliver_changes(DAY_0 + 15 * DAY)
    assert paths(change) == {late.id: Path.DELTA}
    assert told(hired) == []


def test_a_paper_drawn_before_the_change_and_passed_afterwards_does_not_count() -> None:
    slow = make_person()
    give(slow)
    study(slow, at=DAY_0 - DAY)
    with unit_of_work():
        attempts.start(slow.id, "basics", release_id=release(), random=Random(1), at=DAY_0 - DAY)
    change = delivered(CHEAPER_IN_BEIJING)
    assert paths(change) == {slow.id: Path.COURSE}
    with unit_of_work():
        sitting = open_sitting(slow.id, "basics", changing=True)
        verdict = attempts.submit(sitting, filled_in(sitting), at=DAY_0 + DAY)
    assert verdict.passed
    with unit_of_work():
        assert not finish_due(change.id, DAY_0 + DAY)
    deliver_changes(DAY_0 + DAY)
    assert paths(change) == {slow.id: Path.DELTA}
    assert course_given(change, slow) == unit_of(change)
    assert told(slow) == ["change.course", "change.to-learn"]


def test_what_was_assigned_for_the_change_names_it_as_the_cause() -> None:
    passed = taught()
    change = delivered(CHEAPER_IN_BEIJING)
    given = session().get_one(Assignment, recipient(change, passed).assignment_id)
    assert (given.cause, given.assigned_on) == (Cause.ROLLOUT, DAY_0.date())
