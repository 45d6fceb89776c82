"""What is wrong with a library, as short tuples."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from lms.library.faults import Fault
from lms.publishing.operations import Checked, check
from tests.support.small_library import with_change

TODAY = date(2026, 11, 23)


def checked(texts: Mapping[str, str], *, day: date = TODAY) -> Checked:
    """A library of these files (path → text), read."""
    return check({path: text.encode() for path, text in texts.items()}, day=day)


def faults_of(texts: Mapping[str, str], *, day: date = TODAY) -> list[Fault]:
    """Every fault of the files."""
    return list(checked(texts, day=day).faults)


def fault_after(path: str, old: str, new: str) -> Fault:
    """The one fault that a change makes in the small library; the test fails when there are more or none."""
    found = faults_of(with_change(path, old, new))
    assert len(found) == 1, found
    return found[0]


class Case(NamedTuple):
    """A change in one file of the small library, and the one fault that it makes there."""

    old: str
    new: str
    line: int
    column: int
    code: str
    found: str
    right: str = ""

    def check(self, path: str) -> None:
        """Fail unless exactly this fault is found."""
        expected = Fault(path, self.line, self.column, self.code, self.found, self.right)
        assert fault_after(path, self.old, self.new) == expected
