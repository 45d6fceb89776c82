"""What the files of the library are about, for whoever looks for the one to change."""

from collections.abc import Collection, Mapping
from functools import lru_cache

from sqlalchemy import select

from lms.kernel.database import session
from lms.library import queries as library
from lms.people.models import Person

_BETWEEN = "、"
_KINDS = ("course", "lesson", "quiz", "document", "parameter", "path", "survey")


@lru_cache(maxsize=4)
def titles_of(release_id: str) -> Mapping[str, str]:
    """Path → title of what the file says, for every file of a release; of parameters their labels."""
    found: dict[str, list[str]] = {path: [] for path in library.files(release_id)}
    for item in library.items(release_id, *_KINDS):
        found.setdefault(item.path, []).append(str(item.body.get("label") or item.body["title"]))
    return {path: _BETWEEN.join(titles) for path, titles in found.items()}


def names_of(persons: Collection[int]) -> dict[int, str]:
    """Names of persons by their ids."""
    rows = session().execute(select(Person.id, Person.name).where(Person.id.in_(persons)))
    return {row.id: row.name for row in rows}
