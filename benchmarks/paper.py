"""Lessons on paper: ``python -m benchmarks.paper``."""

import argparse
import shutil
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from flask import Flask, g

from benchmarks.engines import timed
from benchmarks.installation import application, build
from lms.access.models import Account
from lms.access.queries import asker
from lms.courses.queries import course, courses_of
from lms.courses.rules import Form
from lms.kernel.clock import china_date, now
from lms.kernel.database import session
from lms.library.queries import live_release_id
from lms.printing.documents import Paper, Part, Sheet
from lms.printing.typesetting import pdf
from lms.web import sheets
from lms.web.reading import Reader

COURSE = "easy-away"
NANJING = "320100"
CORES = 2
SHEETS = 1000
BOOKLETS = 5
TEXT = "随信附上用大字印的一课。\n您慢慢看，不着急。\n不明白，或者想请人讲一讲，打下面的电话。"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paper", description=__doc__)
    parser.add_argument("--sheets", type=int, default=SHEETS, help="default %(default)s")
    print_paper(parser.parse_args().sheets)


def print_paper(many: int = SHEETS) -> None:
    """Print how long booklets, single sheets and a file of letters take."""
    folder = Path(tempfile.mkdtemp(prefix="xuanguan-paper-"))
    try:
        _print(application(folder), many)
    finally:
        shutil.rmtree(folder)


def _print(app: Flask, many: int) -> None:
    build(app, 1)
    with app.app_context(), app.test_request_context("/"), sheets.in_chinese():
        account = session().query(Account).first()
        g.asker = asker(account.id, account.stamp) if account else None
        booklets = [_booklet(number) for number in range(BOOKLETS)]
        singles = _sheets()
        letters = [sheets.letter(f"第{number}位", f"幸福路{number}号", TEXT) for number in range(many)]
        batch = sheets.paper("批", _interleaved(letters, singles[0]))
    seconds = [timed(partial(pdf, made))[0] for made in booklets]
    print(f"booklet of {COURSE}, first        {seconds[0]:6.2f} s      (promised ≤ 1 s)")
    print(f"booklet, those after it          {median(seconds[1:]):6.2f} s      (promised ≤ 1 s)")
    taken = _in_processes(singles, many)
    print(f"{many} one-sheet PDFs, {CORES} processes  {taken:6.1f} s      (promised ≤ 60 s for 1000)")
    taken, file = timed(lambda: pdf(batch))
    print(f"one PDF: {many} letters and sheets {taken:6.1f} s      ({len(file) / 1e6:.1f} MB)", flush=True)


def _booklet(number: int) -> Paper:
    """A booklet for a reader of one day each, so that nothing of it is known before."""
    release_id = str(live_release_id())
    reader = Reader(NANJING, "retired", china_date(now()), "zh_Hans")
    made = sheets.booklet(release_id, course(release_id, COURSE), reader)
    return sheets.paper(f"{made.title} {number}", [replace(made, subtitle=f"{made.subtitle}{number}")])


def _sheets() -> list[Sheet]:
    """Every lesson in the easy form."""
    release_id = str(live_release_id())
    reader = Reader(NANJING, "retired", china_date(now()), "zh_Hans")
    easy = [one for one in courses_of(release_id).values() if one.form is Form.EASY]
    return [made for one in easy for made in sheets.course_sheets(release_id, one, reader)]


def _interleaved(letters: Sequence[Part], sheet: Sheet) -> list[Part]:
    return [part for letter in letters for part in (letter, sheet)]


def _in_processes(singles: Sequence[Sheet], many: int) -> float:
    """Seconds for so many files, each with a heading of its own, on all the processes together."""
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as processes:
        for _ in processes.map(_set, [singles[:1]] * CORES):
            pass
        work = [[_own(singles, number) for number in range(start, many, CORES)] for start in range(CORES)]
        start = time.perf_counter()
        count = sum(processes.map(_set, work))
        assert count == many
        return time.perf_counter() - start


def _own(singles: Sequence[Sheet], number: int) -> Sheet:
    return replace(singles[number % len(singles)], kicker=f"第{number}张")


def _set(several: Sequence[Sheet]) -> int:
    """Set each as a file of its own; how many they were."""
    return sum(pdf(Paper(one.title, (one,))).startswith(b"%PDF") for one in several)


if __name__ == "__main__":
    main()
