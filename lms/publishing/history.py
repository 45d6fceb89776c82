"""What a file said in each release in which it changed, by whom, and what files on disk do not know of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy import and_, distinct, func, or_, select

from lms.journal.models import Entry
from lms.kernel.database import session
from lms.library.models import Blob, Release, ReleaseFile
from lms.library.operations import sha256
from lms.publishing.wording import Hunk, hunks, word_diff


@dataclass(frozen=True)
class Version:
    """A file from one release on. ``text`` is ``None`` where that release removed it.

    ``author_id`` is ``None`` for a publish from files on disk.
    """

    release_id: str
    published_at: datetime
    author_id: int | None
    text: str | None


def versions(path: str) -> list[Version]:
    """Every wording that a file had, the newest first, each with the release that brought it."""
    rows = session().execute(
        select(Release.id, Release.published_at, Release.author_id, ReleaseFile.sha256, Blob.content)
        .join(Entry, and_(Entry.subject == Release.id, Entry.act == "library.published"))
        .outerjoin(ReleaseFile, and_(ReleaseFile.release_id == Release.id, ReleaseFile.path == path))
        .outerjoin(Blob, Blob.sha256 == ReleaseFile.sha256)
        .order_by(Entry.id)
    )
    found: list[Version] = []
    before: str | None = None
    for row in rows:
        if row.sha256 != before:
            text = None if row.content is None else row.content.decode("utf-8").replace("\r\n", "\n")
            found.append(Version(row.id, row.published_at, row.author_id, text))
            before = row.sha256
    return found[::-1]


def edits_unknown_to(files: Mapping[str, bytes], *, exported: str = "") -> list[str]:
    """Paths edited in the browser since the last publish from files, where *files* do not say what is live.

    *exported* is the release that the files were written from, if any: they know of everything up to it.
    """
    chain = session().execute(
        select(Release.id, Release.author_id)
        .join(Entry, and_(Entry.subject == Release.id, Entry.act == "library.published"))
        .order_by(Entry.id.desc())
    )
    releases = [(row.id, row.author_id is None or row.id == exported) for row in chain]
    later = [release_id for release_id, _ in takewhile(lambda one: not one[1], releases)]
    if not later:
        return []
    compared = [release_id for release_id, _ in releases[: len(later) + 1]]
    live = shas(later[0])
    return sorted(
        path for path in _edited(compared, len(later) + 1) if _sha(files.get(path)) != live.get(path)
    )


def _edited(releases: Sequence[str], count: int) -> Iterable[str]:
    """Paths that do not say the same in all of *releases*; one that lacks in any of *count* differs."""
    row = ReleaseFile
    differs = or_(func.count(distinct(row.sha256)) > 1, func.count() < count)
    return session().scalars(
        select(row.path).where(row.release_id.in_(releases)).group_by(row.path).having(differs)
    )


def shas(release_id: str) -> dict[str, str]:
    """Path → SHA-256 of the files of a release."""
    rows = session().execute(
        select(ReleaseFile.path, ReleaseFile.sha256).where(ReleaseFile.release_id == release_id)
    )
    return {row.path: row.sha256 for row in rows}


def _sha(content: bytes | None) -> str | None:
    return None if content is None else sha256(content)


__all__ = ["Hunk", "Version", "edits_unknown_to", "hunks", "shas", "versions", "word_diff"]
