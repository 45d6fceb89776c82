"""The token that every form carries: signed once for a session, not once for every page."""

from functools import lru_cache

from flask import session
from flask_wtf.csrf import generate_csrf

_SEED = "csrf_token"
"""What the session keeps; the token is its signature."""


def form_token() -> str:
    """The token for the forms of this session; made when the session has none yet."""
    seed = session.get(_SEED)
    return generate_csrf() if seed is None else _signed(seed)


@lru_cache(maxsize=4096)
def _signed(_seed: str) -> str:
    """The signature does not wear out, so it is kept as long as it is in use."""
    return str(generate_csrf())
