"""Marks of a quarter counted up by topic and audience; pages and reports read only the totals."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import aliased

from lms.effects.models import Mark, Total
from lms.effects.rules import WEAK
from lms.kernel.database import session
from lms.kernel.quarters import Quarter
from lms.people.models import Person, PersonState

Columns: TypeAlias = Select[*tuple[Any, ...]]
_First, _Latest = aliased(Mark), aliased(Mark)
EVERY = ""
"""The quiz of the totals over all quizzes."""


def weak_people(quarter: Quarter, *, topic: str = "", quiz: str = EVERY, by_quiz: bool = False) -> Subquery:
    """``person_id``, ``topic``, ``quiz``, and the latest ``asked`` and ``right`` of those who are still weak.

    They had a paper with the topic in the quarter. Since then the latest paper was below the line in it, or
    none was passed and something of it was missed. Without a *quiz* papers of all quizzes count together,
    unless each is looked at by itself.
    """
    since = [Mark.handed_in_on >= quarter.first, Mark.topic == topic if topic else Mark.topic != ""]
    if quiz:
        since.append(Mark.quiz == quiz)
    own = (Mark.topic, Mark.person_id, *((Mark.quiz,) if by_quiz else ()))
    last = func.max(Mark.attempt_id).label("last")
    missed = (func.sum(Mark.asked - Mark.right) > 0).label("missed")
    never_passed = (func.max(case((Mark.passed, 1), else_=0)) == 0).label("never_passed")
    in_quarter = func.max(case((Mark.quarter == str(quarter), 1), else_=0)) == 1
    one = select(*own, last, missed, never_passed).where(*since).group_by(*own).having(in_quarter).subquery()
    name = (_Latest.quiz if by_quiz else literal(quiz)).label("quiz")
    return (
        select(one.c.topic, one.c.person_id, name, _Latest.asked, _Latest.right)
        .join(_Latest, (_Latest.attempt_id == one.c.last) & (_Latest.topic == one.c.topic))
        .join(Person, Person.id == one.c.person_id)
        .where(Person.state == PersonState.ACTIVE)
        .where((100 * _Latest.right < WEAK * _Latest.asked) | and_(one.c.never_passed, one.c.missed))
        .subquery()
    )


def count(quarter: Quarter) -> list[dict[str, Any]]:
    """The totals of a quarter, of every quiz and of all together: four statements, whatever the headcount."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    if not session().scalar(select(exists().where(Mark.quarter == str(quarter)))):
        return []
    for by_quiz in (False, True):
        for topic, quiz, audience, *numbers in session().execute(_papers(quarter, by_quiz=by_quiz)):
            found[topic, quiz, audience.value] = {
                "quarter": str(quarter),
                "topic": topic,
                "quiz": quiz,
                "audience": audience,
                **dict(zip(_PAPERS, map(int, numbers), strict=True)),
                "weak": 0,
            }
        for topic, quiz, audience, weak in session().execute(_weak(quarter, by_quiz=by_quiz)):
            found[topic, quiz, audience.value]["weak"] = weak
    return list(found.values())


_PAPERS = ("first_people", "first_asked", "first_right", "last_people", "last_asked", "last_right")


def _papers(quarter: Quarter, *, by_quiz: bool) -> Columns:
    """First and latest papers by topic and audience."""
    own = (Mark.topic, Mark.person_id, *((Mark.quiz,) if by_quiz else ()))
    first = func.min(case((Mark.number == 1, Mark.attempt_id))).label("first")
    papers = select(*own, first, func.max(Mark.attempt_id).label("last"))
    one = papers.where(Mark.quarter == str(quarter), Mark.topic != "").group_by(*own).subquery()
    quiz = (_Latest.quiz if by_quiz else literal(EVERY)).label("quiz")
    return (
        select(one.c.topic, quiz, Person.audience, *_sums(_First), *_sums(_Latest))
        .join(_Latest, (_Latest.attempt_id == one.c.last) & (_Latest.topic == one.c.topic))
        .outerjoin(_First, (_First.attempt_id == one.c.first) & (_First.topic == one.c.topic))
        .join(Person, Person.id == one.c.person_id)
        .group_by(one.c.topic, quiz, Person.audience)
    )


def _sums(mark: type[Mark]) -> list[ColumnElement[int]]:
    """People, asked and right of the rows that there are."""
    sums = (func.coalesce(func.sum(value), 0) for value in (mark.asked, mark.right))
    return [func.count(mark.attempt_id), *sums]


def _weak(quarter: Quarter, *, by_quiz: bool) -> Columns:
    weak = weak_people(quarter, by_quiz=by_quiz)
    return (
        select(weak.c.topic, weak.c.quiz, Person.audience, func.count())
        .join(Person, Person.id == weak.c.person_id)
        .group_by(weak.c.topic, weak.c.quiz, Person.audience)
    )


def store(quarter: Quarter, rows: Collection[dict[str, Any]], *, at: datetime) -> None:
    """Put the totals of a quarter in the place of those there are."""
    session().execute(delete(Total).where(Total.quarter == str(quarter)))
    if rows:
        session().execute(insert(Total), [{**row, "counted_at": at} for row in rows])
