"""The scheduler's ticks."""

import time

import pytest
from flask import Flask
from sqlalchemy import select

from lms.jobs import scheduler
from lms.jobs.models import Occurrence, OccurrenceState
from lms.jobs.rules import FIRST_LOOK, due
from lms.jobs.timetable import JOBS
from lms.kernel.clock import now
from lms.kernel.database import session

PATIENCE_SECONDS = 10


def done(app: Flask) -> set[str]:
    with app.app_context():
        wanted = select(Occurrence.job).where(Occurrence.state == OccurrenceState.DONE)
        return set(session().scalars(wanted))


@pytest.mark.real_time
def test_what_fell_due_while_nobody_served_is_caught_up_at_the_start(app: Flask) -> None:
    missed = {job.name for job in JOBS if due(job, None, now())}
    ticking = scheduler.start(app)
    try:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while done(app) != missed and time.monotonic() < give_up_at:
            time.sleep(0.02)
    finally:
        ticking.shutdown()
    assert done(app) == missed
    with app.app_context():
        for due_at in session().scalars(select(Occurrence.due_at)):
            assert now() - FIRST_LOOK <= due_at <= now()
