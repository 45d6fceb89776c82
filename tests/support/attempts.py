"""Papers of one person outside any assignment: opened, saved and handed in. Needs an application context."""

from datetime import timedelta
from random import Random

from lms.kernel.database import unit_of_work
from lms.library.marks import NEVER
from lms.people.models import Person
from lms.quizzes import operations
from lms.quizzes.operations import Series
from lms.quizzes.queries import Sitting, sitting
from tests.support.quiz_texts import QUIZ
from tests.support.sittings import AT, release

LATER = AT + timedelta(minutes=5)


def start(person: Person, *, earlier: int = 0, seed: int = 1) -> str:
    """Open a paper, the *earlier* ones being closed; returns its key."""
    series = Series(person.id, f"series-{person.id}", earlier)
    with unit_of_work():
        return operations.start(series, QUIZ, release_id=release(), marks=NEVER, random=Random(seed), at=AT)


def opened(person: Person, *, seed: int = 1) -> Sitting:
    """The first paper of somebody, open."""
    return sitting(person.id, start(person, seed=seed))


def save(paper: Sitting, position: int, values: list[str], *, seq: int) -> int:
    """Save one answer; returns its sequence number."""
    with unit_of_work():
        return operations.save(
            sitting(paper.person_id, paper.key, changing=True), position, values, seq=seq, at=LATER
        )


def save_all(paper: Sitting, answers: dict[int, list[str]], *, known: dict[int, int] | None = None) -> None:
    """Save a form."""
    with unit_of_work():
        again = sitting(paper.person_id, paper.key, changing=True)
        operations.save_all(again, answers, known=known, at=LATER)


def submit(paper: Sitting, extra: dict[int, str] | None = None) -> bool:
    """Hand in; returns whether it passed."""
    with unit_of_work():
        again = sitting(paper.person_id, paper.key, changing=True)
        return operations.submit(again, extra or {}, at=LATER).passed


def stored(paper: Sitting) -> dict[int, tuple[str, int]]:
    """Position → value and sequence number, as stored."""
    again = sitting(paper.person_id, paper.key)
    return {position: (saved.value, saved.seq) for position, saved in again.answers.items()}
