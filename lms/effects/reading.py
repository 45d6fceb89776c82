"""Reads papers that were handed in into marks by topic, each paper once, a batch at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, delete, exists, func, insert, select, union

from lms.effects.models import Mark
from lms.item_analysis.papers import NONE, Reader, answers_of
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.quarters import Quarter
from lms.quizzes.models import Attempt, AttemptState, Regrade
from lms.quizzes.papers import parts
from lms.quizzes.remarks import GAINED, LOST, Remark, as_remarked, remarks_of, standing_verdict
from lms.quizzes.rules import Marked
from lms.quizzes.topics import Topics

BATCH = 1000
_COLUMNS = (
    Attempt.id, Attempt.person_id, Attempt.quiz, Attempt.number, Attempt.submitted_at, Attempt.state,
    Attempt.earned, Attempt.points, Attempt.pass_line, GAINED, LOST, Attempt.paper,
)  # fmt: skip
NO_TOPIC = ""


def unread(most: int) -> list[int]:
    """Ids of papers that were not read since they were handed in, or last marked anew."""
    known = exists().where(Mark.attempt_id == Attempt.id)
    new = select(Attempt.id).where(Attempt.state != AttemptState.OPEN, ~known)
    found = session().scalars(union(new, _marked_anew()).limit(most))
    return sorted(found)


def _marked_anew() -> Select[int]:
    last = func.max(Regrade.id)
    return (
        select(Regrade.attempt_id)
        .join(Mark, Mark.attempt_id == Regrade.attempt_id)
        .group_by(Regrade.attempt_id)
        .having(last > func.max(Mark.remarked))
    )


class Marking:
    """Turns papers into rows of marks; equal questions are read once."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._reader = Reader()

    def rows(self, ids: Sequence[int]) -> list[dict[str, Any]]:
        """The marks of these papers. Every paper has some, so that it counts as read."""
        answers, remarks, last = answers_of(ids), remarks_of(ids), _last_remarks(ids)
        found: list[dict[str, Any]] = []
        for row in session().execute(select(*_COLUMNS).where(Attempt.id.in_(ids)).order_by(Attempt.id)):
            attempt_id, *about, text = row
            shared = _shared(attempt_id, about) | {"remarked": last.get(attempt_id, 0)}
            marked = self._marked(shared["quiz"], parts(text), answers.get(attempt_id, {}))
            counts = _counted(marked, remarks.get(attempt_id, {}))
            found += [
                {**shared, "topic": topic, "asked": asked, "right": right}
                for topic, (asked, right) in (counts or {NO_TOPIC: (0, 0)}).items()
            ]
        return found

    def _marked(self, quiz: str, asked: Sequence[str], given: Any) -> Iterator[Marked]:
        """The questions with the topic of the library in place of the one of the bank."""
        for position, part in enumerate(asked, 1):
            one = self._reader.asked(part)
            right = one.mark(given.get(position, NONE)).given.right
            topic = self._topics.of_quiz_topic(quiz, one.drawn.topic)
            yield Marked(position, topic, one.drawn.points, right)


def _shared(attempt_id: int, about: Sequence[Any]) -> dict[str, Any]:
    person_id, quiz, number, submitted_at, state, *points = about
    standing = standing_verdict(*points)
    day: date = china_date(submitted_at)
    return {
        "attempt_id": attempt_id,
        "person_id": person_id,
        "quiz": quiz,
        "number": number,
        "passed": state is AttemptState.PASSED or bool(standing and standing.passed),
        "handed_in_on": day,
        "quarter": str(Quarter.of(day)),
    }


def _counted(marked: Iterator[Marked], remarks: dict[int, Remark]) -> dict[str, tuple[int, int]]:
    """Topic → questions asked, and right ones, as they count now."""
    found: dict[str, tuple[int, int]] = {}
    for one in as_remarked(marked, remarks):
        asked, right = found.get(one.topic, (0, 0))
        found[one.topic] = (asked + 1, right + one.right)
    return found


def _last_remarks(ids: Sequence[int]) -> dict[int, int]:
    rows = session().execute(
        select(Regrade.attempt_id, func.max(Regrade.id))
        .where(Regrade.attempt_id.in_(ids))
        .group_by(Regrade.attempt_id)
    )
    return {row[0]: row[1] for row in rows}


def store(ids: Sequence[int], rows: Sequence[dict[str, Any]]) -> None:
    """Put the marks of these papers in the place of those there are."""
    session().execute(delete(Mark).where(Mark.attempt_id.in_(ids)))
    session().execute(insert(Mark), list(rows))


def touched(rows: Sequence[dict[str, Any]]) -> set[Quarter]:
    """The quarters whose totals these marks change, once they are stored.

    Of the quarter before, where one of its people is among them: a later paper says whether somebody is
    still weak.
    """
    people: defaultdict[Quarter, set[int]] = defaultdict(set)
    for row in rows:
        people[Quarter.named(row["quarter"])].add(row["person_id"])
    return {*people, *(one.previous for one, theirs in people.items() if _has_any(one.previous, theirs))}


def _has_any(quarter: Quarter, people: Collection[int]) -> bool:
    any_mark = exists().where(Mark.quarter == str(quarter), Mark.person_id.in_(people))
    return bool(session().scalar(select(any_mark)))
