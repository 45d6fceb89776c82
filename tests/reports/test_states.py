"""The state of an assignment: said once in Python, once in SQL, and never otherwise than the next step."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from lms.assignments.rules import Step
from lms.courses import operations as courses
from lms.kernel.database import unit_of_work
from lms.people.models import Person
from lms.reports.filters import Filters
from lms.reports.records import training_record
from lms.reports.rules import Share, Standing, State, state_of
from tests.support.company import TODAY, failed, helped, obliged, passed, sitting
from tests.support.desk import page_of
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.quiz_texts import quiz_texts
from tests.support.sittings import AT, release, standing_of, start, study, the_course


def reads_a_page(person: Person) -> Person:
    lesson = the_course().lessons[0]
    with unit_of_work():
        courses.mark_read(person.id, lesson, lesson.pages[0], release_id=release(), at=AT)
    return person


def answers_a_check(person: Person) -> Person:
    lesson = the_course().lessons[0]
    with unit_of_work():
        courses.answer_check(person.id, lesson, lesson.checks[0], chosen=[0], at=AT)
    return person


def studies(person: Person) -> Person:
    study(person)
    return person


def fails_twice(person: Person) -> Person:
    return failed(person, papers=2)


def is_helped(person: Person) -> Person:
    return helped(failed(person, papers=2), make_person())


def begins_again_after_help(person: Person) -> Person:
    start(is_helped(person), seed=3)
    return person


HISTORIES: dict[Callable[[Person], Person], tuple[State, Step]] = {
    lambda person: person: (State.NOT_STARTED, Step.STUDY),
    reads_a_page: (State.LEARNING, Step.STUDY),
    answers_a_check: (State.LEARNING, Step.STUDY),
    studies: (State.LEARNING, Step.TAKE_QUIZ),
    sitting: (State.IN_QUIZ, Step.CONTINUE_QUIZ),
    failed: (State.REMEDIAL, Step.REMEDIAL),
    fails_twice: (State.WAITING_FOR_HELP, Step.WAIT_FOR_HELP),
    is_helped: (State.REMEDIAL, Step.RETAKE),
    begins_again_after_help: (State.IN_QUIZ, Step.CONTINUE_QUIZ),
    passed: (State.DONE, Step.DONE),
}


@pytest.mark.parametrize("history", HISTORIES)
def test_list_record_and_next_step_agree(database: Session, history: Callable[[Person], Person]) -> None:
    publish_texts(quiz_texts())
    person = history(obliged())
    state, step = HISTORIES[history]
    assert standing_of(person).step is step
    assert [row.state for row in page_of(Filters(), TODAY, page=1)] == [state]
    assert [entry.state for entry in training_record(person.id).entries] == [state]


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        (Standing(True, False, 2, 2, True), State.DONE),
        (Standing(False, True, 2, 2, True), State.IN_QUIZ),
        (Standing(False, False, 2, 2, True), State.WAITING_FOR_HELP),
        (Standing(False, False, 3, 1, True), State.REMEDIAL),
        (Standing(False, False, 2, 0, True), State.REMEDIAL),
        (Standing(False, False, 0, 0, True), State.LEARNING),
        (Standing(False, False, 0, 0, False), State.NOT_STARTED),
    ],
)
def test_the_state_follows_from_five_facts(standing: Standing, state: State) -> None:
    assert state_of(standing) is state


@pytest.mark.parametrize(("part", "whole", "percent"), [(0, 3, 0), (2, 3, 66), (999, 1000, 99), (3, 3, 100)])
def test_a_hundred_percent_means_all(part: int, whole: int, percent: int) -> None:
    assert Share(part, whole).percent == percent


def test_nothing_has_no_percentage() -> None:
    assert Share(0, 0).percent is None
