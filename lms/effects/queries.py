"""Reads over marks by topic, what was found after a month, and who is still weak. Pages read small totals."""

from dataclasses import astuple, dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select

from lms.effects.models import Effect, Kind, Mark, Total
from lms.effects.rules import Figures, Share
from lms.effects.totals import EVERY, weak_people
from lms.kernel.database import session
from lms.kernel.errors import NotFound
from lms.kernel.quarters import Quarter
from lms.kernel.small_groups import LEAST
from lms.people.models import Department, Person

PAGE_SIZE = 50


@dataclass(frozen=True)
class TopicShare:
    """First papers of a quarter in one topic."""

    topic: str
    people: int
    answers: int
    right: int

    @property
    def share(self) -> float:
        """Right ones of the answers, between 0 and 1."""
        return self.right / self.answers


@dataclass(frozen=True)
class TopicLine:
    """A topic of a quarter: first papers, latest papers, and who is still weak. ``quiz`` and ``audience`` may
    be empty: all of them."""

    topic: str
    quiz: str
    audience: str
    first: Share
    last: Share
    weak: int


@dataclass(frozen=True)
class WeakTopic:
    """A topic in which too few answers of the latest papers are right, and how many people are concerned."""

    topic: str
    people: int
    answers: int
    right: int


@dataclass(frozen=True)
class WeakPerson:
    """Somebody who is still weak in a topic, with what their latest paper came to in it."""

    key: str
    number: str
    name: str
    department: str
    asked: int
    right: int


@dataclass(frozen=True)
class Found:
    """What was found about a course or a change, a month after its due day."""

    kind: Kind
    subject: str
    quarter: Quarter
    due_on: date
    found_at: datetime
    figures: Figures


def quarters() -> list[Quarter]:
    """Quarters that anything is known of, the latest first."""
    known = select(Total.quarter).union(select(Effect.quarter))
    return sorted((Quarter.named(one) for one in session().scalars(known)), reverse=True)


def first_right(quarter: Quarter, audience: str = "") -> list[TopicShare]:
    """First papers handed in in a quarter, by topic, the weakest first; of so few people that it would tell
    about single ones, none."""
    where = [Total.quarter == str(quarter), Total.quiz == EVERY]
    if audience:
        where.append(Total.audience == audience)
    columns = (func.sum(Total.first_people), func.sum(Total.first_asked), func.sum(Total.first_right))
    rows = session().execute(
        select(Total.topic, *columns).where(*where).group_by(Total.topic).having(columns[0] >= LEAST)
    )
    found = [TopicShare(topic, *map(int, numbers)) for topic, *numbers in rows]
    return sorted((one for one in found if one.answers), key=lambda one: (one.share, one.topic))


def lines(quarter: Quarter, topic: str = "") -> list[TopicLine]:
    """The totals of a quarter as they are kept, of every topic or of one."""
    rows = (
        select(Total).where(Total.quarter == str(quarter)).order_by(Total.topic, Total.quiz, Total.audience)
    )
    if topic:
        rows = rows.where(Total.topic == topic)
    return [_line(row) for row in session().scalars(rows)]


def _line(row: Total) -> TopicLine:
    first = Share(row.first_people, row.first_asked, row.first_right)
    last = Share(row.last_people, row.last_asked, row.last_right)
    return TopicLine(row.topic, row.quiz, row.audience.value, first, last, row.weak)


def together(several: list[TopicLine]) -> TopicLine:
    """Lines of one topic as one; they must be of different people."""
    first, last = (_sum(side) for side in ([one.first for one in several], [one.last for one in several]))
    return TopicLine(several[0].topic, EVERY, "", first, last, sum(one.weak for one in several))


def _sum(several: list[Share]) -> Share:
    people, asked, right = (sum(column) for column in zip(*map(astuple, several), strict=True))
    return Share(people, asked, right)


def topics(quarter: Quarter) -> list[TopicLine]:
    """Every topic of a quarter over all quizzes and audiences, that with the weakest latest papers first."""
    by_topic: dict[str, list[TopicLine]] = {}
    for one in lines(quarter):
        if one.quiz == EVERY:
            by_topic.setdefault(one.topic, []).append(one)
    return sorted(map(together, by_topic.values()), key=lambda one: (one.last.share, one.topic))


def weak(quarter: Quarter) -> list[WeakTopic]:
    """The topics that stayed weak, the weakest first; of too few people, none."""
    return [
        WeakTopic(one.topic, one.weak, one.last.asked, one.last.right)
        for one in topics(quarter)
        if one.last.can_be_said and one.last.is_weak
    ]


def people_weak_in(topic: str, quarter: Quarter, quiz: str = EVERY) -> Select[int]:
    """Ids of the active people who are still weak in a topic that they had a paper with in the quarter."""
    return select(weak_people(quarter, topic=topic, quiz=quiz).c.person_id)


def weak_count(topic: str, quarter: Quarter, quiz: str) -> Share:
    """How many they are now, and what their latest papers came to in the topic."""
    found = weak_people(quarter, topic=topic, quiz=quiz)
    counts = select(
        func.count(), func.coalesce(func.sum(found.c.asked), 0), func.coalesce(func.sum(found.c.right), 0)
    )
    return Share(*map(int, session().execute(counts.select_from(found)).one()))


def weak_page(topic: str, quarter: Quarter, quiz: str, *, page: int) -> list[WeakPerson]:
    """A page of them by employee number. Pages count from 1."""
    found = weak_people(quarter, topic=topic, quiz=quiz)
    rows = session().execute(
        select(Person.key, Person.number, Person.name, Department.name, found.c.asked, found.c.right)
        .join(Person, Person.id == found.c.person_id)
        .join(Department, Department.id == Person.department_id)
        .order_by(Person.number)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return [WeakPerson(*row) for row in rows]


def known_quiz(topic: str, quarter: Quarter, quiz: str) -> None:
    """Raises ``NotFound`` unless the quiz had questions of the topic in the quarter."""
    known = select(Mark.attempt_id).where(
        Mark.quarter == str(quarter), Mark.topic == topic, Mark.quiz == quiz
    )
    if session().scalar(known.limit(1)) is None:
        raise NotFound(kind="topic", key=topic)


def effects(quarter: Quarter) -> list[Found]:
    """What was found about everything that was due in a quarter, courses first."""
    rows = select(Effect).where(Effect.quarter == str(quarter)).order_by(Effect.kind, Effect.subject)
    return [_found(row) for row in session().scalars(rows.execution_options(populate_existing=True))]


def effect(kind: Kind, subject: str, quarter: Quarter | None = None) -> Found:
    """One of them; of a change that is in one quarter only, whichever. Raises ``NotFound``."""
    mine = select(Effect).where(Effect.kind == kind, Effect.subject == subject)
    if quarter is not None:
        mine = mine.where(Effect.quarter == str(quarter))
    row = session().scalar(mine.order_by(Effect.quarter.desc()).limit(1))
    if row is None:
        raise NotFound(kind="effect", key=subject)
    return _found(row)


def _found(row: Effect) -> Found:
    quarter, figures = Quarter.named(row.quarter), Figures.of(row.figures)
    return Found(row.kind, row.subject, quarter, row.due_on, row.found_at, figures)
