"""Whether people know a policy as it is: current, outdated or never taught, for any day; always derived.

Taught is who completed a course that refers to the document. Outdated is who has not made up for a change
of it: neither by what they were given for the change, nor by an affected course in the version after it.
An excuse teaches nobody. Changes that were replaced by a newer one do not count; regions are those of today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, literal, not_, or_, select

from lms.assignments.models import Assignment, Completion
from lms.courses.rules import CourseKind
from lms.kernel.clock import end_of_day
from lms.kernel.database import session
from lms.library.models import Release
from lms.people.models import Person
from lms.rollouts.delivery import reaches_of
from lms.rollouts.impact import Reach, Shelf, below, shelf_of
from lms.rollouts.materials import MATERIALS
from lms.rollouts.models import Change, ChangeState, Recipient
from lms.rollouts.people import is_reached
from lms.rollouts.recipients import is_done, rests_on_older
from lms.rollouts.running import approved_at
from lms.rollouts.typed import CLAUSE, PARAMETER

_NOT_COUNTED = (
    ChangeState.DRAFT,
    ChangeState.REGISTERED,
    ChangeState.WITHDRAWN,
    ChangeState.SUPERSEDED,
)


class Standing(StrEnum):
    """How a person stands towards a policy."""

    CURRENT = "current"
    OUTDATED = "outdated"
    NEVER = "never"


@dataclass(frozen=True)
class Taught:
    """What a release teaches of a document: its courses without delta units, and for whom they are.

    ``regions`` are those where the document holds; ``None`` is the whole nation.
    """

    courses: frozenset[str]
    audiences: frozenset[str]
    regions: frozenset[str] | None

    def concerns(self, audience: str, region: str) -> bool:
        """Whether it is taught to the audience and holds in the region."""
        return audience in self.audiences and (self.regions is None or region in self.regions)


@dataclass(frozen=True)
class Known:
    """How a person stands towards a document. ``missed``: its changes that they have not made up for, the
    oldest first.
    """

    document: str
    standing: Standing
    missed: Sequence[Change]


@lru_cache(maxsize=8)
def taught_by(release_id: str) -> Mapping[str, Taught]:
    """Document → what the release teaches of it; documents that no course refers to are left out."""
    shelf = shelf_of(release_id)
    quizzes = {key: str(body["course"]) for key, body in shelf.of("quiz").items()}
    courses = shelf.of("course")
    found: dict[str, set[str]] = {}
    for (kind, target), users in shelf.users.items():
        names = {
            MATERIALS[of].course(key, shelf.bodies[of, key], quizzes) for of, key in users if of in MATERIALS
        }
        for document in _documents_of(shelf, kind, target):
            found.setdefault(document, set()).update(names)
    delta = {name for name, body in courses.items() if body["kind"] == CourseKind.DELTA}
    return {
        document: Taught(
            frozenset(names - delta), _audiences(names - delta, courses), _regions(shelf, document)
        )
        for document, names in sorted(found.items())
        if names - delta
    }


def _documents_of(shelf: Shelf, kind: str, key: str) -> set[str]:
    """The documents that a clause stands in, or that the values of a parameter rest on."""
    clauses = [key] if kind == CLAUSE else []
    if kind == PARAMETER and (kind, key) in shelf.bodies:
        clauses = [value["clause"] for value in shelf.bodies[kind, key]["values"]]
    return {clause.partition("#")[0] for clause in clauses if clause}


def _audiences(names: set[str], courses: Mapping[str, Mapping[str, object]]) -> frozenset[str]:
    several = [courses[name]["audiences"] for name in names if name in courses]
    return frozenset(one for of_course in several if isinstance(of_course, list | tuple) for one in of_course)


def _regions(shelf: Shelf, document: str) -> frozenset[str] | None:
    return below(shelf.of("document")[document]["region"], shelf.of("region"))


def _release_on(day: date) -> str | None:
    """The release that was live when the day ended in China."""
    return session().scalar(_release_before(end_of_day(day)))


def _release_before(until: datetime) -> Select[str]:
    published = select(Release.id).where(Release.published_at < until)
    return published.order_by(Release.published_at.desc(), Release.id).limit(1)


def _reaches(day: date, *documents: str) -> list[tuple[Change, Reach]]:
    """What the changes of these documents reach, the oldest first."""
    approved = select(Change).where(
        Change.document.in_(documents),
        Change.approved_at < end_of_day(day),
        Change.state.not_in(_NOT_COUNTED),
    )
    changes = session().scalars(approved.order_by(Change.id)).all()
    return [(change, reach) for change in changes for reach in reaches_of(change).values()]


def standings(document: str, day: date) -> Select[int, str]:
    """``person_id`` and ``standing`` of everybody, as a select to join or filter by."""
    return select(Person.id.label("person_id"), standing(document, day).label("standing"))


def standing(document: str, day: date) -> ColumnElement[str]:
    """How ``Person`` stands towards a document at the end of a day, as a column."""
    release_id = _release_on(day)
    taught = taught_by(release_id).get(document) if release_id else None
    return _column(taught, _reaches(day, document), end_of_day(day))


def everywhere(day: date) -> dict[str, tuple[ColumnElement[bool], ColumnElement[str]]]:
    """Document → whether it concerns a ``Person``, and how they stand towards it; all in two statements."""
    release_id = _release_on(day)
    taught = taught_by(release_id) if release_id else {}
    reaches = _reaches(day, *taught)
    return {
        document: (
            _fits(one),
            _column(one, [of for of in reaches if of[0].document == document], end_of_day(day)),
        )
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
    row = iter(session().execute(_told_of(person_id, mine, reaches, end_of_day(day))).one())
    found = {document: Standing(next(row)) for document in mine}
    behind = [change for change, _ in reaches if next(row)]
    return [Known(document, one, _missed(document, one, behind)) for document, one in found.items()]


def _told_of(
    person_id: int, mine: Mapping[str, Taught], reaches: Sequence[tuple[Change, Reach]], until: datetime
) -> Select[*tuple[Any, ...]]:
    """One row: the standing towards each document, then of each reach whether the person is behind it."""
    standings = [
        _column(one, [of for of in reaches if of[0].document == document], until).label(f"document_{number}")
        for number, (document, one) in enumerate(mine.items())
    ]
    behind = [
        _is_behind(change, reach, until).label(f"reach_{number}")
        for number, (change, reach) in enumerate(reaches)
    ]
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
    taught: Taught | None, reaches: Sequence[tuple[Change, Reach]], until: datetime
) -> ColumnElement[str]:
    courses = set(taught.courses if taught else ())
    courses.update(course for _, reach in reaches for course in reach.courses)
    behind = [_is_behind(change, reach, until) for change, reach in reaches]
    return case(
        (~_completed(courses, until).exists(), Standing.NEVER.value),
        (or_(false(), *behind), Standing.OUTDATED.value),
        else_=Standing.CURRENT.value,
    )


def _completed(courses: set[str] | Sequence[str], until: datetime) -> Select[int]:
    return (
        select(Assignment.id)
        .join(Completion, Completion.assignment_id == Assignment.id)
        .where(
            Assignment.person_id == Person.id,
            Assignment.course.in_(sorted(courses)),
            Completion.completed_at < until,
        )
    )


def _is_behind(change: Change, reach: Reach, until: datetime) -> ColumnElement[bool]:
    """True of who has not made up for a change."""
    older = rests_on_older(approved_at(change))
    affected = _completed(reach.courses, until)
    received = exists().where(
        Recipient.change_id == change.id,
        Recipient.person_id == Person.id,
        Recipient.audience == reach.audience,
        Recipient.added_at < until,
    )
    concerned = or_(and_(is_reached(reach), affected.where(older).exists()), received)
    return and_(concerned, not_(affected.where(~older).exists()), not_(_made_up(change, until)))


def _made_up(change: Change, until: datetime) -> ColumnElement[bool]:
    return (
        select(Recipient.person_id)
        .join(Completion, Completion.assignment_id == Recipient.assignment_id)
        .where(
            Recipient.change_id == change.id,
            Recipient.person_id == Person.id,
            Completion.completed_at < until,
            is_done(approved_at(change)),
        )
        .exists()
    )
