"""Ticks for the jobs, in a thread of the serving process."""

import logging
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from lms.jobs.timetable import JOBS, Job
from lms.kernel.clock import now

log = logging.getLogger(__name__)


def start(app: Flask) -> BackgroundScheduler:
    """Start ticking; the job store lives in memory and is shared with nobody."""
    scheduler = BackgroundScheduler(timezone=UTC)
    for job in JOBS:
        every = {"minutes": job.every_minutes, "next_run_time": now(), "coalesce": True}
        scheduler.add_job(tick, "interval", [app, job], id=job.name, **every)
    scheduler.start()
    return scheduler


def tick(app: Flask, job: Job) -> None:
    """Run one job once. A failing job is logged and does not stop the others."""
    with app.app_context():
        try:
            job.run(now())
        except Exception:
            log.exception("job %s failed", job.name)
