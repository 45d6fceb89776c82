"""The text files of a library on disk."""

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
    "quizzes/*.yaml",
)
"""Where the files stand that are read."""


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
