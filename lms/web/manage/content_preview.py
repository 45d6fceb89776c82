"""A file of the library as a chosen person would read it, before it goes live."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from markupsafe import Markup, escape

from lms.library.faults import UNREAD, Fault, Item
from lms.library.operations import edition_of
from lms.policies.queries import Policies, policies_from
from lms.policies.references import PARAMETER, parse, write
from lms.policies.rules import Asked, Clause
from lms.publishing.operations import Checked
from lms.quizzes.compiled import question_from
from lms.quizzes.papers import ready
from lms.quizzes.rules import Question, Quiz, Topic, draw
from lms.web import papertext, reading
from lms.web.citations import cite, place_name
from lms.web.formats import long_day, quantity
from lms.web.manage.parts import scope
from lms.web.papertext import Shown
from lms.web.reading import Reader

TRUE_FALSE = {"true": "对", "false": "错"}


@dataclass(frozen=True)
class Option:
    """An option of an unscored check."""

    text: Markup
    right: bool
    because: Markup


@dataclass(frozen=True)
class Check:
    """An unscored check of a lesson."""

    stem: Markup
    options: Sequence[Option]
    explanation: Markup


@dataclass(frozen=True)
class Page:
    """A page of a lesson and what it rests on."""

    title: str
    html: Markup
    basis: Sequence[str]


@dataclass(frozen=True)
class Asking:
    """A question. Without ``shown`` it has faults, or else it may not be asked on the day."""

    key: str
    stem: str
    has_faults: bool
    shown: Shown | None


@dataclass(frozen=True)
class ClauseText:
    """A clause as it holds on the day, and what it will say from another one."""

    clause: Clause
    words: str | None
    next_on: date | None
    next_words: str


@dataclass(frozen=True)
class Figure:
    """A parameter: the reader's own value as a text shows it, and all values in words."""

    label: str
    explain: str
    own: Markup
    values: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Preview:
    """What a file says to one reader. Only the parts are filled that its kind of file has."""

    title: str = ""
    summary: str = ""
    goals: Sequence[str] = ()
    pages: Sequence[Page] = ()
    checks: Sequence[Check] = ()
    questions: Sequence[Asking] = ()
    clauses: Sequence[ClauseText] = ()
    figures: Sequence[Figure] = ()
    regions: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        """True when nothing of the file could be read."""
        return self == Preview()


def preview(checked: Checked, path: str, reader: Reader) -> Preview:
    """The part of a checked library that stands in one file, in the language that *reader* names.

    What could not be read is left out, and everything when there is no telling where the reader is.
    Questions are drawn the same way each time.
    """
    readable = [item for item in checked.items if item.kind != UNREAD]
    policies = policies_from(readable)
    unread = {item.key for item in checked.items if item.kind == UNREAD}
    if "region" in unread:
        return Preview()
    faults = [fault for fault in checked.faults if fault.path == path]
    maker = _Maker(policies, reader, faults, is_whole=not unread)
    mine = [item for item in readable if item.place.path == path]
    titled = next((item.body for item in mine if item.kind in {"course", "lesson", "quiz", "document"}), {})
    return Preview(
        title=str(titled.get("title", "")),
        summary=str(titled.get("summary", "")),
        goals=_plain(titled.get("goals", ())),
        pages=[maker.page(item) for item in mine if item.kind == "page"],
        checks=[check for item in mine if item.kind == "lesson" for check in maker.checks(item)],
        questions=[maker.question(item, end) for item, end in _with_ends(mine)],
        clauses=[maker.clause(item) for item in mine if item.kind == "clause"],
        figures=[maker.figure(item) for item in mine if item.kind == "parameter"],
        regions=[place_name(maker.policies, item.key) for item in mine if item.kind == "region"],
    )


def _with_ends(items: Sequence[Item]) -> Iterator[tuple[Item, int]]:
    """Questions, each with the line on which the next one begins."""
    questions = [item for item in items if item.kind == "question"]
    ends = [*(item.place.line for item in questions[1:]), sys.maxsize]
    return zip(questions, ends, strict=False)


def _plain(value: object) -> Any:
    """As it comes back from the database."""
    return json.loads(json.dumps(value))


class _Maker:
    """Writes parts of a file for one reader."""

    def __init__(
        self, policies: Policies, reader: Reader, faults: Sequence[Fault], *, is_whole: bool
    ) -> None:
        self.policies = policies
        self.reader = reader
        self._faults = faults
        self._is_whole = is_whole

    def _html(self, html: str) -> Markup:
        known = PARAMETER.sub(lambda match: match[0] if self._is_known(match[1]) else f"〔{match[1]}〕", html)
        return reading.drafted(known, self.policies, self.reader)

    def _is_known(self, reference: str) -> bool:
        try:
            asked = parse(reference)
        except ValueError:
            return False
        return asked.name in self.policies.parameters

    def text(self, words: object) -> Markup:
        return self._html(str(escape(str(words))))

    def page(self, item: Item) -> Page:
        keys = [key for key in _plain(item.body["clauses"]) if key in self.policies.clauses]
        basis = [one.line for one in cite(self.policies, keys, self.reader.day)]
        return Page(str(item.body["title"]), self._html(str(item.body["html"])), basis)

    def checks(self, item: Item) -> Iterator[Check]:
        for check in _plain(item.body["checks"]):
            options = [
                Option(
                    self.text(TRUE_FALSE.get(one["text"], one["text"])),
                    one["right"],
                    self.text(one["because"]),
                )
                for one in check["options"]
            ]
            yield Check(self.text(check["stem"]), options, self.text(check["explanation"]))

    def question(self, item: Item, following: int) -> Asking:
        """A question that ends before the line *following*."""
        found = question_from(item.key, edition_of(item), _plain(item.body))
        has_faults = any(item.place.line <= fault.line < following for fault in self._faults)
        has_faults |= found.numeric is not None and not self._is_whole
        return Asking(item.key, found.stem, has_faults, None if has_faults else self._drawn(found))

    def _drawn(self, question: Question) -> Shown | None:
        may_be_asked = ready(question, self.policies, self.reader.day)
        if may_be_asked is None:
            return None
        only = Topic(question.topic, "", "", 1)
        bank = Quiz(question.quiz, "", "", "", 1, (only,), (question,))
        drawn = draw(bank, [may_be_asked], {}, Random(question.id))[0]
        return papertext.drafted(question, drawn)

    def clause(self, item: Item) -> ClauseText:
        clause = self.policies.clauses[item.key]
        coming = clause.announced(self.reader.day)
        words = clause.words_on(self.reader.day)
        return ClauseText(clause, words, coming.on if coming else None, coming.text if coming else "")

    def figure(self, item: Item) -> Figure:
        parameter = self.policies.parameters[item.key]
        english = self.reader.language == "en"
        own = reading.drafted(f"[[{write(Asked(item.key))}]]", self.policies, self.reader)
        values = [
            (
                scope(self.policies, one.region, one.status, one.level),
                quantity(one.value, parameter.unit),
                long_day(one.since) if one.since else "",
            )
            for one in parameter.values
        ]
        return Figure(parameter.label_en if english else parameter.label, parameter.explain, own, values)
