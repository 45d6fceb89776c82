"""Works out what a course or a change came to: set-wise, in the background, over any number of people."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from lms.assignments.models import Assignment, Completion
from lms.courses.models import CheckAnswer
from lms.courses.queries import courses_of
from lms.effects.models import Mark
from lms.effects.rules import Compared, Figures, Share
from lms.kernel.clock import china_date
from lms.kernel.database import session
from lms.kernel.quarters import Quarter
from lms.quizzes.models import Attempt, AttemptState
from lms.quizzes.queries import quizzes_of
from lms.quizzes.topics import topics_of
from lms.rollouts.models import Change, Delivery, Recipient, RefreshTask
from lms.rollouts.recipients import is_done
from lms.rollouts.running import approved_at

Column: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]
Columns: TypeAlias = Select[*tuple[Any, ...]]
_WHOLE = ""


# -- a course -------------------------------------------------------------------------------------------


def figures_of_course(course: str, quarter: Quarter) -> Figures:
    """What became of the obligations of a course that were due in a quarter."""
    mine = _due(course, quarter)
    people, done = session().execute(_people(mine)).one()
    papers, passed, again = session().execute(_papers(mine)).one()
    return Figures(
        people=people,
        done=done,
        first_papers=papers,
        first_passed=passed,
        sat_again=again,
        whole=_compared(_marks(mine, literal(_WHOLE))).get(_WHOLE, Compared(Share(), Share())),
        papers=_compared(_marks(mine, Mark.topic).where(Mark.topic != "")),
        checks=_compared(_checks(course, mine)),
    )


def _due(course: str, quarter: Quarter) -> Subquery:
    return (
        select(Assignment.id, Assignment.key, Assignment.person_id)
        .where(
            Assignment.course == course,
            Assignment.due_on.between(quarter.first, quarter.last),
            Assignment.excused_at.is_(None),
        )
        .subquery()
    )


def _people(mine: Subquery) -> Select[int, int]:
    return select(
        func.count(mine.c.person_id.distinct()), func.count(Completion.assignment_id.distinct())
    ).select_from(mine.outerjoin(Completion, Completion.assignment_id == mine.c.id))


def _papers(mine: Subquery) -> Select[int, int, int]:
    is_first = Attempt.number == 1
    return (
        select(
            func.count().filter(is_first),
            func.count().filter(is_first, Attempt.state == AttemptState.PASSED),
            func.count().filter(Attempt.number == 2),
        )
        .select_from(mine)
        .join(Attempt, Attempt.series == mine.c.key)
        .where(Attempt.state != AttemptState.OPEN)
    )


def _marks(mine: Subquery, name: Column) -> Columns:
    """Marks of these obligations under a name; those of one attempt that share it belong together."""
    return (
        select(name.label("name"), Mark.person_id, Mark.attempt_id.label("nth"), Mark.asked, Mark.right)
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(mine, mine.c.key == Attempt.series)
        .where(Mark.asked > 0)
    )


def _checks(course: str, mine: Subquery) -> Columns:
    """Answers to in-lesson checks, each check for itself."""
    right = case((CheckAnswer.right, 1), else_=0)
    return select(
        CheckAnswer.lesson.label("name"),
        CheckAnswer.person_id,
        CheckAnswer.id.label("nth"),
        literal(1).label("asked"),
        right.label("right"),
        CheckAnswer.check_id,
    ).where(CheckAnswer.course == course, CheckAnswer.person_id.in_(select(mine.c.person_id)))


def _compared(rows: Columns) -> dict[str, Compared]:
    """Name → the first and the latest of each person (and check); rows of equal ``nth`` belong together."""
    one = rows.subquery()
    own = [one.c.person_id, one.c.name] + ([one.c.check_id] if "check_id" in one.c else [])
    places = [
        func.rank().over(partition_by=own, order_by=order).label(label)
        for label, order in (("first", one.c.nth.asc()), ("last", one.c.nth.desc()))
    ]
    placed = select(one, *places).subquery()
    sides = [_side(placed, placed.c[label] == 1) for label in ("first", "last")]
    statement = select(placed.c.name, *sides[0], *sides[1]).group_by(placed.c.name)
    return {
        name: Compared(Share(*map(int, numbers[:3])), Share(*map(int, numbers[3:])))
        for name, *numbers in session().execute(statement)
    }


def _side(placed: Subquery, which: ColumnElement[bool]) -> Sequence[ColumnElement[int]]:
    people = func.count(case((which, placed.c.person_id)).distinct())
    sums = [func.sum(case((which, column), else_=0)) for column in (placed.c.asked, placed.c.right)]
    return [people, *sums]


# -- a change -------------------------------------------------------------------------------------------


def figures_of_rollout(change: Change, release_id: str) -> Figures:
    """What became of a change with those who were given it, and of the topics that it touches."""
    units = [row.unit for row in session().execute(select(Delivery.unit).filter_by(change_id=change.id))]
    live = courses_of(release_id)
    quizzes = [live[unit].quiz for unit in units if unit in live and live[unit].quiz]
    people, done = session().execute(_recipients(change)).one()
    return Figures(
        people=people,
        done=done,
        whole=_compared(_of_units(change, quizzes)).get(_WHOLE, Compared(Share(), Share())),
        papers=_around(change, topics_touched(change.id, release_id)),
    )


def _recipients(change: Change) -> Select[int, int]:
    done = func.count().filter(is_done(approved_at(change)))
    return (
        select(func.count(), done)
        .select_from(Recipient)
        .outerjoin(Completion, Completion.assignment_id == Recipient.assignment_id)
        .where(Recipient.change_id == change.id, Recipient.excused_at.is_(None))
    )


def _of_units(change: Change, quizzes: Sequence[str]) -> Columns:
    given = select(Recipient.person_id).where(Recipient.change_id == change.id)
    return select(
        literal(_WHOLE).label("name"), Mark.person_id, Mark.attempt_id.label("nth"), Mark.asked, Mark.right
    ).where(Mark.quiz.in_(quizzes), Mark.person_id.in_(given))


def topics_touched(change_id: int, release_id: str) -> list[str]:
    """The topics of the lessons and questions that had to be looked at because of a change."""
    topics, banks = topics_of(release_id), quizzes_of(release_id)
    by_question = {
        question.id: topics.of_quiz_topic(bank.id, question.topic)
        for bank in banks.values()
        for question in bank.questions
    }
    found = set()
    for kind, item in session().execute(
        select(RefreshTask.kind, RefreshTask.item).where(RefreshTask.change_id == change_id)
    ):
        course, _, rest = item.partition("/")
        lesson = rest.partition("#")[0]
        found.add(by_question.get(item, "") if kind == "question" else topics.of_lesson(course, lesson))
    return [topic.id for topic in topics.all if topic.id in found]


def _around(change: Change, topics: Sequence[str]) -> dict[str, Compared]:
    """Topic → the latest paper before the change and the latest one since, of recipients who have both."""
    if not topics:
        return {}
    day = china_date(approved_at(change))
    before, after = _latest(change, topics, None, day - timedelta(days=1)), _latest(change, topics, day, None)
    counted = (func.count(), func.sum(before.c.asked), func.sum(before.c.right))
    statement = (
        select(before.c.topic, *counted, func.count(), func.sum(after.c.asked), func.sum(after.c.right))
        .join(after, and_(after.c.person_id == before.c.person_id, after.c.topic == before.c.topic))
        .group_by(before.c.topic)
    )
    return {
        topic: Compared(Share(*map(int, numbers[:3])), Share(*map(int, numbers[3:])))
        for topic, *numbers in session().execute(statement)
    }


def _latest(change: Change, topics: Sequence[str], since: date | None, until: date | None) -> Subquery:
    nth = func.row_number().over(partition_by=(Mark.person_id, Mark.topic), order_by=Mark.attempt_id.desc())
    given = select(Recipient.person_id).where(Recipient.change_id == change.id)
    rows = select(Mark.person_id, Mark.topic, Mark.asked, Mark.right, nth.label("nth")).where(
        Mark.topic.in_(topics), Mark.person_id.in_(given)
    )
    if since:
        rows = rows.where(Mark.handed_in_on >= since)
    if until:
        rows = rows.where(Mark.handed_in_on <= until)
    one = rows.subquery()
    return select(one).where(one.c.nth == 1).subquery()
