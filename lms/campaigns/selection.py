"""Whom a campaign is for: criteria that people meet, named persons besides, and who is left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from lms.kernel.database import session
from lms.library.queries import live_release_id
from lms.people.models import Department, Person, PersonState
from lms.people.queries import with_descendants
from lms.rollouts.impact import below, shelf_of
from lms.rollouts.standing import Standing, concerned, standing

Chosen: TypeAlias = Select[int, str]
_NOBODY: frozenset[str] = frozenset()
PERSON = "person"
"""Why somebody is in who was named."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Who is meant. Of each criterion one value has to fit, and all criteria that are given.

    ``departments`` are keys and hold everybody below them, ``regions`` are codes and hold their cities;
    ``persons`` are employee numbers of people who are in besides. What begins with ``without`` always wins.
    Nothing given is nobody.
    """

    audiences: frozenset[str] = _NOBODY
    departments: frozenset[str] = _NOBODY
    regions: frozenset[str] = _NOBODY
    hired_since: date | None = None
    policy: str = ""
    standing: Standing | None = None
    persons: frozenset[str] = _NOBODY
    without_departments: frozenset[str] = _NOBODY
    without_audiences: frozenset[str] = _NOBODY
    without_persons: frozenset[str] = _NOBODY

    @property
    def has_criteria(self) -> bool:
        """Whether anybody can be in without being named."""
        policy = self.policy and self.standing
        return bool(self.audiences or self.departments or self.regions or self.hired_since or policy)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen, which is nobody."""
        return not self.has_criteria and not self.persons

    def to_json(self) -> dict[str, Any]:
        """As plain JSON; what is not given is left out."""
        found: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, frozenset):
                value = sorted(value)
            elif isinstance(value, date):
                value = value.isoformat()
            if value:
                found[one.name] = value
        return found

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Selection":
        """What ``to_json`` gave."""
        values: dict[str, Any] = {
            name: frozenset(value) if isinstance(value, list) else value for name, value in stored.items()
        }
        if since := values.get("hired_since"):
            values["hired_since"] = date.fromisoformat(since)
        if stands := values.get("standing"):
            values["standing"] = Standing(stands)
        return cls(**values)


@dataclass(frozen=True)
class Sizes:
    """How many people there are, for choosing among them."""

    everybody: int
    audiences: Mapping[str, int] = field(default_factory=dict)
    hired_this_month: int = 0


def chosen(selection: Selection, today: date) -> Chosen:
    """``person_id`` and ``why`` of the active people who are meant.

    ``why`` holds codes with a semicolon between them, as they stand in the documentation of ``reasons``.
    """
    meets = and_(*_criteria(selection, today)) if selection.has_criteria else false()
    named = Person.number.in_(selection.persons) if selection.persons else false()
    return select(Person.id.label("person_id"), _why(selection, meets).label("why")).where(
        Person.state == PersonState.ACTIVE, or_(meets, named), *_left_in(selection)
    )


def _criteria(selection: Selection, today: date) -> Iterable[ColumnElement[bool]]:
    if selection.audiences:
        yield Person.audience.in_(selection.audiences)
    if selection.departments:
        yield or_(*(_within(key) for key in sorted(selection.departments)))
    if selection.regions:
        yield Person.region.in_(_with_cities(selection.regions))
    if selection.hired_since:
        yield Person.hired_on >= selection.hired_since
    if selection.policy and selection.standing:
        yield concerned(selection.policy, today)
        yield standing(selection.policy, today) == selection.standing.value


def _with_cities(regions: frozenset[str]) -> frozenset[str]:
    """The regions and everything below them in the live release."""
    release_id = live_release_id()
    known = shelf_of(release_id).of("region") if release_id else {}
    return regions.union(*(below(one, known) or known.keys() for one in regions))


def _within(department: str) -> ColumnElement[bool]:
    return Person.department_id.in_(with_descendants(department))


def _left_in(selection: Selection) -> Iterable[ColumnElement[bool]]:
    if selection.without_audiences:
        yield Person.audience.not_in(selection.without_audiences)
    if selection.without_persons:
        yield Person.number.not_in(selection.without_persons)
    for department in sorted(selection.without_departments):
        yield Person.department_id.not_in(with_descendants(department))


def _why(selection: Selection, meets: ColumnElement[bool]) -> ColumnElement[str]:
    """The codes of what somebody meets."""
    parts: list[ColumnElement[str]] = []
    if selection.audiences:
        parts.append(literal("audience:").concat(type_coerce(Person.audience, String)))
    if selection.departments:
        fits = [(_within(key), f"department:{key}") for key in sorted(selection.departments)]
        parts.append(case(*fits) if len(fits) > 1 else literal(fits[0][1]))
    if selection.regions:
        parts.append(literal("region:").concat(Person.region))
    if selection.hired_since:
        parts.append(literal(f"hired-since:{selection.hired_since.isoformat()}"))
    if selection.policy and selection.standing:
        parts.append(literal(f"policy:{selection.policy}:{selection.standing.value}"))
    if not parts:
        return literal(PERSON)
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.concat(";").concat(part)
    return case((meets, joined), else_=PERSON) if selection.persons else joined


def reasons(why: str) -> tuple[str, ...]:
    """The codes of a stored ``why``.

    ``audience:employee`` · ``department:KEY`` · ``region:110000`` · ``hired-since:2026-01-31`` ·
    ``policy:DOCUMENT:outdated`` · ``person`` (named).
    """
    return tuple(filter(None, why.split(";")))


def size_of(selection: Selection, today: date) -> int:
    """How many people are meant."""
    if selection.is_empty:
        return 0
    return session().scalar(select(func.count()).select_from(chosen(selection, today).subquery())) or 0


def sizes(today: date) -> Sizes:
    """How many active people there are, of each audience, and hired since the first of the month."""
    recent = func.count().filter(Person.hired_on.between(today.replace(day=1), today))
    rows = session().execute(
        select(Person.audience, func.count(), recent)
        .where(Person.state == PersonState.ACTIVE)
        .group_by(Person.audience)
    )
    found = [(audience.value, count, hired) for audience, count, hired in rows]
    audiences = {audience: count for audience, count, _ in found}
    return Sizes(sum(audiences.values()), audiences, sum(hired for *_, hired in found))


def unknown_numbers(numbers: Iterable[str]) -> list[str]:
    """Employee numbers of nobody who is there today."""
    asked = sorted(set(numbers))
    active = select(Person.number).where(Person.number.in_(asked), Person.state == PersonState.ACTIVE)
    known = set(session().scalars(active))
    return [number for number in asked if number not in known]


def unknown_departments(selection: Selection) -> list[str]:
    """Keys of departments that are no longer there."""
    asked = sorted(selection.departments | selection.without_departments)
    known = set(session().scalars(select(Department.key).where(Department.key.in_(asked))))
    return [key for key in asked if key not in known]
