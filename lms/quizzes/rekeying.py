"""A question of words whose options were marked wrongly: its key by a later edition, answers by that."""

from lms.quizzes.models import RegradePolicy
from lms.quizzes.remarking import Remarked, by_policy
from lms.quizzes.rules import UNSURE, Drawn, Question, is_right


def right_options(question: Question) -> frozenset[int]:
    """The numbers of the right options."""
    return frozenset(option.number for option in question.options if option.right)


def new_key(was: Question, now: Question) -> frozenset[int] | None:
    """The options of *was* that are right by *now*; ``None`` where none can be told, as for computed ones.

    An option is known again by its words; one that was reworded is by its place, where both editions have
    equally many. A new option that is right leaves the old edition without any key: nobody could choose it.
    """
    if was.numeric or now.numeric or was.type is not now.type:
        return None
    places = _places(was, now)
    right = right_options(now)
    if not right <= set(places.values()):
        return None
    return frozenset(number for number, place in places.items() if place in right)


def _places(was: Question, now: Question) -> dict[int, int]:
    """Option of the old edition → option of the new one."""
    by_words = {option.text: option.number for option in now.options}
    found = {one.number: by_words[one.text] for one in was.options if one.text in by_words}
    if len(was.options) == len(now.options):
        left = sorted({option.number for option in now.options} - set(found.values()))
        unknown = sorted({option.number for option in was.options} - set(found))
        found |= {number: number for number in unknown if number in left}
    return found


def is_rekeyed(was: Question, now: Question) -> bool:
    """Whether *now* says that something else was right. A computed question has no key that is written."""
    if was.numeric or now.numeric or was.edition == now.edition:
        return False
    return new_key(was, now) != right_options(was)


def as_value(key: frozenset[int] | None) -> str:
    """A key as an answer is stored; empty when there is none."""
    return ",".join(map(str, sorted(key or ())))


def from_value(value: str) -> frozenset[int] | None:
    """A key back from how it is stored."""
    return frozenset(map(int, value.split(","))) if value else None


def remark_by_key(
    question: Question, drawn: Drawn, value: str | None, *, policy: RegradePolicy, key: frozenset[int] | None
) -> Remarked:
    """Mark a stored answer by a declared policy and the right *key*; without one it gets full credit."""
    chosen = None if value is None or value == UNSURE else from_value(value)
    return by_policy(
        drawn.points,
        was_right=is_right(question, drawn, value),
        is_right=None if key is None else chosen == key,
        policy=policy,
    )
