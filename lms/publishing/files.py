"""The text files of a library on disk."""

from collections.abc import Mapping
from pathlib import Path

from lms.library.faults import Fault, Place

FOLDERS = ("content", "quizzes")
ENDINGS = (".md", ".yaml")


def files_below(root: Path) -> dict[str, bytes]:
    """Path (with ``/``) → bytes of every text file of ``content/`` and ``quizzes/`` below *root*."""
    found = (path for folder in FOLDERS for path in sorted((root / folder).rglob("*")))
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in found
        if path.is_file() and path.suffix in ENDINGS
    }


def texts_of(files: Mapping[str, bytes], faults: list[Fault]) -> dict[str, str]:
    """The files as text; one that is not UTF-8 is a fault at the first bad byte."""
    texts: dict[str, str] = {}
    for path, content in files.items():
        try:
            texts[path] = content.decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            before = content[: error.start]
            line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
            faults.append(Place(path, line, column).fault("not-utf-8", found=content[error.start : error.end].hex(), right="UTF-8"))
    return texts
