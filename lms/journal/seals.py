"""Sealing the journal in batches, and looking whether anything under a seal was touched since.

Entries are chained by batch and not one to the next, so that writers never wait for one another. What is
not sealed yet can be changed unseen by whoever gets past the database's own refusal; that is a matter of
minutes. Whoever could rewrite all seals can only be found out by a digest that was noted elsewhere: in an
evidence pack, or on paper.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, text

from lms.journal.models import Entry, Seal
from lms.journal.rules import (
    Batch,
    Breach,
    Broken,
    Said,
    breaches,
    entry_hash,
    leaves_of,
    seal_digest,
)
from lms.kernel.database import is_postgresql, session, upsert

MARGIN = timedelta(minutes=1)
"""An entry is left open for so long."""
MOST_ENTRIES = 1000
"""In one batch."""
_SAID = (Entry.id, Entry.at, Entry.actor_id, Entry.act, Entry.subject, Entry.facts)
_YOUNGEST_WRITER = text("SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)")
_OLDEST_WRITER = text("SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)")


def ready(at: datetime) -> Batch | None:
    """The next batch to be sealed, hashed; ``None`` when there is none, or when it has to wait.

    To be read before the transaction that seals it, so that on SQLite nobody waits while it is hashed.
    """
    before = last_seal()
    after = before.last_id if before else 0
    limit = _settled(after, at)
    if limit is None:
        return None
    rows = session().execute(
        select(*_SAID).where(Entry.id > after, Entry.id <= limit).order_by(Entry.id).limit(MOST_ENTRIES)
    )
    hashes = {row.id: entry_hash(Said(*row)) for row in rows}
    return Batch(after + 1, max(hashes), len(hashes), leaves_of(hashes), before.digest if before else "")


def _settled(after: int, at: datetime) -> int | None:
    """The greatest number up to which every entry is there that will ever be; ``None`` for none.

    SQLite has one writer at a time, so that numbers are committed in order. PostgreSQL gives out numbers
    before it commits: nothing is sealed before everybody has ended who was writing when the entries that
    are there were seen. Then a number that is missing was given to a transaction that did not happen.
    """
    limit = session().scalar(select(func.max(Entry.id)).where(Entry.id > after, Entry.at <= at - MARGIN))
    if limit is not None and is_postgresql():
        youngest = session().execute(_YOUNGEST_WRITER).scalar_one()
        if session().execute(_OLDEST_WRITER).scalar_one() < youngest:
            return None
    return limit


def seal(batch: Batch, *, at: datetime) -> int:
    """Seal a batch; returns how many entries, or 0 when somebody else was faster."""
    row = upsert(Seal).values(
        first_id=batch.first_id,
        last_id=batch.last_id,
        count=batch.count,
        leaves=batch.leaves,
        digest=seal_digest(batch, at),
        sealed_at=at,
    )
    kept = session().execute(row.on_conflict_do_nothing().returning(Seal.id)).scalar()
    return batch.count if kept is not None else 0


def last_seal() -> Seal | None:
    """The newest seal."""
    return session().scalars(select(Seal).order_by(Seal.last_id.desc()).limit(1)).one_or_none()


def verify() -> list[Broken]:
    """Everything that was changed, removed or inserted under a seal, and every seal that was touched."""
    found: list[Broken] = []
    last_id, digest = 0, ""
    for one in session().scalars(select(Seal).order_by(Seal.first_id).execution_options(yield_per=10)):
        batch = Batch(one.first_id, one.last_id, one.count, one.leaves, digest)
        if one.first_id != last_id + 1:
            found.append(Broken(Breach.SEAL_REMOVED, one.id))
        elif seal_digest(batch, one.sealed_at) != one.digest:
            found.append(Broken(Breach.SEAL_CHANGED, one.id))
        found += breaches(one.leaves, _present(_under(one)))
        last_id, digest = one.last_id, one.digest
        session().expunge(one)
    return found


def _under(one: Seal) -> ColumnElement[bool]:
    """Entries of a seal; below the first one there is nothing."""
    until = Entry.id <= one.last_id
    return until & (Entry.id >= one.first_id) if one.first_id > 1 else until


def _present(under: ColumnElement[bool]) -> Mapping[int, str]:
    """Number → hash of every entry that stands under a seal; empty for one that can no longer be read."""
    try:
        return {row.id: entry_hash(Said(*row)) for row in session().execute(select(*_SAID).where(under))}
    except (ValueError, TypeError):
        return {number: _readable(number) for number in session().scalars(select(Entry.id).where(under))}


def _readable(number: int) -> str:
    try:
        return entry_hash(Said(*session().execute(select(*_SAID).where(Entry.id == number)).one()))
    except (ValueError, TypeError):
        return ""
