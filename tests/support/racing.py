"""Several requests at the same moment, each with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask

from lms.kernel.database import session, unit_of_work

Result = TypeVar("Result")


def race(app: Flask, *jobs: Callable[[], Result]) -> list[Result | Exception]:
    """Do each job in a thread and a unit of work of its own, all beginning together.

    Returns what each came to: its result or its refusal. What the test itself has open is committed first.
    """
    session().commit()
    together = Barrier(len(jobs))

    def run(job: Callable[[], Result]) -> Result | Exception:
        with app.app_context():
            together.wait(timeout=10)
            try:
                with unit_of_work():
                    return job()
            except Exception as error:
                return error

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))
