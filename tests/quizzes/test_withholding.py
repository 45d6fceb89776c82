"""Questions that wait to be looked at are not asked; what is already on a paper stays."""

from datetime import date
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments import attempts
from lms.kernel.database import unit_of_work
from lms.library.marks import NEVER, Stale, mark_all
from lms.library.models import Live
from lms.quizzes.operations import CannotDraw
from lms.quizzes.queries import open_sitting, ready_questions
from tests.support.library import publish_texts
from tests.support.quiz_texts import QUIZ, quiz_texts
from tests.support.sittings import AT, assigned, duty_of, filled_in, hand_in, make_up, standing_of, start

TODAY = date(2026, 11, 23)
CARD = ("card-01", "card-02")


@pytest.fixture
def library(database: Session) -> str:
    """A library with a quiz of eight questions about claims, one about the card and one about sums."""
    return publish_texts(quiz_texts())


def withhold(*questions: str) -> None:
    with unit_of_work():
        mark_all("A", [Stale("question", one, None, withheld=True) for one in questions])


def ids(library: str, marks: int) -> set[str]:
    return {one.question.id for one in ready_questions(library, QUIZ, TODAY, marks=marks)}


def test_a_question_withheld_is_not_ready(library: str, database: Session) -> None:
    withhold(*CARD)
    revision = database.scalars(select(Live.marks)).one()
    assert ids(library, NEVER) - ids(library, revision) == set(CARD)


def test_a_topic_without_questions_is_made_up_for_by_the_others(library: str) -> None:
    withhold(*CARD)
    paper = start(assigned()).paper
    assert len(paper) == 10
    assert {drawn.topic for drawn in paper} == {"claims", "sums"}


def test_too_few_questions_say_how_many_are_kept_back(library: str) -> None:
    person = assigned()
    withhold(*CARD, *(f"claims-{number:02}" for number in range(1, 10)))
    with pytest.raises(CannotDraw) as refused, unit_of_work():
        attempts.start(person.id, QUIZ, release_id=library, random=Random(1), at=AT)
    assert refused.value.facts["withheld"] == 11


def test_an_open_paper_stays_as_it_was_drawn(library: str) -> None:
    person = assigned()
    before = start(person).paper
    withhold(*(drawn.question for drawn in before))
    with unit_of_work():
        sitting = open_sitting(person.id, QUIZ, changing=True)
        assert sitting.paper == before
        assert attempts.submit(sitting, filled_in(sitting), at=AT).passed


def test_practice_after_a_failed_paper_stays_as_it_was(library: str) -> None:
    person = assigned()
    hand_in(person, missing=3)
    standing = standing_of(person)
    assert standing.failed_paper is not None
    withhold(*(drawn.question for drawn in standing.failed_paper.paper[:3]))
    make_up(person)
    assert standing_of(person).step == "retake"
    assert hand_in(person, seed=2).passed
    assert duty_of(person).completed_at == AT
