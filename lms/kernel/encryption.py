"""Personal data that is unreadable in the database: AES-256-GCM, with the id of the key in front.

A stored value is ``<key id>:<base64 of nonce, text and tag>``. The first key writes, every key reads, so
that a new key can be put in front of the old ones. A *blind index* finds equal values without reading any.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from lms.kernel.late import library

_NONCE = 12


class CannotDecrypt(Exception):
    """The key that wrote a value is not among the installation's keys, or the value was tampered with."""


class Keyring:
    """The keys of an installation, each derived from a secret of any length."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._derived = [_derived(secret, "data") for secret in secrets]
        self._first = _key_id(self._derived[0])
        self._index = _derived(secrets[-1], "index")

    @cached_property
    def _keys(self) -> dict[str, Any]:
        aead = library("cryptography.hazmat.primitives.ciphers.aead")
        return {_key_id(key): aead.AESGCM(key) for key in self._derived}

    def encrypt(self, text: str) -> str:
        """*text* under the first key; other characters at every call."""
        nonce = os.urandom(_NONCE)
        sealed: bytes = self._keys[self._first].encrypt(nonce, text.encode(), None)
        return f"{self._first}:{base64.b64encode(nonce + sealed).decode()}"

    def decrypt(self, stored: str) -> str:
        """What was encrypted. Raises ``CannotDecrypt``."""
        key_id, _, encoded = stored.partition(":")
        raw = base64.b64decode(encoded)
        if key_id not in self._keys:
            raise CannotDecrypt
        try:
            text: bytes = self._keys[key_id].decrypt(raw[:_NONCE], raw[_NONCE:], None)
        except library("cryptography.exceptions").InvalidTag:
            raise CannotDecrypt from None
        return text.decode()

    def blind_index(self, text: str) -> str:
        """The same 64 characters for the same text, which they do not give away; by the oldest key."""
        return hmac.new(self._index, text.encode(), hashlib.sha256).hexdigest()


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), f"xuanguan {purpose}".encode(), hashlib.sha256).digest()


def _key_id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8]


_installed: list[Keyring] = []


def install(keyring: Keyring) -> None:
    """Use these keys from now on in this process."""
    _installed[:] = [keyring]


def keyring() -> Keyring:
    """The keys in use."""
    return _installed[0]


class Encrypted(TypeDecorator[str]):
    """Text that the database holds encrypted; an empty one stays empty, which says no more than NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return keyring().encrypt(value) if value else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        return keyring().decrypt(value) if value else value
