"""Finding the department and the city that a file means."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.people.queries import DepartmentNode
from lms.people.rules import plain

SEPARATOR = "/"
LONGEST_NAME = 80


@dataclass(frozen=True)
class Found:
    """A department by its id; or ``fault`` as a code; or the path of one that is to be made."""

    id: int | None = None
    fault: str = ""
    new: tuple[str, ...] = ()


class Departments:
    """The departments there are, under every path that ends in one: ``workshop``, ``production/workshop`` …

    With *creates* a path that is not known means a department to be made: below the longest beginning of
    the path that is known, else below the one at the top of the tree, else at the top.
    """

    def __init__(self, nodes: Sequence[DepartmentNode], *, creates: bool) -> None:
        self._creates = creates
        self._ids: dict[tuple[str, ...], set[int]] = defaultdict(set)
        self.paths: dict[int, tuple[str, ...]] = {}
        for node in nodes:
            path = (*self.paths.get(node.parent_id or 0, ()), node.name)
            self.paths[node.id] = path
            for begin in range(len(path)):
                self._ids[path[begin:]].add(node.id)
        tops = [node.id for node in nodes if node.parent_id is None]
        self._top = tops[0] if len(tops) == 1 else None
        self._known: dict[str, Found] = {}

    def find(self, text: str) -> Found:
        """What a cell means."""
        if text not in self._known:
            self._known[text] = self._find(split(text))
        return self._known[text]

    def shown(self, found: Found) -> str:
        """The whole path, for people to read."""
        return SEPARATOR.join(self.paths[found.id] if found.id is not None else found.new)

    def _find(self, path: tuple[str, ...]) -> Found:
        if not path or any(not name or len(name) > LONGEST_NAME for name in path):
            return Found(fault="bad-department")
        ids = self._ids.get(path, set())
        if len(ids) > 1:
            whole = [one for one in ids if self.paths[one] == path]
            return Found(whole[0]) if len(whole) == 1 else Found(fault="ambiguous-department")
        if ids:
            return Found(next(iter(ids)))
        return self._planned(path) if self._creates else Found(fault="unknown-department")

    def _planned(self, path: tuple[str, ...]) -> Found:
        for end in range(len(path) - 1, 0, -1):
            ids = self._ids.get(path[:end], set())
            if len(ids) > 1:
                return Found(fault="ambiguous-department")
            if ids:
                return Found(new=(*self.paths[next(iter(ids))], *path[end:]))
        above = self.paths[self._top] if self._top is not None else ()
        return Found(new=(*above, *path))


def split(text: str) -> tuple[str, ...]:
    """The names in a path."""
    return tuple(name.strip() for name in text.replace("／", SEPARATOR).strip(SEPARATOR).split(SEPARATOR))


class Cities:
    """Cities by name, with or without 市 behind, and by their GB/T 2260 codes."""

    def __init__(self, codes: Mapping[str, str]) -> None:
        self._codes = {**codes, **{code: code for code in codes.values()}}

    def code(self, text: str) -> str | None:
        """The code of the city that is meant."""
        name = plain(text)
        return self._codes.get(name) or self._codes.get(name.removesuffix("市"))
