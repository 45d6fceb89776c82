"""Short public keys that can be read aloud over the telephone."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capitals without those that are mistaken for one another (0 O, 1 I L, U)."""

_RANDOM = secrets.SystemRandom()


def new_key(length: int = 8) -> str:
    """A random key of *length* characters; eight give 6.5e11 possibilities."""
    return "".join(_RANDOM.choices(ALPHABET, k=length))
