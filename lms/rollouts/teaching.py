"""What a release teaches of each document: in which courses, to whom, and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lms.courses.rules import CourseKind
from lms.rollouts.impact import Shelf, below, shelf_of
from lms.rollouts.materials import MATERIALS
from lms.rollouts.typed import CLAUSE, PARAMETER


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
