"""What is dear on purpose or by nature in earnest and would only be paid over and over by tests."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher

from lms.access import passwords

IN_EARNEST = passwords._HASHER
"""What passwords are hashed with outside tests."""
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def cheap_passwords() -> Iterator[None]:
    """The same kind of hash at a thousandth of the cost: nearly every test begins by signing somebody in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", _CHEAP)
        yield


def spare_what_stays() -> None:
    """Leave modules and tests, which stay until the end, out of every later search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 200)
