"""``flask site``: an installation from nothing, and again."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import Result
from flask import Flask

from lms.factory import create_app
from lms.kernel import clock
from lms.kernel.database import db, unit_of_work
from lms.kernel.settings import ROOT, Settings
from lms.library.queries import live_release_id
from lms.publishing import drafts
from tests.support.people import make_person
from tests.support.small_library import COURSE_PATH, LESSON, LESSON_PATH, with_change, written

START_SECONDS = 20
Install = Callable[..., Flask]


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUANGUAN_LANG", "en")


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Install]:
    """Makes programs on one SQLite file that does not exist yet."""
    made: list[Flask] = []

    def program(*, library: Path = ROOT, demo: bool = False) -> Flask:
        settings = Settings(
            database_url=f"sqlite:///{tmp_path / 'xuanguan.db'}",
            secret_key="only-for-tests",
            data_dir=tmp_path,
            data_keys=("test",),
            library_dir=library,
            demo=demo,
        )
        made.append(create_app(settings))
        return made[-1]

    yield program
    for app in made:
        with app.app_context():
            db.engine.dispose()


def flask(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=words)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return written(tmp_path / "small")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return written(tmp_path / "broken", with_change(COURSE_PATH, "kind: onboarding", "kind: boarding"))


def test_a_first_start_makes_everything_and_a_second_one_keeps_it(install: Install) -> None:
    first = flask(install(demo=True), "site", "prepare")
    assert first.exit_code == 0, first.output
    assert re.search(r"The library is live now: \w+, 2026-10-09 00:00", first.output)
    app = install(demo=True)
    accounts = json.loads(flask(app, "demo", "accounts", "--json").stdout)
    second = flask(app, "site", "prepare")
    assert second.exit_code == 0, second.output
    assert "The library is live already" in second.output
    for told in (first.output, second.output):
        assert all(f"{one['login']}  {one['password']}  {one['name']}" in told for one in accounts)
    assert json.loads(flask(app, "demo", "accounts", "--json").stdout) == accounts


def test_without_a_demo_nobody_is_invented(install: Install, small: Path) -> None:
    app = install(library=small)
    prepared = flask(app, "site", "prepare")
    assert prepared.exit_code == 0
    assert re.search(r"The library is live now: \w+, 2026-11-23 09:00", prepared.output)
    assert "demo-" not in prepared.output
    assert flask(app, "demo", "accounts").exit_code == 1


def test_a_demo_needs_no_more_courses_than_there_are(install: Install, small: Path) -> None:
    prepared = flask(install(library=small, demo=True), "site", "prepare")
    assert prepared.exit_code == 0, prepared.output
    assert prepared.output.count("demo-") == 10


def test_faults_stop_a_first_start_and_only_a_first_one(install: Install, small: Path, broken: Path) -> None:
    refused = flask(install(library=broken), "site", "prepare")
    assert refused.exit_code == 1
    assert "nothing is live yet" in refused.output
    assert flask(install(library=small), "site", "prepare").exit_code == 0
    later = flask(install(library=broken), "site", "prepare")
    assert later.exit_code == 0
    assert "Live stays" in later.output


def test_serving_without_tables_says_what_to_do(install: Install) -> None:
    refused = flask(install(), "site", "serve", "--port", "0")
    assert refused.exit_code == 1
    assert refused.output == "The database has no tables yet. Start with: make run\n"


def test_serving_where_somebody_else_serves_says_so(install: Install, small: Path, tmp_path: Path) -> None:
    flask(install(library=small), "site", "prepare")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "-m", "flask", "site", "serve", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "XUANGUAN_DATA": str(tmp_path)},
            check=False,
            capture_output=True,
            text=True,
        )
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Cannot serve on 127.0.0.1:{port}: ")


def test_app_py_without_tables_says_the_same(tmp_path: Path) -> None:
    environment = {**os.environ, "XUANGUAN_DATA": str(tmp_path)}
    refused = subprocess.run(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    assert refused.returncode == 1
    assert refused.stderr == "The database has no tables yet. Start with: make run\n"


@pytest.mark.real_time
def test_the_program_serves(install: Install, small: Path, tmp_path: Path) -> None:
    flask(install(library=small), "site", "prepare")
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "flask", "site", "serve", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "XUANGUAN_DATA": str(tmp_path), "XUANGUAN_DEMO": "0"},
        stdout=subprocess.DEVNULL,
    )
    try:
        assert first_answer(f"http://127.0.0.1:{port}/static/xg.css") == 200
    finally:
        server.terminate()
        server.wait(timeout=10)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def first_answer(address: str) -> int:
    """Status of the first answer."""
    give_up_at = time.monotonic() + START_SECONDS
    while True:
        try:
            with urlopen(address, timeout=5) as response:
                return int(response.status)
        except OSError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.05)


def test_a_start_keeps_what_was_edited_in_the_browser_and_says_which_files_differ(
    install: Install, small: Path
) -> None:
    app = install(library=small)
    flask(app, "site", "prepare")
    with app.app_context():
        author, at = make_person(), clock.now()
        with unit_of_work():
            text = LESSON.replace("带好凭证", "带齐凭证")
            base = drafts.live_sha(LESSON_PATH)
            drafts.save(drafts.CONTENT, LESSON_PATH, text, base=base, version=0, author_id=author.id, at=at)
            drafts.publish_workspace(drafts.CONTENT, author_id=author.id, at=at, day=clock.china_date(at))
        edited = live_release_id()
    again = flask(install(library=small), "site", "prepare")
    assert again.exit_code == 0, again.output
    assert LESSON_PATH in again.output
    assert f"Live stays: {edited}" in again.output
