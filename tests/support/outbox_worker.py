"""Workers that empty the outbox in processes of their own.

``python -m tests.support.outbox_worker URL PORT AT``: a worker says that it is ready, waits for a line, works
once as at the instant AT, and says how many letters it sent in how many seconds. With ``tick`` behind, it
does what is due by the timetable, as a serving process would.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import gettempdir

from lms.factory import create_app
from lms.jobs.messages import send_messages
from lms.jobs.runner import run_due, worker_name
from lms.jobs.timetable import job
from lms.kernel.settings import MailServer, Settings

_READY = "ready"


@contextmanager
def workers(
    url: str, port: int, at: datetime, *, count: int = 1, by_timetable: bool = False
) -> Iterator[list[subprocess.Popen[str]]]:
    """So many workers, ready; killed at the end should they still be at it."""
    command = [sys.executable, "-m", __name__, url, str(port), at.isoformat(), *["tick"][: int(by_timetable)]]
    started = [
        subprocess.Popen(
            command, cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(count)
    ]
    try:
        for one in started:
            assert one.stdout
            assert one.stdout.readline().strip() == _READY
        yield started
    finally:
        for one in started:
            one.kill()
            one.communicate()


def go(started: list[subprocess.Popen[str]]) -> None:
    """Let them begin."""
    for one in started:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()


def done(started: list[subprocess.Popen[str]]) -> list[tuple[int, float]]:
    """What each has sent, in how many seconds, when all have come to an end."""
    told = [one.communicate(timeout=300)[0].split() for one in started]
    return [(int(sent), float(seconds)) for sent, seconds in told]


def _work(url: str, port: int, at: datetime, *, by_timetable: bool) -> None:
    app = create_app(
        Settings(
            database_url=url,
            secret_key="only-for-tests",
            data_dir=Path(gettempdir()),
            data_keys=("test",),
            mail=MailServer(host="127.0.0.1", port=port, sender="宣贯 <training@example.org>"),
        )
    )
    with app.app_context():
        sys.stdout.write(f"{_READY}\n")
        sys.stdout.flush()
        sys.stdin.readline()
        begun = time.perf_counter()
        sent = _ticked(at) if by_timetable else send_messages(at).count
        sys.stdout.write(f"{sent} {time.perf_counter() - begun}\n")


def _ticked(at: datetime) -> int:
    ran = run_due(at, worker_name(), [job("send-messages")])
    return sum(one.outcome.count for one in ran if one.outcome)


if __name__ == "__main__":
    moment = datetime.fromisoformat(sys.argv[3])
    _work(sys.argv[1], int(sys.argv[2]), moment, by_timetable="tick" in sys.argv[4:])
