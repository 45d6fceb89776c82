"""Reads ``content/paths/<path>.yaml``: courses that belong together, in their order."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import Field

from lms.courses.lessons import Key
from lms.courses.questions import Words
from lms.courses.rules import CourseKind
from lms.library.faults import UNREAD, Fault, Item
from lms.library.yaml import Document, Shape, parse, shaped


class PathShape(Shape):
    """A file of a path. Each person gets the courses that are written for their audience."""

    id: Key
    title: Words
    title_en: Words
    courses: Annotated[list[Key], Field(min_length=1)]


def load_paths(texts: Mapping[str, str], courses: list[Item], faults: list[Fault]) -> list[Item]:
    """Items of kind ``path``; everything wrong goes to *faults*. *courses* are the items of the courses."""
    known = [item.key for item in courses if item.kind == "course" and item.body["kind"] != CourseKind.DELTA]
    doubtful = {item.key for item in courses if item.kind == UNREAD}
    items: list[Item] = []
    for path, text in sorted(texts.items()):
        if not PurePosixPath(path).match("content/paths/*.yaml"):
            continue
        document = parse(path, text, faults)
        shape = shaped(PathShape, document, faults) if document else None
        if document is None or shape is None:
            continue
        if shape.id != PurePosixPath(path).stem:
            right = PurePosixPath(path).stem
            faults.append(document.at("id").fault("wrong-value", found=shape.id, right=right))
        _check_courses(shape, document, known, doubtful, faults)
        body = shape.model_dump(mode="json", exclude={"id"})
        items.append(Item("path", shape.id, body, document.at("id")))
    return items


def _check_courses(
    shape: PathShape, document: Document, known: list[str], doubtful: set[str], faults: list[Fault]
) -> None:
    for number, name in enumerate(shape.courses):
        place = document.at("courses", number)
        if name not in known and f"course:{name}" not in doubtful:
            faults.append(place.fault("no-such-course", found=name, right=" / ".join(known)))
        if name in shape.courses[:number]:
            faults.append(place.fault("key-twice", found=name))
