"""Check a whole library, compare it with the live release, make it live in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from lms.courses import loader as courses
from lms.courses import questionnaire_files as questionnaires
from lms.journal.operations import record
from lms.kernel.errors import DomainError
from lms.library import operations as library
from lms.library import workdays
from lms.library.faults import Fault, Item, Place
from lms.library.queries import live_release_id
from lms.policies import loader as policies
from lms.policies.queries import policies_from
from lms.publishing.files import texts_of
from lms.publishing.orphans import orphaned
from lms.publishing.queries import is_live
from lms.quizzes import loader as quizzes
from lms.quizzes import topic_file as topics


class HasFaults(DomainError):
    """The library has faults; nothing was published."""

    code = "library-has-faults"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(count=len(faults))
        self.faults = list(faults)


class IsPolicyChange(DomainError):
    """Texts of clauses or values of parameters that are live would differ: that has to be registered.

    Fact ``names``: kind and key of each of them.
    """

    code = "is-policy-change"


@dataclass(frozen=True)
class Checked:
    """A library that was read: its items, and every fault of every file in reading order."""

    files: Mapping[str, bytes]
    items: Sequence[Item]
    faults: Sequence[Fault]


def check(files: Mapping[str, bytes], *, day: date) -> Checked:
    """Read everything; rules that depend on what is in force are applied as of *day*."""
    faults: list[Fault] = []
    texts = texts_of(files, faults)
    found = policies.load(texts, faults)
    known = policies_from(found)
    found += courses.load(texts, known, faults)
    found += quizzes.load(texts, known, found, day, faults)
    found += topics.load(texts, found, faults)
    found += workdays.load(texts, faults)
    found += questionnaires.load(texts, faults)
    if not files:
        faults.append(Place("content/").fault("missing-file", found="content/ quizzes/"))
    return Checked(files, found, sorted(set(faults)))


def publish(
    checked: Checked, *, author_id: int | None, at: datetime, replaces: str | None = None
) -> str | None:
    """Make a checked library live; returns the new release's id, or ``None`` when it is live already.

    *replaces* is the release that the files were taken from; left out, it is the one that is live now.
    Raises ``HasFaults`` and ``LiveHasMoved``; the live release then stays.
    """
    if checked.faults:
        raise HasFaults(checked.faults)
    if is_live(checked.files):
        return None
    faults = orphaned(checked.items)
    if faults:
        raise HasFaults(faults)
    replaces = replaces or live_release_id()
    release_id = library.store(checked.files, checked.items, replaces=replaces, author_id=author_id, at=at)
    record(
        "library.published",
        release_id,
        actor_id=author_id,
        at=at,
        replaces=replaces,
        files=len(checked.files),
    )
    return release_id


def export(release_files: Mapping[str, bytes], folder: Path) -> int:
    """Write a release's files below *folder*, byte for byte; returns how many."""
    for path, content in release_files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return len(release_files)
