"""A machine that stops in the middle of something. Needs an application context."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from lms.kernel.database import db


class PowerCut(Exception):
    """What the tests let happen."""


@contextmanager
def power_cut(before: int) -> Iterator[None]:
    """The statement with this number (from 1) fails, and so does the commit if there are fewer."""
    left = before

    def statement(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise PowerCut

    def commit(_: Any) -> None:
        if left > 0:
            raise PowerCut

    event.listen(db.engine, "before_cursor_execute", statement)
    event.listen(db.engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", statement)
        event.remove(db.engine, "commit", commit)
