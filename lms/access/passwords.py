"""Argon2id, with costs for a small server."""

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from lms.kernel.keys import new_key

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Source of the costs: OWASP password storage cheat sheet (19 MiB, 2 passes, 1 lane)."""
UNUSABLE = "$argon2id$v=19$m=19456,t=2,p=1$YmVub2JvZHliZW5vYm9keQ$3yHqCYTs2pF0pGmZrKJdzcPEBVDH5sQdT9yLqmL2uYE"
"""A hash that no password has: of accounts that only a card opens, and of those that there are not."""


def hashed(password: str) -> str:
    """Hash to store."""
    return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether *password* belongs to the hash. Takes as long for an account that does not exist."""
    try:
        _HASHER.verify(password_hash or UNUSABLE, password)
    except (Argon2Error, InvalidHashError):
        return False
    return password_hash is not None


def first_password() -> str:
    """A password to be handed over on paper: three groups of four characters, 10 to the 17th of them."""
    return "-".join(new_key(4) for _ in range(3))
