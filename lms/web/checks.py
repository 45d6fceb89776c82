"""The unscored questions of a lesson, asked and then explained."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import request
from flask_babel import gettext
from markupsafe import Markup

from lms.courses import operations
from lms.courses.rules import Check, Option
from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.web import reading
from lms.web.guard import asker
from lms.web.lessons import Room, number_of
from lms.web.reading import Reader

LONGEST_NUMBER = 2
"""Digits of the number of an option; longer ones are no number of ours."""


@dataclass(frozen=True)
class ShownOption:
    """An option; ``state`` as the ``choice`` macro takes it, ``because`` only once it is to be read."""

    number: int
    text: Markup | str
    is_chosen: bool
    state: str = ""
    because: Markup | str = ""


@dataclass(frozen=True)
class CheckView:
    """A check as it is shown: to be answered, or judged with its reasons."""

    room: Room
    number: int
    check: Check
    options: tuple[ShownOption, ...]
    is_judged: bool
    is_right: bool

    @property
    def stem(self) -> Markup:
        """The question, for a heading."""
        return reading.span(asker().release_id, self.check.stem, reading.present_reader())

    @property
    def explanation(self) -> Markup:
        """Why it is so, with sources of its numbers."""
        return reading.rich(asker().release_id, self.check.explanation, reading.present_reader())

    @property
    def page_number(self) -> int:
        """The page that explains it."""
        return number_of(self.room, self.check.page)

    @property
    def basis(self) -> tuple[str, ...]:
        """Documents and articles that the page rests on."""
        page = self.room.lesson.pages[self.page_number - 1]
        return reading.page(asker().release_id, page.key, reading.present_reader()).basis

    @property
    def right_count(self) -> int:
        """How many options are right."""
        return sum(option.right for option in self.check.options)

    @property
    def is_last(self) -> bool:
        """True when the lesson ends behind it."""
        return self.number == len(self.room.lesson.checks)


def check_view(room: Room, number: int) -> CheckView:
    """A check for the asker; ``?chosen=0,2`` in the address shows the reasons. Raises ``NotFound``."""
    check = _numbered(room, number)
    chosen = _chosen(check, request.args.get("chosen", "").split(","))
    reader = reading.present_reader()
    options = tuple(
        _shown(option, at, check=check, chosen=chosen, reader=reader)
        for at, option in enumerate(check.options)
    )
    return CheckView(room, number, check, options, bool(chosen), check.is_right(chosen))


def answer(room: Room, number: int) -> str | None:
    """Record the asker's answer; returns where its reasons are, or ``None`` when nothing was chosen.

    A check that has changed since it was shown is asked again.
    """
    check = _numbered(room, number)
    if request.form.get("edition", room.lesson.edition) != room.lesson.edition:
        return room.check_url(number)
    chosen = _chosen(check, request.form.getlist("choice"))
    if not chosen:
        return None
    with unit_of_work():
        operations.answer_check(asker().id, room.lesson, check, chosen=chosen, at=clock.now())
    return room.check_url(number, ",".join(str(one) for one in sorted(chosen)))


def _numbered(room: Room, number: int) -> Check:
    if not 1 <= number <= len(room.lesson.checks):
        raise NotFound(kind="check", key=f"{room.lesson.key}/{number}")
    return room.lesson.checks[number - 1]


def _chosen(check: Check, values: Collection[str]) -> frozenset[int]:
    """The options that *values* name; none when they cannot be an answer to this check."""
    numbers = frozenset(int(value) for value in values if value.isdecimal() and len(value) <= LONGEST_NUMBER)
    known = numbers <= set(range(len(check.options)))
    fits = check.type == "multiple" or len(numbers) == 1
    return numbers if known and fits else frozenset()


def _shown(option: Option, at: int, *, check: Check, chosen: Collection[int], reader: Reader) -> ShownOption:
    release_id = asker().release_id
    text: Markup | str = reading.span(release_id, option.text, reader)
    if check.type == "truefalse":
        text = gettext("True") if option.text == "true" else gettext("False")
    if not chosen:
        return ShownOption(at, text, is_chosen=False)
    is_chosen = at in chosen
    because = reading.span(release_id, option.because, reader) if is_chosen or option.right else ""
    return ShownOption(at, text, is_chosen, _state(option, is_chosen=is_chosen), because)


def _state(option: Option, *, is_chosen: bool) -> str:
    if option.right:
        return "right"
    return "wrong" if is_chosen else "shown"
