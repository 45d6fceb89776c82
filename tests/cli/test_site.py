"""``flask site``: an installation from nothing, and again."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from lms.kernel.settings import ROOT
from tests.support.small_library import COURSE_PATH, TEXTS, with_change, written

pytestmark = pytest.mark.real_time
START_SECONDS = 20


def flask(data: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``flask`` on an installation in *data* as from a shell."""
    return subprocess.run(
        [sys.executable, "-m", "flask", *words],
        cwd=ROOT,
        env={**os.environ, "XUANGUAN_DATA": str(data), "XUANGUAN_LANG": "en", **variables},
        check=False,
        capture_output=True,
        text=True,
    )


def test_a_first_start_makes_everything_and_a_second_one_keeps_it(tmp_path: Path) -> None:
    first = flask(tmp_path, "site", "prepare")
    assert first.returncode == 0, first.stderr
    assert "The library is live now" in first.stdout
    accounts = json.loads(flask(tmp_path, "demo", "accounts", "--json").stdout)
    second = flask(tmp_path, "site", "prepare")
    assert second.returncode == 0, second.stderr
    assert "The library is live already" in second.stdout
    for told in (first.stdout, second.stdout):
        assert all(one["login"] in told and one["name"] in told for one in accounts)
    assert json.loads(flask(tmp_path, "demo", "accounts", "--json").stdout) == accounts


def test_faults_stop_a_first_start_and_only_a_first_one(tmp_path: Path) -> None:
    sound = written(tmp_path / "sound")
    broken = written(tmp_path / "broken", with_change(COURSE_PATH, "kind: onboarding", "kind: boarding"))
    data = tmp_path / "data"
    refused = flask(data, "site", "prepare", XUANGUAN_LIBRARY=str(broken))
    assert refused.returncode == 1
    assert "nothing is live yet" in refused.stderr
    assert flask(data, "site", "prepare", XUANGUAN_LIBRARY=str(sound), XUANGUAN_DEMO="0").returncode == 0
    later = flask(data, "site", "prepare", XUANGUAN_LIBRARY=str(broken), XUANGUAN_DEMO="0")
    assert later.returncode == 0
    assert "Live stays" in later.stderr


def test_a_demo_needs_no_more_courses_than_there_are(tmp_path: Path) -> None:
    small = written(tmp_path / "small", dict(TEXTS))
    prepared = flask(tmp_path / "data", "site", "prepare", XUANGUAN_LIBRARY=str(small))
    assert prepared.returncode == 0, prepared.stderr
    assert "demo-" in prepared.stdout


def test_serving_without_tables_says_what_to_do(tmp_path: Path) -> None:
    refused = flask(tmp_path, "site", "serve", "--port", "0")
    assert refused.returncode == 1
    assert refused.stderr.strip() == "The database has no tables yet. Start with: make run"


def test_serving_where_somebody_else_serves_says_so(tmp_path: Path) -> None:
    flask(tmp_path, "site", "prepare", XUANGUAN_DEMO="0", XUANGUAN_LIBRARY=str(written(tmp_path / "small")))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = flask(tmp_path, "site", "serve", "--port", str(port))
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Cannot serve on 127.0.0.1:{port}: ")


def test_the_program_serves(tmp_path: Path) -> None:
    flask(tmp_path, "site", "prepare", XUANGUAN_DEMO="0", XUANGUAN_LIBRARY=str(written(tmp_path / "small")))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    server = subprocess.Popen(
        [sys.executable, "-m", "flask", "site", "serve", "--port", port],
        cwd=ROOT,
        env={**os.environ, "XUANGUAN_DATA": str(tmp_path), "XUANGUAN_DEMO": "0"},
    )
    try:
        assert _answers(f"http://127.0.0.1:{port}/static/xg.css") == 200
    finally:
        server.terminate()
        server.wait(timeout=10)


def _answers(address: str) -> int:
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
