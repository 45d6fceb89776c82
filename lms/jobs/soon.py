"""Run a job now instead of at its next tick, in a thread of its own, for somebody who is waiting for it."""

import logging
import threading

from flask import Flask

from lms.jobs.runner import run_by_hand, worker_name
from lms.jobs.timetable import job
from lms.kernel.clock import now

log = logging.getLogger(__name__)


def soon(app: Flask, name: str) -> None:
    """Begin one run of the job of this name and come back at once; in tests, when it is done.

    To be called after the transaction that gave the job something to do. Should this process end meanwhile,
    the job's next tick does what is left.
    """
    if app.testing:
        _run(app, name)
    else:
        threading.Thread(target=_run, args=(app, name), name=f"soon:{name}", daemon=True).start()


def _run(app: Flask, name: str) -> None:
    with app.app_context():
        at = now()
        try:
            run_by_hand(job(name), at, now=at, worker=worker_name())
        except Exception as failure:
            log.error("job %s cannot be run: %s", name, type(failure).__name__)
