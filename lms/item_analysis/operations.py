"""Storing what was found out, and raising and settling alarms."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from lms.item_analysis.analysis import Analysis, Collapse, Item
from lms.item_analysis.models import AnalysedItem, AnalysedQuiz, ItemAlarm
from lms.item_analysis.papers import FIRSTS
from lms.journal.operations import record
from lms.kernel.clock import china_date
from lms.kernel.database import session, upsert
from lms.kernel.errors import DomainError, NotFound
from lms.quizzes.models import Attempt

NEW_PAPERS, NEW_SHARE = 20, 0.05
"""A quiz is analysed anew at once when it has so many new papers, and so many of those analysed before."""
DAILY_SHARE = 0.01
"""… and once a day when it has any, and this share: thousands of papers are not read again for one."""


class NoteMissing(DomainError):
    """An alarm is settled by somebody who says what they found."""

    code = "note-missing"


def due(now: datetime) -> list[str]:
    """Quizzes whose statistics are out of date; those with few new papers once a day."""
    counted = (
        select(Attempt.quiz, func.count().label("papers")).where(*FIRSTS).group_by(Attempt.quiz).subquery()
    )
    rows = session().execute(
        select(counted.c.quiz, counted.c.papers, AnalysedQuiz.counted, AnalysedQuiz.analysed_at)
        .outerjoin(AnalysedQuiz, AnalysedQuiz.quiz == counted.c.quiz)
        .order_by(counted.c.quiz)
    )
    return [quiz for quiz, papers, before, at in rows if _is_due(papers - (before or 0), before, at, now)]


def _is_due(new: int, before: int | None, at: datetime | None, now: datetime) -> bool:
    if before is None or at is None:
        return True
    many, some = max(NEW_PAPERS, NEW_SHARE * before), max(1, DAILY_SHARE * before)
    return new >= many or (new >= some and china_date(at) < china_date(now))


def store(found: Analysis, *, at: datetime) -> list[str]:
    """Put an analysis in the place of the one before; returns the keys of the alarms that it raises."""
    values = _quiz_values(found, at)
    row = upsert(AnalysedQuiz).values(quiz=found.quiz, **values)
    session().execute(row.on_conflict_do_update(index_elements=["quiz"], set_=values))
    session().execute(delete(AnalysedItem).where(AnalysedItem.quiz == found.quiz))
    session().execute(insert(AnalysedItem), [_item_values(one, found.quiz) for one in found.items])
    return [key for one in found.collapses if (key := _raise(one, found.quiz, at))]


def _quiz_values(found: Analysis, at: datetime) -> dict[str, Any]:
    known = found.reliability
    return {
        "papers": found.papers,
        "counted": found.counted,
        "passed": found.passed,
        "mean": found.mean,
        "deviation": found.deviation,
        "kr20": known.kr20,
        "alpha": known.alpha,
        "detail": {
            "length": found.length,
            "items": known.items,
            "pairs": known.pairs,
            "known": known.known,
            "scores": list(found.scores),
        },
        "analysed_at": at,
    }


def _item_values(one: Item, quiz: str) -> dict[str, Any]:
    found = one.statistics
    return {
        "edition": one.edition,
        "question": one.question,
        "quiz": quiz,
        "n": found.n,
        "right": found.right,
        "group": found.group,
        "discrimination": found.discrimination,
        "total": found.total,
        "rest": found.rest,
        "concern": one.concern.value if one.concern else "",
        "detail": {
            "answers": [vars(answer) for answer in found.answers],
            "fifths": list(found.fifths),
            "months": [list(month) for month in one.months],
        },
    }


def _raise(one: Collapse, quiz: str, at: datetime) -> str | None:
    """The key of a new alarm. An open one learns the present numbers; a settled one stays settled."""
    counts = vars(one.fall)
    about = {"question": one.question, "change_id": one.change_id}
    row = upsert(ItemAlarm).values(**about, quiz=quiz, raised_at=at, **counts)
    key = session().scalar(row.on_conflict_do_nothing().returning(ItemAlarm.key))
    if key is None:
        known = update(ItemAlarm).filter_by(**about).where(ItemAlarm.settled_at.is_(None))
        session().execute(known.values(**counts), execution_options={"synchronize_session": False})
    return key


def settle(question: str, *, note: str, actor_id: int, at: datetime) -> int:
    """Note what was found about the open alarms of a question; returns how many there were.

    Raises ``NoteMissing`` without a note, and ``NotFound`` when no alarm is open.
    """
    if not note.strip():
        raise NoteMissing(question=question)
    open_ones = update(ItemAlarm).where(ItemAlarm.question == question, ItemAlarm.settled_at.is_(None))
    settled: Sequence[int] = (
        session()
        .execute(
            open_ones.values(settled_at=at, settled_by=actor_id, note=note.strip()).returning(ItemAlarm.id),
            execution_options={"synchronize_session": False},
        )
        .scalars()
        .all()
    )
    if not settled:
        raise NotFound(kind="alarm", key=question)
    record("item.alarm-settled", question, actor_id=actor_id, at=at, note=note.strip())
    return len(settled)
