"""A pass completes the assignment; what a paper led to is told for ever."""

from datetime import timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assignments import attempts
from lms.assignments.models import Completion
from lms.assignments.outcomes import outcome
from lms.assignments.queries import attempts_of, duties_of
from lms.assignments.records import certificate
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.keys import ALPHABET
from lms.quizzes.models import Attempt, AttemptState
from lms.quizzes.operations import AlreadySubmitted, OlderTab, save
from lms.quizzes.queries import attempt_of_series, open_sitting
from tests.support.library import publish_texts
from tests.support.quiz_texts import QUIZ, quiz_texts
from tests.support.racing import race
from tests.support.sittings import (
    AT,
    DUE,
    SOON,
    assigned,
    duty_of,
    failed_twice,
    filled_in,
    hand_in,
    help_given,
    make_up,
    right,
    start,
    the_course,
    wrong,
)
from tests.support.statements import statements


@pytest.fixture
def library(database: Session) -> str:
    """A library with a quiz of ten questions; its release's id."""
    return publish_texts(quiz_texts())


# -- a pass --------------------------------------------------------------------------------------------------


def test_a_pass_completes_the_assignment_with_a_certificate(library: str) -> None:
    person = assigned(name="林晓")
    assert hand_in(person, missing=2).passed
    duty = duty_of(person)
    assert duty.completed_at == AT
    assert duty.certificate is not None
    year, *rest = duty.certificate.split("-")
    assert (year, [len(part) for part in rest], set("".join(rest)) <= set(ALPHABET)) == ("2026", [5, 5], True)
    found = certificate(duty.certificate)
    assert (found.number, found.person_key, found.name) == (duty.certificate, person.key, "林晓")
    assert (found.course, found.completed_at, found.earned, found.points) == ("basics", AT, 8, 10)
    assert found.release_id == library


def test_a_certificate_bears_the_year_in_china(library: str) -> None:
    person = assigned()
    hand_in(person, at=AT.replace(month=12, day=31, hour=17))
    number = duty_of(person).certificate
    assert number is not None
    assert number.startswith("2027-")


def test_an_unknown_certificate_is_not_found(library: str) -> None:
    with pytest.raises(NotFound):
        certificate("2026-AAAAA-AAAAA")


def test_a_completed_duty_is_never_overdue(library: str) -> None:
    person = assigned()
    assert duty_of(person).overdue(DUE + timedelta(days=3)) == 3
    hand_in(person)
    assert duty_of(person).overdue(DUE + timedelta(days=3)) == 0


def test_a_fail_gives_no_certificate(database: Session, library: str) -> None:
    hand_in(assigned(), missing=3)
    assert database.scalar(select(func.count()).select_from(Completion)) == 0


def test_handing_in_twice_at_the_same_moment_completes_once(
    app: Flask, database: Session, library: str
) -> None:
    person = assigned()
    paper = start(person)
    person_id, form = person.id, filled_in(paper)

    def job() -> bool:
        again = open_sitting(person_id, QUIZ, changing=True)
        return attempts.submit(again, form, at=AT).passed

    results = race(app, job, job, job)
    assert results.count(True) == 1
    assert all(result is True or isinstance(result, NotFound | AlreadySubmitted) for result in results)
    assert database.scalar(select(func.count()).select_from(Completion)) == 1


def test_a_form_from_an_older_tab_hands_nothing_in(database: Session, library: str) -> None:
    person = assigned()
    paper = start(person)
    with unit_of_work():
        save(paper, 1, right(paper, 1), seq=0, at=AT)
    again = open_sitting(person.id, QUIZ)
    with pytest.raises(OlderTab), unit_of_work():
        attempts.submit(again, {1: wrong(paper, 1)}, known={1: 0}, at=AT)
    again = open_sitting(person.id, QUIZ)
    assert (again.is_open, again.answers[1].seq) == (True, 1)
    with unit_of_work():
        attempts.submit(again, {1: wrong(paper, 1)}, known={1: 1}, at=AT)
    assert database.scalars(select(Attempt.earned)).all() == [0]


# -- what a paper led to -------------------------------------------------------------------------------------


def test_the_outcome_of_a_failed_paper_changes_with_what_follows_but_the_paper_never(library: str) -> None:
    person = assigned()
    hand_in(person, missing=3)
    key = attempt_of_series(duty_of(person).key, 1).key
    first = outcome(person.id, key)
    assert (first.due_on, first.certificate, first.failed_since_help, first.is_latest) == (DUE, None, 1, True)
    make_up(person)
    hand_in(person, at=SOON, seed=2)
    later = outcome(person.id, key)
    assert later.certificate == duty_of(person).certificate
    assert (later.is_latest, later.failed_since_help) == (False, 1)
    assert (later.paper.state, later.paper.earned, later.paper.paper) == (
        AttemptState.FAILED,
        7,
        first.paper.paper,
    )
    assert later.paper.answers == first.paper.answers


def test_help_begins_the_count_anew_in_the_outcome_too(library: str) -> None:
    person = failed_twice()
    key = attempt_of_series(duty_of(person).key, 2).key
    assert outcome(person.id, key).failed_since_help == 2
    help_given(person)
    assert outcome(person.id, key).failed_since_help == 0


def test_the_outcome_of_somebody_else_is_not_found(library: str) -> None:
    person, stranger = assigned(), assigned(name="别人")
    hand_in(person)
    key = attempt_of_series(duty_of(person).key, 1).key
    with pytest.raises(NotFound):
        outcome(stranger.id, key)


def test_all_attempts_of_all_duties_are_listed(library: str) -> None:
    person = failed_twice()
    duties = duties_of(person.id)
    found = attempts_of(duties)[duties[0].key]
    assert [(one.number, one.state, one.earned) for one in found] == [
        (1, AttemptState.FAILED, 7),
        (2, AttemptState.FAILED, 7),
    ]


# -- how often the database is asked -------------------------------------------------------------------------


def test_a_whole_quiz_takes_few_statements(app: Flask, library: str) -> None:
    person = assigned()
    start(assigned(name="别人"), seed=9)
    person_id, course = person.id, the_course()
    with statements(app) as heard:
        with unit_of_work():
            key = attempts.start(person_id, QUIZ, release_id=library, random=Random(1), at=AT)
        paper = open_sitting(person_id, QUIZ)
        with unit_of_work():
            again = open_sitting(person_id, QUIZ, changing=True)
            attempts.submit(again, filled_in(paper), at=AT)
        outcome(person_id, key)
    assert course.quiz == QUIZ
    assert len(heard) <= 8
