"""Whether people know a policy as it is: current, outdated or never taught, for any day; always derived.

Taught is who completed a course that refers to the document. Outdated is who has not made up for a change
of it: neither by what they were given for the change, nor by an affected course in the version after it.
An excuse teaches nobody. Changes that were replaced by a newer one do not count; regions are those of today.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    or_,
    select,
)

from lms.assignments.models import Assignment, Completion
from lms.kernel.clock import end_of_day
from lms.kernel.database import UtcDateTime, session
from lms.library.models import Release
from lms.people.models import Person
from lms.rollouts.behind import Instant, Reached, completed_courses, is_behind
from lms.rollouts.delivery import reaches_of
from lms.rollouts.models import Change, ChangeState
from lms.rollouts.running import approved_at
from lms.rollouts.teaching import Taught, taught_by

_NOT_COUNTED = (
    ChangeState.DRAFT,
    ChangeState.REGISTERED,
    ChangeState.WITHDRAWN,
    ChangeState.SUPERSEDED,
)


HasCompleted: TypeAlias = Callable[[frozenset[str]], ColumnElement[bool]]
Standings: TypeAlias = Mapping[str, tuple[ColumnElement[bool], ColumnElement[str]]]


class Standing(StrEnum):
    """How a person stands towards a policy."""

    CURRENT = "current"
    OUTDATED = "outdated"
    NEVER = "never"


@dataclass(frozen=True)
class Known:
    """How a person stands towards a document. ``missed``: its changes that they have not made up for, the
    oldest first.
    """

    document: str
    standing: Standing
    missed: Sequence[Change]


class Basis(NamedTuple):
    """What standings rest on besides people: the live release, and what its policies' changes reach."""

    release_id: str | None
    reached: tuple[Reached, ...]


def _release_on(day: date) -> str | None:
    """The release that was live when the day ended in China."""
    return session().scalar(_release_before(end_of_day(day)))


def _release_before(until: datetime) -> Select[str]:
    published = select(Release.id).where(Release.published_at < until)
    return published.order_by(Release.published_at.desc(), Release.id).limit(1)


def _reaches(day: date, *documents: str) -> list[tuple[Change, Reached]]:
    """What the changes of these documents reach, the oldest first."""
    approved = select(Change).where(
        Change.document.in_(documents),
        Change.approved_at < end_of_day(day),
        Change.state.not_in(_NOT_COUNTED),
    )
    changes = session().scalars(approved.order_by(Change.id)).all()
    return [
        (one, Reached(one.id, one.document, approved_at(one), reach))
        for one in changes
        for reach in reaches_of(one).values()
    ]


def standings(document: str, day: date) -> Select[int, str]:
    """``person_id`` and ``standing`` of everybody, as a select to join or filter by."""
    return select(Person.id.label("person_id"), standing(document, day).label("standing"))


def standing(document: str, day: date) -> ColumnElement[str]:
    """How ``Person`` stands towards a document at the end of a day, as a column."""
    release_id = _release_on(day)
    taught = taught_by(release_id).get(document) if release_id else None
    return _column(taught, [reached for _, reached in _reaches(day, document)], end_of_day(day))


def everywhere(day: date) -> Standings:
    """Document → whether it concerns a ``Person``, and how they stand towards it; all in two statements."""
    return _towards(basis(day), end_of_day(day))


def basis(day: date) -> Basis:
    """What standings rest on at the end of a day."""
    release_id = _release_on(day)
    reaches = _reaches(day, *taught_by(release_id)) if release_id else []
    return Basis(release_id, tuple(reached for _, reached in reaches))


@lru_cache(maxsize=4)
def _towards(rests_on: Basis, until: datetime) -> Standings:
    """What ``everywhere`` says, at an instant."""
    return _by_document(rests_on, until)


def of_everybody(rests_on: Basis) -> tuple[Standings, Subquery]:
    """The same for a statement that asks of everybody, who is run with the instant as ``until``.

    Who completed what is gone through once for all documents: a column each of the rows that have to be
    joined, if there are any for a person, by ``person_id``.
    """
    until = bindparam("until", type_=UtcDateTime())
    flags: dict[frozenset[str], ColumnElement[int]] = {}
    by_document = [_courses(*one) for one in _documents(rests_on).values()]
    for number, courses in enumerate(dict.fromkeys(by_document)):
        is_one = case((Assignment.course.in_(sorted(courses)), 1), else_=0)
        flags[courses] = func.max(is_one).label(f"courses_{number}")
    rows = select(Assignment.person_id, *flags.values()).join(
        Completion, Completion.assignment_id == Assignment.id
    )
    done = rows.where(Completion.completed_at < until).group_by(Assignment.person_id).subquery()
    columns = dict(zip(flags, list(done.c)[1:], strict=True))
    return _by_document(rests_on, until, lambda courses: func.coalesce(columns[courses], 0) == 1), done


def _by_document(rests_on: Basis, until: Instant, has_completed: HasCompleted | None = None) -> Standings:
    return {
        document: (_fits(taught), _column(taught, reached, until, has_completed))
        for document, (taught, reached) in _documents(rests_on).items()
    }


def _documents(rests_on: Basis) -> dict[str, tuple[Taught, list[Reached]]]:
    taught = taught_by(rests_on.release_id) if rests_on.release_id else {}
    return {
        document: (one, [of for of in rests_on.reached if of.document == document])
        for document, one in taught.items()
    }


def ground(day: date) -> Select[*tuple[Any, ...]]:
    """What standings rest on besides people: the release live at the end of a day, and the changes till then.

    One row a change, or one without any.
    """
    release_id = _release_before(end_of_day(day)).scalar_subquery()
    counted = Change.state.not_in(_NOT_COUNTED) & (Change.approved_at < end_of_day(day))
    one = select(literal(1).label("one")).subquery()
    return select(release_id, Change.id).select_from(one).outerjoin(Change, counted).order_by(Change.id)


def known_by(person_id: int, day: date) -> list[Known]:
    """How a person stands towards each document that concerns them, in three statements."""
    release = _release_before(end_of_day(day)).scalar_subquery()
    who = select(Person.audience, Person.region, release).where(Person.id == person_id)
    audience, region, release_id = session().execute(who).one()
    taught = taught_by(release_id) if release_id else {}
    mine = {document: one for document, one in taught.items() if one.concerns(audience, region)}
    if not mine:
        return []
    reaches = _reaches(day, *mine)
    reached = [one for _, one in reaches]
    row = iter(session().execute(_told_of(person_id, mine, reached, end_of_day(day))).one())
    found = {document: Standing(next(row)) for document in mine}
    behind = [change for change, _ in reaches if next(row)]
    return [Known(document, one, _missed(document, one, behind)) for document, one in found.items()]


def _told_of(
    person_id: int, mine: Mapping[str, Taught], reached: Sequence[Reached], until: datetime
) -> Select[*tuple[Any, ...]]:
    """One row: the standing towards each document, then of each reach whether the person is behind it."""
    standings = [
        _column(one, [of for of in reached if of.document == document], until).label(f"document_{number}")
        for number, (document, one) in enumerate(mine.items())
    ]
    behind = [is_behind(one, until).label(f"reach_{number}") for number, one in enumerate(reached)]
    return select(*standings, *behind).where(Person.id == person_id)


def _missed(document: str, standing: Standing, behind: Sequence[Change]) -> list[Change]:
    """Who was never taught has nothing to make up for: the course says what holds now."""
    if standing is Standing.NEVER:
        return []
    return list(dict.fromkeys(change for change in behind if change.document == document))


def concerned(document: str, day: date) -> ColumnElement[bool]:
    """True of a ``Person`` whom a document concerns, as ``Taught.concerns`` says it of one."""
    release_id = _release_on(day)
    taught = taught_by(release_id).get(document) if release_id else None
    return false() if taught is None else _fits(taught)


def _fits(taught: Taught) -> ColumnElement[bool]:
    fits = Person.audience.in_(sorted(taught.audiences))
    return fits if taught.regions is None else and_(fits, Person.region.in_(sorted(taught.regions)))


def _column(
    taught: Taught | None,
    reached: Sequence[Reached],
    until: Instant,
    has_completed: HasCompleted | None = None,
) -> ColumnElement[str]:
    """*has_completed*: whether a person completed one of the courses; by default it is looked up."""
    courses = _courses(taught, reached)
    has = has_completed(courses) if has_completed else completed_courses(courses, until).exists()
    behind = [is_behind(one, until) for one in reached]
    return case(
        (~has, Standing.NEVER.value),
        (or_(false(), *behind), Standing.OUTDATED.value),
        else_=Standing.CURRENT.value,
    )


def _courses(taught: Taught | None, reached: Sequence[Reached]) -> frozenset[str]:
    """The courses that say something of a document, or did before it was changed."""
    own = taught.courses if taught else frozenset[str]()
    return own.union(*(one.reach.courses for one in reached))


__all__ = [
    "Basis", "Known", "Standing", "Standings", "basis", "concerned", "everywhere", "ground", "known_by",
    "of_everybody", "standing", "standings", "taught_by",
]  # fmt: skip
