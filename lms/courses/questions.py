"""The shape of a question with options, shared by in-lesson checks and question banks."""

from typing import Annotated, Literal

from pydantic import Field

from lms.library.faults import Fault
from lms.library.yaml import Document, Shape

Words = Annotated[str, Field(min_length=1)]
MOST_OPTIONS = 6


class OptionShape(Shape):
    """One option and the reason why it is right or wrong."""

    text: Words
    because: Words
    right: bool = False


def check_options(
    kind: Literal["single", "multiple"],
    options: list[OptionShape],
    document: Document,
    where: tuple[str | int, ...],
    faults: list[Fault],
) -> None:
    """Faults of a list of options: how many are right, and texts that stand there twice."""
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
