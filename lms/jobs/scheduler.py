"""Ticks for the jobs, in threads of the serving process. What is due at a tick, the occurrences say."""

from datetime import UTC

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from lms.jobs.rules import Job
from lms.jobs.runner import run_due, worker_name
from lms.jobs.timetable import JOBS
from lms.kernel.clock import now

SECONDS = 20
"""Between two looks at what is due. A job is begun so many seconds late at the most."""
THREADS = 4
"""So many jobs run side by side; one that takes long holds up nobody."""


def start(app: Flask) -> BackgroundScheduler:
    """Start ticking, at once: what fell due while nobody served is caught up at the first tick.

    The job store lives in memory and is shared with nobody.
    """
    scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(THREADS)})
    worker = worker_name()
    for job in JOBS:
        scheduler.add_job(
            tick,
            "interval",
            [app, job, worker],
            id=job.name,
            seconds=SECONDS,
            next_run_time=now(),
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    return scheduler


def tick(app: Flask, job: Job, worker: str) -> None:
    """Run what is due of one job. One that is still at work at its next tick is left alone."""
    with app.app_context():
        run_due(now(), worker, [job])
