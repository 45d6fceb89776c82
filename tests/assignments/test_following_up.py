"""What opens a paper, what follows a failed one, and who helps."""

from datetime import date, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assignments import attempts
from lms.assignments.attempts import PaperNotOpen
from lms.assignments.models import Help, HelpKind
from lms.assignments.operations import HelpInFuture, NoHelpNeeded, NotByOneself, record_help
from lms.assignments.queries import ground, plan_for
from lms.assignments.records import helps_of
from lms.assignments.rules import Step
from lms.courses.operations import mark_read
from lms.journal.models import Entry
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.quizzes.queries import attempt_of_series
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.quiz_texts import QUIZ, quiz_texts
from tests.support.racing import race
from tests.support.sittings import (
    AT,
    SOON,
    assigned,
    duty_of,
    failed_twice,
    hand_in,
    help_given,
    make_up,
    release,
    standing_of,
    start,
    study,
    the_course,
)


@pytest.fixture
def library(database: Session) -> str:
    """A library with a quiz of ten questions; its release's id."""
    return publish_texts(quiz_texts())


# -- opening a paper ---------------------------------------------------------------------------------------


def test_who_was_never_assigned_the_course_gets_no_paper(library: str) -> None:
    stranger = make_person()
    assert ground(stranger.id, the_course()) is None
    with pytest.raises(NotFound):
        start(stranger)


def test_the_lessons_come_first(library: str) -> None:
    person = assigned(studied=False)
    with pytest.raises(PaperNotOpen) as refused:
        start(person)
    assert refused.value.facts == {"step": Step.STUDY, "quiz": QUIZ}
    study(person)
    assert standing_of(person).step is Step.TAKE_QUIZ
    assert start(person).is_open


def test_every_page_and_every_check_counts(library: str) -> None:
    person = assigned(studied=False)
    for lesson in the_course().lessons:
        for page in lesson.pages:
            with unit_of_work():
                mark_read(person.id, lesson, page, release_id=release(), at=AT)
            mark_twice = ground(person.id, the_course())
            assert mark_twice is not None
            assert not mark_twice.lessons_done
    study(person)
    found = ground(person.id, the_course())
    assert found is not None
    assert found.lessons_done


def test_an_open_paper_is_gone_on_with(library: str) -> None:
    person = assigned()
    first = start(person)
    assert standing_of(person).step is Step.CONTINUE_QUIZ
    assert start(person, seed=5).key == first.key


def test_of_two_starts_at_the_same_moment_both_get_the_same_paper(
    app: Flask, database: Session, library: str
) -> None:
    person_id = assigned().id

    def job() -> str:
        return attempts.start(person_id, QUIZ, release_id=library, random=Random(), at=AT)

    keys = race(app, job, job, job)
    assert len(set(map(str, keys))) == 1


def test_after_a_pass_there_is_nothing_left_to_open(library: str) -> None:
    person = assigned()
    assert hand_in(person).passed
    assert standing_of(person).step is Step.DONE
    with pytest.raises(PaperNotOpen):
        start(person)


# -- below the line ------------------------------------------------------------------------------------------


def test_seventy_nine_is_not_eighty(library: str) -> None:
    person = assigned()
    assert not hand_in(person, missing=3).passed
    assert standing_of(person).step is Step.REMEDIAL
    assert duty_of(person).completed_at is None


def test_the_plan_holds_the_pages_of_what_was_missed(library: str) -> None:
    person = assigned()
    hand_in(person, missing=3)
    found = standing_of(person)
    assert found.plan is not None
    assert found.failed_paper is not None
    assert [miss.position for miss in found.plan.misses] == [1, 2, 3]
    missed = {page for one in found.failed_paper.questions[:3] for page in one.pages}
    assert {page.page for page in found.plan.pages} == missed
    assert not found.plan.done


def test_reading_before_the_paper_is_not_reading_again(library: str) -> None:
    person = assigned()
    hand_in(person, missing=3, at=SOON)
    study(person, at=SOON)
    plan = standing_of(person).plan
    assert plan is not None
    assert not plan.reading_done
    study(person, at=SOON + timedelta(seconds=1))
    plan = standing_of(person).plan
    assert plan is not None
    assert (plan.reading_done, plan.practice_done) == (True, False)


def test_a_paper_opens_when_the_plan_is_done(library: str) -> None:
    person = assigned()
    hand_in(person, missing=3)
    with pytest.raises(PaperNotOpen):
        start(person)
    make_up(person)
    assert standing_of(person).step is Step.RETAKE
    paper = start(person, seed=2)
    assert paper.number == 2
    assert standing_of(person).plan is None


def test_what_another_paper_taught_does_not_make_up_for_this_one(library: str) -> None:
    person = assigned()
    hand_in(person, missing=3)
    make_up(person)
    hand_in(person, missing=2 + 1, at=SOON, seed=2)
    found = standing_of(person)
    assert found.plan is not None
    assert not found.plan.practice_done
    assert not found.plan.reading_done


def test_pages_that_no_longer_exist_are_left_out_of_the_plan(library: str) -> None:
    person = assigned()
    hand_in(person, missing=10)
    paper = attempt_of_series(duty_of(person).key, 1)
    fewer = the_course().lessons[:1]
    plan = plan_for(paper, type(the_course())(**{**vars(the_course()), "lessons": fewer}))
    assert {page.page.split("#")[0] for page in plan.pages} == {"basics/outpatient"}
    assert len(plan.misses) == 10


def test_an_open_paper_has_no_plan(library: str) -> None:
    with pytest.raises(ValueError, match="an open attempt has no plan"):
        plan_for(start(assigned()), the_course())


# -- help ----------------------------------------------------------------------------------------------------


def test_after_two_failed_papers_a_person_helps_and_then_a_paper_opens(library: str) -> None:
    person = failed_twice()
    assert standing_of(person).step is Step.WAIT_FOR_HELP
    with pytest.raises(PaperNotOpen):
        start(person)
    help_given(person)
    assert standing_of(person).step is Step.RETAKE
    assert hand_in(person, at=SOON, seed=3).passed


def test_making_up_for_the_second_paper_does_not_replace_help(library: str) -> None:
    person = failed_twice()
    make_up(person, at=SOON + timedelta(minutes=5))
    assert standing_of(person).step is Step.WAIT_FOR_HELP


def test_after_help_the_count_begins_anew(library: str) -> None:
    person = failed_twice()
    help_given(person)
    hand_in(person, missing=3, at=SOON, seed=3)
    assert standing_of(person).step is Step.REMEDIAL
    make_up(person, at=SOON + timedelta(minutes=5))
    hand_in(person, missing=3, at=SOON + timedelta(minutes=10), seed=4)
    assert standing_of(person).step is Step.WAIT_FOR_HELP
    duty = duty_of(person)
    assert (duty.failed, duty.failed_since_help, duty.last_failed) == (4, 2, 4)


def test_help_is_recorded_with_who_how_when_and_what(database: Session, library: str) -> None:
    person = failed_twice()
    help_given(person, helped_on=date(2026, 11, 22))
    duty = duty_of(person)
    (given,) = helps_of([duty.id])[duty.id]
    assert (given.after_attempt, given.helper, given.kind) == (2, "人事", HelpKind.PHONE)
    assert (given.helped_on, given.note) == (date(2026, 11, 22), "讲了起付标准")
    entry = database.scalars(select(Entry).where(Entry.act == "help.recorded")).one()
    assert (entry.subject, entry.facts) == (duty.key, {"after_attempt": 2, "kind": "phone"})
    assert helps_of([]) == {}


def test_help_that_nobody_waits_for_is_refused(library: str) -> None:
    person = assigned()
    with pytest.raises(NoHelpNeeded):
        help_given(person)
    hand_in(person, missing=3)
    with pytest.raises(NoHelpNeeded):
        help_given(person)
    make_up(person)
    hand_in(person, at=SOON, seed=2)
    with pytest.raises(NoHelpNeeded):
        help_given(person)


def test_help_is_recorded_once_for_a_failed_paper(database: Session, library: str) -> None:
    person = failed_twice()
    help_given(person)
    with pytest.raises(NoHelpNeeded):
        help_given(person)
    assert database.scalar(select(func.count()).select_from(Help)) == 1


def test_of_two_helpers_at_the_same_moment_one_is_told_that_somebody_was_faster(
    app: Flask, database: Session, library: str
) -> None:
    duty, helper_id = duty_of(failed_twice()), make_person().id

    def job() -> None:
        record_help(
            duty, helper_id=helper_id, kind=HelpKind.VISIT, helped_on=date(2026, 11, 23), note="", at=AT
        )

    results = race(app, job, job)
    assert {type(result) for result in results} == {NoHelpNeeded, type(None)}
    assert database.scalar(select(func.count()).select_from(Help)) == 1


def test_nobody_puts_help_for_themselves_on_record(library: str) -> None:
    person = failed_twice()
    duty, on = duty_of(person), date(2026, 11, 23)
    with pytest.raises(NotByOneself), unit_of_work():
        record_help(duty, helper_id=person.id, kind=HelpKind.PHONE, helped_on=on, note="", at=AT)
    assert standing_of(person).step is Step.WAIT_FOR_HELP


def test_help_is_recorded_after_it_was_given(library: str) -> None:
    person = failed_twice()
    with pytest.raises(HelpInFuture):
        help_given(person, helped_on=date(2026, 11, 24))
    assert standing_of(person).step is Step.WAIT_FOR_HELP
