"""Prints the figures the project promises; ``make bench``."""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks import servers, yardsticks
from benchmarks.campaigns import print_campaigns
from benchmarks.desk import print_desk
from benchmarks.installation import COURSE, Learner, application, build, learners
from benchmarks.items import print_items
from benchmarks.learning import easy_page, easy_transfer, lesson_bytes, lesson_page, quiz_cycle
from benchmarks.load import Compared
from benchmarks.outbox import print_outbox
from benchmarks.paper import print_paper
from benchmarks.publishing import print_publishing
from benchmarks.rollouts import print_rollouts
from benchmarks.staff import print_staff
from benchmarks.surveys import print_surveys
from benchmarks.year import print_year
from lms.courses.queries import courses_of
from lms.library.queries import live_release_id

PEOPLE = 2400
STARTS = 5


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--people", type=int, default=PEOPLE, help="learners to sit quizzes (default %(default)s)"
    )
    people: int = parser.parse_args().people
    folder = Path(tempfile.mkdtemp(prefix="xuanguan-bench-"))
    try:
        _measure(folder, people)
    finally:
        shutil.rmtree(folder)


def _measure(folder: Path, people: int) -> None:
    app = application(folder / "program")
    build(app, people)
    with app.app_context():
        release_id = live_release_id()
        page = courses_of(release_id or "")[COURSE].lessons[1].pages[0]
    yardsticks.prepare(folder / "yardstick.db", title=page.title, html=page.html)
    print_publishing(folder / "big")
    print_rollouts()
    print_campaigns()
    print_staff()
    print_outbox()
    print_items()
    print_desk()
    print_paper()
    print_surveys()
    print_year()
    everybody = learners(app)
    _print_start(folder / "program")
    servers.pin_client()
    with ExitStack() as stack:
        port, yard_port = servers.free_port(), servers.free_port()
        command, environment = servers.program(folder / "program", port)
        process = stack.enter_context(servers.running(command, environment, port, "/enter"))
        bare = [sys.executable, "-m", "benchmarks.yardsticks", str(yard_port), str(folder / "yardstick.db")]
        stack.enter_context(servers.running(bare, {}, yard_port, "/static/none"))
        _print_hot_paths(port, yard_port, everybody)
        _print_memory(process.pid)


def _print_start(data: Path) -> None:
    seconds = []
    for _ in range(STARTS):
        port = servers.free_port()
        command, environment = servers.program(data, port)
        start = time.perf_counter()
        with servers.running(command, environment, port, "/enter") as process:
            seconds.append(time.perf_counter() - start)
            memory = servers.proportional_set_size(process.pid)
    print(f"process start to first page      {statistics.median(seconds):6.2f} s      (promised ≤ 2.2 s)")
    if memory is not None:
        print(f"memory after the first page      {memory:6.1f} MiB    (promised ≤ 110 MiB)")


def _print_hot_paths(port: int, yard_port: int, everybody: Iterator[Learner]) -> None:
    first = next(everybody)
    cookie = yardsticks.cookie()
    size = lesson_bytes(port, first)
    print(f"lesson page, HTML                {size / 1000:6.1f} kB     (promised ≤ 20 kB)")
    _print("lesson page / bare page", lesson_page(port, yard_port, first, cookie), "≥ 0.50, aim 0.70")
    transfer = easy_transfer(port, first)
    print(f"easy page with all its files     {transfer / 1000:6.1f} kB     (promised ≤ 60 kB)")
    _print("easy page / lesson page", easy_page(port, first), "≥ 1.00")
    ready = list(everybody)
    half = len(ready) // 2
    _print(
        "quiz in one form / least cycle",
        quiz_cycle(port, yard_port, iter(ready[:half]), cookie, one_by_one=False),
        "≥ 0.45, aim 0.65",
    )
    _print(
        "quiz one by one / least cycle",
        quiz_cycle(port, yard_port, iter(ready[half:]), cookie, one_by_one=True),
        "≥ 0.45",
    )


def _print(what: str, compared: Compared, promised: str) -> None:
    rounds = f"rounds {compared.least:.2f}-{compared.most:.2f}"
    rates = f"{compared.rate:.0f} against {compared.yardstick:.0f} a second"
    print(f"{what:<32} {compared.ratio:6.2f}        (promised {promised}; {rounds}; {rates})", flush=True)


def _print_memory(pid: int) -> None:
    memory = servers.proportional_set_size(pid)
    if memory is not None:
        print(f"memory after all of this         {memory:6.1f} MiB    (promised ≤ 110 MiB)")


if __name__ == "__main__":
    main()
