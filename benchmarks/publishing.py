"""Publishing a library of 500 lessons and 3,000 questions: checked, compared with the live one, stored."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask_migrate import upgrade

from benchmarks.installation import application
from lms.kernel.clock import china_date, now
from lms.kernel.database import session, unit_of_work
from lms.kernel.settings import ROOT
from lms.publishing.files import files_below
from lms.publishing.operations import check, publish
from lms.publishing.queries import difference

LESSONS, QUESTIONS = 500, 3000
_COURSE = "onboarding"
_FOLDER, _BANK = f"content/courses/{_COURSE}/", f"quizzes/{_COURSE}.yaml"
_QUESTION = re.compile(r"^  - id: ", re.MULTILINE)


@dataclass(frozen=True)
class Published:
    """How big the library was, and the seconds of each step."""

    lessons: int
    questions: int
    check: float
    difference: float
    store: float

    @property
    def seconds(self) -> float:
        """All steps together."""
        return self.check + self.difference + self.store


def big_library() -> dict[str, bytes]:
    """The real library with one of its courses and banks copied until it is big enough."""
    files = files_below(ROOT)
    lessons = sum(path.startswith(_FOLDER) and path.endswith(".md") for path in files)
    questions = len(_QUESTION.findall(files[_BANK].decode()))
    copies = max(-(-LESSONS // lessons), -(-QUESTIONS // questions))
    for number in range(copies):
        files |= _copy(files, f"copy-{number}")
    return files


def _copy(files: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    texts = {
        path.replace(_COURSE, name): _named(content.decode(), name)
        for path, content in files.items()
        if path.startswith(_FOLDER) or path == _BANK
    }
    bank = f"quizzes/{name}.yaml"
    texts[bank] = _QUESTION.sub(f"  - id: {name}-", texts[bank])
    return {path: text.encode() for path, text in texts.items()}


def _named(text: str, name: str) -> str:
    return re.sub(rf"^(id|course|quiz): {_COURSE}$", rf"\1: {name}", text, flags=re.MULTILINE)


def publishing(folder: Path) -> Published:
    """Publish it over the real library, on a database in *folder*."""
    app = application(folder)
    with app.app_context():
        upgrade()
        day, at = china_date(now()), now()
        with unit_of_work():
            publish(check(files_below(ROOT), day=day), author_id=None, at=at)
        files = big_library()
        start = time.perf_counter()
        checked = check(files, day=day)
        after_check = time.perf_counter()
        difference(checked.items)
        session().rollback()
        after_difference = time.perf_counter()
        with unit_of_work():
            publish(checked, author_id=None, at=at)
        end = time.perf_counter()
    kinds = [item.kind for item in checked.items]
    return Published(
        lessons=kinds.count("lesson"),
        questions=kinds.count("question"),
        check=after_check - start,
        difference=after_difference - after_check,
        store=end - after_difference,
    )


def print_publishing(folder: Path) -> None:
    """The figure and its parts."""
    found = publishing(folder)
    parts = f"check {found.check:.2f}, difference {found.difference:.2f}, store {found.store:.2f}"
    size = f"{found.lessons} lessons, {found.questions} questions"
    print(f"publishing a big library         {found.seconds:6.2f} s      (promised ≤ 5 s; {parts}; {size})")
