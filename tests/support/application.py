"""The one place where the tests plug into the program: how it is built, its tables, its demo company."""

from pathlib import Path

from flask import Flask

from lms.cli import demo
from lms.factory import create_app
from lms.kernel.clock import china_date, now
from lms.kernel.database import unit_of_work
from lms.kernel.settings import ROOT, Settings
from lms.publishing.files import files_below
from lms.publishing.operations import check, publish


def build(database_url: str, data_dir: Path, *, demo: bool = False) -> Flask:
    """The program as the tests run it, on the database at *database_url*.

    The demo company's runs as in earnest, with its guard against forged requests: a browser drives it.
    """
    return create_app(
        Settings(
            database_url=database_url,
            secret_key="only-for-tests",
            data_dir=data_dir,
            data_keys=("test",),
            demo=demo,
            testing=not demo,
        )
    )


def fill(app: Flask) -> None:
    """Publish the library and invent the demo company, as the first ``make run`` does.

    Called once per test process, for the tests that drive a browser.
    """
    with app.app_context():
        at = now()
        files = files_below(ROOT)
        checked = check(demo.library_to_begin_with(files), day=china_date(at))
        with unit_of_work():
            publish(checked, author_id=None, at=demo.begins(at))
        demo.invent_when_empty(files, at=at)
