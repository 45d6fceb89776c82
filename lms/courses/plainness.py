"""Whether lessons in the easy form are easy to read: their sentences are short."""

import re
from collections.abc import Iterator
from itertools import takewhile

from lms.library.faults import Fault, Place
from lms.policies.references import PARAMETER

LONGEST_SENTENCE = 30
"""Characters from one full stop to the next; a figure counts as one. Source: decision 17."""
_ENDS = re.compile(r"[。！？；]")
_MARKS = re.compile(r"^[>#!|\-\d. ]+(?:(?:warning|example|correction|note) )?|\{#[^}]*\}|[*\"“”「」]")


def long_sentences(path: str, text: str) -> Iterator[Fault]:
    """A fault for each sentence on the pages of a lesson's file that is too long."""
    lines = takewhile(lambda line: not line.startswith("```check"), text.split("\n"))
    is_page = False
    for number, line in enumerate(lines, 1):
        is_page = is_page or line.startswith("# ")
        if not is_page or line.startswith("@"):
            continue
        for sentence in _ENDS.split(_MARKS.sub("", PARAMETER.sub("□", line.strip()))):
            if len(sentence) > LONGEST_SENTENCE:
                found = f"{sentence[:LONGEST_SENTENCE]}…（{len(sentence)}）"
                yield Place(path, number).fault("long-sentence", found=found, right=str(LONGEST_SENTENCE))
