"""A job that somebody waits for begins at once."""

import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.jobs import soon as module
from lms.jobs import staff
from lms.jobs.models import Occurrence, OccurrenceState
from lms.jobs.soon import soon
from lms.kernel.database import db, session
from lms.staff.models import ImportState
from lms.staff.queries import import_by_key
from tests.support import application
from tests.support.changes import TWO_CITIES
from tests.support.library import publish_texts
from tests.support.people import make_department
from tests.support.staff import csv, hr, row, uploaded


def test_in_tests_it_is_done_when_the_call_comes_back(database: Session, app: Flask) -> None:
    make_department(name="总装车间")
    key = uploaded(csv(row()), hr())
    soon(app, "carry-imports")
    session().expire_all()
    assert import_by_key(key).state is ImportState.CHECKED
    (run,) = database.scalars(select(Occurrence)).all()
    assert (run.job, run.by_hand, run.state) == ("carry-imports", True, OccurrenceState.DONE)


def test_in_earnest_nobody_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = application.build(f"sqlite:///{tmp_path / 'soon.db'}", tmp_path, demo=True)
    begun, go_on = threading.Event(), threading.Event()

    def slow(*_: object) -> None:
        begun.set()
        go_on.wait(10)

    monkeypatch.setattr(module, "_run", slow)
    soon(app, "carry-imports")
    assert begun.wait(10)
    go_on.set()


def test_a_job_that_cannot_be_run_is_logged_by_its_kind_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = application.build(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path)
    soon(app, "carry-imports")
    assert "OperationalError" in caplog.text
    assert "SELECT" not in caplog.text
    with app.app_context():
        db.engine.dispose()


def test_cities_are_the_places_with_none_below_them(database: Session) -> None:
    assert staff.cities() == {}
    publish_texts(TWO_CITIES)
    assert staff.cities() == {"北京": "110000", "Beijing": "110000", "上海": "310000", "Shanghai": "310000"}
