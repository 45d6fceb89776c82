"""A text that records of learners belong to does not go."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.library.faults import Fault
from lms.library.queries import live_release_id
from lms.people.models import Person
from lms.publishing.operations import HasFaults, check, publish
from tests.support.learning import assign, fail, lessons_of, read, two_courses
from tests.support.people import make_person
from tests.support.small_library import COURSE_PATH, LESSON_PATH, QUIZ_PATH

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MORE = tuple(path.replace("basics", "more") for path in (COURSE_PATH, LESSON_PATH, QUIZ_PATH))


def go_live(texts: dict[str, str]) -> None:
    files = {path: text.encode() for path, text in texts.items()}
    with unit_of_work():
        publish(check(files, day=date(2026, 11, 23)), author_id=None, at=NOW)


def faults_without(*paths: str) -> Sequence[Fault]:
    before = live_release_id()
    with pytest.raises(HasFaults) as refused:
        go_live({path: text for path, text in two_courses().items() if path not in paths})
    assert live_release_id() == before
    return refused.value.faults


@pytest.fixture
def learner(database: Session) -> Person:
    go_live(two_courses())
    return make_person()


def test_a_course_that_was_assigned_stays(learner: Person) -> None:
    assign(learner, "more")
    assert faults_without(*MORE) == [Fault(MORE[0], 1, 1, "would-orphan-records", "more", "1")]


def test_a_quiz_that_was_sat_and_a_lesson_that_was_read_stay(learner: Person) -> None:
    assign(learner, "more")
    read(learner, lessons_of("more")[0])
    fail(learner, times=2)
    found = {(fault.found, fault.path, fault.right) for fault in faults_without(*MORE)}
    assert found == {("more", MORE[0], "1"), ("more/outpatient", MORE[1], "2"), ("more", MORE[2], "2")}


def test_what_nobody_was_given_may_go(learner: Person) -> None:
    assign(learner, "basics")
    go_live({path: text for path, text in two_courses().items() if path not in MORE})
