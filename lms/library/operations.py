"""Storing a release. Only the publishing floor calls this, inside one transaction."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, update

from lms.kernel.database import session, upsert
from lms.kernel.errors import DomainError
from lms.library.faults import Item
from lms.library.models import Blob, Edition, Live, Reference, Release, ReleaseFile, ReleaseItem


class LiveHasMoved(DomainError):
    """Another release went live since the difference was computed."""

    code = "live-has-moved"


def sha256(content: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(content).hexdigest()


def manifest_of(files: Mapping[str, bytes]) -> str:
    """Hash of a whole set of files; equal sets have equal hashes."""
    lines = (f"{path} {sha256(content)}\n" for path, content in sorted(files.items()))
    return sha256("".join(lines).encode())


def edition_of(item: Item) -> str:
    """Hash under which the item's body is stored."""
    text = json.dumps([item.kind, item.key, item.body], ensure_ascii=False, sort_keys=True)
    return sha256(text.encode())


def store(
    files: Mapping[str, bytes],
    items: Sequence[Item],
    *,
    replaces: str | None,
    author_id: int | None,
    at: datetime,
) -> str:
    """Store files and items as a new release and make it live; returns its id.

    *replaces* is the release that was live when the caller looked. Raises ``LiveHasMoved`` otherwise.
    """
    release = Release(published_at=at, author_id=author_id, manifest=manifest_of(files))
    session().add(release)
    session().flush()
    _store_files(release.id, files)
    _store_items(release.id, items)
    _make_live(release.id, replaces)
    return release.id


def _store_files(release_id: str, files: Mapping[str, bytes]) -> None:
    if not files:
        return
    blobs = {sha256(content): content for content in files.values()}
    session().execute(
        upsert(Blob).on_conflict_do_nothing(),
        [{"sha256": key, "content": content} for key, content in blobs.items()],
    )
    session().execute(
        insert(ReleaseFile),
        [
            {"release_id": release_id, "path": path, "sha256": sha256(content)}
            for path, content in files.items()
        ],
    )


def _store_items(release_id: str, items: Sequence[Item]) -> None:
    if not items:
        return
    editions = [edition_of(item) for item in items]
    session().execute(
        upsert(Edition).on_conflict_do_nothing(),
        [
            {"sha256": edition, "kind": item.kind, "key": item.key, "body": item.body}
            for item, edition in zip(items, editions, strict=True)
        ],
    )
    session().execute(
        insert(ReleaseItem),
        [
            {
                "release_id": release_id,
                "kind": item.kind,
                "key": item.key,
                "edition": edition,
                "position": position,
                "path": item.place.path,
                "line": item.place.line,
            }
            for position, (item, edition) in enumerate(zip(items, editions, strict=True))
        ],
    )
    references = [
        {"release_id": release_id, "kind": item.kind, "key": item.key, "target_kind": kind, "target": target}
        for item in items
        for kind, target in sorted(item.references)
    ]
    if references:
        session().execute(insert(Reference), references)


def _make_live(release_id: str, replaces: str | None) -> None:
    if replaces is None:
        first = upsert(Live).values(id=1, release_id=release_id).on_conflict_do_nothing()
        moved = session().execute(first.returning(Live.id)).scalar()
    else:
        change = update(Live).where(Live.release_id == replaces).values(release_id=release_id)
        moved = session().execute(change.returning(Live.id)).scalar()
    if moved is None:
        raise LiveHasMoved
