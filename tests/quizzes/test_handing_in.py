"""A paper is handed in once; then it never changes, and is practised on and read."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.people.models import Person
from lms.quizzes import operations
from lms.quizzes.models import AttemptState, PracticeAnswer
from lms.quizzes.operations import (
    AlreadySubmitted,
    NotAnAnswer,
    NotOnThePaper,
)
from lms.quizzes.queries import (
    Sitting,
    attempt_of_series,
    history,
    hold,
    open_sitting,
    questions_of,
    sitting,
)
from tests.support.attempts import LATER, opened, save, save_all, start, stored, submit
from tests.support.library import publish_texts
from tests.support.people import make_person
from tests.support.quiz_texts import QUIZ, quiz_texts
from tests.support.racing import race
from tests.support.sittings import filled_in, right, wrong


@pytest.fixture
def learner(database: Session) -> Person:
    """A learner, and a library with a quiz of ten questions."""
    publish_texts(quiz_texts())
    return make_person()


# -- handing in --------------------------------------------------------------------------------------------


def test_a_paper_is_judged_by_what_was_saved_and_what_came_with_the_form(learner: Person) -> None:
    paper = opened(learner)
    save_all(paper, {position: right(paper, position) for position in range(1, 9)})
    assert not submit(opened(make_person()))
    assert submit(paper)
    closed = sitting(learner.id, paper.key)
    assert (closed.state, closed.earned, closed.submitted_at) == (AttemptState.PASSED, 8, LATER)
    verdict = closed.verdict
    assert verdict is not None
    assert (str(verdict.shown), verdict.passed) == ("80.0", True)


def test_what_comes_with_the_form_goes_before_what_was_saved(learner: Person) -> None:
    paper = opened(learner)
    save_all(paper, filled_in(paper, wrongly=range(1, 11)))
    extra = {position: ",".join(right(paper, position)) for position in range(1, 11)}
    assert submit(paper, extra)


def test_an_unanswered_question_is_a_wrong_one(learner: Person) -> None:
    paper = opened(learner)
    save_all(paper, {position: right(paper, position) for position in range(1, 8)})
    assert not submit(paper)
    assert sitting(learner.id, paper.key).earned == 7


def test_a_paper_is_handed_in_once(learner: Person) -> None:
    paper = opened(learner)
    submit(paper)
    with pytest.raises(AlreadySubmitted):
        submit(paper, {1: "0"})
    assert sitting(learner.id, paper.key).earned == 0


def test_handing_in_twice_at_the_same_moment_counts_once(
    app: Flask, database: Session, learner: Person
) -> None:
    paper = opened(learner)

    def job() -> int:
        again = sitting(paper.person_id, paper.key, changing=True)
        return operations.submit(again, {}, at=LATER).earned

    results = race(app, job, job, job)
    assert [type(result) for result in results].count(AlreadySubmitted) == 2


def test_a_closed_paper_takes_no_answer(learner: Person) -> None:
    paper = opened(learner)
    submit(paper)
    with pytest.raises(AlreadySubmitted):
        save(paper, 1, right(paper, 1), seq=0)
    with pytest.raises(AlreadySubmitted):
        save_all(paper, filled_in(paper))
    assert stored(paper) == {}


def test_an_answer_saved_while_the_paper_is_handed_in_counts_or_is_refused(
    app: Flask, database: Session, learner: Person
) -> None:
    for _ in range(5):
        person = make_person()
        paper = opened(person)

        def saving(paper: Sitting = paper) -> str:
            again = sitting(paper.person_id, paper.key, changing=True)
            operations.save(again, 1, right(paper, 1), seq=0, at=LATER)
            return "saved"

        def handing_in(paper: Sitting = paper) -> str:
            hold(paper.person_id, QUIZ)
            again = sitting(paper.person_id, paper.key)
            operations.submit(again, {}, at=LATER)
            return "handed in"

        saved, _ = race(app, saving, handing_in)
        closed = sitting(person.id, paper.key)
        assert closed.earned == (1 if saved == "saved" else 0)
        assert len(closed.answers) == closed.earned


# -- practising --------------------------------------------------------------------------------------------


def test_practice_is_kept_and_never_scored(database: Session, learner: Person) -> None:
    paper = opened(learner)
    submit(paper)
    closed = sitting(learner.id, paper.key)
    with unit_of_work():
        assert not operations.practise(closed, 1, wrong(closed, 1), at=LATER)
        assert operations.practise(closed, 1, right(closed, 1), at=LATER)
    tries = database.execute(
        select(PracticeAnswer.position, PracticeAnswer.right).order_by(PracticeAnswer.id)
    )
    assert [tuple(row) for row in tries] == [(1, False), (1, True)]
    assert sitting(learner.id, paper.key).earned == 0


def test_nobody_practises_on_an_open_paper_to_learn_its_answers(learner: Person) -> None:
    paper = opened(learner)
    with pytest.raises(NotFound), unit_of_work():
        operations.practise(paper, 1, right(paper, 1), at=LATER)


def test_practice_refuses_what_is_not_on_the_paper_or_no_answer(learner: Person) -> None:
    paper = opened(learner)
    submit(paper)
    closed = sitting(learner.id, paper.key)
    with pytest.raises(NotOnThePaper), unit_of_work():
        operations.practise(closed, 11, ["0"], at=LATER)
    with pytest.raises(NotAnAnswer), unit_of_work():
        operations.practise(closed, 1, ["99"], at=LATER)


# -- reading -----------------------------------------------------------------------------------------------


def test_the_paper_of_somebody_else_is_not_found(learner: Person) -> None:
    paper = opened(learner)
    stranger = make_person()
    with pytest.raises(NotFound):
        sitting(stranger.id, paper.key)
    with pytest.raises(NotFound):
        open_sitting(stranger.id, QUIZ)
    with pytest.raises(NotFound):
        attempt_of_series("nothing", 1)


def test_an_attempt_is_found_by_its_number_and_stands_in_the_history(learner: Person) -> None:
    paper = opened(learner)
    submit(paper)
    start(learner, earlier=1)
    assert attempt_of_series(paper.series, 1).key == paper.key
    found = history([paper.series, "nothing"])
    assert [(one.number, one.state, one.verdict is None) for one in found[paper.series]] == [
        (1, AttemptState.FAILED, False),
        (2, AttemptState.OPEN, True),
    ]
    assert found["nothing"] == []


def test_questions_are_found_whatever_was_forgotten_in_between(
    learner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = opened(learner).paper
    monkeypatch.setattr("lms.quizzes.queries._editions", {})
    monkeypatch.setattr("lms.quizzes.queries._MOST_EDITIONS", 3)
    asked = [paper[:5], paper[4:9], paper[2:6], paper]
    for part in asked:
        assert set(questions_of(part)) == {drawn.edition for drawn in part}
