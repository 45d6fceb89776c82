"""Drafts: files that somebody is changing, kept apart until their workspace is published."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete as delete_rows
from sqlalchemy import select, update

from lms.kernel.database import session, upsert
from lms.kernel.errors import DomainError
from lms.library.models import Blob, ReleaseFile
from lms.library.operations import LiveHasMoved
from lms.library.queries import files as files_of
from lms.library.queries import live_release, live_release_id
from lms.publishing.files import is_place
from lms.publishing.history import shas
from lms.publishing.models import Draft
from lms.publishing.operations import HasFaults, IsPolicyChange, check, publish
from lms.publishing.queries import difference, policy_changes

CONTENT = "content"
"""The workspace of everyday editing; every other one is named by the key of a change of policy."""


class DraftHasMoved(DomainError):
    """Somebody else saved, discarded or published this file meanwhile.

    Facts: ``path``, ``mine`` and ``theirs`` (texts, ``None`` for no file), and of theirs ``version`` and
    ``base`` to go on from, ``author_id`` and ``saved_at`` (both ``None`` when it is the live file).
    """

    code = "draft-has-moved"


class NoSuchPlace(DomainError):
    """Nothing would read a file of this name."""

    code = "no-such-place"


def drafts_of(workspace: str) -> list[Draft]:
    """The drafts of a workspace by path."""
    return list(
        session().scalars(select(Draft).where(Draft.workspace == workspace).order_by(Draft.path)).all()
    )


def draft(workspace: str, path: str) -> Draft | None:
    """One draft."""
    return session().get(Draft, (workspace, path), populate_existing=True)


def live_text(path: str) -> str | None:
    """The text of a live file; ``None`` when there is none."""
    content = session().scalar(
        select(Blob.content)
        .join(ReleaseFile, ReleaseFile.sha256 == Blob.sha256)
        .where(ReleaseFile.release_id == live_release(), ReleaseFile.path == path)
    )
    return None if content is None else content.decode("utf-8").replace("\r\n", "\n")


def live_sha(path: str) -> str:
    """SHA-256 of a live file: the ``base`` of a draft that starts from it. Empty when there is none."""
    return _live_shas().get(path, "")


def save(  # noqa: PLR0913 - what was typed, what it was typed over, who, when
    workspace: str,
    path: str,
    text: str | None,
    *,
    base: str,
    version: int,
    author_id: int,
    at: datetime,
) -> int:
    """Keep a text as draft; ``None`` for a file that is to be removed. Returns the draft's new version.

    *version* is that of the draft the text was written over, 0 when there was none; *base* is ``live_sha``
    of the live file it was compared with. Raises ``DraftHasMoved`` and ``NoSuchPlace``.
    """
    if not is_place(path):
        raise NoSuchPlace(path=path)
    kept = None if text is None else text.replace("\r\n", "\n")
    content = {"text": kept, "base": base, "author_id": author_id, "saved_at": at}
    mine = (Draft.workspace == workspace, Draft.path == path)
    saved: int | None
    if version:
        written = update(Draft).where(*mine, Draft.version == version)
        saved = session().scalar(written.values(version=version + 1, **content).returning(Draft.version))
    else:
        fresh = upsert(Draft).values(workspace=workspace, path=path, version=1, **content)
        saved = session().scalar(fresh.on_conflict_do_nothing().returning(Draft.version))
    if saved is None:
        raise DraftHasMoved(path=path, mine=kept, **_theirs(workspace, path))
    return int(saved)


def _theirs(workspace: str, path: str) -> dict[str, object]:
    other = draft(workspace, path)
    if other is None:
        live = {"theirs": live_text(path), "version": 0, "base": live_sha(path)}
        return {**live, "author_id": None, "saved_at": None}
    return {
        "theirs": other.text,
        "version": other.version,
        "base": other.base,
        "author_id": other.author_id,
        "saved_at": other.saved_at,
    }


def discard(workspace: str, path: str, *, version: int) -> None:
    """Throw a draft away. Raises ``DraftHasMoved`` when it is not the one that was looked at."""
    gone = delete_rows(Draft).where(
        Draft.workspace == workspace, Draft.path == path, Draft.version == version
    )
    if session().scalar(gone.returning(Draft.version)) is None:
        raise DraftHasMoved(path=path, mine=None, **_theirs(workspace, path))


def discard_all(workspace: str) -> None:
    """Throw every draft of a workspace away."""
    session().execute(delete_rows(Draft).where(Draft.workspace == workspace))


def merged(workspace: str) -> dict[str, bytes]:
    """Path → bytes of the whole library as it would be with the drafts of a workspace."""
    return _merged(live_release_id(), {one.path: one.text for one in drafts_of(workspace)})


def merged_with(workspace: str, path: str, text: str | None) -> dict[str, bytes]:
    """The same with a text that has not been saved."""
    texts = {one.path: one.text for one in drafts_of(workspace)}
    return _merged(live_release_id(), {**texts, path: text})


def _merged(live: str | None, texts: Mapping[str, str | None]) -> dict[str, bytes]:
    files = files_of(live) if live else {}
    files.update({path: text.encode() for path, text in texts.items() if text is not None})
    for path in (path for path, text in texts.items() if text is None):
        files.pop(path, None)
    return files


def conflicts(workspace: str) -> list[str]:
    """Paths of drafts whose live file is not the one they started from."""
    live = _live_shas()
    return [one.path for one in drafts_of(workspace) if live.get(one.path, "") != one.base]


def _live_shas() -> dict[str, str]:
    live = live_release_id()
    return shas(live) if live else {}


def publish_workspace(workspace: str, *, author_id: int, at: datetime, day: date) -> str | None:
    """Make the live files with the drafts of a workspace live and clear it, in the transaction that is open.

    Returns the new release's id; ``None`` when the drafts say what is live already. Raises ``LiveHasMoved``
    (fact ``paths``), ``HasFaults`` and, in the workspace of everyday editing, ``IsPolicyChange``.
    Then nothing has happened and every draft is still there.
    """
    live = live_release_id()
    drafts = _held(workspace)
    moved = conflicts(workspace)
    if moved:
        raise LiveHasMoved(paths=moved)
    checked = check(_merged(live, {one.path: one.text for one in drafts}), day=day)
    if checked.faults:
        raise HasFaults(checked.faults)
    if workspace == CONTENT:
        policy = policy_changes(difference(checked.items))
        if policy:
            raise IsPolicyChange(names=policy)
    release_id = publish(checked, author_id=author_id, at=at, replaces=live)
    _clear(workspace, [one.path for one in drafts])
    return release_id


def _clear(workspace: str, published: Sequence[str]) -> None:
    """Throw away what is live now; what somebody has begun meanwhile stays."""
    session().execute(delete_rows(Draft).where(Draft.workspace == workspace, Draft.path.in_(published)))


def _held(workspace: str) -> list[Draft]:
    """The drafts, kept from being saved until the transaction ends; who tries is told that they moved."""
    rows = select(Draft).where(Draft.workspace == workspace).order_by(Draft.path).with_for_update()
    return list(session().scalars(rows.execution_options(populate_existing=True)).all())
