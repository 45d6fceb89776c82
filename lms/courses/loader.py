"""Reads ``content/courses/<course>/course.yaml`` and the lessons beside it, and the paths over them."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import Field

from lms.courses.lessons import Key, LessonItems, load_lesson
from lms.courses.paths import load_paths
from lms.courses.plainness import long_sentences
from lms.courses.questions import Words
from lms.courses.rules import CourseKind, Form
from lms.courses.writing import Writing
from lms.library.faults import Fault, Item, Place, unread
from lms.library.yaml import Document, Shape, parse, shaped
from lms.people.models import Audience
from lms.policies.queries import Policies


class CourseShape(Shape):
    """``course.yaml``."""

    id: Key
    title: Words
    title_en: Words
    summary: Words
    audiences: Annotated[list[Audience], Field(min_length=1)]
    kind: CourseKind
    form: Form
    mandatory: bool
    goals: Annotated[list[Words], Field(min_length=1)]
    #: Empty in a delta unit that ends with an acknowledgement.
    quiz: Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9-]*)?$")]

    @property
    def is_unit(self) -> bool:
        """True for a delta unit, which may be shorter than a course."""
        return self.kind is CourseKind.DELTA


def load(texts: Mapping[str, str], policies: Policies, faults: list[Fault]) -> list[Item]:
    """Items of kind ``course``, ``lesson``, ``page`` and ``path``; everything wrong goes to *faults*."""
    writing = Writing(policies, faults)
    items: list[Item] = []
    for folder, lessons in sorted(_folders(texts).items()):
        items += _course(PurePosixPath(folder), lessons, texts, writing)
    return items + load_paths(texts, items, faults)


def _folders(texts: Iterable[str]) -> dict[str, list[str]]:
    """Course folder → the paths of its lessons in their order."""
    folders: dict[str, list[str]] = {}
    for path in map(PurePosixPath, sorted(texts)):
        if path.match("content/courses/*/course.yaml"):
            folders.setdefault(str(path.parent), [])
        elif path.match("content/courses/*/*.md"):
            folders.setdefault(str(path.parent), []).append(str(path))
    return folders


def _course(
    folder: PurePosixPath, lesson_paths: list[str], texts: Mapping[str, str], writing: Writing
) -> list[Item]:
    path = str(folder / "course.yaml")
    if path not in texts:
        writing.faults.append(Place(path).fault("missing-file", found=path))
    document = parse(path, texts[path], writing.faults) if path in texts else None
    shape = shaped(CourseShape, document, writing.faults) if document else None
    if document is None or shape is None:
        return [unread(f"course:{folder.name}", Place(path))]
    if not lesson_paths:
        right = f"{folder}/01-….md"
        writing.faults.append(document.at().fault("no-lessons", found=folder.name, right=right))
    _check_head(folder.name, shape, document, writing)
    read = (
        load_lesson(folder.name, lesson, texts[lesson], writing, is_unit=shape.is_unit)
        for lesson in lesson_paths
    )
    lessons = [lesson for lesson in read if lesson]
    whole = bool(lesson_paths) and len(lessons) == len(lesson_paths) and all(one.whole for one in lessons)
    gaps = [] if whole else [unread(f"page:{folder.name}", document.at())]
    _unique(lessons, writing.faults)
    if shape.form is Form.EASY and not shape.is_unit:  # a unit quotes what the old and the new rule say
        for lesson_path in lesson_paths:
            writing.faults += long_sentences(lesson_path, texts[lesson_path])
    body = shape.model_dump(mode="json", exclude={"id"})
    body["lessons"] = [lesson.lesson.key for lesson in lessons]
    course = Item("course", folder.name, body, document.at("id"), parts={"quiz": document.at("quiz")})
    pages = [page for lesson in lessons for page in lesson.pages]
    return [course, *(one.lesson for one in lessons), *pages, *gaps]


def _check_head(name: str, shape: CourseShape, document: Document, writing: Writing) -> None:
    """What the shape alone cannot tell about ``course.yaml``."""
    if shape.id != name:
        writing.faults.append(document.at("id").fault("name-differs", found=shape.id, right=name))
    for key, text in [("title", shape.title), ("summary", shape.summary)]:
        writing.refuse_hand_written(text, document.at(key))
    for number, goal in enumerate(shape.goals):
        writing.refuse_hand_written(goal, document.at("goals", number))
    if shape.mandatory and Audience.RETIREE in shape.audiences and shape.form is not Form.EASY:
        place = document.at("form")
        writing.faults.append(place.fault("no-easy-form", found=shape.title, right=Form.EASY.value))
    if not shape.quiz and not shape.is_unit:
        place, unit = document.at("quiz"), CourseKind.DELTA.value
        writing.faults.append(place.fault("needs-quiz", found=shape.kind.value, right=unit))


def _unique(lessons: list[LessonItems], faults: list[Fault]) -> None:
    """Lesson, page and check are each named once in a course: what people did is kept under the name."""
    seen: dict[tuple[str, str], Place] = {}
    for lesson in lessons:
        named = [(item.kind, item.key, item.place) for item in (lesson.lesson, *lesson.pages)]
        named += [("check", key, place) for key, place in lesson.checks]
        for kind, key, place in named:
            before = seen.setdefault((kind, key), place)
            if before is not place:
                right = f"{before.path}:{before.line}"
                faults.append(place.fault("key-exists", found=key, right=right))
