"""From an author's Markdown to safe HTML whose ``[[parameters]]`` are left to be filled in for the reader."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import markdown
import nh3

from lms.library.faults import Fault, Place
from lms.policies.queries import Policies
from lms.policies.references import PARAMETER, BadReference, read, write
from lms.policies.rules import Asked, Level, Unit, Why

EXTENSIONS = ("tables", "admonition", "sane_lists", "pymdownx.details")
TAGS = {
    "p", "ul", "ol", "li", "strong", "em", "blockquote", "br", "div", "details", "summary",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"div": {"class"}, "details": {"class"}, "p": {"class"}, "td": {"align"}, "th": {"align"}}
SHOWN = "**…** / - … / 1. … / | … | / > …"
"""What a text may be made of besides paragraphs, named to whoever uses something else."""
BOXES = ("warning", "example", "correction", "note")
_TAG = re.compile(r"<([a-z][a-z0-9]*)")
_BOX = re.compile(r'<(?:div class="admonition|details class=")\s*([^"]*)"')
_SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)
_PARAGRAPH = re.compile(r'<p(?: class="([^"]*)")?>(.*?)</p>', re.DOTALL)
_WRITTEN = {
    Unit.YUAN: "元",
    Unit.YUAN_PER_YEAR: "元",
    Unit.YUAN_PER_MONTH: "元",
    Unit.PERCENT: "%",
    Unit.PERCENTAGE_POINTS: "个百分点",
    Unit.DAYS: "日",
    Unit.WORKDAYS: "个工作日",
    Unit.MONTHS: "个月",
    Unit.MULTIPLE: "倍",
}
_SAME = {"％": "%", "天": "日"}
_HAND_WRITTEN = re.compile(
    rf"(?<![\d.\[{{月])(\d[\d,]*(?:\.\d+)?)\s*({'|'.join(sorted({*_WRITTEN.values(), *_SAME}))})"
)
"""A number with its unit, but not the day of a date (11月30日)."""
_HIDDEN = {"[[": "\ue000", "]]": "\ue001"}
"""What stands for the brackets while Markdown reads the text, which would take ``[[…]](…)`` for a link."""


class Writing:
    """Turns texts of one library into HTML and collects what they refer to and what is wrong with them."""

    def __init__(self, policies: Policies, faults: list[Fault]) -> None:
        self.policies = policies
        self.faults = faults
        self._regions = policies.regions_by_name()
        self._markdown = markdown.Markdown(extensions=list(EXTENSIONS), output_format="html")
        self._known = self._values_by_unit()

    def html(self, text: str, place: Place) -> str:
        """Safe HTML of a Markdown text that begins at *place*; parameters become canonical placeholders.

        A paragraph with a parameter is a ``<div class="p">``, because the reader gets a ``<details>`` there.
        """
        hidden = self.canonical(text, place)
        for bracket, stand_in in _HIDDEN.items():
            hidden = hidden.replace(bracket, stand_in)
        self._markdown.reset()
        marked_up = self._markdown.convert(hidden)
        for bracket, stand_in in _HIDDEN.items():
            marked_up = marked_up.replace(stand_in, bracket)
        self._refuse_unshown(marked_up, place)
        return _PARAGRAPH.sub(_with_room, nh3.clean(marked_up, tags=TAGS, attributes=ATTRIBUTES))

    def canonical(self, text: str, place: Place, *, any_number: bool = False) -> str:
        """The text with every ``[[…]]`` checked and written canonically.

        *any_number* is for wrong options, which may hold numbers that happen to be right elsewhere.
        """
        if not any_number:
            self.refuse_hand_written(text, place)

        def replace(match: re.Match[str]) -> str:
            asked = self.asked(match[1], _within(place, text, match.start()))
            return f"[[{write(asked)}]]" if asked else match[0]

        return PARAMETER.sub(replace, text)

    def asked(self, inside: str, place: Place) -> Asked | None:
        """What ``[[inside]]`` asks for; a fault and ``None`` when it cannot be understood."""
        try:
            asked = read(inside, self._regions)
        except BadReference as error:
            if "region" not in self.policies.unread:
                self.faults.append(place.fault("bad-reference", found=error.args[0], right=error.args[1]))
            return None
        fault = self._misfit(asked, place)
        if fault is not None:
            self.faults.append(fault)
        is_there = fault is None and asked.name in self.policies.parameters
        return asked if is_there else None

    def _misfit(self, asked: Asked, place: Place) -> Fault | None:
        """Why there can be no answer to what is asked; nothing about a parameter that could not be read."""
        parameter = self.policies.parameters.get(asked.name)
        if parameter is None:
            if {"parameter", f"parameter:{asked.name}"} & self.policies.unread:
                return None
            topic = asked.name.split(".")[0]
            close = [name for name in self.policies.parameters if name.split(".")[0] == topic]
            right = " / ".join(close or self.policies.parameters)
            return place.fault("no-such-parameter", found=asked.name, right=right)
        if not {asked.level, Level.ANY} & {value.level for value in parameter.values}:
            right = " / ".join(sorted({f"level={value.level}" for value in parameter.values}))
            return place.fault("no-such-level", found=asked.level, right=right)
        if self._lacks(asked):
            return place.fault("no-value", found=write(asked), right=self.policies.slots(asked.name))
        return None

    def _lacks(self, asked: Asked) -> bool:
        """Whether there never is a value for the place and the people that a text names itself."""
        missing = self.policies.answer(asked, date.max).missing if asked.region else None
        return missing is not None and (asked.is_explicit or missing is Why.REGION)

    def clause(self, key: str, place: Place) -> None:
        """A fault when the release has no such clause."""
        document = key.split("#")[0]
        unread = {f"clause:{key}", f"clause:{document}"} & self.policies.unread
        if key not in self.policies.clauses and not unread:
            same = [found for found in self.policies.clauses if found.split("#")[0] == document]
            right = " / ".join(same or self.policies.documents)
            self.faults.append(place.fault("no-such-clause", found=key, right=right))

    def refuse_hand_written(self, text: str, place: Place) -> None:
        """A number with its unit that equals a parameter's value must be a reference to the parameter."""
        for match in _HAND_WRITTEN.finditer(text):
            unit = _SAME.get(match[2], match[2])
            name = self._known.get((unit, Decimal(match[1].replace(",", ""))))
            if name:
                where = _within(place, text, match.start())
                self.faults.append(where.fault("number-by-hand", found=match[0], right=f"[[{name}]]"))

    def _refuse_unshown(self, marked_up: str, place: Place) -> None:
        """What would be dropped, or shown wrongly, is a fault: nothing of a text is lost in silence."""
        for tag in sorted(set(_TAG.findall(marked_up)) - TAGS):
            self.faults.append(place.fault("not-allowed", found=f"<{tag}>", right=SHOWN))
        for box in _BOX.findall(marked_up):
            if box not in BOXES:
                self.faults.append(place.fault("not-allowed", found=box, right=" / ".join(BOXES)))
        for summary in _SUMMARY.findall(marked_up):
            if match := PARAMETER.search(summary):
                self.faults.append(place.fault("not-allowed", found=match[0], right='??? note "…"'))

    def _values_by_unit(self) -> Mapping[tuple[str, Decimal], str]:
        known: dict[tuple[str, Decimal], str] = {}
        for parameter in self.policies.parameters.values():
            if unit := _WRITTEN.get(parameter.unit):
                for value in parameter.values:
                    known.setdefault((unit, value.value), parameter.name)
        return known


def references_in(html: str) -> Iterator[tuple[str, str]]:
    """The parameters that a compiled text refers to, as references of its item."""
    for match in PARAMETER.finditer(html):
        yield ("parameter", match[1].split("/")[0])


def _with_room(paragraph: re.Match[str]) -> str:
    if not PARAMETER.search(paragraph[2]):
        return paragraph[0]
    name = f"{paragraph[1]} p" if paragraph[1] else "p"
    return f'<div class="{name}">{paragraph[2]}</div>'


def _within(place: Place, text: str, offset: int) -> Place:
    before = text[:offset]
    line = before.count("\n")
    column = offset - (before.rfind("\n") + 1)
    return Place(place.path, place.line + line, (place.column if line == 0 else 1) + column)
