"""Short public keys that can be read aloud over the telephone."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capitals without those that are mistaken for one another (0 O, 1 I L, U)."""


def new_key(length: int = 8) -> str:
    """A random key of *length* characters; eight give 6.5e11 possibilities."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
