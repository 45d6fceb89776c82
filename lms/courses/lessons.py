"""Reads one lesson: front matter, pages, and the check that ends the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from lms.courses.questions import Offered, OptionShape, Words, compiled, judged, listed
from lms.courses.rules import PageKind
from lms.courses.writing import Writing, references_in
from lms.library.faults import Fault, Item, Place
from lms.library.yaml import Document, Shape, entries, parse, shaped

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
SHORTEST, LONGEST = 3, 5
"""Minutes of a lesson. Source: training system document, delivery (micro-courses of 3–5 minutes)."""
_HEADING = re.compile(r"^# +(?P<title>.+?) +\{#(?P<slug>[a-z0-9][a-z0-9-]*)\}\s*$")
_HEADING_FORM = "# … {#…}"
_DIRECTIVE = re.compile(r"^@(?P<name>\w+)(?: +(?P<value>.*))?$")
_CHECK_OPENS, _FENCE = "```check", "```"


class LessonShape(Shape):
    """Front matter of a lesson."""

    id: Key
    title: Words
    kind: PageKind
    minutes: Annotated[int, Field(ge=SHORTEST, le=LONGEST)]


class UnitShape(LessonShape):
    """Front matter of a lesson of a delta unit, which may be a single page."""

    minutes: Annotated[int, Field(ge=1, le=LONGEST)]


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
class LessonItems:
    """What a lesson's file says: the lesson, its pages, and where its checks stand, by id.

    It is not ``whole`` when there are pages that could not be read.
    """

    lesson: Item
    pages: list[Item]
    checks: list[tuple[str, Place]]
    whole: bool


@dataclass(frozen=True)
class _Part:
    """Consecutive lines of a file, the first of them being line *line*."""

    path: str
    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def at(self, number: int) -> Place:
        """The place of the line *number* (from 0) of this part."""
        return Place(self.path, self.line + number)

    def cut(self, start: int, end: int | None = None) -> "_Part":
        return _Part(self.path, self.line + start, self.lines[start:end])


def load_lesson(
    course: str, path: str, text: str, writing: Writing, *, is_unit: bool = False
) -> LessonItems | None:
    """The items of a lesson's file; everything wrong is appended to the faults of *writing*.

    A lesson of a delta unit (*is_unit*) may be short and may stand without a check.
    """
    front, rest = _front_matter(_Part(path, 1, tuple(text.split("\n"))), writing.faults)
    document = parse(path, front.text, writing.faults, first_line=front.line) if front else None
    form = UnitShape if is_unit else LessonShape
    shape = shaped(form, document, writing.faults) if document else None
    if document is None or shape is None or rest is None:
        return None
    writing.refuse_hand_written(shape.title, document.at("title"))
    key = f"{course}/{shape.id}"
    pages_part, check_part = _without_check(rest, writing.faults, is_needed=not is_unit)
    parts = _pages(pages_part, writing.faults)
    pages = [page for part in parts if (page := _page(key, part, writing))]
    whole = len(pages) == len(parts)
    slugs = [page.key.partition("#")[2] for page in pages] if whole else None
    checks = list(_checks(check_part, slugs, writing)) if check_part else []
    body = shape.model_dump(mode="json", exclude={"id"})
    body |= {
        "course": course,
        "pages": [page.key for page in pages],
        "checks": [check for _, check in checks],
    }
    references = frozenset(references_in(str(body["checks"])))
    lesson = Item("lesson", key, body, document.at("id"), references)
    return LessonItems(lesson, pages, [(str(check["id"]), place) for place, check in checks], whole)


def _front_matter(part: _Part, faults: list[Fault]) -> tuple[_Part | None, _Part | None]:
    lines = [line.strip() for line in part.lines]
    if lines[0] != "---" or "---" not in lines[1:]:
        faults.append(part.at(0).fault("no-front-matter", found=lines[0], right="--- … ---"))
        return None, None
    end = lines.index("---", 1)
    return part.cut(1, end), part.cut(end + 1)


def _without_check(part: _Part, faults: list[Fault], *, is_needed: bool) -> tuple[_Part, _Part | None]:
    """The pages, and the inside of the check block that ends the file."""
    lines = [line.strip() for line in part.lines]
    if _CHECK_OPENS not in lines:
        if is_needed:
            faults.append(Place(part.path).fault("no-check", right=_CHECK_OPENS))
        return part, None
    opens = lines.index(_CHECK_OPENS)
    if _FENCE not in lines[opens:]:
        faults.append(part.at(opens).fault("check-not-closed", found=_CHECK_OPENS, right=_FENCE))
        return part.cut(0, opens), None
    closes = lines.index(_FENCE, opens)
    after = next((number for number in range(closes + 1, len(lines)) if lines[number]), None)
    if after is not None:
        faults.append(part.at(after).fault("after-check", found=lines[after], right=_FENCE))
    return part.cut(0, opens), part.cut(opens + 1, closes)


def _pages(part: _Part, faults: list[Fault]) -> list[_Part]:
    starts = [number for number, line in enumerate(part.lines) if line.startswith("# ")]
    before = part.lines[: starts[0]] if starts else part.lines
    stray = next((number for number, line in enumerate(before) if line.strip()), None)
    if stray is not None:
        faults.append(part.at(stray).fault("no-heading", found=before[stray], right=_HEADING_FORM))
    if not starts:
        faults.append(part.at(0).fault("no-pages", right=_HEADING_FORM))
        return []
    ends = [*starts[1:], len(part.lines)]
    return [part.cut(start, end) for start, end in zip(starts, ends, strict=True)]


def _page(lesson: str, part: _Part, writing: Writing) -> Item | None:
    heading = _HEADING.match(part.lines[0])
    if heading is None:
        writing.faults.append(part.at(0).fault("bad-heading", found=part.lines[0], right=_HEADING_FORM))
        return None
    writing.refuse_hand_written(part.lines[0], part.at(0))
    kind, clauses, text_starts = _directives(part, writing)
    html = writing.html(part.cut(text_starts).text, part.at(text_starts))
    body: dict[str, object] = {"title": heading["title"], "kind": kind, "clauses": clauses, "html": html}
    references = {("clause", clause) for clause in clauses} | set(references_in(html))
    return Item("page", f"{lesson}#{heading['slug']}", body, part.at(0), frozenset(references))


def _directives(part: _Part, writing: Writing) -> tuple[str, list[str], int]:
    """Kind and clauses of a page, and the number of the line where its text begins."""
    kind, clauses = "", list[str]()
    number = 1
    while number < len(part.lines) and (match := _DIRECTIVE.match(part.lines[number])):
        place, value = part.at(number), (match["value"] or "").strip()
        if match["name"] == "kind":
            kind = value
            if value not in list(PageKind):
                writing.faults.append(place.fault("not-allowed", found=value, right=" / ".join(PageKind)))
        elif match["name"] == "clauses":
            clauses = [clause.strip() for clause in value.split(",") if clause.strip()]
            for clause in clauses:
                writing.clause(clause, place)
        else:
            right = "@kind / @clauses"
            writing.faults.append(place.fault("unknown-key", found=f"@{match['name']}", right=right))
        number += 1
    if not kind:
        writing.faults.append(part.at(0).fault("missing-key", found="@kind", right=" / ".join(PageKind)))
    if not clauses:
        writing.faults.append(part.at(0).fault("no-source", found=part.lines[0], right="@clauses …"))
    return kind, clauses, number


def _checks(
    part: _Part, slugs: list[str] | None, writing: Writing
) -> Iterator[tuple[Place, dict[str, object]]]:
    """Where each check stands, and the check. *slugs* are the pages, ``None`` when they are not all known."""
    document = parse(part.path, part.text, writing.faults, first_line=part.line)
    if document is None:
        return
    for number in entries(document, writing.faults):
        shape = shaped(CheckShape, document, writing.faults, number)
        if shape is None:
            continue
        if slugs is not None and shape.page not in slugs:
            place = document.at(number, "page")
            writing.faults.append(place.fault("no-such-page", found=shape.page, right=" / ".join(slugs)))
        options = _options(shape, document, number, writing)
        yield document.at(number, "id"), _check(shape, options, document, number, writing)


def _options(shape: CheckShape, document: Document, number: int, writing: Writing) -> list[Offered]:
    if shape.type != "truefalse":
        return listed(shape.type, shape.options, document, (number, "options"), writing.faults)
    reasons = (shape.because_true, shape.because_false)
    given = {"answer": shape.answer is not None, "because_true": reasons[0], "because_false": reasons[1]}
    for key in (key for key, is_given in given.items() if not is_given):
        writing.faults.append(document.at(number).fault("missing-key", found=key))
    return judged(answer=bool(shape.answer), reasons=reasons, document=document, where=(number,))


def _check(
    shape: CheckShape, options: list[Offered], document: Document, number: int, writing: Writing
) -> dict[str, object]:
    return {
        "id": shape.id,
        "type": shape.type,
        "stem": writing.canonical(shape.stem, document.at(number, "stem")),
        "page": shape.page,
        "options": compiled(options, writing),
        "explanation": writing.canonical(shape.explanation, document.at(number, "explanation")),
    }
