"""What people wrote, by topic."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from lms.courses.questionnaires import AUDIENCES
from lms.kernel.clock import end_of_day, start_of_day
from lms.kernel.database import session
from lms.kernel.quarters import Quarter
from lms.kernel.small_groups import LEAST, shown
from lms.surveys.answering import ANY, EVERY
from lms.surveys.models import Comment as Row
from lms.surveys.models import Survey, Tally
from lms.surveys.queries import questions, survey, turnout_of
from lms.surveys.rules import SurveyState
from lms.surveys.steps import STEPWISE, in_steps

PAGE_SIZE = 50


@dataclass(frozen=True)
class Comment:
    """Something that was written. The audience is empty where it would tell too much."""

    key: str
    question: str
    audience: str
    text: str
    topic: str
    traceable: bool


@dataclass(frozen=True)
class Comments:
    """A page of comments. ``held_back``: so many are not shown as long as too few people have answered."""

    count: int
    held_back: int
    rows: Sequence[Comment]


@dataclass(frozen=True)
class _Visible:
    """What of a survey's comments may be shown: whose audience, and to which questions none."""

    audiences: frozenset[str]
    withheld: frozenset[str]
    nothing: bool


def _visible(one: Survey) -> _Visible:
    """Of a survey with names everything; else nothing before ``LEAST`` people have answered."""
    if not one.anonymous:
        return _Visible(frozenset(AUDIENCES), frozenset(), nothing=False)
    answered = _published(one) if in_steps(one) else _answered(one)
    audiences = shown(answered)
    hidden = frozenset(answered) - audiences
    only_hidden = {
        question.id for question in questions(one) if question.audiences and set(question.audiences) <= hidden
    }
    return _Visible(audiences, frozenset(only_hidden), nothing=sum(answered.values()) < LEAST)


def _answered(one: Survey) -> Mapping[str, int]:
    turnout = turnout_of([one.id])
    return {audience: turnout[audience].answered for audience in AUDIENCES if audience in turnout}


def _published(one: Survey) -> Mapping[str, int]:
    """Audience → how many answers of theirs belong to a step that is shown."""
    rows = session().execute(
        select(Tally.audience, Tally.published).where(
            Tally.survey_id == one.id, Tally.question == EVERY, Tally.value == ANY
        )
    )
    return {audience.value: n for audience, n in rows}


def _written(one: Survey) -> Sequence[ColumnElement[bool]]:
    """What was written in a survey; where figures come in steps, until the last one."""
    return (Row.survey_id == one.id, *((Row.published,) if in_steps(one) else ()))


def topics(key: str) -> Mapping[str, int]:
    """Topic → how many comments, most first; the empty one is of those that fit none."""
    one = survey(key)
    visible = _visible(one)
    return {} if visible.nothing else _topics((*_written(one), *_not_withheld(visible)))


def comment_topics(quarter: Quarter) -> Mapping[str, int]:
    """The same over everything that was asked in a quarter and whose results are shown."""
    began, ended = start_of_day(quarter.first), end_of_day(quarter.last)
    asked = or_(
        Survey.quarter == str(quarter),
        (Survey.quarter == "") & (Survey.opened_at >= began) & (Survey.opened_at < ended),
    )
    at_once = or_(~Survey.anonymous, Survey.state == SurveyState.CLOSED) & ~STEPWISE
    whole, steps = (select(Survey.id).where(asked, which) for which in (at_once, STEPWISE))
    return _topics((or_(Row.survey_id.in_(whole), and_(Row.survey_id.in_(steps), Row.published)),))


def _topics(which: Collection[ColumnElement[bool]]) -> Mapping[str, int]:
    count = func.count()
    rows = session().execute(
        select(Row.topic, count).where(*which).group_by(Row.topic).order_by(count.desc(), Row.topic)
    )
    return {topic: n for topic, n in rows}  # noqa: C416 - a row is no pair to the type checker


def _not_withheld(visible: _Visible) -> Sequence[ColumnElement[bool]]:
    return (Row.question.not_in(visible.withheld),) if visible.withheld else ()


def comments(key: str, *, topic: str | None = None, question: str | None = None, page: int = 1) -> Comments:
    """A page of a survey's comments in no order that tells anything, of one topic or question if given.

    Pages count from 1. Raises ``NotFound``.
    """
    one = survey(key)
    which = list(_written(one))
    which += [Row.topic == topic] if topic is not None else []
    which += [Row.question == question] if question is not None else []
    visible = _visible(one)
    every = _count(which)
    if visible.nothing:
        return Comments(0, every, [])
    allowed = [*which, *_not_withheld(visible)]
    count = _count(allowed)
    rows = session().scalars(
        select(Row).where(*allowed).order_by(Row.key).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    )
    return Comments(count, every - count, [_comment(row, visible) for row in rows])


def _count(which: Sequence[ColumnElement[bool]]) -> int:
    return session().scalar(select(func.count()).select_from(Row).where(*which)) or 0


def _comment(row: Row, visible: _Visible) -> Comment:
    audience = row.audience.value if row.audience.value in visible.audiences else ""
    return Comment(row.key, row.question, audience, row.text, row.topic, row.person_id is not None)
