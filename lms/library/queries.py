"""Reads over releases. What is read of a release never changes, so callers may keep it under its id."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ScalarSelect, select

from lms.kernel.database import session
from lms.library.models import Blob, Edition, Live, Reference, Release, ReleaseFile, ReleaseItem


@dataclass(frozen=True)
class StoredItem:
    """An item of a release with its compiled body."""

    kind: str
    key: str
    edition: str
    body: dict[str, Any]
    path: str
    line: int


def live_release_id() -> str | None:
    """The id of the live release; ``None`` before the first publish."""
    return session().scalar(select(Live.release_id))


def live_release() -> ScalarSelect[str]:
    """The live release's id as a subquery, for statements that need it beside their own columns."""
    return select(Live.release_id).scalar_subquery()


def release(release_id: str) -> Release:
    """One release. Raises ``NoResultFound`` for an id that was never given out."""
    return session().get_one(Release, release_id)


def files(release_id: str) -> dict[str, bytes]:
    """Path → bytes of a release."""
    rows = session().execute(
        select(ReleaseFile.path, Blob.content)
        .join(Blob, Blob.sha256 == ReleaseFile.sha256)
        .where(ReleaseFile.release_id == release_id)
        .order_by(ReleaseFile.path)
    )
    return {row.path: row.content for row in rows}


def items(release_id: str, *kinds: str) -> list[StoredItem]:
    """Items of the given kinds in their order."""
    rows = session().execute(
        select(
            ReleaseItem.kind,
            ReleaseItem.key,
            ReleaseItem.edition,
            Edition.body,
            ReleaseItem.path,
            ReleaseItem.line,
        )
        .join(Edition, Edition.sha256 == ReleaseItem.edition)
        .where(ReleaseItem.release_id == release_id, ReleaseItem.kind.in_(kinds))
        .order_by(ReleaseItem.position)
    )
    return [StoredItem(*row) for row in rows]


def editions_by_key(release_id: str) -> dict[tuple[str, str], str]:
    """(kind, key) → edition of a release."""
    rows = session().execute(
        select(ReleaseItem.kind, ReleaseItem.key, ReleaseItem.edition).where(
            ReleaseItem.release_id == release_id
        )
    )
    return {(row.kind, row.key): row.edition for row in rows}


def bodies(editions: Collection[str]) -> dict[str, dict[str, Any]]:
    """Edition → compiled body, whatever release it stood in. Editions are immutable."""
    rows = session().execute(select(Edition.sha256, Edition.body).where(Edition.sha256.in_(editions)))
    return {row.sha256: row.body for row in rows}


def users_of(release_id: str, target_kind: str) -> dict[str, list[tuple[str, str]]]:
    """Target → the (kind, key) of every item of the release that refers to it."""
    rows = session().execute(
        select(Reference.target, Reference.kind, Reference.key)
        .where(Reference.release_id == release_id, Reference.target_kind == target_kind)
        .order_by(Reference.target, Reference.kind, Reference.key)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(row.target, []).append((row.kind, row.key))
    return found
