"""What is wrong in a text file, where, and what would be right."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Fault:
    """A fault at ``path:line:column`` (both from 1). ``code`` is stable; ``facts`` fill its sentence."""

    path: str
    line: int
    column: int
    code: str
    #: What was found, as written.
    found: str = ""
    #: What would be right: an example, the allowed words, the nearest key.
    right: str = ""


@dataclass(frozen=True)
class Place:
    """A position in a file."""

    path: str
    line: int = 1
    column: int = 1

    def behind(self, characters: int) -> "Place":
        """The place so many characters further in the same line."""
        return Place(self.path, self.line, self.column + characters)

    def fault(self, code: str, *, found: object = "", right: str = "") -> Fault:
        """A fault at this place."""
        return Fault(self.path, self.line, self.column, code, "null" if found is None else str(found), right)


@dataclass(frozen=True)
class Item:
    """One thing that the files say, compiled: ready to be stored as an edition.

    ``references`` are ``(kind, key)`` pairs of what it uses. ``body`` is plain JSON.
    """

    kind: str
    key: str
    body: dict[str, object]
    place: Place
    references: frozenset[tuple[str, str]] = frozenset()
    #: Places of parts that floors above may find fault with.
    parts: Mapping[str, Place] = field(default_factory=dict)


UNREAD = "unread"
"""Kind of an item that stands for what a faulty file would have said; it is never stored."""


def unread(key: str, place: Place) -> Item:
    """Named as ``kind`` or ``kind:key``, so that whatever refers to it is not called a fault as well."""
    return Item(UNREAD, key, {}, place)
