"""What is hashed of the journal, and how its seals hang together."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any


class Breach(StrEnum):
    """What is wrong: with a sealed entry, or with a seal itself."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    SEAL_CHANGED = "seal-changed"
    #: The seal before the one that is named.
    SEAL_REMOVED = "seal-removed"


@dataclass(frozen=True)
class Broken:
    """A breach, and the number of the entry or of the seal."""

    breach: Breach
    number: int


@dataclass(frozen=True)
class Said:
    """Everything that an entry says."""

    id: int
    at: datetime
    actor_id: int | None
    act: str
    subject: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Batch:
    """Entries to be sealed together: everything from *first_id* to *last_id*, gaps between them included.

    ``leaves`` has one line for each entry, its number and its hash.
    """

    first_id: int
    last_id: int
    count: int
    leaves: str
    previous: str


def entry_hash(said: Said) -> str:
    """SHA-256 of an entry as JSON, its instant in UTC."""
    words = [said.id, said.at.isoformat(), said.actor_id, said.act, said.subject, said.facts]
    text = json.dumps(words, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def leaves_of(hashes: Mapping[int, str]) -> str:
    """The lines of a seal, one for each entry."""
    return "\n".join(f"{number} {digest}" for number, digest in sorted(hashes.items()))


def seal_digest(batch: Batch, sealed_at: datetime) -> str:
    """SHA-256 of the digest of the seal before and of everything that this one says."""
    when = sealed_at.astimezone(UTC).isoformat()
    words = (batch.previous, batch.first_id, batch.last_id, batch.count, when, batch.leaves)
    return sha256("\n".join(map(str, words)).encode()).hexdigest()


def breaches(leaves: str, present: Mapping[int, str]) -> list[Broken]:
    """Compare the entries there are (number → hash) with those that were sealed."""
    lines = (line.partition(" ") for line in leaves.splitlines())
    sealed = {int(number): digest for number, _, digest in lines if number.isdecimal()}
    changed = {number for number in sealed.keys() & present.keys() if sealed[number] != present[number]}
    found = {
        **dict.fromkeys(changed, Breach.CHANGED),
        **dict.fromkeys(sealed.keys() - present.keys(), Breach.REMOVED),
        **dict.fromkeys(present.keys() - sealed.keys(), Breach.INSERTED),
    }
    return [Broken(breach, number) for number, breach in sorted(found.items())]
