"""Questions with options as they are written in files: in-lesson checks and question banks share them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from lms.courses.writing import Writing
from lms.library.faults import Fault, Place
from lms.library.yaml import Document, Shape

Words = Annotated[str, Field(min_length=1)]
MOST_OPTIONS = 6


class OptionShape(Shape):
    """One option and the reason why it is right or wrong."""

    text: Words
    because: Words
    right: bool = False


@dataclass(frozen=True)
class Offered:
    """An option and the places of its words."""

    option: OptionShape
    text_at: Place
    because_at: Place


def listed(
    kind: Literal["single", "multiple"],
    options: Sequence[OptionShape],
    document: Document,
    where: tuple[str | int, ...],
    faults: list[Fault],
) -> list[Offered]:
    """Options written one by one under *where*.

    Faults are how many there are, how many are right, and texts that stand there twice.
    """
    right = sum(option.right for option in options)
    place = document.at(*where)
    if kind == "single" and right != 1:
        faults.append(place.fault("right-options", found=right, right="1"))
    if kind == "multiple" and not 2 <= right < len(options):
        faults.append(place.fault("right-options", found=right, right=f"2–{max(2, len(options) - 1)}"))
    if not 2 <= len(options) <= MOST_OPTIONS:
        faults.append(place.fault("option-count", found=len(options), right=f"2–{MOST_OPTIONS}"))
    texts = [option.text for option in options]
    for number, text in enumerate(texts):
        if text in texts[:number]:
            faults.append(document.at(*where, number).fault("option-twice", found=text))
    return [
        Offered(option, document.at(*where, number, "text"), document.at(*where, number, "because"))
        for number, option in enumerate(options)
    ]


def judged(
    *, answer: bool, reasons: tuple[str, str], document: Document, where: tuple[str | int, ...]
) -> list[Offered]:
    """The two options of a statement; ``true`` and ``false`` are shown in the reader's language.

    *reasons* stand under *where* as ``because_true`` and ``because_false``.
    """
    texts = ("true", "false")
    return [
        Offered(
            OptionShape(text=text, because=because or text, right=right),
            document.at(*where, f"because_{text}"),
            document.at(*where, f"because_{text}"),
        )
        for text, because, right in zip(texts, reasons, (answer, not answer), strict=True)
    ]


def compiled(options: Sequence[Offered], writing: Writing) -> list[dict[str, object]]:
    """The options as plain JSON with canonical references."""
    return [
        {
            "text": writing.canonical(one.option.text, one.text_at, any_number=not one.option.right),
            "right": one.option.right,
            "because": writing.canonical(one.option.because, one.because_at, any_number=True),
        }
        for one in options
    ]
