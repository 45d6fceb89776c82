"""Easy lessons read to files, where a speech engine and an encoder are installed: espeak-ng and lame.

A file is named after the very words that are in it. What changes gets another file; the same words in two
cities share one.
"""

import logging
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias, cast

from flask import current_app

from lms.jobs.rules import Outcome
from lms.kernel.settings import Settings

log = logging.getLogger(__name__)
SPEAKER = "xuanguan.spoken"
"""Under this name the application keeps what tells which texts are to be heard."""
Spoken: TypeAlias = Callable[[datetime], Mapping[str, str]]
"""File name → the text to read out, for everything that somebody may open on the day of an instant."""
AT_ONCE = 20
"""So many files are made at one run, some ten seconds of work: other jobs wait for it."""
KEPT = timedelta(days=30)
"""So long is a file kept that nobody needs any more."""
_SECONDS = 60
_ENGINE = ("espeak-ng", "-v", "cmn", "-s", "140", "--stdin", "--stdout")
_ENCODER = ("lame", "--quiet", "-m", "m", "-b", "32", "-", "-")


def speak_lessons(now: datetime) -> Outcome:
    """Make the files that are missing, and forget old ones; a text that fails stops no other.

    Nothing happens where no engine is installed: the browser's own voice reads then, if it has one. Nor
    where there are no screens, as in a simulation.
    """
    tell = cast("Spoken | None", current_app.extensions.get(SPEAKER))
    if tell is None or not all(shutil.which(command[0]) for command in (_ENGINE, _ENCODER)):
        return Outcome(0)
    folder = cast(Settings, current_app.extensions["xuanguan.settings"]).audio_dir
    folder.mkdir(exist_ok=True)
    wanted = tell(now)
    _forget(folder, wanted, now)
    missing = [(name, text) for name, text in wanted.items() if not (folder / name).exists()]
    made = [_write(folder / name, text) for name, text in missing[:AT_ONCE]]
    return Outcome(sum(made), len(made) - sum(made))


def _write(path: Path, text: str) -> bool:
    """Whole or not at all: a file that others see is complete. False when a program failed."""
    unfinished = path.with_suffix(".part")
    try:
        unfinished.write_bytes(_run(_ENCODER, _run(_ENGINE, text.encode())))
    except subprocess.SubprocessError:
        log.exception("%s cannot be read aloud", path.name)
        return False
    unfinished.replace(path)
    return True


def _run(command: Sequence[str], given: bytes) -> bytes:
    """What a command of ours makes of *given*."""
    done = subprocess.run(command, input=given, capture_output=True, check=True, timeout=_SECONDS)  # noqa: S603
    return done.stdout


def _forget(folder: Path, wanted: Mapping[str, str], now: datetime) -> None:
    for path in folder.iterdir():
        if path.name not in wanted and path.stat().st_mtime < (now - KEPT).timestamp():
            path.unlink()
