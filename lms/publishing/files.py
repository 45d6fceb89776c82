"""The text files of a library on disk."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from lms.library.faults import Fault, Place

FOLDERS = ("content", "quizzes")
PLACES = (
    "content/regions.yaml",
    "content/policies/*.yaml",
    "content/parameters/*.yaml",
    "content/courses/*/course.yaml",
    "content/courses/*/*.md",
    "content/paths/*.yaml",
    "content/surveys/*.yaml",
    "content/topics.yaml",
    "content/workdays.yaml",
    "quizzes/*.yaml",
)
"""Where the files stand that are read."""
LONGEST_PATH = 300
_PART = re.compile(r"^[^\x00-\x1f\x7f\\:?\"<>|./ *][^\x00-\x1f\x7f\\:?\"<>|/*]*$")
"""A part of a path that every operating system can write; hidden ones are not read."""


def is_place(path: str) -> bool:
    """Whether a file of this path would be read, and can be written below any folder."""
    parts = path.split("/")
    if len(path) > LONGEST_PATH or not all(_PART.match(part) for part in parts):
        return False
    return any(len(parts) == place.count("/") + 1 and PurePosixPath(path).match(place) for place in PLACES)


def files_below(root: Path) -> dict[str, bytes]:
    """Path (with ``/``) → bytes of every file of ``content/`` and ``quizzes/`` in *root*, hidden ones not."""
    found = (path for folder in FOLDERS for path in sorted((root / folder).rglob("*")))
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in found
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)
    }


def texts_of(files: Mapping[str, bytes], faults: list[Fault]) -> dict[str, str]:
    """The files as text.

    A file that nothing would read is a fault, and one that is not UTF-8 is one at the first bad byte.
    """
    texts: dict[str, str] = {}
    for path, content in files.items():
        if not any(PurePosixPath(path).match(place) for place in PLACES):
            faults.append(Place(path).fault("unknown-file", found=path, right=" / ".join(PLACES)))
            continue
        try:
            texts[path] = content.decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            begins = content.rfind(b"\n", 0, error.start) + 1
            column = len(content[begins : error.start].decode("utf-8")) + 1
            found = content[error.start : error.end].hex(" ")
            faults.append(Place(path, line, column).fault("not-utf-8", found=found, right="UTF-8"))
    return texts
