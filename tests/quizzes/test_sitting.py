"""The sitting: a paper drawn and frozen, and every answer saved once."""

from datetime import timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.library.marks import NEVER
from lms.people.models import Person
from lms.quizzes import operations
from lms.quizzes.models import Answer, Attempt
from lms.quizzes.operations import (
    AlreadySubmitted,
    CannotDraw,
    NotAnAnswer,
    NotOnThePaper,
    OlderTab,
    Series,
)
from lms.quizzes.queries import (
    open_sitting,
    quiz,
    sitting,
)
from lms.quizzes.rules import PASS_LINE, UNSURE
from tests.support.attempts import LATER, opened, save, save_all, start, stored, submit
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.quiz_texts import QUIZ, quiz_texts
from tests.support.racing import race
from tests.support.sittings import AT, filled_in, release, right, wrong
from tests.support.small_library import QUIZ_PATH


@pytest.fixture
def learner(database: Session) -> Person:
    """A learner, and a library with a quiz of ten questions."""
    publish_texts(quiz_texts())
    return make_person()


# -- starting ----------------------------------------------------------------------------------------------


def test_a_paper_is_frozen_when_it_is_drawn(learner: Person) -> None:
    paper = opened(learner)
    assert (paper.is_open, paper.number, paper.pass_line, paper.points) == (True, 1, PASS_LINE, 10)
    assert (paper.started_at, paper.submitted_at, paper.earned, paper.verdict) == (AT, None, None, None)
    changed = quiz_texts()
    changed[QUIZ_PATH] = changed[QUIZ_PATH].replace("对的说法", "对的新说法").replace("'5000'", "'6000'")
    publish_texts(changed)
    again = sitting(learner.id, paper.key)
    assert again.paper == paper.paper
    assert [one.options for one in again.questions] == [one.options for one in paper.questions]
    assert {stamp.value for drawn in again.paper for stamp in drawn.stamps.values()} == {"1800"}


def test_a_stamp_says_which_number_counted_and_where_it_was_read(learner: Person) -> None:
    stamps = [stamp for drawn in opened(learner).paper for stamp in drawn.stamps.items()]
    assert stamps
    for canonical, stamp in stamps:
        assert canonical == "outpatient.deductible/110000/in_service/any"
        assert (stamp.value, stamp.unit, stamp.since) == ("1800", "yuan_per_year", "2025-01-01")
        assert (stamp.mark, stamp.source) == ("law", "北京市医疗保障局网站")


def test_a_second_paper_is_of_questions_not_seen_before(learner: Person) -> None:
    first = opened(learner)
    submit(first)
    second = sitting(learner.id, start(learner, earlier=1, seed=2))
    asked = [{drawn.question for drawn in paper.paper} for paper in (first, second)]
    assert asked[0].isdisjoint(asked[1])
    assert second.number == 2


def test_starting_again_goes_on_with_the_open_paper(learner: Person) -> None:
    assert start(learner, seed=1) == start(learner, seed=2)
    assert open_sitting(learner.id, QUIZ).number == 1


def test_starting_twice_at_the_same_moment_opens_one_paper(
    app: Flask, database: Session, learner: Person
) -> None:
    series, release_id = Series(learner.id, "series", 0), release()

    def job() -> str:
        return operations.start(series, QUIZ, release_id=release_id, marks=NEVER, random=Random(), at=AT)

    keys = race(app, job, job, job, job)
    assert len(set(map(str, keys))) == 1
    assert database.scalar(select(func.count()).select_from(Attempt)) == 1


def test_a_start_that_knew_too_little_opens_nothing(database: Session, learner: Person) -> None:
    submit(opened(learner))
    with pytest.raises(AlreadySubmitted):
        start(learner, earlier=0)
    assert database.scalar(select(func.count()).select_from(Attempt)) == 1


def test_the_database_keeps_a_second_open_paper_out(database: Session, learner: Person) -> None:
    paper = opened(learner)
    database.add(
        Attempt(
            person_id=learner.id,
            series=paper.series,
            number=2,
            quiz=QUIZ,
            release_id=release(),
            pass_line=PASS_LINE,
            paper="[]",
            started_at=AT,
            points=1,
        )
    )
    with pytest.raises(IntegrityError):
        database.flush()


def test_a_bank_that_cannot_fill_a_paper_today_says_so(database: Session) -> None:
    texts = quiz_texts()
    publish_texts(texts)
    person, before = make_person(), AT - timedelta(days=1000)
    series = Series(person.id, "series", 0)
    with pytest.raises(CannotDraw), unit_of_work():
        operations.start(series, QUIZ, release_id=release(), marks=NEVER, random=Random(1), at=before)


def test_an_unknown_quiz_is_not_found(learner: Person) -> None:
    with pytest.raises(NotFound):
        quiz(release(), "nowhere")


# -- saving ------------------------------------------------------------------------------------------------


def test_each_save_is_counted(learner: Person) -> None:
    paper = opened(learner)
    assert save(paper, 1, right(paper, 1), seq=0) == 1
    assert save(paper, 1, wrong(paper, 1), seq=1) == 2
    assert save(paper, 2, right(paper, 2), seq=0) == 1
    assert {position: seq for position, (_, seq) in stored(paper).items()} == {1: 2, 2: 1}


def test_saving_the_same_answer_twice_is_harmless(database: Session, learner: Person) -> None:
    paper = opened(learner)
    assert save(paper, 1, right(paper, 1), seq=0) == 1
    assert save(paper, 1, right(paper, 1), seq=0) == 1
    assert save(paper, 1, right(paper, 1), seq=7) == 1
    assert database.scalar(select(func.count()).select_from(Answer)) == 1


def test_an_answer_from_an_older_tab_is_refused_and_changes_nothing(learner: Person) -> None:
    paper = opened(learner)
    save(paper, 1, right(paper, 1), seq=0)
    before = stored(paper)
    with pytest.raises(OlderTab) as refused:
        save(paper, 1, wrong(paper, 1), seq=0)
    assert refused.value.facts["position"] == 1
    assert stored(paper) == before


def test_two_tabs_at_the_same_moment_save_one_answer_and_refuse_the_other(
    app: Flask, database: Session, learner: Person
) -> None:
    paper = opened(learner)

    def job(values: list[str]) -> int:
        again = sitting(paper.person_id, paper.key, changing=True)
        return operations.save(again, 1, values, seq=0, at=LATER)

    results = race(app, lambda: job(right(paper, 1)), lambda: job(wrong(paper, 1)))
    assert {type(result) for result in results} == {int, OlderTab}
    assert stored(paper)[1][1] == 1


@pytest.mark.parametrize("position", [0, 11, -1])
def test_an_answer_to_a_question_that_is_not_on_the_paper_is_refused(learner: Person, position: int) -> None:
    paper = opened(learner)
    with pytest.raises(NotOnThePaper):
        save(paper, position, ["0"], seq=0)


def test_what_is_no_answer_is_refused(learner: Person) -> None:
    paper = opened(learner)
    with pytest.raises(NotAnAnswer):
        save(paper, 1, ["99"], seq=0)
    assert stored(paper) == {}


def test_saying_that_one_does_not_know_is_an_answer(learner: Person) -> None:
    paper = opened(learner)
    position = next(n for n, one in enumerate(paper.questions, 1) if one.type == "single")
    save(paper, position, [UNSURE], seq=0)
    assert stored(paper)[position] == (UNSURE, 1)


def test_a_whole_form_is_saved_at_once_and_only_changes_are_counted(learner: Person) -> None:
    paper = opened(learner)
    save(paper, 1, right(paper, 1), seq=0)
    save_all(paper, filled_in(paper))
    assert {seq for _, seq in stored(paper).values()} == {1}
    save_all(paper, filled_in(paper, wrongly=[1]))
    assert {position for position, (_, seq) in stored(paper).items() if seq == 2} == {1}


def test_an_empty_form_saves_nothing(learner: Person) -> None:
    paper = opened(learner)
    save_all(paper, {})
    assert stored(paper) == {}


def test_a_form_from_an_older_tab_is_refused_as_a_whole(learner: Person) -> None:
    paper = opened(learner)
    save(paper, 1, right(paper, 1), seq=0)
    with pytest.raises(OlderTab):
        save_all(paper, filled_in(paper, wrongly=[1]), known={})
    assert set(stored(paper)) == {1}
    save_all(paper, filled_in(paper, wrongly=[1]), known={1: 1})
    assert stored(paper)[1][1] == 2


def test_a_form_with_one_answer_that_is_none_is_refused_as_a_whole(learner: Person) -> None:
    paper = opened(learner)
    with pytest.raises(NotAnAnswer):
        save_all(paper, {**filled_in(paper), 3: ["99"]})
    assert stored(paper) == {}
