"""A process that dies in the middle: the same work begun again and again, killed at each statement."""

import os
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select

from lms.kernel.database import Base, db, session, unit_of_work
from lms.library.queries import live_release_id

KILLED, DONE, FAILED = 9, 0, 1
MOST = 500
"""Statements after which something is taken to be wrong."""


def killed_at_each_statement(app: Flask, act: Callable[[], object], look: Callable[[], object]) -> int:
    """Do *act* in child processes killed before their 1st, 2nd … statement or commit, until one is not.

    After each of those that were, *look* has to give what it gave before. Returns how many were killed.
    """
    with app.app_context():
        before = look()
        session().rollback()
        db.engine.dispose()
    for number in range(1, MOST):
        if _in_a_child(app, act, number) == DONE:
            return number - 1
        with app.app_context():
            assert look() == before, f"killed at statement {number}"
            session().rollback()
            db.engine.dispose()
    raise AssertionError(f"not done after {MOST} statements")


def everything() -> dict[str, object]:
    """How many rows each table has, and which release is live."""
    counts: dict[str, object] = {
        name: session().scalar(select(func.count()).select_from(table))
        for name, table in Base.metadata.tables.items()
    }
    return {**counts, "live": live_release_id()}


def _in_a_child(app: Flask, act: Callable[[], object], number: int) -> int:
    child = os.fork()
    if child == 0:
        _die(app, act, number)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {KILLED, DONE}, f"the child ended with {code}"
    return code


def _die(app: Flask, act: Callable[[], object], number: int) -> None:
    heard = 0

    def count(*_: Any) -> None:
        nonlocal heard
        heard += 1
        if heard == number:
            os._exit(KILLED)

    try:
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", count)
            event.listen(db.engine, "commit", count)
            with unit_of_work():
                act()
        os._exit(DONE)
    except BaseException:
        os._exit(FAILED)
