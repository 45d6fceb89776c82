"""Papers to be analysed, and questions whose key is put right. Needs an application context."""

from datetime import datetime

from lms.assignments import attempts
from lms.jobs.items import analyse_items
from lms.kernel.database import unit_of_work
from lms.people.models import Person
from lms.quizzes.queries import Sitting, open_sitting, sitting
from tests.support.library import publish_texts
from tests.support.quiz_texts import QUIZ, quiz_texts
from tests.support.sittings import AT, assigned, filled_in, start
from tests.support.small_library import QUIZ_PATH

RIGHT_THEN = "{text: 对的说法, right: true, because: 正是这样。}"
RIGHT_NOW = "{text: 错的说法, right: true, because: 起付标准要先过。}"


def texts() -> dict[str, str]:
    """Five questions of one kind on a paper, so that each counts 20 points."""
    return quiz_texts({"claims": 5})


def rekeyed(*questions: str) -> dict[str, str]:
    """The library with the second option of these questions marked as right, in place of the first."""
    found = texts()
    blocks = found[QUIZ_PATH].split("  - id: ")
    for number, block in enumerate(blocks):
        if block.partition("\n")[0] in questions:
            block = block.replace(RIGHT_THEN, RIGHT_THEN.replace(" right: true,", ""))
            blocks[number] = block.replace(RIGHT_NOW.replace(" right: true,", ""), RIGHT_NOW)
    found[QUIZ_PATH] = "  - id: ".join(blocks)
    return found


def put_right(*questions: str) -> str:
    """The same, live; returns the release's id."""
    return publish_texts(rekeyed(*questions))


def written(*wrongly: int, person: Person | None = None, at: datetime = AT, seed: int = 1) -> Sitting:
    """A paper handed in with wrong answers at these positions; of equal *seed* the same questions."""
    owner = person or assigned()
    start(owner, at=at, seed=seed)
    with unit_of_work():
        held = open_sitting(owner.id, QUIZ, changing=True)
        attempts.submit(held, filled_in(held, wrongly=wrongly), at=at)
    return sitting(owner.id, held.key)


def analysed(at: datetime = AT) -> int:
    """Run the job; returns how many quizzes it analysed."""
    outcome = analyse_items(at)
    assert outcome.failures == 0
    return outcome.count
