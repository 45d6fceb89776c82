"""Reminding people of what they owe: one message a person and day, whoever or whatever asks for it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Select, func, literal, select

from lms.assignments.models import Assignment, Completion
from lms.assignments.queries import owed
from lms.assignments.rules import days_overdue
from lms.campaigns.models import Chase
from lms.courses.queries import courses_of
from lms.journal.operations import record
from lms.kernel.clock import china_date, end_of_day, start_of_day
from lms.kernel.database import session, upsert
from lms.kernel.errors import DomainError
from lms.library.queries import live_release_id
from lms.notifications.models import Message
from lms.notifications.operations import post_each
from lms.notifications.rules import BY_DEFAULT, Note, Topic, Way
from lms.people.models import Audience, Person, PersonState

Columns: TypeAlias = Select[*tuple[Any, ...]]
Ids: TypeAlias = Select[int]
Thing = TypeVar("Thing")
_AT_ONCE = 1000
"""So many assignments are named in one statement."""


class NobodyOwes(DomainError):
    """Nobody whom the list holds has anything left to finish."""

    code = "nobody-owes"


@dataclass(frozen=True)
class Owed:
    """An assignment that is neither completed nor excused. Who is ``retired`` is not told of being late."""

    id: int
    person_id: int
    course: str
    due_on: date
    retired: bool


@dataclass(frozen=True)
class Reminded:
    """How many people were reminded, and how many others had had a reminder that day."""

    told: int
    had_one: int


def owing(*more: Any) -> Columns:
    """What active people owe: columns of ``Owed``, and *more*."""
    retired = (Person.audience == Audience.RETIREE).label("retired")
    return (
        select(Assignment.id, Assignment.person_id, Assignment.course, Assignment.due_on, retired, *more)
        .join(Person, Person.id == Assignment.person_id)
        .outerjoin(Completion, Completion.assignment_id == Assignment.id)
        .where(owed(), Person.state == PersonState.ACTIVE)
    )


def remind(
    assignments: Select[int], *, actor_id: int, at: datetime, filters: Mapping[str, str] | None = None
) -> Reminded:
    """Remind everybody of what they owe among *assignments*, unless they have had a reminder that day.

    *filters* go into the journal: how the list was narrowed. Raises ``NobodyOwes``.
    """
    everybody = owed_by_person(assignments)
    if not everybody:
        raise NobodyOwes
    reminded = reminded_on(china_date(at))
    mine = {person: own for person, own in everybody.items() if person not in reminded}
    told = tell(mine, at=at) if mine else 0
    done = Reminded(told, len(everybody) - told)
    put_on_record(done, actor_id=actor_id, at=at, filters=filters or {})
    return done


def people_of(assignments: Select[int], *, most: int) -> int:
    """How many people *assignments* concern, looked at no further than until they are more than *most*."""
    told_apart = assignments.with_only_columns(Assignment.person_id).distinct().limit(most + 1)
    return session().scalar(select(func.count()).select_from(told_apart.subquery())) or 0


def put_on_record(done: Reminded, *, actor_id: int, at: datetime, filters: Mapping[str, str]) -> None:
    """Tell the journal who reminded how many, and how the list was narrowed."""
    numbers = {"told": done.told, "had_one": done.had_one}
    day = china_date(at).isoformat()
    record("people.reminded", day, actor_id=actor_id, at=at, **numbers, filters=dict(filters))


def owed_by_person(assignments: Select[int]) -> dict[int, list[Owed]]:
    """What each person owes among these assignments, people in the order of their ids."""
    rows = session().execute(owing().where(Assignment.id.in_(assignments)).order_by(*by_person()))
    found: dict[int, list[Owed]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(Owed(*row))
    return found


def by_person() -> tuple[Any, ...]:
    """Person by person, what is due first before the rest."""
    return Assignment.person_id, Assignment.due_on, Assignment.id


def reminded_on(day: date) -> set[int]:
    """Who was reminded on that day: by a digest, by hand, or of a change."""
    return told_on(day, Topic.DIGEST, Topic.REMINDER)


def told_on(day: date, *topics: Topic) -> set[int]:
    """Who got a message of these topics on that day."""
    found = select(Message.person_id).where(
        Message.topic.in_([topic.value for topic in topics]),
        Message.created_at >= start_of_day(day),
        Message.created_at < end_of_day(day),
    )
    return set(session().scalars(found.distinct()))


def tell(mine: Mapping[int, Sequence[Owed]], *, at: datetime, way: Way = BY_DEFAULT) -> int:
    """Tell each person what they owe in one message of the day, and note that it was said."""
    today = china_date(at)
    titles = _titles()
    notes = [
        Note(person, today.isoformat(), _facts(own, titles, today)) for person, own in sorted(mine.items())
    ]
    told = post_each(notes, topic=Topic.DIGEST, at=at, way=way)
    note([one.id for own in mine.values() for one in own], {"reminded_on": today})
    return told


def _facts(own: Sequence[Owed], titles: Mapping[str, tuple[str, str]], today: date) -> dict[str, Any]:
    items = []
    for one in own:
        title, title_en = titles.get(one.course, (one.course, ""))
        due_on, late = one.due_on.isoformat(), days_overdue(one.due_on, today)
        item = {"course": one.course, "title": title, "title_en": title_en, "due_on": due_on, "late": late}
        items.append(item | ({"late": 0, "gentle": True} if one.retired and late else {}))
    return {"items": items, "count": len(items)}


def _titles() -> Mapping[str, tuple[str, str]]:
    """Course → its titles in both languages, as the library has them today."""
    release_id = live_release_id()
    courses = courses_of(release_id) if release_id else {}
    return {name: (course.title, course.title_en) for name, course in courses.items()}


def note(assignment_ids: Sequence[int], days: Mapping[str, date]) -> None:
    """Put on record on which day somebody was chased about these assignments."""
    for some in portions(assignment_ids, _AT_ONCE):
        rows = select(Assignment.id, *(literal(day) for day in days.values())).where(Assignment.id.in_(some))
        adding = upsert(Chase).from_select(["assignment_id", *days], rows)
        session().execute(adding.on_conflict_do_update(index_elements=["assignment_id"], set_=dict(days)))


def portions(several: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    """One after the other, so many at a time."""
    for start in range(0, len(several), size):
        yield several[start : start + size]
