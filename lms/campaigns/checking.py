"""Content that somebody still has to check before it is given to anybody, and who that is."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from random import Random

from sqlalchemy import select

from lms.campaigns.outcomes import courses_named, offered
from lms.campaigns.rules import Fault, Step
from lms.courses.queries import courses_of, paths_of
from lms.kernel.database import session
from lms.library import marks
from lms.library.marks import Name
from lms.library.queries import live_release_id
from lms.people.models import Person
from lms.quizzes.queries import quizzes_of, ready_questions
from lms.quizzes.rules import TooFewQuestions, draw
from lms.rollouts.models import RefreshTask, TaskState


@dataclass(frozen=True)
class Unchecked:
    """Marked items: how many, how many of them are kept back, who looks after them, and until when."""

    count: int = 0
    kept_back: int = 0
    owners: Sequence[str] = ()
    due_on: date | None = None


def content_faults(path: str, courses: Sequence[str], today: date) -> Iterator[Fault]:
    """What is wrong with a path or courses: nothing chosen, not in the library, or not checked."""
    release_id = live_release_id()
    if path and (release_id is None or path not in paths_of(release_id)):
        yield Fault(Step.CONTENT, "unknown-path", {"path": path})
        return
    named = courses_named(path, courses)
    if not named:
        yield Fault(Step.CONTENT, "no-course")
    live = offered(named)
    for name in named:
        if name not in live:
            yield Fault(Step.CONTENT, "unknown-course", {"course": name})
        elif release_id:
            yield from _unchecked(release_id, name, today)


def _unchecked(release_id: str, name: str, today: date) -> Iterator[Fault]:
    """A course that may not be given, or cannot be tested, stands in the way; other doubts are only said."""
    revision = session().scalar(select(marks.revision())) or marks.NEVER
    texts, questions = _items(release_id, name)
    of_texts = _marked(revision, texts, today)
    of_quiz = _marked(revision, questions, today)
    if not _can_draw(release_id, courses_of(release_id)[name].quiz, today, revision):
        yield _fault("cannot-draw", name, of_quiz, of_quiz.kept_back)
    elif of_quiz.kept_back:
        yield _fault("withheld", name, of_quiz, of_quiz.kept_back, blocks=False)
    if of_texts.kept_back:
        yield _fault("kept-back", name, of_texts, of_texts.kept_back)
    elif of_texts.count:
        yield _fault("stale", name, of_texts, of_texts.count, blocks=False)


def _fault(code: str, name: str, found: Unchecked, count: int, *, blocks: bool = True) -> Fault:
    facts = {"course": name, "count": count, "owners": list(found.owners), "due_on": found.due_on}
    return Fault(Step.CONTENT, code, facts, blocks=blocks)


@lru_cache(maxsize=64)
def _items(release_id: str, name: str) -> tuple[frozenset[Name], frozenset[Name]]:
    """The texts of a course and its quiz, and the questions of that, by kind and key."""
    course = courses_of(release_id)[name]
    texts = {("lesson", lesson.key) for lesson in course.lessons}
    texts |= {("page", page.key) for lesson in course.lessons for page in lesson.pages}
    if not course.quiz:
        return frozenset(texts), frozenset()
    questions = {("question", one.id) for one in quizzes_of(release_id)[course.quiz].questions}
    return frozenset(texts | {("quiz", course.quiz)}), frozenset(questions)


def _marked(revision: int, names: frozenset[Name], today: date) -> Unchecked:
    """What of it is marked today; until rules differ, a mark says nothing yet."""
    known = marks.marks(revision)
    found = {
        name: in_force
        for name in names & known.keys()
        if (in_force := [one for one in known[name] if (one.since or today) <= today])
    }
    if not found:
        return Unchecked()
    kept_back = sum(any(one.withheld for one in several) for several in found.values())
    return Unchecked(len(found), kept_back, *_owners(found.keys()))


def _owners(names: Collection[Name]) -> tuple[Sequence[str], date | None]:
    """Who has open tasks about these items, and the first day that one of them is due."""
    keys = {key for _, key in names}
    rows = session().execute(
        select(RefreshTask.kind, RefreshTask.item, RefreshTask.due_on, Person.name)
        .join(Person, Person.id == RefreshTask.owner_id)
        .where(RefreshTask.state == TaskState.OPEN, RefreshTask.item.in_(keys))
        .order_by(RefreshTask.due_on, RefreshTask.id)
    )
    mine = [row for row in rows if (row.kind, row.item) in names]
    return list(dict.fromkeys(row.name for row in mine)), mine[0].due_on if mine else None


def _can_draw(release_id: str, quiz: str, today: date, revision: int) -> bool:
    """Whether enough questions are left for a paper."""
    if not quiz:
        return True
    ready = ready_questions(release_id, quiz, today, marks=revision)
    try:
        draw(quizzes_of(release_id)[quiz], ready, {}, Random(0))
    except TooFewQuestions:
        return False
    return True
