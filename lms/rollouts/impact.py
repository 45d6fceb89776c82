"""What a change makes stale and whom it concerns: derived from references, never typed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

from lms.library import queries as library
from lms.library.faults import Item
from lms.library.operations import edition_of
from lms.people.models import Audience, Status
from lms.policies.rules import ANY, NATION, Unit
from lms.rollouts.materials import MATERIALS, Body
from lms.rollouts.models import ChangeItem, How, Severity
from lms.rollouts.rules import numbers_in
from lms.rollouts.typed import CLAUSE, DOCUMENT, PARAMETER, Name, TypedItem
from lms.rollouts.usage import texts, uses

_READ = ("region", DOCUMENT, CLAUSE, PARAMETER, "course", "quiz", *MATERIALS)
_WEIGHTS = {severity: weight for weight, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Weighed:
    """A difference with the severity that a person decided, or the proposed one until then."""

    item: TypedItem
    severity: Severity


def weighed(row: ChangeItem) -> Weighed:
    """A stored difference."""
    item = TypedItem(
        row.kind,
        row.item,
        row.region,
        row.status,
        row.level,
        row.since,
        row.how,
        row.old,
        row.new,
        row.proposed,
    )
    return Weighed(item, row.severity or row.proposed)


@dataclass(frozen=True)
class Shelf:
    """The items of a library: bodies and editions by name, and for each target who refers to it."""

    bodies: Mapping[Name, Body]
    editions: Mapping[Name, str]
    users: Mapping[Name, Sequence[Name]]

    def of(self, kind: str) -> dict[str, Body]:
        """Key → body of the items of a kind."""
        return {name[1]: body for name, body in self.bodies.items() if name[0] == kind}


@lru_cache(maxsize=8)
def shelf_of(release_id: str) -> Shelf:
    """The shelf of a release; immutable, so kept in memory under its id."""
    stored = library.items(release_id, *_READ)
    users = {
        (kind, target): found
        for kind in (CLAUSE, PARAMETER)
        for target, found in library.users_of(release_id, kind).items()
    }
    names = [(one.kind, one.key) for one in stored]
    bodies = dict(zip(names, (one.body for one in stored), strict=True))
    return Shelf(bodies, dict(zip(names, (one.edition for one in stored), strict=True)), users)


def shelf_from(items: Iterable[Item]) -> Shelf:
    """The same of items that have just been read from files."""
    kept = {(one.kind, one.key): one for one in items if one.kind in _READ}
    users: dict[Name, list[Name]] = {}
    for name, item in kept.items():
        for target in item.references:
            users.setdefault(target, []).append(name)
    editions = {name: edition_of(item) for name, item in kept.items()}
    return Shelf({name: item.body for name, item in kept.items()}, editions, users)


@dataclass(frozen=True)
class Stale:
    """An item that somebody has to look at, and why.

    ``reasons`` are rows of ``kind``, ``item`` and ``found`` (the number written by hand, or empty).
    ``edition`` is the one before the change. ``withheld`` is what may not be asked meanwhile.
    """

    kind: str
    item: str
    title: str
    course: str
    edition: str
    reasons: tuple[Mapping[str, str], ...]
    since: date | None
    withheld: bool


def materials(changes: Sequence[Weighed], before: Shelf, after: Shelf) -> list[Stale]:
    """Stale items that are in the library before and after, in the order of kinds and of the library.

    What differs only editorially makes nothing stale. What the change itself removes is retired by it, and
    what it adds was written with it.
    """
    quizzes = {key: str(body["course"]) for key, body in after.of("quiz").items()}
    telling = [one for one in changes if one.severity is not Severity.EDITORIAL]
    why = _reasons(telling, before, after)
    kinds = list(MATERIALS)
    names = [name for name in after.bodies if name in why and name in before.bodies]
    return [
        _stale(name, why[name], before, after, quizzes)
        for name in sorted(names, key=lambda name: kinds.index(name[0]))
    ]


_Reason = tuple[Weighed, str]
"""A difference, and the number written by hand that equals its old value, or nothing."""


def _reasons(changes: Sequence[Weighed], before: Shelf, after: Shelf) -> dict[Name, list[_Reason]]:
    found: dict[Name, list[_Reason]] = {}
    for change in changes:
        for name in dict.fromkeys([*users_of(change, before), *users_of(change, after)]):
            found.setdefault(name, []).append((change, ""))
    for name, change, written in _by_hand(changes, before, after):
        found.setdefault(name, []).append((change, written))
    return found


def users_of(change: Weighed, shelf: Shelf) -> Iterator[Name]:
    """The texts of a library that use exactly what differs."""
    regions = shelf.of("region")
    for name in shelf.users.get((change.item.kind, change.item.item), ()):
        if name[0] in MATERIALS and uses(shelf.bodies[name], change.item, regions):
            yield name


def _by_hand(changes: Sequence[Weighed], before: Shelf, after: Shelf) -> Iterator[tuple[Name, Weighed, str]]:
    """Numbers in texts that equal an old value, with a unit word that fits the parameter."""
    old = list(_old_numbers(changes, before))
    if not old:
        return
    for name, body in after.bodies.items():
        if name[0] not in MATERIALS or name not in before.bodies:
            continue
        written = [one for text in texts(body) for one in numbers_in(text)]
        for change, value, unit in old:
            fits = dict.fromkeys(said for said, number, units in written if number == value and unit in units)
            yield from ((name, change, said) for said in fits)


def _old_numbers(changes: Sequence[Weighed], before: Shelf) -> Iterator[tuple[Weighed, Decimal, Unit]]:
    for change in changes:
        parameter = before.bodies.get((change.item.kind, change.item.item))
        is_number = change.item.kind == PARAMETER and change.item.how is not How.REWORDED
        if is_number and parameter is not None and change.item.old:
            yield change, Decimal(change.item.old), Unit(parameter["unit"])


def _stale(
    name: Name, why: Sequence[_Reason], before: Shelf, after: Shelf, quizzes: Mapping[str, str]
) -> Stale:
    kind, key = name
    body, material = after.bodies[name], MATERIALS[kind]
    rows = dict.fromkeys((one.item.kind, one.item.item, found) for one, found in why)
    is_substantive = any(one.severity is Severity.SUBSTANTIVE for one, _ in why)
    return Stale(
        kind=kind,
        item=key,
        title=material.title(body),
        course=material.course(key, body, quizzes),
        edition=before.editions[name],
        reasons=tuple({"kind": row[0], "item": row[1], "found": row[2]} for row in rows),
        since=min((one.item.since for one, _ in why if one.item.since), default=None),
        withheld=is_substantive and material.scored(body),
    )


@dataclass(frozen=True)
class Place:
    """Where a difference holds: region codes (``None`` for everywhere) and a status or ``any``."""

    regions: frozenset[str] | None
    status: str


@dataclass(frozen=True)
class Reach:
    """What a change is to one audience: how much it asks, in which courses it was taught, and where it holds.

    ``courses`` are all courses of the audience that refer to what differs; ``course`` is the mandatory one
    among them that somebody takes who never did, empty when there is none.
    """

    audience: Audience
    severity: Severity
    courses: tuple[str, ...]
    course: str
    places: frozenset[Place] = field(default=frozenset())


def reaches(changes: Sequence[Weighed], before: Shelf, after: Shelf) -> list[Reach]:
    """One reach for each audience that a clarifying or substantive difference concerns, in their order."""
    taught = _taught(changes, before, after)
    courses = after.of("course")
    found: list[Reach] = []
    for audience in Audience:
        mine = {
            name: fitting
            for name in courses
            if audience in courses[name]["audiences"]
            and (fitting := [one for one in taught.get(name, ()) if _fits(one.item, audience)])
        }
        telling = list(dict.fromkeys(one for several in mine.values() for one in several))
        if telling:
            severity = max((one.severity for one in telling), key=_WEIGHTS.__getitem__)
            places = frozenset(_place(one.item, before, after) for one in telling)
            found.append(Reach(audience, severity, tuple(mine), _to_take(mine, courses), places))
    return found


def _taught(changes: Sequence[Weighed], before: Shelf, after: Shelf) -> dict[str, list[Weighed]]:
    """Course → the differences that its pages, checks or questions refer to, before or after."""
    quizzes = {key: str(body["course"]) for key, body in after.of("quiz").items()}
    found: dict[str, list[Weighed]] = {}
    for change in changes:
        if change.severity is Severity.EDITORIAL:
            continue
        for shelf in (before, after):
            for kind, key in users_of(change, shelf):
                course = MATERIALS[kind].course(key, shelf.bodies[kind, key], quizzes)
                found.setdefault(course, []).append(change)
    return found


def _fits(item: TypedItem, audience: Audience) -> bool:
    """Whether somebody of the audience can have the status for which the difference holds."""
    own = Status.RETIRED if audience is Audience.RETIREE else Status.IN_SERVICE
    return item.status in {"", ANY, own.value}


def _to_take(mine: Collection[str], courses: Mapping[str, Body]) -> str:
    fit = (name for name in mine if courses[name]["mandatory"] and courses[name]["kind"] != "delta")
    return next(fit, "")


def _place(item: TypedItem, before: Shelf, after: Shelf) -> Place:
    region = item.region
    if item.kind == CLAUSE:
        shelf = after if (CLAUSE, item.item) in after.bodies else before
        document = shelf.bodies[CLAUSE, item.item]["document"]
        region = shelf.bodies[DOCUMENT, document]["region"]
    return Place(below(region or NATION, after.of("region")), item.status or ANY)


def below(region: str, regions: Mapping[str, Body]) -> frozenset[str] | None:
    """A region with everything below it; ``None`` for the whole nation."""
    if region == NATION:
        return None
    found = {region}
    while more := {key for key, body in regions.items() if body["parent"] in found} - found:
        found |= more
    return frozenset(found)
