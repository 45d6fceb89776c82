"""Reads ``content/courses/<course>/course.yaml`` and the lessons beside it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Field

from lms.courses.questions import OptionShape, check_options
from lms.courses.rules import CourseKind, Form, PageKind
from lms.courses.writing import Writing, references_in
from lms.library.faults import Fault, Item, Place
from lms.library.yaml import Document, Shape, entries, parse, shaped
from lms.people.models import Audience
from lms.policies.queries import Policies

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Words = Annotated[str, Field(min_length=1)]
_HEADING = re.compile(r"^# +(?P<title>.+?) +\{#(?P<slug>[a-z0-9][a-z0-9-]*)\}\s*$")
_DIRECTIVE = re.compile(r"^@(?P<name>\w+)(?: +(?P<value>.*))?$")
_CHECK_OPENS, _FENCE = "```check", "```"
SHORTEST, LONGEST = 3, 5
"""Minutes of a lesson. Source: training system document, section on delivery (micro-courses of 3–5 minutes)."""


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
    quiz: Key


class LessonShape(Shape):
    """Front matter of a lesson."""

    id: Key
    title: Words
    kind: PageKind
    minutes: Annotated[int, Field(ge=SHORTEST, le=LONGEST)]


class CheckShape(Shape):
    """A question inside a lesson."""

    id: Key
    type: Literal["single", "multiple", "truefalse"]
    stem: Words
    page: Key
    options: list[OptionShape] = Field(default_factory=list)
    answer: bool | None = None
    because_true: str = ""
    because_false: str = ""
    explanation: Words


@dataclass(frozen=True)
class _Part:
    """Consecutive lines of a file."""

    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def load(texts: Mapping[str, str], policies: Policies, faults: list[Fault]) -> list[Item]:
    """Items of kind ``course``, ``lesson`` and ``page``; everything wrong goes to *faults*."""
    writing = Writing(policies, faults)
    items: list[Item] = []
    for path, text in sorted(texts.items()):
        if PurePosixPath(path).match("content/courses/*/course.yaml"):
            items += _course(PurePosixPath(path).parent, path, text, texts, writing)
    return items


def _course(
    folder: PurePosixPath, path: str, text: str, texts: Mapping[str, str], writing: Writing
) -> list[Item]:
    document = parse(path, text, writing.faults)
    shape = shaped(CourseShape, document, writing.faults) if document else None
    if document is None or shape is None:
        return []
    if shape.id != folder.name:
        writing.faults.append(document.at("id").fault("name-differs", found=shape.id, right=folder.name))
    lessons: list[Item] = []
    pages: list[Item] = []
    for lesson_path in sorted(texts):
        if PurePosixPath(lesson_path).match(f"{folder}/*.md"):
            lesson, its_pages = _lesson(shape.id, lesson_path, texts[lesson_path], writing)
            lessons += lesson
            pages += its_pages
    if not lessons:
        writing.faults.append(document.at().fault("no-lessons", found=shape.id, right=f"{folder}/01-….md"))
    _unique([*lessons, *pages], writing.faults)
    body = shape.model_dump(mode="json", exclude={"id"}) | {"lessons": [item.key for item in lessons]}
    return [Item("course", shape.id, body, document.at()), *lessons, *pages]


def _unique(items: list[Item], faults: list[Fault]) -> None:
    seen: dict[str, Item] = {}
    for item in items:
        before = seen.setdefault(item.key, item)
        if before is not item:
            faults.append(item.place.fault("key-exists", found=item.key, right=f"{before.place.path}:{before.place.line}"))


def _lesson(course: str, path: str, text: str, writing: Writing) -> tuple[list[Item], list[Item]]:
    lines = text.split("\n")
    front, rest = _front_matter(path, lines, writing.faults)
    document = parse(path, front.text, writing.faults, first_line=front.line) if front else None
    shape = shaped(LessonShape, document, writing.faults) if document else None
    if document is None or shape is None or rest is None:
        return [], []
    key = f"{course}/{shape.id}"
    body_part, check_part = _without_check(rest)
    pages = [page for part in _pages(path, body_part, writing.faults) if (page := _page(key, path, part, writing))]
    slugs = [page.key.split("#")[1] for page in pages]
    checks, references = _checks(path, check_part, slugs, writing)
    body = shape.model_dump(mode="json", exclude={"id"})
    body |= {"course": course, "pages": [page.key for page in pages], "checks": checks}
    return [Item("lesson", key, body, document.at("id"), frozenset(references))], pages


def _front_matter(path: str, lines: list[str], faults: list[Fault]) -> tuple[_Part | None, _Part | None]:
    if lines[0].strip() != "---" or "---" not in (line.strip() for line in lines[1:]):
        faults.append(Place(path).fault("no-front-matter", found=lines[0], right="--- … ---"))
        return None, None
    end = next(number for number, line in enumerate(lines[1:], 1) if line.strip() == "---")
    return _Part(2, tuple(lines[1:end])), _Part(end + 2, tuple(lines[end + 1 :]))


def _without_check(part: _Part) -> tuple[_Part, _Part | None]:
    """The pages, and the inside of the check block that ends the file."""
    opens = [number for number, line in enumerate(part.lines) if line.strip() == _CHECK_OPENS]
    if not opens:
        return part, None
    start = opens[0] + 1
    closes = [number for number, line in enumerate(part.lines) if line.strip() == _FENCE and number >= start]
    end = closes[0] if closes else len(part.lines)
    return _Part(part.line, part.lines[: opens[0]]), _Part(part.line + start, part.lines[start:end])


def _pages(path: str, part: _Part, faults: list[Fault]) -> list[_Part]:
    starts = [number for number, line in enumerate(part.lines) if line.startswith("# ")]
    before = part.lines[: starts[0]] if starts else part.lines
    for number, line in enumerate(before):
        if line.strip():
            faults.append(Place(path, part.line + number).fault("no-heading", found=line, right="# … {#…}"))
            break
    if not starts:
        faults.append(Place(path, part.line).fault("no-pages", right="# … {#…}"))
    ends = [*starts[1:], len(part.lines)]
    return [
        _Part(part.line + start, part.lines[start:end]) for start, end in zip(starts, ends, strict=True)
    ]


def _page(lesson: str, path: str, part: _Part, writing: Writing) -> Item | None:
    heading = _HEADING.match(part.lines[0])
    place = Place(path, part.line)
    if heading is None:
        writing.faults.append(place.fault("bad-heading", found=part.lines[0], right="# … {#…}"))
        return None
    kind, clauses, text_starts = _directives(path, part, writing)
    body: dict[str, object] = {
        "title": heading["title"],
        "kind": kind,
        "clauses": clauses,
        "html": writing.html("\n".join(part.lines[text_starts:]), Place(path, part.line + text_starts)),
    }
    references = {("clause", clause) for clause in clauses} | set(references_in(str(body["html"])))
    return Item("page", f"{lesson}#{heading['slug']}", body, place, frozenset(references))


def _directives(path: str, part: _Part, writing: Writing) -> tuple[str, list[str], int]:
    kind, clauses = "", list[str]()
    number = 1
    while number < len(part.lines) and (match := _DIRECTIVE.match(part.lines[number])):
        place = Place(path, part.line + number)
        value = match["value"] or ""
        if match["name"] == "kind" and value in list(PageKind):
            kind = value
        elif match["name"] == "kind":
            writing.faults.append(place.fault("not-allowed", found=value, right=" / ".join(PageKind)))
        elif match["name"] == "clauses":
            clauses = [clause.strip() for clause in value.split(",") if clause.strip()]
            for clause in clauses:
                writing.clause(clause, place)
        else:
            writing.faults.append(place.fault("unknown-key", found=f"@{match['name']}", right="@kind / @clauses"))
        number += 1
    here = Place(path, part.line)
    if not kind:
        writing.faults.append(here.fault("missing-key", found="@kind", right=" / ".join(PageKind)))
    if not clauses:
        writing.faults.append(here.fault("no-source", found=part.lines[0], right="@clauses …"))
    return kind, clauses, number


def _checks(
    path: str, part: _Part | None, slugs: list[str], writing: Writing
) -> tuple[list[dict[str, object]], set[tuple[str, str]]]:
    document = parse(path, part.text, writing.faults, first_line=part.line) if part else None
    if document is None:
        if part is None:
            writing.faults.append(Place(path).fault("no-check", right=_CHECK_OPENS))
        return [], set()
    checks = [
        check
        for number in entries(document, writing.faults)
        if (check := _check(document, number, slugs, writing)) is not None
    ]
    references = {reference for check in checks for reference in references_in(str(check))}
    return checks, references


def _check(document: Document, number: int, slugs: list[str], writing: Writing) -> dict[str, object] | None:
    shape = shaped(CheckShape, document, writing.faults, number)
    if shape is None:
        return None
    if shape.page not in slugs:
        place = document.at(number, "page")
        writing.faults.append(place.fault("no-such-page", found=shape.page, right=" / ".join(slugs)))
    options = shape.options
    if shape.type == "truefalse":
        if shape.answer is None or not shape.because_true or not shape.because_false:
            right = "answer, because_true, because_false"
            writing.faults.append(document.at(number).fault("missing-key", found=right))
            return None
        options = true_false_options(answer=shape.answer, because_true=shape.because_true, because_false=shape.because_false)
    else:
        check_options(shape.type, options, document, (number, "options"), writing.faults)
    place = document.at(number, "stem")
    return {
        "id": shape.id,
        "type": shape.type,
        "stem": writing.canonical(shape.stem, place),
        "page": shape.page,
        "options": [_option(option, writing, place) for option in options],
        "explanation": writing.canonical(shape.explanation, document.at(number, "explanation")),
    }


def true_false_options(*, answer: bool, because_true: str, because_false: str) -> list[OptionShape]:
    """The two options of a statement to be judged; ``true`` and ``false`` are shown in the reader's language."""
    return [
        OptionShape(text="true", right=answer, because=because_true),
        OptionShape(text="false", right=not answer, because=because_false),
    ]


def _option(option: OptionShape, writing: Writing, place: Place) -> dict[str, object]:
    return {
        "text": writing.canonical(option.text, place, any_number=not option.right),
        "right": option.right,
        "because": writing.canonical(option.because, place, any_number=True),
    }
